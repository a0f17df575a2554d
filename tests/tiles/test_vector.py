"""Vector tiles over ASGI: content, zooms, rights, versions, caching rules."""

import gzip
import math
from collections.abc import Callable
from typing import Any

import pytest
import shapely

from layers import actions, catalogue
from layers.models import State
from people.models import Role

from .conftest import Browser

LAKE = shapely.box(113.600, 34.700, 113.606, 34.706)
AT = "13/6681/3253"  # the tile that holds the lake
PARTS = f"/tiles/parts/{AT}.mvt"


@pytest.fixture
def lake(fill: Callable[..., int]) -> None:
    fill("waters", [(LAKE, {"name_zh": "月湖", "class": "lake"})])


@pytest.fixture
def post(fill: Callable[..., int]) -> None:
    fill("parts", [(shapely.Point(113.603, 34.703), {"code": "1", "department": "city"})])


def version(layer: str) -> str:
    return catalogue.known_layer(layer).version_key(State.objects.get(layer=layer).version)


def test_a_tile_holds_its_features_and_their_names_apart(browser: Browser, lake: None) -> None:
    answer = browser.get(f"/tiles/waters/{AT}.mvt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    held = browser.layers(answer.content)
    assert held["waters"][0]["name_zh"] == "月湖" and held["waters"][0]["mvt_id"] == 1
    assert held["waters_label"][0]["name_zh"] == "月湖"


@pytest.mark.parametrize("zoom", range(5, 17))
def test_every_zoom_of_the_layer_answers(browser: Browser, lake: None, zoom: int) -> None:
    x = int((113.603 + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(math.radians(34.703))) / math.pi) / 2 * 2**zoom)
    answer = browser.get(f"/tiles/waters/{zoom}/{x}/{y}.mvt")
    assert answer.status_code in (200, 204)
    assert zoom < 11 or answer.status_code == 200


def test_tiles_carry_only_what_the_catalogue_says(
    browser: Browser, post: None, dispatcher: Any, bearer: Any
) -> None:
    held = browser.layers(browser.get(PARTS, authorization=bearer(dispatcher)).content)
    assert held["parts"][0]["code"] == "1" and "department" not in held["parts"][0]


def test_nothing_there_is_an_empty_answer(browser: Browser, lake: None) -> None:
    answer = browser.get("/tiles/waters/13/0/0.mvt")
    assert (answer.status_code, answer.content) == (204, b"")
    assert browser.get("/tiles/greens/13/0/0.mvt").status_code == 204, "never filled at all"


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/tiles/nope/1/0/0.mvt", 404, "layer"),
        ("/tiles/dem/5/0/0.webp", 404, "style"),
        ("/tiles/waters/4/0/0.mvt", 400, "z"),
        ("/tiles/waters/17/0/0.mvt", 400, "z"),
        ("/tiles/waters/999/0/0.mvt", 400, "z"),
        ("/tiles/waters/5/32/0.mvt", 404, "x"),
        ("/tiles/waters/5/0/32.mvt", 404, "y"),
        ("/tiles/waters/5/-1/0.mvt", 404, None),
        ("/tiles/waters/5/1.5/0.mvt", 404, None),
        ("/tiles/waters/5/0/0.png", 404, None),
        ("/tiles/waters/5/0/0.exe", 404, None),
        ("/tiles/waters/5/0/99999999999999999999.mvt", 404, None),
        ("/tiles/../waters/5/0/0.mvt", 404, None),
        ("/tiles/nope.json", 404, "layer"),
    ],
)
def test_what_is_no_tile_is_told(
    browser: Browser, lake: None, path: str, status: int, field: str | None
) -> None:
    answer = browser.get(path)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["detail"] and problem["detail_zh"] and problem.get("field") == field


def test_what_lies_ready_is_answered_the_short_way(browser: Browser, lake: None) -> None:
    tile = f"/tiles/waters/{AT}.mvt"
    first = browser.get(tile, accept_encoding="gzip")
    assert browser.quick == 1  # `get` has compared it with the long way
    browser.get(tile, accept_encoding="gzip", if_none_match=first.headers["etag"])
    assert browser.quick == 2
    for path in ("/tiles/waters.json", "/tiles/waters/25/0/0.mvt", "/tiles/nonsense/1/0/0.mvt"):
        browser.get(path)
    assert browser.quick == 2


def test_tiles_can_only_be_read(browser: Browser, lake: None) -> None:
    answer = browser.run(browser._client.post(f"/tiles/waters/{AT}.mvt"))
    assert answer.status_code == 405


