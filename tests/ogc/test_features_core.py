"""OGC API - Features Part 1 (OGC 17-069r4), annex A: abstract tests by their names.

`test_core_fc_bbox_response` is /conf/core/fc-bbox-response.
"""

import datetime
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
import shapely
from django.test import Client
from jsonschema import Draft4Validator

from layers.ogc import schemas
from people.models import Role

from .conftest import CLIENT

PAGES = ("", "/api", "/conformance", "/collections", "/collections/waters",
         "/collections/waters/queryables", "/collections/waters/items",
         "/collections/waters/items/3")  # fmt: skip
ITEMS = "/collections/waters/items"
Read = Callable[..., Any]


def rels(body: Any) -> set[str]:
    return {one["rel"] for one in body["links"]}


def linked(body: Any, rel: str) -> dict[str, Any]:
    return next(one for one in body["links"] if one["rel"] == rel)


def conforms(body: Any, name: str) -> None:
    """Check a document against the schema that our own definition states for it."""
    known = json.loads(json.dumps(schemas.ALL).replace("#/components/schemas", "#/definitions"))
    Draft4Validator({"definitions": known, **known[name]}).validate(body)


def described(read: Read, path: str = "/collections/{}/items") -> dict[str, Any]:
    """Return our definition's parameters of an operation, by name."""
    body = read("/api")
    listed = body["paths"][path.format("waters")]["get"]["parameters"]
    named = [one.get("$ref", "").rpartition("/")[2] for one in listed]
    return {name: body["components"]["parameters"][name] for name in named if name}


def test_core_http(ask: Read) -> None:
    for path in PAGES:
        answer = ask(path)
        assert answer.status_code == 200
        head = CLIENT.head(f"/ogc{path}")
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Type"] == answer["Content-Type"]
    for method in ("post", "put", "delete", "patch"):
        assert getattr(CLIENT, method)(f"/ogc{ITEMS}").status_code == 405
    assert ask("/collections", headers={"Origin": "http://elsewhere"})[
        "Access-Control-Allow-Origin"
    ] == "*"  # fmt: skip


def test_core_root_op(ask: Read) -> None:
    for path in ("", "/"):
        answer = ask(path)
        assert answer.status_code == 200 and answer["Content-Type"] == "application/json"


def test_core_root_success(read: Read) -> None:
    body = read("/")
    conforms(body, "LandingPage")
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= rels(body)
    for one in body["links"]:
        path = one["href"].removeprefix("http://testserver")
        answer = CLIENT.get(path)
        assert answer.status_code == 200, one
        assert answer["Content-Type"].split(";")[0] == one["type"].split(";")[0], one


def test_core_api_definition_op(read: Read, ask: Read) -> None:
    for rel in ("service-desc", "service-doc"):
        path = linked(read("/"), rel)["href"].removeprefix("http://testserver/ogc")
        assert ask(path).status_code == 200


def test_core_api_definition_success(ask: Read) -> None:
    answer = ask("/api")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["openapi"].startswith("3.0.")


def test_core_conformance_op(ask: Read) -> None:
    assert ask("/conformance").status_code == 200


