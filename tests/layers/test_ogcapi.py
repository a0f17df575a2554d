"""OGC API - Features, Part 1: each check of the shared vectors, by its name, and rights."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.test import Client

from people.models import Role


@pytest.fixture
def city(fill: Callable[..., int]) -> None:
    """Twenty-five lakes in a row that all may see, one part for staff."""
    lakes = []
    for at in range(25):
        west = 113.5 + at / 100
        name = {"name_zh": f"{at}号湖", "class": "lake" if at % 2 else "pond"}
        lakes.append((shapely.box(west, 34.7, west + 0.005, 34.705), name))
    fill("waters", lakes)
    fill("parts", [(shapely.Point(113.6, 34.7), {"code": "1", "class": "01001"})])


def read(path: str, client: Client | None = None, status: int = 200, **query: Any) -> Any:
    answer = (client or Client()).get(f"/ogc{path}", query)
    assert answer.status_code == status, answer.content
    if status != 200:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"] and answer.json()["detail_zh"]
    return answer.json()


def rels(body: Any) -> set[str]:
    return {one["rel"] for one in body["links"]}


def test_landing(city: None) -> None:
    for path in ("", "/"):
        assert {"self", "service-desc", "service-doc", "conformance", "data"} <= rels(read(path))


def test_conformance(city: None) -> None:
    uris = read("/conformance")["conformsTo"]
    for name in ("core", "oas30", "html", "geojson"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in uris


def test_collections(city: None) -> None:
    listed = {one["id"]: one for one in read("/collections")["collections"]}
    assert "waters" in listed and "parts" not in listed and "relief" not in listed
    lake = listed["waters"]
    assert "items" in rels(lake) and lake["crs"][0].endswith("CRS84")
    assert lake["extent"]["spatial"]["bbox"][0] == pytest.approx([113.5, 34.7, 113.745, 34.705])
    assert read("/collections/waters") == lake


def test_items(city: None) -> None:
    answer = Client().get("/ogc/collections/waters/items")
    assert answer["Content-Type"] == "application/geo+json"
    body = answer.json()
    assert body["type"] == "FeatureCollection" and body["timeStamp"].endswith("Z")
    assert (body["numberReturned"], body["numberMatched"]) == (10, 25)
    assert {"self", "next", "alternate", "collection"} == rels(body)


def test_limit(city: None) -> None:
    assert read("/collections/waters/items", limit=5)["numberReturned"] == 5
    assert read("/collections/waters/items", limit=999999)["numberReturned"] == 25
    read("/collections/waters/items", status=400, limit=0)


def test_paging_reaches_every_feature_once(city: None) -> None:
    client, seen = Client(), []
    url = "/ogc/collections/waters/items?limit=4&filter=class%20%3D%20%27lake%27"
    while url:
        body = client.get(url).json()
        seen += [one["id"] for one in body["features"]]
        url = next((one["href"] for one in body["links"] if one["rel"] == "next"), "")
    assert seen == list(range(2, 26, 2))


def test_bbox(city: None) -> None:
    found = read("/collections/waters/items", bbox="113.5,34.6,113.512,34.8")
    assert [one["id"] for one in found["features"]] == [1, 2]
    wide = read("/collections/waters/items", bbox="113.5,34.6,-9,113.512,34.8,9")
    assert len(wide["features"]) == 2
    across = read("/collections/waters/items", bbox="170,-80,113.512,80")
    assert len(across["features"]) == 2
    for bad in ("1,2,3", "a,b,c,d", "113,35,114,34"):
        read("/collections/waters/items", status=400, bbox=bad)


def test_datetime(city: None) -> None:
    for interval, count in (
        ("2026-01-01T00:00:00Z/..", 10), ("../2000-01-01T00:00:00Z", 0), ("../..", 10),
    ):  # fmt: skip
        body = read("/collections/waters/items", datetime=interval)
        assert body["numberReturned"] == count, interval
    read("/collections/waters/items", status=400, datetime="yesterday")


def test_unknown_param(city: None) -> None:
    for path in ("/", "/conformance", "/collections", "/collections/waters",
                 "/collections/waters/items", "/collections/waters/items/1"):  # fmt: skip
        assert read(path, status=400, foo=1)["field"] == "foo"


def test_bad_param(city: None) -> None:
    for bad in ({"limit": "abc"}, {"after": "x"}, {"f": "xml"}, {"filter": "class ="},
                {"filter-lang": "cql2-json"}, {"crs": "EPSG:3857"}):  # fmt: skip
        read("/collections/waters/items", status=400, **bad)


def test_feature(city: None) -> None:
    body = read("/collections/waters/items/3")
    assert body["type"] == "Feature" and body["id"] == 3
    assert {"self", "collection"} <= rels(body)


def test_feature_404(city: None) -> None:
    for path in ("/collections/waters/items/999", "/collections/waters/items/x",
                 "/collections/waters/items/99999999999999999999", "/collections/nope",
                 "/collections/relief"):  # fmt: skip
        read(path, status=404)


def test_queryables_name_what_a_filter_may(city: None) -> None:
    names = set(read("/collections/waters/queryables")["properties"])
    assert {"geometry", "fid", "name_zh", "class"} <= names


def test_pages_for_people(city: None) -> None:
    for path in ("/", "/api", "/conformance", "/collections", "/collections/waters",
                 "/collections/waters/items", "/collections/waters/items/3"):  # fmt: skip
        answer = Client().get(f"/ogc{path}", {"f": "html"})
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/html"), path
    by_header = Client().get("/ogc/collections", headers={"Accept": "text/html"})
    assert by_header["Content-Type"].startswith("text/html")


def test_the_definition_is_complete_in_itself(city: None) -> None:
    answer = Client().get("/ogc/api")
    assert "openapi" in answer["Content-Type"]
    text = answer.content.decode()
    body = json.loads(text)
    assert "/collections/waters/items" in body["paths"]
    refs = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    assert refs and all(ref.startswith("#/components/") for ref in refs)


def test_rights_hold_here_too(city: None, enrol: Any, token: Any) -> None:
    read("/collections/parts/items", status=401)
    read("/collections/parts", Client(), status=401)
    staff = Client(headers={"Authorization": f"Bearer {token(enrol('pan', Role.PLANNER))}"})
    assert read("/collections/parts/items", staff)["numberReturned"] == 1
    assert Client().post("/ogc/collections").status_code == 405
