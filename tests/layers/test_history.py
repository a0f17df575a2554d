"""A layer that is imported again tells what changed, and can be asked for as it was."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pyproj import Transformer

from core import clock
from core.errors import Invalid
from layers import actions as layers
from layers import asof, catalogue, selection
from layers.history import Renewal
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Feature, Import, Stage, State
from people.may import Rights
from people.models import Role
from tests.layers import handed
from tests.layers.handed import collection, feature

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
Row = tuple[float, dict[str, Any]]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)


def bring(*rows: Row, date: str = "", key: str = "") -> Import:
    """Import wells: (hundredths of a degree east of 113.6, properties)."""
    features = [
        {"type": "Feature", "properties": held,
         "geometry": {"type": "Point", "coordinates": [113.6 + east / 100, 34.7]}}
        for east, held in rows
    ]  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    wishes = Wishes(source_date=date, key=key)
    given = actions.Given("wells.geojson", datum="EPSG:4490", layer="wells", wishes=wishes)
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    return run.run(found.pk)


def counts(done: Import) -> tuple[int, int, int, int]:
    assert done.stage == Stage.DONE, done.said
    change = done.report["change"]
    return change["added"], change["changed"], change["removed"], change["kept"]


def held(when: str = "") -> dict[int, Any]:
    """Return what the layer holds, or held then: the name by number."""
    rows = selection.select(catalogue.layer("wells"), when=when).all()
    return {row["id"]: row["properties"]["name"] for row in rows}


A, B, C = (1.0, {"name": "甲"}), (2.0, {"name": "乙"}), (3.0, {"name": "丙"})


def test_an_unchanged_file_changes_nothing(real: None) -> None:
    assert counts(bring(A, B)) == (2, 0, 0, 0)
    since = Feature.objects.get(layer="wells", fid=1).valid_from
    assert counts(bring(B, A)) == (0, 0, 0, 2)
    assert held() == {1: "甲", 2: "乙"}
    assert Feature.objects.get(layer="wells", fid=1).valid_from == since
    assert past() == 0 and State.objects.get(layer="wells").version == 2


def test_the_same_in_another_frame_is_the_same(real: None) -> None:
    rows = [(n + 0.123456 + n * 0.0317, {"name": f"井{n}"}) for n in range(40)]
    bring(*rows)
    to_gk = Transformer.from_crs(4490, 4547, always_xy=True).transform
    held = [feature(shapely.Point(*to_gk(113.6 + east / 100, 34.7)), **told) for east, told in rows]
    done = handed.bring(collection(*held), datum="EPSG:4547", layer="wells")
    assert counts(done) == (0, 0, 0, 40) and past() == 0


def past() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM layers_past")
        return int(cursor.fetchone()[0])


def test_by_geometry_what_stands_in_its_place_is_the_same_thing(real: None) -> None:
    bring(A, B)
    renamed = (1.0, {"name": "甲井"})
    done = bring(C, renamed)
    assert counts(done) == (1, 1, 1, 0)
    assert done.report["change"]["rows"] == {
        "added": [{"row": 1, "fid": 3}],
        "changed": [{"row": 2, "fid": 1, "geometry": False, "fields": ["name"]}],
        "removed": [{"fid": 2}],
    }
    assert held() == {1: "甲井", 3: "丙"} and past() == 2


def test_by_a_key_what_has_moved_is_the_same_thing(real: None) -> None:
    bring((1.0, {"name": "甲", "编号": "a"}), (2.0, {"name": "乙", "编号": "b"}))
    done = bring((5.0, {"name": "甲", "编号": "a"}), (2.0, {"name": "乙", "编号": "c"}), key="编号")
    assert counts(done) == (1, 1, 1, 0)
    changed = done.report["change"]["rows"]["changed"]
    assert changed == [{"row": 1, "fid": 1, "geometry": True, "fields": []}]
    assert held() == {1: "甲", 3: "乙"}


def test_twins_are_paired_one_by_one(real: None) -> None:
    bring(A, A, A)
    assert counts(bring(A, A)) == (0, 0, 1, 2)
    assert counts(bring(A, A, A, (1.0, {"name": "丁"}))) == (2, 0, 0, 2)
    assert sorted(held().values()) == ["丁", "甲", "甲", "甲"] and sorted(held()) == [1, 2, 4, 5]


def test_a_key_must_be_a_column_and_unique(real: None) -> None:
    bring(A, B)
    before = held()
    twins = bring(A, A, key="name")
    assert twins.stage == Stage.REFUSED and "'甲', first in row 1" in twins.said["en"]
    lost = bring(A, key="code")
    assert lost.stage == Stage.REFUSED and lost.said["field"] == "key" and lost.said["zh"]
    assert held() == before and past() == 0


def test_the_layer_as_it_was_on_a_day(real: None) -> None:
    bring(A, B, date="2020-05-01")
    bring(A, C, (2.0, {"name": "乙井"}), date="2022-05-01")
    bring(C, date="2024-05-01")
    assert held("2020-04-30") == {}
    assert held("2020-05-01") == held("2022-04-30") == {1: "甲", 2: "乙"}
    assert held("2023-01-01") == {1: "甲", 2: "乙井", 3: "丙"}
    assert held() == held("2024-05-01") == held("2026-01-01T00:00:00Z") == {3: "丙"}
    assert held("2021-01-01T00:00:00Z/2023-01-01T00:00:00Z") == {1: "甲", 2: "乙井", 3: "丙"}
    assert held("../..") == {1: "甲", 2: "乙井", 3: "丙"}
    then = selection.select(catalogue.layer("wells"), "113.605,34,113.615,35", when="2021-01-01")
    assert then.count() == 1
    first, after = selection.select(catalogue.layer("wells"), when="2023-01-01").page(None, 2)
    assert [one["id"] for one in first] == [1, 2] and after == 2


def test_a_date_before_the_last_change_counts_from_now(real: None) -> None:
    bring(A, date="2024-05-01")
    done = bring(B, date="2020-05-01")
    since = datetime.datetime.fromisoformat(done.report["change"]["since"])
    assert since.year >= 2026 and held("2025-01-01") == {1: "甲"}


def test_a_removal_is_a_change_that_no_date_goes_before(real: None) -> None:
    bring(A, B, date="2020-05-01", key="name")
    bring(A, date="2022-05-01", key="name")
    bring(A, B, date="2021-05-01", key="name")
    for day in ("2021-01-01", "2021-06-01"):
        assert held(day) == {1: "甲", 2: "乙"}, "nothing stands twice on a day"
    assert held("2023-01-01") == {1: "甲"} and list(held().values()) == ["甲", "乙"]


def test_a_day_that_has_not_come_is_no_date(real: None) -> None:
    with pytest.raises(Invalid) as refused:
        bring(A, date="2126-11-22")
    assert refused.value.as_dict()["field"] == "source_date"
    imports = Path(settings.DATA) / "imports"
    assert not Import.objects.exists() and not list(imports.glob("*"))


def test_simulated_content_leaves_no_history(real: None) -> None:
    rows = [(1, shapely.to_wkb(shapely.Point(113.6, 34.7)), {"name_zh": "一小"})]
    layers.replace_features("schools", iter(rows), simulated=True)
    change = layers.renew_features("schools", iter([(1, rows[0][1], {})]), Renewal())
    assert (change.added, change.removed, past()) == (1, 0, 0)


def test_a_layer_that_is_removed_takes_its_past_along(real: None) -> None:
    bring(A, B)
    bring(A)
    assert past() == 1
    layers.remove("wells", "user:1")
    assert past() == 0


def test_a_change_is_whole_or_not_at_all(real: None) -> None:
    bring(A, B)
    bad = [(1, shapely.to_wkb(shapely.box(113.6, 34.7, 113.7, 34.8)), {})]
    with pytest.raises(Invalid):
        layers.renew_features("wells", iter(bad), Renewal())
    assert past() == 0 and held() == {1: "甲", 2: "乙"}


@pytest.fixture
def client(real: None, enrol: Callable[..., Any]) -> Client:
    bring(A, B, date="2020-05-01")
    bring(A, date="2022-05-01")
    found = Client()
    found.force_login(
        enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend"
    )  # fmt: skip
    return found


def test_history_over_http(client: Client) -> None:
    at = "/api/v1/layers/wells"
    told = client.get(f"{at}/history").json()["items"]
    assert [(one["added"], one["removed"], one["kept"]) for one in told] == [(0, 1, 1), (2, 0, 0)]
    assert told[0]["since"].startswith("2022-05-01") and told[0]["by"] == "pan"
    then = client.get(f"{at}/features", {"at": "2021-01-01", "count": True}).json()
    assert (len(then["features"]), then["count"]) == (2, 2)
    assert then["features"][1]["valid_to"].startswith("2022-04-30T16:00")
    assert len(client.get(f"{at}/features").json()["features"]) == 1
    assert client.get(f"{at}/features", {"at": "long ago"}).status_code == 400
    gone = client.get(f"{at}/features/2/versions").json()["items"]
    assert len(gone) == 1 and gone[0]["valid_to"]
    assert client.get(f"{at}/features/9/versions").status_code == 404
    out = json.loads(client.get(f"{at}/export", {"at": "2021-01-01"}).content)
    assert len(out["features"]) == 2 and out["query"]["at"] == "2021-01-01"
    for path in ("history", "features/1/versions"):
        assert Client().get(f"{at}/{path}").status_code == 401


def test_ogc_answers_by_datetime(client: Client) -> None:
    def numbers(**asked: str) -> list[int]:
        answer = client.get("/ogc/collections/wells/items", asked)
        return [one["id"] for one in answer.json()["features"]]

    assert numbers() == [1] and numbers(datetime="2021-01-01T00:00:00Z") == [1, 2]
    assert (
        numbers(datetime="2022-05-01T00:00:00Z")
        == [1]
        == numbers(datetime="2023-01-01T00:00:00Z/..")
    )
    assert numbers(datetime="2019-01-01/2020-04-30") == [] == numbers(datetime="20200430")
    assert numbers(datetime="2019-01-01/2020-05-01") == [1, 2] == numbers(datetime="20200501")


def test_days_are_whole_at_both_ends(client: Client) -> None:
    zone = timezone.get_default_timezone()
    first = clock.now().astimezone(zone).date()
    done = bring(C)  # in the place of 甲, from now on
    last = datetime.datetime.fromisoformat(done.report["change"]["since"]).astimezone(zone).date()

    def numbers(asked: str) -> list[int]:
        answer = client.get("/ogc/collections/wells/items", {"datetime": asked})
        return [one["id"] for one in answer.json()["features"]]

    assert numbers(f"2021-01-01/{last}") == [1, 2, 3], "what came on the last day, at any hour"
    assert 1 in numbers(f"{first}/.."), "what was there at the beginning of the first day"
    assert asof.moment("20220430") == asof.moment("2022-04-30")
    assert asof.moment("2022-04-30") < asof.moment("2022-04-30T16:00:00Z")


def test_a_number_written_otherwise_is_no_change(db: None) -> None:
    first = [(east, {"name": f"井{east}", "depth": float(east)}) for east in range(5)]
    again = [(east, {"name": f"井{east}", "depth": east}) for east in range(5)]
    bring(*first)
    assert counts(bring(*again)) == (0, 0, 0, 5)
    again[3][1]["depth"] = 7
    assert counts(bring(*again)) == (0, 1, 0, 4)
