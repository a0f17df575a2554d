"""Vector tiles of a layer as it was on a day."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import shapely

from layers import actions
from layers.history import Renewal
from layers.models import State

from .conftest import Browser

LAKE = shapely.box(113.600, 34.700, 113.606, 34.706)
AT = "13/6681/3253"  # the tile that holds the lake


@pytest.fixture
def lake(real: None) -> None:
    """A lake that was given another name in 2022."""
    for year, name in ((2020, "月湖"), (2022, "新月湖")):
        since = datetime.datetime(year, 5, 1, tzinfo=datetime.UTC)
        rows = [(1, shapely.to_wkb(LAKE), {"name_zh": name, "class": "lake"})]
        actions.renew_features("waters", iter(rows), Renewal(since=since))


def names(browser: Browser, answer: Any) -> list[object]:
    held = browser.layers(answer.content)
    assert held["waters"][0]["name_zh"] == held["waters_label"][0]["name_zh"]
    return [one["name_zh"] for one in held["waters"]]


def test_a_tile_as_it_was(browser: Browser, lake: None) -> None:
    path = f"/tiles/waters/{AT}.mvt"
    assert names(browser, browser.get(path)) == ["新月湖"]
    quick = browser.quick
    then = browser.get(f"{path}?at=2021-01-01")
    assert names(browser, then) == ["月湖"] and browser.quick == quick, "not the short way"
    assert names(browser, browser.get(f"{path}?at=2022-06-01T00:00:00Z")) == ["新月湖"]
    assert browser.get(f"{path}?at=2019-01-01").status_code == 204
    assert "immutable" not in then.headers["cache-control"]
    tag = then.headers["etag"]
    assert browser.get(f"{path}?at=2021-01-01", if_none_match=tag).status_code == 304
    for zoom in range(11, 17):  # every zoom has its own statement
        x, y = 6681 * 2**zoom >> 13, 3253 * 2**zoom >> 13
        assert browser.get(f"/tiles/waters/{zoom}/{x}/{y}.mvt?at=2021-01-01").status_code in (
            200,
            204,
        )


@pytest.mark.parametrize("day", ["", "yesterday", "2021-13-01", "2021-01-01'; DROP TABLE x"])
def test_a_bad_day_is_told(browser: Browser, lake: None, day: str) -> None:
    answer = browser.get(f"/tiles/waters/{AT}.mvt?at={day}")
    assert answer.status_code == 400 and answer.json()["field"] == "at"


def test_what_keeps_no_history_is_as_it_is_now(
    browser: Browser, real: None, fill: Callable[..., int]
) -> None:
    fill("waters", [(LAKE, {"name_zh": "月湖", "class": "lake"})])
    path = f"/tiles/waters/{AT}.mvt"
    now = browser.get(path)
    then = browser.get(f"{path}?at=2019-01-01")
    assert then.content == now.content and names(browser, then) == ["月湖"]
    assert "immutable" not in then.headers["cache-control"]
    rows = [(1, shapely.to_wkb(LAKE), {"name_zh": "新月湖", "class": "lake"})]
    since = datetime.datetime(2022, 5, 1, tzinfo=datetime.UTC)
    actions.renew_features("waters", iter(rows), Renewal(since=since))
    rows[0][2]["name_zh"] = "大月湖"
    actions.renew_features("waters", iter(rows), Renewal())
    version = State.objects.get(layer="waters").version
    parts = browser.run(browser.app.open())
    browser.until(lambda: parts.known.state("waters").version == version)
    assert browser.get(f"{path}?at=2019-01-01").status_code == 204, "now it keeps some"
    assert names(browser, browser.get(f"{path}?at=2023-01-01")) == ["新月湖"]


def test_rights_hold_for_the_past_too(browser: Browser, lake: None) -> None:
    assert browser.get(f"/tiles/parts/{AT}.mvt?at=2021-01-01").status_code == 401


def test_a_tilejson_of_the_past_keeps_nobody_from_what_is_gone(
    browser: Browser, lake: None
) -> None:
    now, then = (browser.get(f"/tiles/waters.json{at}").json() for at in ("", "?at=2021-01-01"))
    assert now["bounds"] == pytest.approx([113.6, 34.7, 113.606, 34.706], abs=1e-5)
    assert then["bounds"] == [-180, -85.0511, 180, 85.0511], "then it may have lain elsewhere"
    assert then["center"] == now["center"]
