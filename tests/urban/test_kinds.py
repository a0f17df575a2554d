"""The shelf of kinds against the standard's table, and the keys that are easily confused."""

from pathlib import Path
from typing import Any

import pytest

from city.demo.staff import DEPARTMENTS
from core.errors import Invalid
from core.shelf import BadShelf, tables
from urban import kind
from urban.kind import Kind
from urban.worktime import Unit


def test_codes_and_names_are_those_of_the_standard(vectors: dict[str, Any]) -> None:
    classes = {"part": vectors["classes"]["parts"], "matter": vectors["classes"]["matters"]}
    standard = [each for each in kind.book().values() if not each.local]
    assert len(standard) == 10 and {each.kind for each in standard} == {"part", "matter"}
    for each in standard:
        assert classes[each.kind][each.code] == each.zh


def test_local_classes_take_the_upper_numbers_and_say_so(vectors: dict[str, Any]) -> None:
    (local,) = [each for each in kind.book().values() if each.local]
    assert local.code not in vectors["classes"]["matters"] and "自定义" in local.zh


def test_every_kind_goes_to_a_department_in_known_units() -> None:
    departments = {row[0] for row in DEPARTMENTS}
    for each in kind.book().values():
        assert each.department in departments
        assert all(one.limit.unit in set(Unit) for one in each.conditions)


def test_the_key_is_kind_and_code() -> None:
    assert kind.find("part", "01003").zh == "雨水井盖"
    with pytest.raises(Invalid):
        kind.find("matter", "01003")
    codes = [each.service_code for each in kind.book().values()]
    assert len(set(codes)) == len(codes)


def test_a_misspelt_key_stops_the_start(tmp_path: Path) -> None:
    good = next(kind.SHELF.glob("*.toml")).read_text(encoding="utf-8")
    (tmp_path / "x.toml").write_text(
        good.replace("[[conditions]]", "limits = 3\n[[conditions]]", 1)
    )
    with pytest.raises(BadShelf, match="limits"):
        tables(tmp_path, Kind)
