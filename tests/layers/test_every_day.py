"""Every door answers every moment of a layer's life alike: as a list of its fillings says."""

import datetime
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client
from django.utils import timezone
from pyproj import Transformer

from core import clock
from layers.models import Stage
from people.models import Role
from tests.layers.handed import bring, collection, feature
from tests.tiles.conftest import Browser, patient

__all__ = ["patient"]  # a fixture of the tiles
Held = dict[str, tuple[float, float, int]]  # mark: where, and how many storeys
WEST, SOUTH, STEP = 113.600, 34.700, 0.002
WHOLE = shapely.box(113.59, 34.69, 113.65, 34.75)
TILES = [(13, x, y) for x in (6680, 6681, 6682) for y in (3251, 3252, 3253, 3254)]
pytestmark = pytest.mark.usefixtures("own_data")


def walls(at: tuple[float, float, int]) -> shapely.Polygon:
    return shapely.box(at[0], at[1], at[0] + 0.0008, at[1] + 0.0008)


def spot(dice: random.Random, free: set[tuple[int, int]]) -> tuple[float, float]:
    i, j = dice.choice(sorted(free))
    free.discard((i, j))
    return round(WEST + i * STEP, 4), round(SOUTH + j * STEP, 4)


def changed(dice: random.Random, before: Held, nth: int) -> Held:
    """Return the next filling: some gone, some moved, some told otherwise, some new."""
    free = {(i, j) for i in range(12) for j in range(12)}
    free -= {(round((x - WEST) / STEP), round((y - SOUTH) / STEP)) for x, y, _ in before.values()}
    after: Held = {}
    for mark, (x, y, storeys) in before.items():
        fate = dice.random()
        if fate < 0.2:
            continue
        if fate < 0.4:
            x, y = spot(dice, free)
        elif fate < 0.6:
            storeys = dice.randrange(1, 30)
        after[mark] = (x, y, storeys)
    for n in range(dice.randrange(1, 6)):
        after[f"n{nth}_{n}"] = (*spot(dice, free), dice.randrange(1, 30))
    return after


Life = list[tuple[datetime.datetime, Held]]


def live(dice: random.Random) -> Life:
    """Import five times; dates go forward, backward, and are left out; return the oracle."""
    held: Held = {}
    life: Life = []
    to_gk = Transformer.from_crs(4326, 4547, always_xy=True)
    for nth, day in enumerate(("2019-03-01", "2020-06-15", "2020-01-01", "", "")):
        held = changed(dice, held, nth)
        if nth == 3:  # nothing but a removal
            held = dict(list(life[-1][1].items())[1:])
        shapes = {mark: walls(at) for mark, at in held.items()}
        datum = "EPSG:4490"
        if nth == 2:
            datum = "EPSG:4547"
            shapes = {mark: shapely.transform(one, to_gk.transform, interleaved=False)
                      for mark, one in shapes.items()}  # fmt: skip
        rows = [feature(shapes[mark], mark=mark, storeys=held[mark][2],
                        **({"use": "home"} if nth % 2 else {})) for mark in held]  # fmt: skip
        dice.shuffle(rows)
        wishes = {"source_date": day, "key": "mark", "sharing": "open" if nth < 3 else "staff"}
        done = bring(collection(*rows), "homes.geojson", datum, layer="homes", wishes=wishes)
        assert done.stage == Stage.DONE, done.said
        life.append((datetime.datetime.fromisoformat(done.report["change"]["since"]), held))
    assert [since for since, _ in life] == sorted(since for since, _ in life)
    return life


def then(life: Life, moment: datetime.datetime) -> Held:
    stood = [held for since, held in life if since <= moment]
    return stood[-1] if stood else {}


def moments(life: Life) -> Iterator[tuple[str, datetime.datetime]]:
    """Yield ways to ask, each with the moment that is meant."""
    city, tick = timezone.get_default_timezone(), datetime.timedelta(microseconds=1)
    for since, _ in life:
        for at in (since - tick, since):
            yield at.isoformat().replace("+00:00", "Z"), at
        day = since.astimezone(city).date()
        for one in (day - datetime.timedelta(days=1), day):
            last = datetime.datetime.combine(one, datetime.time.max, city)
            yield one.isoformat(), last
    _, (since, _), *_ = life
    yield since.astimezone(city).isoformat(), since
    yield since.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(), since
    future = clock.now() + datetime.timedelta(days=4000)
    yield future.isoformat().replace("+00:00", "Z"), future