def test_core_conformance_success(read: Read) -> None:
    body = read("/conformance")
    conforms(body, "Conformance")
    stated = set(body["conformsTo"])
    for name in ("core", "oas30", "html", "geojson"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in stated
    assert len(stated) == len(body["conformsTo"])


def test_core_fc_md_op(ask: Read) -> None:
    assert ask("/collections").status_code == 200


def test_core_fc_md_success(read: Read) -> None:
    body = read("/collections")
    conforms(body, "Collections")
    listed = {one["id"]: one for one in body["collections"]}
    assert {"waters", "places"} <= set(listed)
    assert "secret" not in listed and "relief" not in listed


def test_core_fc_md_links(read: Read) -> None:
    assert {"self", "alternate"} <= rels(read("/collections"))
    assert all(one["type"] for one in read("/collections")["links"])


def test_core_fc_md_items(read: Read) -> None:
    for one in read("/collections")["collections"]:
        types = {link["type"] for link in one["links"] if link["rel"] == "items"}
        assert types == {"application/geo+json", "text/html"}


def test_core_fc_md_extent(read: Read) -> None:
    west, south, east, north = read("/collections/waters")["extent"]["spatial"]["bbox"][0]
    seen = read(ITEMS, limit=1000)["features"]
    hull = shapely.total_bounds([shapely.from_geojson(json.dumps(one["geometry"])) for one in seen])
    assert west <= hull[0] and south <= hull[1] and east >= hull[2] and north >= hull[3]
    assert "extent" not in read("/collections/greens")


def test_core_sfc_md_op(read: Read, ask: Read) -> None:
    for one in read("/collections")["collections"]:
        assert ask(f"/collections/{one['id']}").status_code == 200
    read("/collections/nope", 404)
    read("/collections/relief", 404)


def test_core_sfc_md_success(read: Read) -> None:
    listed = {one["id"]: one for one in read("/collections")["collections"]}
    for code in ("waters", "places"):
        body = read(f"/collections/{code}")
        conforms(body, "Collection")
        assert body == listed[code] and body["itemType"] == "feature"


def test_core_fc_op(ask: Read) -> None:
    assert ask(ITEMS)["Content-Type"] == "application/geo+json"


def test_core_fc_bbox_definition(read: Read) -> None:
    bbox = described(read)["bbox"]
    assert (bbox["in"], bbox["required"], bbox["style"], bbox["explode"]) == (
        "query", False, "form", False,
    )  # fmt: skip
    assert bbox["schema"]["type"] == "array" and bbox["schema"]["items"] == {"type": "number"}
    counts = [(one["minItems"], one["maxItems"]) for one in bbox["schema"]["oneOf"]]
    assert counts == [(4, 4), (6, 6)]


def test_core_fc_bbox_response(fids: Read, read: Read) -> None:
    assert fids("waters", bbox="113.5,34.6,113.512,34.8") == [1, 2]
    assert fids("waters", bbox="113.5,34.6,-9,113.512,34.8,9") == [1, 2]
    assert fids("waters", bbox="113.505,34.705,113.51,34.8") == [1, 2]  # edges touch
    assert fids("waters", bbox="113.506,34.6,113.509,34.8") == []
    assert fids("waters", bbox="170,-80,113.512,80") == [1, 2]  # across the antimeridian
    assert len(fids("waters", bbox="-180,-90,180,90", limit=99)) == 25
    for bad in ("1,2,3", "a,b,c,d", "113,35,114,34", "nan,1,2,3", "113,34,114,inf", "1,2,3,4,5"):
        assert read(ITEMS, 400, bbox=bad)["field"] == "bbox"


def test_core_fc_limit_definition(read: Read) -> None:
    limit = described(read)["limit"]
    assert (limit["in"], limit["required"], limit["explode"]) == ("query", False, False)
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10}


def test_core_fc_limit_response(read: Read) -> None:
    assert read(ITEMS, limit=5)["numberReturned"] == 5
    assert read(ITEMS)["numberReturned"] == 10
    assert read(ITEMS, limit=999999)["numberReturned"] == 25
    for bad in ("0", "-1", "abc", "1.5", "", "٣", "9" * 40):
        assert read(ITEMS, 400, limit=bad)["field"] == "limit"


def test_core_fc_time_definition(read: Read) -> None:
    asked = described(read)["datetime"]
    assert (asked["in"], asked["required"], asked["explode"]) == ("query", False, False)
    assert asked["schema"] == {"type": "string"}


