"""What a change did not touch stays right; what it touched is never served again."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from layers import actions, thinning, touched
from layers.history import Renewal
from layers.layer import WORLD
from layers.models import State, Touched

from .conftest import Browser

WEST, SOUTH, SIDE = 113.60, 34.70, 0.08
Things = dict[int, tuple[shapely.Geometry, dict[str, Any]]]


def put(layer: str, things: Things) -> None:
    rows = ((fid, shapely.to_wkb(shape), held) for fid, (shape, held) in things.items())
    actions.replace_features(layer, rows, simulated=False)


def tile_at(zoom: int, lon: float, lat: float) -> tuple[int, int, int]:
    x = (lon + 180) / 360
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return zoom, int(x * 2**zoom), int(y * 2**zoom)


def path(layer: str, tile: tuple[int, int, int]) -> str:
    return f"/tiles/{layer}/{tile[0]}/{tile[1]}/{tile[2]}.mvt"


def metres(lon: float, lat: float) -> tuple[float, float]:
    east = lon / 360 * WORLD
    return east, math.asinh(math.tan(math.radians(lat))) / (2 * math.pi) * WORLD


def knows(browser: Browser, layer: str) -> None:
    """Wait until the application knows of the last change."""
    version = State.objects.get(layer=layer).version
    parts = browser.app.at_hand()
    if parts is not None:
        browser.until(lambda: parts.known.state(layer).version == version)


class Asked:
    """Counts what the database is asked for."""

    def __init__(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tiles = 0
        browser.run(browser.app.open())
        parts = browser.app.at_hand()
        assert parts is not None
        real = parts.pool.tile

        async def tile(*given: Any) -> bytes:
            self.tiles += 1
            return await real(*given)

        monkeypatch.setattr(parts.pool, "tile", tile)


def lakes(names: str) -> Things:
    boxes = [shapely.box(113 + n, 34, 113.01 + n, 34.01) for n in range(len(names))]
    return {n: (box, {"name_zh": names[n]}) for n, box in enumerate(boxes)}


HERE, THERE = tile_at(14, 113.005, 34.005), tile_at(14, 114.005, 34.005)


def test_only_touched_tiles_are_made_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("waters", lakes("甲乙"))
    asked = Asked(browser, monkeypatch)
    before = {at: browser.get(path("waters", at)) for at in (HERE, THERE)}
    assert asked.tiles == 2
    put("waters", lakes("甲丙"))
    knows(browser, "waters")
    after = {at: browser.get(path("waters", at)) for at in (HERE, THERE)}
    assert asked.tiles == 3, "the one that changed"
    assert after[HERE].content == before[HERE].content
    assert browser.layers(after[THERE].content)["waters"][0]["name_zh"] == "丙"
    assert after[HERE].headers["etag"] != before[HERE].headers["etag"]
    tags = {at: answer.headers["etag"] for at, answer in before.items()}
    unchanged = browser.get(path("waters", HERE), if_none_match=tags[HERE])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == after[HERE].headers["etag"]
    assert browser.get(path("waters", THERE), if_none_match=tags[THERE]).status_code == 200
    odd = tags[HERE].replace("-1.", "-99.")
    assert odd != tags[HERE]
    for tag in (odd, tags[HERE].replace("-1.", "-x."), tags[HERE].replace("-1.", "-."), '"'):
        assert browser.get(path("waters", HERE), if_none_match=tag).status_code == 200


def test_a_change_that_does_not_know_where_it_was_forgets_all(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("waters", lakes("甲乙"))
    asked = Asked(browser, monkeypatch)
    tag = browser.get(path("waters", HERE)).headers["etag"]
    actions.outdate(State.objects.get(layer="waters").version + 5)
    knows(browser, "waters")
    assert browser.get(path("waters", HERE), if_none_match=tag).status_code == 200
    assert asked.tiles == 2
    put("waters", {})
    put("waters", lakes("甲乙"))
    assert not Touched.objects.exists(), "emptied and filled: that is everywhere"


def test_what_tiles_do_not_carry_touches_nothing(real: None) -> None:
    at = shapely.Point(113.6, 34.7)
    for department in ("city", "county"):
        put("parts", {1: (at, {"code": "1", "department": department})})
    assert Touched.objects.get().boxes == []
    put("parts", {1: (at, {"code": "2", "department": "county"})})
    east, north = metres(113.6, 34.7)
    ((west, south, right, top),) = Touched.objects.get(version=3).boxes
    assert west <= east <= right <= west + 1 and south <= north <= top <= south + 1


def test_a_file_imported_again_touches_what_it_changed(real: None) -> None:
    def rows(names: str) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
        return ((n, shapely.to_wkb(box), held) for n, (box, held) in lakes(names).items())

    actions.renew_features("waters", rows("甲乙丙"), Renewal())
    change = actions.renew_features("waters", rows("甲丁丙戊"), Renewal())
    assert (change.added, change.changed, change.kept) == (1, 1, 2)
    held = sorted(Touched.objects.get(layer="waters").boxes)
    assert [box[0] for box in held] == [math.floor(metres(114 + n, 0)[0]) for n in (0, 2)]


def test_many_boxes_are_few_and_hold_all(real: None) -> None:
    spots = [(WEST + n % 40 * 0.01, SOUTH + n // 40 * 0.01) for n in range(1600)]
    for code in ("a", "b"):
        put("parts", {n: (shapely.Point(spot), {"code": code}) for n, spot in enumerate(spots)})
    boxes = Touched.objects.get().boxes
    assert 100 < len(boxes) <= touched.MOST
    for east, north in (metres(*spot) for spot in spots):
        assert any(w <= east <= e and s <= north <= n for w, s, e, n in boxes)


def test_changes_long_past_are_forgotten(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touched, "CHANGES", 2)
    put("waters", lakes("甲乙"))
    asked = Asked(browser, monkeypatch)
    browser.get(path("waters", HERE))
    for name in "丙丁戊":
        put("waters", lakes("甲" + name))
    knows(browser, "waters")
    assert Touched.objects.count() == 2
    browser.get(path("waters", HERE))
    assert asked.tiles == 2, "version 2 is not remembered: made again"


@pytest.fixture
def dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw a tile of points from cells as soon as it holds more than five."""
    monkeypatch.setattr(thinning, "THINNED_FROM", 5)