def test_who_may_not_see_the_layer_gets_no_tile(
    browser: Browser, post: None, citizen: Any, dispatcher: Any, bearer: Any
) -> None:
    may = bearer(dispatcher)
    assert browser.get(PARTS, authorization=may).status_code == 200, "it is in the cache now"
    assert browser.get(PARTS).status_code == 401
    assert browser.get(PARTS, authorization="Bearer nonsense").status_code == 401
    assert browser.get(PARTS, authorization=bearer(citizen)).status_code == 403
    assert browser.get("/tiles/parts.json").status_code == 401
    tag = browser.get(PARTS, authorization=may).headers["etag"]
    assert browser.get(PARTS, if_none_match=tag).status_code == 401


def test_a_layer_may_be_for_some_roles_only(
    browser: Browser, post: None, enrol: Any, bearer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = catalogue.known_layer("parts")
    monkeypatch.setitem(layer.__dict__, "sharing", (Role.PLANNER,))
    got = {
        role: browser.get(PARTS, authorization=bearer(enrol(f"a-{role}", role))).status_code
        for role in (Role.PLANNER, Role.ADMIN, Role.DISPATCHER)
    }
    assert got == {Role.PLANNER: 200, Role.ADMIN: 200, Role.DISPATCHER: 403}


def test_an_edit_is_seen_at_once(browser: Browser, lake: None, fill: Callable[..., int]) -> None:
    path = f"/tiles/waters/{AT}.mvt"
    before = browser.get(path)
    fill("waters", [(LAKE, {"name_zh": "日湖"})])
    browser.until(lambda: browser.get(path).headers["etag"] != before.headers["etag"], 2)
    held = browser.layers(browser.get(path).content)
    assert held["waters"][0]["name_zh"] == "日湖"


def test_a_known_version_is_not_sent_again(browser: Browser, lake: None) -> None:
    path = f"/tiles/waters/{AT}.mvt"
    tag = browser.get(path).headers["etag"]
    again = browser.get(path, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")


def test_open_tiles_may_be_kept_for_good_by_version(browser: Browser, lake: None) -> None:
    path = f"/tiles/waters/{AT}.mvt"
    named = browser.get(f"{path}?v={version('waters')}").headers
    assert named["cache-control"] == "public, max-age=31536000, immutable"
    for other in (path, f"{path}?v=0.old"):
        assert browser.get(other).headers["cache-control"] == "public, no-cache"


def test_other_tiles_are_asked_for_each_time(
    browser: Browser, post: None, dispatcher: Any, bearer: Any
) -> None:
    path = f"{PARTS}?v={version('parts')}"
    headers = browser.get(path, authorization=bearer(dispatcher)).headers
    assert headers["cache-control"] == "private, no-cache"
    assert {"Cookie", "Authorization"} <= set(headers["vary"].split(", "))


def test_tiles_are_packed_for_who_takes_it(browser: Browser, lake: None) -> None:
    async def raw(accept: str) -> bytes:
        headers = {"accept-encoding": accept}
        async with browser._client.stream("GET", f"/tiles/waters/{AT}.mvt", headers=headers) as got:
            assert ("content-encoding" in got.headers) == (accept == "gzip")
            return b"".join([part async for part in got.aiter_raw()])

    for _ in range(2):  # made, then kept
        packed, plain = browser.run(raw("gzip")), browser.run(raw("identity"))
        assert gzip.decompress(packed) == plain


def test_without_a_cache_tiles_are_the_same(lake: None, tmp_path: Any, browser: Browser) -> None:
    bare = Browser(tmp_path, limit=0)
    try:
        path = f"/tiles/waters/{AT}.mvt"
        assert bare.get(path).content == browser.get(path).content
    finally:
        bare.close()


def test_tilejson_says_where_and_what(browser: Browser, lake: None) -> None:
    document = browser.get("/tiles/waters.json").json()
    assert document["tilejson"] == "3.0.0"
    (template,) = document["tiles"]
    assert template == f"http://localhost/tiles/waters/{{z}}/{{x}}/{{y}}.mvt?v={version('waters')}"
    assert document["bounds"] == pytest.approx([113.6, 34.7, 113.606, 34.706], abs=1e-5)
    assert (document["minzoom"], document["maxzoom"]) == (5, 16)
    names = [layer["id"] for layer in document["vector_layers"]]
    assert names == ["waters", "waters_label"]


def test_tilejson_is_not_made_for_a_strange_host(browser: Browser, lake: None) -> None:
    assert browser.get("/tiles/waters.json", host="evil.example").status_code == 400


def test_a_touched_layer_forgets_its_tiles_on_disk(browser: Browser, lake: None) -> None:
    browser.get(f"/tiles/waters/{AT}.mvt")
    before = version("waters")
    actions.touch("waters")
    path = f"/tiles/waters/{AT}.mvt"
    browser.until(lambda: before not in browser.get(path).headers["etag"])