def test_core_fc_time_response(read: Read) -> None:
    for interval, count in (
        ("2026-01-01T00:00:00Z/..", 10), ("../2000-01-01T00:00:00Z", 0), ("../..", 10),
        ("2000-01-01T00:00:00Z", 0), ("2000-01-01T00:00:00Z/2200-01-01T00:00:00Z", 10),
    ):  # fmt: skip
        assert read(ITEMS, datetime=interval)["numberReturned"] == count, interval
    for bad in ("yesterday", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00Z/2025-01-01T00:00:00Z"):
        assert read(ITEMS, 400, datetime=bad)["field"] == "datetime"


def test_core_fc_response(read: Read) -> None:
    body = read(ITEMS)
    conforms(body, "Features")
    assert body["type"] == "FeatureCollection"


def test_core_fc_links(read: Read, ask: Read) -> None:
    body = read(ITEMS, limit=4, bbox="113,34,115,36")
    assert {"self", "alternate", "next", "collection"} == rels(body)
    for rel in ("self", "alternate", "next", "collection"):
        one = linked(body, rel)
        answer = CLIENT.get(one["href"])
        assert answer.status_code == 200
        assert answer["Content-Type"].split(";")[0] == one["type"].split(";")[0]
    assert "next" not in rels(read(ITEMS, limit=25))


def test_core_fc_timestamp(read: Read) -> None:
    stamp = datetime.datetime.fromisoformat(read(ITEMS)["timeStamp"])
    assert abs(stamp - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=1)


def test_core_fc_number_matched(read: Read) -> None:
    assert read(ITEMS)["numberMatched"] == 25
    assert read("/collections/greens/items")["numberMatched"] == 0
    # where it would have to be counted it is left out, which the standard allows
    assert "numberMatched" not in read(ITEMS, filter="class = 'lake'")


def test_core_fc_number_returned(read: Read) -> None:
    for asked in ({}, {"limit": 3}, {"bbox": "0,0,1,1"}):
        body = read(ITEMS, **asked)
        assert body["numberReturned"] == len(body["features"])


def test_core_f_op(ask: Read, read: Read) -> None:
    assert ask(f"{ITEMS}/3")["Content-Type"] == "application/geo+json"
    for fid in ("999", "x", "99999999999999999999", "-1", "٣"):
        read(f"{ITEMS}/{fid}", 404)
    read("/collections/greens/items/1", 404)


def test_core_f_success(read: Read) -> None:
    body = read(f"{ITEMS}/3")
    conforms(body, "Feature")
    listed = next(one for one in read(ITEMS)["features"] if one["id"] == 3)
    assert {key: body[key] for key in listed} == listed


def test_core_f_links(read: Read) -> None:
    body = read(f"{ITEMS}/3")
    assert {"self", "alternate", "collection"} == rels(body)
    assert linked(body, "collection")["href"].endswith("/ogc/collections/waters")


@pytest.mark.parametrize("path", PAGES)
def test_core_query_param_unknown(read: Read, path: str) -> None:
    assert read(path, 400, foo=1)["field"] == "foo"


def test_core_query_param_invalid(read: Read) -> None:
    for bad in ({"limit": "abc"}, {"after": "x"}, {"f": "xml"}, {"filter": "class ="},
                {"filter_lang": "cql2-json"}, {"crs": "EPSG:3857"}, {"bbox_crs": "x"},
                {"filter_crs": "x"}, {"bbox": "x"}, {"datetime": "x"}):  # fmt: skip
        read(ITEMS, 400, **bad)


def test_core_crs84(read: Read) -> None:
    shape = shapely.from_geojson(json.dumps(read(f"{ITEMS}/1")["geometry"]))
    assert shape.bounds == pytest.approx((113.5, 34.7, 113.505, 34.705))


def test_geojson_definition(ask: Read) -> None:
    for path in (ITEMS, f"{ITEMS}/3"):
        by_accept = ask(path, headers={"Accept": "application/geo+json"})
        assert by_accept["Content-Type"] == "application/geo+json"


def test_geojson_content(read: Read) -> None:
    for one in read("/collections/places/items")["features"]:
        assert one["type"] == "Feature" and isinstance(one["properties"], dict)
        assert shapely.is_valid(shapely.from_geojson(json.dumps(one["geometry"])))


class _Balanced(HTMLParser):
    """Notes what is opened and not closed, and all text."""

    void = ("meta", "link", "input", "img", "br", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("path", PAGES)
def test_html_definition(ask: Read, path: str) -> None:
    for answer in (ask(path, f="html"), ask(path, headers={"Accept": "text/html,*/*;q=0.5"})):
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        reader = _Balanced()
        reader.feed(answer.content.decode())
        assert reader.open == []


def test_html_content(ask: Read) -> None:
    page = ask("/collections/places/items", f="html").content.decode()
    assert "kanton" in page and "50%_off" in page and "Köln" in page
    for href in re.findall(r'href="http://testserver([^"]+)"', page):
        assert CLIENT.get(href.replace("&amp;", "&")).status_code == 200
    assert 'rel="next"' in ask(ITEMS, f="html").content.decode()


def test_oas30_definition(read: Read) -> None:
    text = json.dumps(read("/api"))
    refs = set(re.findall(r'"\$ref": "([^"]+)"', text))
    assert refs and all(ref.startswith("#/components/") for ref in refs)


def test_oas30_completeness(read: Read) -> None:
    paths = read("/api")["paths"]
    for code in ("waters", "places"):
        for below in ("", "/queryables", "/items", "/items/{featureId}"):
            assert f"/collections/{code}{below}" in paths
    assert not [path for path in paths if "secret" in path]


def test_oas30_exceptions_codes(read: Read) -> None:
    for path, item in read("/api")["paths"].items():
        wanted = {"200", "400"} | ({"404"} if path.startswith("/collections/") else set())
        assert wanted <= set(item["get"]["responses"]), path


def test_oas30_security(read: Read) -> None:
    body = read("/api")
    assert {"token", "session"} == set(body["components"]["securitySchemes"])
    assert {} in body["security"]


def test_rights_hold_here_too(city: None, read: Read, token: Any) -> None:
    for below in ("", "/queryables", "/items", "/items/1"):
        read(f"/collections/secret{below}", 401)


def test_paging_neither_drops_nor_doubles_while_data_change(
    fill: Callable[..., int], enrol: Any, token: Any
) -> None:
    """What stays is seen exactly once, whatever is added and taken away between the pages."""
    parts = [(shapely.Point(113.6 + at / 1000, 34.7), {"code": str(at)}) for at in range(40)]
    fill("parts", parts)
    staff = Client(headers={"Authorization": f"Bearer {token(enrol('pan', Role.PLANNER))}"})
    seen: list[int] = []
    url, kept = "/ogc/collections/parts/items?limit=7", parts
    while url:
        body = staff.get(url).json()
        seen += [one["id"] for one in body["features"]]
        url = next((one["href"] for one in body["links"] if one["rel"] == "next"), "")
        # the layer is replaced: one is added at the end, and what was seen already may go
        kept = [*kept, (shapely.Point(113.7, 34.7), {"code": "new"})]
        fill("parts", kept)
    assert seen == sorted(set(seen)) and set(range(1, 41)) <= set(seen)