@pytest.fixture
def pair(browser: Browser, tmp_path: Path) -> Iterator[tuple[Browser, Browser]]:
    """Somebody whose tiles are kept, and somebody whose tiles are always made."""
    (tmp_path / "bare").mkdir()
    bare = Browser(tmp_path / "bare", limit=0)
    yield browser, bare
    bare.close()


def shapes(layer: str) -> st.SearchStrategy[shapely.Geometry]:
    """Shapes of some metres to some kilometres, often at the same places."""
    degree = st.one_of(st.integers(0, 8).map(lambda n: n / 100), st.floats(0, SIDE))
    place = st.tuples(degree, degree)
    size = st.sampled_from([1e-6, 1e-4, 0.003, 0.03])
    if layer == "parts":
        return place.map(lambda at: shapely.Point(WEST + at[0], SOUTH + at[1]))
    return st.tuples(place, size).map(
        lambda drawn: shapely.box(
            WEST + drawn[0][0], SOUTH + drawn[0][1],
            WEST + drawn[0][0] + drawn[1], SOUTH + drawn[0][1] + drawn[1],
        )
    )  # fmt: skip


def edits(layer: str) -> st.SearchStrategy[list[tuple[int, Any]]]:
    """Features put, changed and taken away, by number."""
    name = st.sampled_from("甲乙丙")
    put = st.one_of(st.none(), st.tuples(shapes(layer), name))
    return st.lists(st.tuples(st.integers(1, 25), put), min_size=1, max_size=12)


def drawn(browser: Browser, tile: bytes) -> list[str]:
    """Return what a tile draws, in an order of its own."""
    if not tile:
        return []
    file = browser.folder / "0.mvt"
    file.write_bytes(tile)
    found = []
    for name in browser.layers(tile):
        frame = browser.frame(file, name)
        found += [f"{name} {row}" for row in frame]
    return sorted(found)


@pytest.mark.parametrize("layer", ["parts", "waters"])
def test_what_is_kept_is_what_would_be_made(
    layer: str, pair: tuple[Browser, Browser], dense: None, dispatcher: Any, bearer: Any
) -> None:
    kept, bare = pair
    header = bearer(dispatcher)
    low, high = (10, 18) if layer == "parts" else (5, 16)
    label = "code" if layer == "parts" else "name_zh"
    spot = st.tuples(st.integers(low, high), st.floats(0, SIDE), st.floats(0, SIDE))

    @settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(edits(layer), min_size=2, max_size=3), st.lists(spot, min_size=4, max_size=8))
    def check(changes: list[Any], spots: list[Any]) -> None:
        things: Things = {99: (shapely.box(100, 30, 100.1, 30.1).centroid, {label: "远"})}
        if layer == "waters":
            things[99] = (shapely.box(100, 30, 100.1, 30.1), {label: "远"})
        tiles = {tile_at(zoom, WEST + east, SOUTH + north) for zoom, east, north in spots}
        # the tiles' own corners, too: there a neighbour's mark reaches over
        tiles |= {(zoom, x + 1, y) for zoom, x, y in tiles}
        for change in changes:
            for fid, thing in change:
                things.pop(fid, None)
                if thing is not None:
                    things[fid] = thing[0], {label: thing[1]}
            put(layer, things)
            for one in pair:
                knows(one, layer)
            for tile in tiles:
                answers = [one.get(path(layer, tile), authorization=header) for one in pair]
                assert answers[0].status_code == answers[1].status_code
                assert drawn(kept, answers[0].content) == drawn(bare, answers[1].content), tile

    check()