class Doors:
    """All the ways to ask for the layer as it was, each as {mark: (where, storeys)}, or sums."""

    def __init__(self, client: Client, browser: Browser, bearer: dict[str, str]) -> None:
        self.client, self.browser, self.bearer = client, browser, bearer

    def put(self, path: str, **body: Any) -> Any:
        sent = json.dumps(body)
        answer = self.client.post(f"/api/v1/layers/{path}", sent, "application/json")
        assert answer.status_code == 200, (path, body, answer.content)
        return answer.json()

    def get(self, path: str, **asked: Any) -> Any:
        answer = self.client.get(path, asked)
        assert answer.status_code == 200, (path, asked, answer.content)
        return json.loads(answer.content)

    def whole(self, at: str) -> dict[str, list[dict[str, Any]]]:
        paged, after = [], None
        while not paged or after is not None:
            page = self.put("homes/select", at=at, limit=3, sort="-storeys", after=after)
            paged += page["features"] or [None]
            after = page["next"]
        area = shapely.geometry.mapping(WHOLE)
        return {
            "table": self.put("homes/select", at=at, limit=1000)["features"],
            "area": self.put("homes/select", at=at, limit=1000, area=area)["features"],
            "sorted": [one for one in paged if one],
            "features": self.get("/api/v1/layers/homes/features", at=at, limit=1000)["features"],
            "export": self.get("/api/v1/layers/homes/export", at=at)["features"],
            "joined": self.put("homes/joined", at=at, to={"layer": "homes"})["features"],
            "ogc": self.get("/ogc/collections/homes/items", datetime=at, limit=1000)["features"],
        }

    def sums(self, at: str, area: dict[str, Any]) -> dict[str, Any]:
        measures = ["count", "sum:storeys"]
        cells = self.put("homes/figures", at=at, cell_m=500, measures=measures)
        zones = self.put("homes/figures", at=at, zones={"layer": "homes"}, measures=measures)
        found = self.put("affected", at=at, area=area)["figures"]["counts"]
        return {
            "cells": cells["total"],
            "cell by cell": [sum(one["figures"][n] for one in cells["zones"]) for n in range(2)],
            "zones": zones["total"],
            "inside": self.put("inside", at=at, area=area)["counts"]["homes"],
            "affected": found.get("homes", 0),
            "filter": len(self.put("homes/select", at=at, filter="storeys > 10")["features"]),
            "beside": self.put("homes/select", at=at, count=True,
                               beside={"layer": "homes", "within_m": 1})["count"],
        }  # fmt: skip

    def drawn(self, at: str) -> dict[str, int]:
        marks: dict[str, int] = {}
        for z, x, y in TILES:
            path = f"/tiles/homes/{z}/{x}/{y}.mvt"
            answer = self.browser.get(f"{path}?at={at.replace('+', '%2B')}", **self.bearer)
            assert answer.status_code in (200, 204), answer.content
            if answer.status_code == 200:
                held = self.browser.layers(answer.content)["homes"]
                marks |= {
                    str(one["mark"]): int(str(one["storeys"])[:2].rstrip(".")) for one in held
                }
        return marks


@pytest.fixture
def doors(
    enrol: Callable[..., Any], bearer: Any, client: Client, patient: None, tmp_path: Path
) -> Iterator[Doors]:
    one = enrol("pan", Role.PLANNER)
    client.force_login(one)
    browser = Browser(tmp_path)
    yield Doors(client, browser, {"authorization": bearer(one)})
    browser.close()


@pytest.fixture
def bearer(token: Any) -> Any:
    return lambda user: f"Bearer {token(user)}"


def as_held(found: list[dict[str, Any]]) -> Held:
    marks = [one["properties"]["mark"] for one in found]
    assert len(marks) == len(set(marks)) == len({one["id"] for one in found})
    told = {}
    for one in found:
        west, south, *_ = shapely.geometry.shape(one["geometry"]).bounds
        held = one["properties"]
        told[held["mark"]] = (round(west, 5), round(south, 5), held["storeys"])
    return told


def test_every_door_on_every_day(real: None, doors: Doors) -> None:
    life = live(random.Random(1))
    area = shapely.geometry.mapping(WHOLE)
    for at, moment in moments(life):
        wanted = then(life, moment)
        for door, found in doors.whole(at).items():
            assert as_held(found) == wanted, (door, at)
        count, storeys = len(wanted), sum(one[2] for one in wanted.values())
        assert doors.sums(at, area) == {
            "cells": [count, storeys], "cell by cell": [count, storeys],
            "zones": [count, storeys], "inside": count, "affected": count,
            "filter": sum(one[2] > 10 for one in wanted.values()), "beside": count,
        }, at  # fmt: skip
        assert doors.drawn(at) == {mark: one[2] for mark, one in wanted.items()}, at
        for mark, place in wanted.items():
            lon, lat = walls(place).centroid.coords[0]
            here = doors.get("/api/v1/layers/identify", lon=lon, lat=lat, layers="homes",
                             within=1, at=at)  # fmt: skip
            assert [one["properties"]["mark"] for one in here["items"]] == [mark], at
