"""Search in all that is registered: kinds of match, ranking, rights, changes, hostile input."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
import shapely
from django.test import Client

from layers import actions
from layers.importing import making
from layers.layer import Column
from layers.models import Feature
from layers.search import index
from layers.search.find import Hit
from layers.search.find import find as search
from layers.search.matching import Place
from people import may
from people.models import Role, User
from places import actions as places
from places.actions import DivisionRow, NameRow
from places.models import Level, PlaceName
from sensors.actions import register
from sensors.thing import ThingSpec

PLANNER = may.Rights(1, Role.PLANNER, ("4101",), None, "pan")
MIDDLE = Place(113.65, 34.75)
Spot = tuple[str, str, float, float]

HOSPITALS: list[Spot] = [
    ("郑州市第一人民医院", "Zhengzhou First People's Hospital", 113.66, 34.76),
    ("金水区中医院", "Jinshui TCM Hospital", 113.70, 34.80),
    ("中牟县人民医院", "Zhongmu People's Hospital", 114.0, 34.72),
]


def fill(layer: str, spots: Iterable[Spot], **more: object) -> None:
    rows = [
        (fid, shapely.to_wkb(shapely.Point(lon, lat)), {"name_zh": zh, "name_en": en, **more})
        for fid, (zh, en, lon, lat) in enumerate(spots, 1)
    ]
    actions.replace_features(layer, rows, simulated=True)


def lay(names: Sequence[tuple[str, float, float]]) -> None:
    """Lay streets of 1 km eastwards, each in two pieces."""
    rows: list[Any] = []
    for zh, lon, lat in names:
        for step in (0.0, 0.005):
            line = shapely.LineString([(lon + step, lat), (lon + step + 0.005, lat)])
            rows.append((len(rows) + 1, shapely.to_wkb(line), {"name_zh": zh, "class": "local"}))
    actions.replace_features("streets", rows, simulated=True)


def divide() -> None:
    box = shapely.MultiPolygon([shapely.box(113.6, 34.7, 113.8, 34.9)]).wkb
    street = shapely.MultiPolygon([shapely.box(113.64, 34.74, 113.68, 34.78)]).wkb
    rows = [
        DivisionRow("410100", "郑州市", Level.CITY, None, box),
        DivisionRow("410105", "金水区", Level.DISTRICT, "410100", box),
        DivisionRow("410105001", "花园路街道", Level.STREET, "410105", street),
    ]
    places.register_divisions(rows)


def told(hits: Sequence[Hit]) -> list[tuple[str, str]]:
    return [(hit.found.name_zh, hit.match) for hit in hits]


def names(typed: str, rights: may.Rights = PLANNER, **more: Any) -> list[str]:
    return [hit.found.name_zh for hit in search(typed, rights, near=MIDDLE, **more)]


@pytest.fixture
def city(real: None) -> None:
    """Divisions, streets, hospitals, a place name and a manhole."""
    divide()
    lay([("花园路", 113.64, 34.75), ("花园路", 113.9, 34.6), ("花园北街", 113.64, 34.77)])
    fill("hospitals", HOSPITALS)
    fill("parts", [("检查井盖", "Manhole", 113.65, 34.75)], code="4101050010011234")
    row = NameRow("二七纪念塔", "Erqi Memorial Tower", "sight", 113.66, 34.75, "410105001")
    places.name_places([row], simulated=True)


def test_every_source_answers_with_kind_place_and_division(city: None) -> None:
    hit = search("第一人民医院", PLANNER)[0]
    assert (hit.source, hit.match, hit.found.layer, hit.found.id) == (
        "layer/hospitals", "within", "hospitals", "1"
    )  # fmt: skip
    assert (hit.found.kind_zh, hit.found.kind_en) == ("医院", "Hospitals")
    assert (hit.found.lon, hit.found.lat) == (113.66, 34.76)
    assert hit.found.division == "410105001" and hit.found.simulated
    assert [one.source for one in search("二七", PLANNER)] == ["place"]
    district = search("金水区", PLANNER)[0]
    assert (district.source, district.match, district.found.id) == ("division", "exact", "410105")
    assert district.found.division == "4101" and district.found.bounds is not None
    assert district.found.bounds == pytest.approx((113.6, 34.7, 113.8, 34.9))


def test_a_street_in_pieces_is_one_and_two_far_apart_are_two(city: None) -> None:
    hits = [hit for hit in search("花园路", PLANNER, near=MIDDLE) if hit.match == "exact"]
    assert [(hit.found.lon, hit.found.lat) for hit in hits] == [
        (pytest.approx(113.645), 34.75), (pytest.approx(113.905), 34.6)
    ]  # fmt: skip
    assert hits[0].found.bounds == pytest.approx((113.64, 34.75, 113.645, 34.75))


def test_the_order_is_match_then_kind_and_nearness(city: None) -> None:
    found = told(search("花园路", PLANNER, near=MIDDLE))
    assert found == [
        ("花园路", "exact"), ("花园路", "exact"), ("花园路街道", "begins")
    ]  # fmt: skip
    assert told(search("花园", PLANNER, near=MIDDLE))[0] == ("花园路街道", "begins")  # the larger
    far = Place(114.0, 34.72)
    assert search("人民医院", PLANNER, near=far)[0].found.name_zh == "中牟县人民医院"
    assert search("人民医院", PLANNER, near=MIDDLE)[0].found.name_zh == "郑州市第一人民医院"


KINDS = [
    ("中医", "金水区中医院", "within"),
    ("ｊｉｎｓｈｕｉ ｑｕ", "金水区", "exact"),
    ("huayuanlu", "花园路", "exact"),
    ("hua yuan lu", "花园路", "exact"),
    ("huayuanb", "花园北街", "begins"),
    ("eqjnt", "二七纪念塔", "begins"),  # first letters
    ("tcm", "金水区中医院", "within"),
    ("Zhongmu peo", "中牟县人民医院", "begins"),
    ("hospital jinshui", "金水区中医院", "within"),  # words in any order
    ("中牟 医院", "中牟县人民医院", "within"),
    ("410105001001", "检查井盖", "begins"),
    ("４１０１０５００１００１１２３４", "检查井盖", "exact"),
    ("410105", "金水区", "exact"),
    ("二气纪念塔", "二七纪念塔", "nearly"),  # the same sound
    ("二七纪念碑", "二七纪念塔", "nearly"),  # a wrong character
    ("二纪念塔", "二七纪念塔", "nearly"),  # a missing one
    ("erqijiniantta", "二七纪念塔", "nearly"),  # a letter too much
    ("zhogmu yiyuan", "中牟县人民医院", "nearly"),  # an error in one of two terms
    ("memoral", "二七纪念塔", "nearly"),
]


def test_kinds_of_match(city: None) -> None:
    for typed, name, match in KINDS:
        assert told(search(typed, PLANNER, near=MIDDLE))[0] == (name, match), typed


def test_a_replaced_layer_is_searched_as_it_now_is(city: None) -> None:
    assert names("中牟县人民医院") == ["中牟县人民医院"]
    fill("hospitals", [("白沙医院", "Baisha Hospital", 113.66, 34.76)])
    assert names("白沙") == ["白沙医院"] and "中牟县人民医院" not in names("中牟县人民医院")
    fill("hospitals", [])
    assert names("白沙") == []


def test_what_went_or_was_renamed_behind_the_stamp_is_not_shown(city: None) -> None:
    assert names("中牟县人民医院") == ["中牟县人民医院"]
    Feature.objects.filter(layer="hospitals", fid=3).update(properties={"name_zh": "别的"})
    PlaceName.objects.all().delete()
    assert names("中牟县人民医院") == [] and names("二七纪念塔") == []


def imported(code: str, sharing: str | tuple[str, ...], column: str = "mingcheng") -> None:
    wishes = making.Wishes(title_zh="水井", title_en="Wells")
    columns = {column: Column("名称", "Name"), "depth": Column("深", "Depth", "int")}
    layer = making.vector(code, "wells.geojson", "EPSG:4326", wishes, "point", columns)
    layer = dataclasses.replace(layer, sharing=sharing)
    actions.register(layer, "user:1")
    spot = shapely.to_wkb(shapely.Point(113.65, 34.75))
    actions.replace_features(code, [(1, spot, {column: "甜水古井"})], simulated=False)


def test_an_imported_layer_is_found_and_leaves_with_its_layer(city: None) -> None:
    imported("wells", "staff")
    hit = search("甜水", PLANNER)[0]
    assert (hit.source, hit.found.kind_zh, hit.found.kind_en) == ("layer/wells", "水井", "Wells")
    actions.remove("wells", "user:1")
    assert names("甜水") == []


def test_rights_hold_for_layers_things_and_strangers(city: None) -> None:
    imported("wells", (Role.SUPERVISOR.value,))
    spec = ThingSpec(
        "M-7", "东风渠水位站", "Dongfeng gauge", "waterlevel", 113.7, 34.8, "410102", ()
    )
    register([spec])
    supervisor = may.Rights(2, Role.SUPERVISOR, ("4101",))
    elsewhere = may.Rights(3, Role.DISPATCHER, ("410105",))
    assert names("甜水", supervisor) == ["甜水古井"] and names("甜水", PLANNER) == []
    assert names("东风渠", PLANNER) == ["东风渠水位站"] == names("m7", PLANNER)
    assert names("东风渠", elsewhere) == []  # it stands in another district
    assert names("井盖", PLANNER) == ["检查井盖"] and names("井盖", may.NOBODY) == []
    assert {hit.source for hit in search("花园", may.NOBODY)} == {"layer/streets"}  # which is open


def test_sources_and_number_can_be_chosen(city: None) -> None:
    assert {hit.source for hit in search("花园", PLANNER, among=["layer/streets"])} == {
        "layer/streets"
    }
    assert len(search("花园", PLANNER, limit=2)) == 2


def test_a_name_in_two_sources_at_one_place_is_told_once(city: None) -> None:
    row = NameRow("金水区中医院", "Jinshui TCM", "hospital", 113.7001, 34.8001, "410105")
    places.name_places([row], simulated=True)
    assert names("金水区中医院") == ["金水区中医院"]


HOSTILE = [
    "%", "_", "%%%", "'; DROP TABLE places_placename; --", "\\", "\\%", "\0", "花\0园\x01路\x7f",
    "花" * 10_000, "a " * 5_000, "'" * 10_000, "\u202e\u200b\ufeff", "😀", "\ud800", "(((((", "*",
    "[a-z]+", "NULL", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "xi" * 300, "9" * 400,
]  # fmt: skip


def test_hostile_input_does_no_harm(city: None) -> None:
    for typed in HOSTILE:
        assert len(search(typed, PLANNER, near=MIDDLE)) <= 10, typed
    for typed in ("%", "_", "\\", "\0", "'", "*", "\u202e"):
        assert search(typed, PLANNER) == [], typed
    assert names("花\0园\x01 路") == names("花 园 路")
    assert PlaceName.objects.count() == 1


def test_a_large_source_is_read_aside_and_old_names_answer(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names("白沙") == []
    monkeypatch.setattr(index, "LARGE", 1)
    started: list[Callable[[], None]] = []

    class Thread:
        def __init__(self, target: Callable[..., None], args: tuple[Any, ...], daemon: bool):
            self._run = lambda: target(*args)

        def start(self) -> None:
            started.append(self._run)

    fill("hospitals", [*HOSPITALS[:2], ("白沙医院", "Baisha", 113.66, 34.76)])
    monkeypatch.setattr(index.threading, "Thread", Thread)
    assert names("白沙医院") == [] and names("金水区中医院") == ["金水区中医院"]
    assert names("中牟县人民医院") == []  # it is no more, whatever memory says
    assert len(started) == 1  # not begun twice
    started[0]()
    assert names("白沙医院") == ["白沙医院"]


def get(user: User | None, **query: object) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get("/api/v1/search", query)


def test_the_api_answers_in_both_languages(city: None, enrol: Callable[..., User]) -> None:
    planner = enrol("pan", Role.PLANNER)
    answer = get(planner, q="花园路街道", lon=113.65, lat=34.75, limit=1).json()["items"]
    assert answer == [
        {
            "source": "division", "match": "exact", "id": "410105001", "layer": None,
            "name_zh": "花园路街道", "name_en": "Huayuanlu Subdistrict", "code": "410105001",
            "kind": "street", "kind_zh": "街道乡镇", "kind_en": "Subdistrict",
            "lon": 113.66, "lat": 34.76, "bounds": [113.64, 34.74, 113.68, 34.78],
            "division": "410105", "division_zh": "金水区", "division_en": "Jinshui District",
            "simulated": False,
        }
    ]  # fmt: skip
    assert get(planner).json() == {"items": []}  # an empty question only reads the names


def test_the_api_refuses_strangers_and_nonsense(city: None, enrol: Callable[..., User]) -> None:
    assert get(None, q="花园").status_code == 401
    assert get(enrol("cai", Role.CITIZEN, ()), q="花园").status_code == 403
    planner = enrol("pan", Role.PLANNER)
    for wrong in ({"limit": 0}, {"limit": 51}, {"lon": 181}, {"lat": "x"}):
        assert get(planner, q="花园", **wrong).status_code == 400
    assert get(planner, q="花" * 10_000).json() == {"items": []}


def test_what_is_called_by_its_class_comes_after_names_of_its_own(city: None) -> None:
    lamps = [("花园灯", "Garden lamp", 113.65 + n / 1e5, 34.75) for n in range(120)]
    fill("parts", lamps)
    found = told(search("花园", PLANNER, near=MIDDLE, limit=20))
    assert found[-1] == ("花园灯", "begins")
    first = found.index(("花园灯", "begins"))
    assert {name for name, _ in found[:first]} == {"花园路街道", "花园路", "花园北街"}
    assert told(search("花园灯", PLANNER, near=MIDDLE))[0] == ("花园灯", "exact")
