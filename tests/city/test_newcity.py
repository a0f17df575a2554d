"""A city from its own files: every mistake named by file, row and column; all or nothing."""

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from shapely.geometry import Polygon, box, mapping

from people.models import Department, User
from places import divisions
from places.models import Division, Level

DEPARTMENTS = "code,name_zh,name_en\ndrainage,排水处,Drainage\n"
PEOPLE = (
    "username,role,department,name_zh,name_en,areas\n"
    "wang,dispatcher,drainage,王,Wang,\n"
    "li,inspector,drainage,李,Li,410202;410203\n"
)


def _feature(code: str, name: str, outline: Polygon) -> dict[str, object]:
    properties = {"code": code, "name_zh": name}
    return {"type": "Feature", "properties": properties, "geometry": mapping(outline)}


def _boundary(*more: dict[str, object]) -> str:
    features = [
        _feature("410200", "开封市", box(114.0, 34.0, 115.0, 35.0)),
        _feature("410202", "龙亭区", box(114.0, 34.0, 114.5, 35.0)),
        _feature("410203", "顺河回族区", box(114.5, 34.0, 115.0, 35.0)),
        _feature("410202001", "北书店街道", box(114.0, 34.0, 114.5, 34.5)),
        *more,
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


class Files:
    """The three files of a city, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("boundary.geojson", _boundary())
        self.write("departments.csv", DEPARTMENTS)
        self.write("people.csv", PEOPLE)

    def write(self, name: str, text: str, encoding: str = "utf-8") -> None:
        (self.folder / name).write_text(text, encoding=encoding)

    def run(self, **options: object) -> str:
        out = StringIO()
        paths = [
            self.folder / name for name in ("boundary.geojson", "departments.csv", "people.csv")
        ]
        with override_settings(DATA=self.folder):
            call_command("newcity", *map(str, paths), stdout=out, **{"datum": "cgcs2000"} | options)
        return out.getvalue()


@pytest.fixture
def files(tmp_path: Path, real: None) -> Files:
    """Sound files."""
    return Files(tmp_path)


def test_an_empty_platform_is_made_ready(files: Files) -> None:
    said = files.run()
    assert "4 divisions, 1 departments, 2 people" in said
    street = Division.objects.get(code="410202001")
    assert (street.level, street.parent_id, street.simulated) == (Level.STREET, "410202", False)
    assert divisions.at(114.2, 34.2) == "410202001"
    assert User.objects.get(username="wang").areas == ["4102"]
    assert User.objects.get(username="li").areas == ["410202", "410203"]
    assert Department.objects.get().name_zh == "排水处"
    kept = files.folder / "secrets" / "first_passwords.csv"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    name, word = kept.read_text().splitlines()[1].split(",")
    assert User.objects.get(username=name).check_password(word)


def test_a_check_changes_nothing(files: Files) -> None:
    assert "sound" in files.run(check=True)
    assert not Division.objects.exists() and not User.objects.exists()


def test_spreadsheets_save_gb18030(files: Files) -> None:
    files.write("departments.csv", DEPARTMENTS, encoding="gb18030")
    files.run()
    assert Department.objects.get().name_zh == "排水处"


def test_gcj02_outlines_are_brought_back(files: Files) -> None:
    files.run(datum="gcj02")
    # what GCJ-02 calls 115 E lies half a kilometre further west
    assert divisions.at(114.998, 34.8) == ""
    assert divisions.at(113.996, 34.8) == "410202"


def test_the_datum_must_be_said(files: Files) -> None:
    with pytest.raises(CommandError, match="datum"):
        call_command("newcity", "a", "b", "c")


def test_every_mistake_is_named_with_its_row(files: Files) -> None:
    files.write("departments.csv", DEPARTMENTS + "Drainage 2,乙,B\ndrainage,丙,C\n")
    files.write(
        "people.csv",
        PEOPLE + "wang,boss,nobody,王,Wang,\n\nzhao,planner,drainage,赵,Zhao,999999\n",
    )
    bowtie = Polygon([(114, 34), (115, 35), (115, 34), (114, 35)])
    files.write(
        "boundary.geojson",
        _boundary(
            _feature("41", "河南省", bowtie),
            _feature("410204", "鼓楼区", bowtie),
            _feature("320102", "玄武区", box(118.0, 32.0, 119.0, 33.0)),
            _feature("410205", "禹王台区", box(34.0, 114.0, 35.0, 115.0)),
        ),
    )
    with pytest.raises(CommandError) as refused:
        files.run()
    said = str(refused.value)
    for part in (
        "departments.csv:3 code", "departments.csv:4 code", "people.csv:4 username",
        "people.csv:4 role", "people.csv:4 department", "people.csv:6 areas: '999999'",
        "boundary.geojson:5 code", "boundary.geojson:6 geometry", "320102",
        "boundary.geojson:8 geometry",
    ):  # fmt: skip
        assert part in said, said
    assert "10 处" in said
    assert not Division.objects.exists() and not User.objects.exists()


def test_a_heading_that_is_missing_is_one_complaint(files: Files) -> None:
    files.write("people.csv", "name,role\nwang,dispatcher\n")
    with pytest.raises(CommandError, match=r"people\.csv:1 heading"):
        files.run()


@pytest.mark.parametrize("text", ["{", "[]", '{"features": 3}', '{"type": "Feature"}'])
def test_what_is_no_feature_collection(files: Files, text: str) -> None:
    files.write("boundary.geojson", text)
    with pytest.raises(CommandError, match=r"boundary\.geojson"):
        files.run()


def test_a_second_city_is_refused(files: Files) -> None:
    files.run()
    files.write("boundary.geojson", _boundary().replace("4102", "4103"))
    files.write(
        "people.csv", PEOPLE.replace("4102", "4103").replace("wang", "w2").replace("li,", "l2,")
    )
    with pytest.raises(CommandError, match="city already"):
        files.run()
    assert Division.objects.filter(level=Level.CITY).count() == 1
