"""The catalogue told to others: records, DCAT, pages; nobody learns of what is not theirs."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
import rdflib
from django.test import Client
from rdflib.namespace import DCAT, DCTERMS, RDF

from core.shelf import BadShelf
from layers import catalogue
from layers.metadata import views, wording
from people.actions import enrol as enrol_person
from people.actions import issue_token
from people.models import Role

from .conftest import CLIENT, register

ITEMS = "/collections/catalogue/items"
Read = Callable[..., Any]


@pytest.fixture(scope="module")
def staff(city: None) -> Client:
    planner = enrol_person("keeper", Role.PLANNER, password=None, areas=["4101"])
    return Client(headers={"Authorization": f"Bearer {issue_token(planner)[0]}"})


def codes(body: Any) -> list[str]:
    return [one["id"] for one in body["features"]]


def test_records_list_what_one_may_see(read: Read, staff: Client) -> None:
    body = read(ITEMS, limit=100)
    open_ones = {code for code, one in catalogue.layers().items() if one.sharing == "open"}
    assert set(codes(body)) == open_ones and "secret" not in open_ones and "dem" in open_ones
    assert body["numberMatched"] == len(open_ones) == body["numberReturned"]
    seen = staff.get(f"/ogc{ITEMS}", {"limit": 100}).json()
    assert "secret" in codes(seen) and "parts" in codes(seen)
    read(f"{ITEMS}/secret", 401)
    read(f"{ITEMS}/nope", 404)
    assert staff.get(f"/ogc{ITEMS}/secret").json()["id"] == "secret"


def test_a_record_says_what_the_standard_wants(read: Read) -> None:
    body = read(f"{ITEMS}/waters")
    assert body["type"] == "Feature" and body["conformsTo"][0].endswith("/req/record-core")
    assert body["geometry"]["type"] == "Polygon" and "time" in body
    told = body["properties"]
    assert told["type"] == "dataset" and told["title"] and told["updated"].endswith("Z")
    assert told["simulated"] is True and "无条件共享" in told["rights"]
    rels = {one["rel"] for one in body["links"]}
    assert {"self", "alternate", "collection", "item", "describes", "tiles", "service"} == rels
    for one in body["links"]:
        path = one["href"].removeprefix("http://testserver")
        if not path.startswith(("/tiles/", "/service")):  # those stand in front of Django
            assert CLIENT.get(path).status_code == 200, path
    assert read(f"{ITEMS}/dem")["properties"]["type"] == "coverage"
    assert read(f"{ITEMS}/greens")["geometry"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "水体"}, {"waters"}), ({"q": "WATERS"}, {"waters"}),
        ({"q": "elevation  model,水体"}, {"waters", "dem", "relief"}),
        ({"q": "nothing at all"}, set()),
        ({"type": "coverage"}, {"dem", "relief"}),
        ({"ids": "dem,waters,secret"}, {"dem", "waters"}),
        ({"bbox": "114.05,35.05,114.2,35.2"}, {"areas"}),
        ({"bbox": "170,-80,113.505,80", "ids": "waters,areas"}, {"waters"}),
        ({"datetime": "../2020-01-01T00:00:00Z"}, set()),
        ({"datetime": "2020-01-01T00:00:00Z/..", "ids": "waters,greens"}, {"waters"}),
    ],
)  # fmt: skip
def test_records_are_searched(read: Read, query: dict[str, str], found: set[str]) -> None:
    assert set(codes(read(ITEMS, limit=100, **query))) == found


def test_records_are_paged(read: Read) -> None:
    every, seen, url = codes(read(ITEMS, limit=100)), [], f"/ogc{ITEMS}?limit=3"
    while url:
        body = CLIENT.get(url).json()
        seen += codes(body)
        url = next((one["href"] for one in body["links"] if one["rel"] == "next"), "")
    assert seen == every == sorted(every)


def test_records_refuse_what_they_do_not_know(read: Read) -> None:
    for bad in ({"foo": 1}, {"limit": 0}, {"bbox": "1,2,3"}, {"bbox": "1,9,3,2"},
                {"bbox": "400,0,401,1"}, {"datetime": "soon"}, {"crs": "x"}):  # fmt: skip
        read(ITEMS, 400, **bad)


def test_records_are_pages_too(ask: Read) -> None:
    for path in ("/collections/catalogue", ITEMS, f"{ITEMS}/waters"):
        answer = ask(path, f="html", **({"limit": 100} if path == ITEMS else {}))
        assert answer["Content-Type"].startswith("text/html")
        assert path.endswith("catalogue") or "水体" in answer.content.decode()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader
def test_dcat_is_rdf_and_holds_what_one_may_see(city: None, staff: Client) -> None:
    answer = CLIENT.get("/catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    graph = rdflib.Graph().parse(data=answer.content, format="json-ld")
    (top,) = graph.subjects(RDF.type, DCAT.Catalog)
    sets = set(graph.objects(top, DCAT.dataset))
    names = {str(name) for one in sets for name in graph.objects(one, DCTERMS.identifier)}
    assert {"waters", "dem"} <= names and "secret" not in names
    for one in sets:
        # what DCAT-AP demands of a data set, and what it recommends
        titles = {str(title.language).lower() for title in graph.objects(one, DCTERMS.title)}
        assert titles == {"zh-cn", "en"}
        for needed in (DCTERMS.description, DCTERMS.publisher, DCTERMS.accessRights,
                       DCTERMS.accrualPeriodicity, DCAT.landingPage, DCAT.keyword):  # fmt: skip
            assert list(graph.objects(one, needed)), (one, needed)
        for way in graph.objects(one, DCAT.distribution):
            assert list(graph.objects(way, DCAT.accessURL))
    (service,) = graph.objects(top, DCAT.service)
    assert str(graph.value(service, DCAT.endpointURL)).endswith("/ogc")
    assert '"secret"' in json.dumps(staff.get("/catalog.jsonld").json())
    assert CLIENT.get("/catalog.jsonld?foo=1").status_code == 400


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "责任部门"), ("en", "Owner")])
def test_a_page_for_each_layer_in_both_languages(city: None, language: str, words: str) -> None:
    client = Client(headers={"Accept-Language": language})
    for code in catalogue.layers():
        if catalogue.layers()[code].sharing != "open":
            continue
        text = client.get(f"/catalog/{code}").content.decode()
        assert words in text and f"<code>{code}</code>" in text
    listed = client.get("/catalog/").content.decode()
    assert "/catalog/waters" in listed and "/catalog/secret" not in listed


def test_a_page_speaks_one_language_and_no_codes(city: None) -> None:
    texts = {
        language: Client(headers={"Accept-Language": language}).get("/catalog/waters")
        for language in ("zh-hans", "en")
    }
    zh, en = [texts[one].content.decode() for one in ("zh-hans", "en")]
    assert "由固定种子生成" in zh and "generated from" not in zh and "矢量 · 面" in zh
    assert "generated from a fixed seed" in en and "由固定种子生成" not in en
    assert "CGCS2000 经纬度（EPSG:4490）" in zh and "湖泊" in zh and "Lake" in en
    for relation in (">self<", ">collection<", "polygon"):
        assert relation not in zh + en


@pytest.mark.parametrize("text", ["© OpenStreetMap contributors", "测绘院 DLG 2024", "wells.zip"])
def test_a_text_in_one_language_stays_whole(text: str) -> None:
    assert wording.in_each(text) == (text, text)


def test_a_preview_is_as_near_as_the_layer_is_drawn(city: None) -> None:
    """Buildings are drawn from zoom 14 on: of a whole city nothing would be seen."""
    wide: Any = SimpleNamespace(
        layer=catalogue.layer("buildings"), bounds=[113.0, 34.0, 114.5, 35.5]
    )
    box = parse_qs(views._preview(wide))["BBOX"][0]
    west, south, east, north = (float(edge) for edge in box.split(","))
    pixel = (east - west) / 480
    assert pixel < 360 / 256 / 2**14
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((113.75, 34.75))


def test_pages_find_and_refuse(city: None, staff: Client) -> None:
    found = CLIENT.get("/catalog/", {"q": "水体"}).content.decode()
    assert "/catalog/waters" in found and "/catalog/dem" not in found
    nothing = CLIENT.get("/catalog/", {"q": "<script>\x00"})
    assert nothing.status_code == 200 and b"<script>\x00" not in nothing.content
    assert CLIENT.get("/catalog/nope").status_code == 404
    assert CLIENT.get("/catalog/secret").status_code == 401
    assert staff.get("/catalog/secret").status_code == 200
    stranger = {"Authorization": "Bearer nonsense"}
    for path in ("/catalog/", "/catalog/waters", "/catalog.jsonld"):
        assert CLIENT.get(path, headers=stranger).status_code == 401, path
    text = CLIENT.get("/catalog/waters").content.decode()
    assert "LAYERS=waters" in text and "GetMap" in text


def test_no_layer_takes_an_address_of_ours() -> None:
    for code in ("catalogue", "identify", "imports", "inside"):
        with pytest.raises(BadShelf):
            register(code)
