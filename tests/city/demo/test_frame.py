"""The real frame: outlines, registers and the choice of heart and centre."""

import pytest
from shapely.geometry import Point

from city.demo import frame, site
from core.errors import Invalid


def test_zhengzhou_as_the_registers_know_it() -> None:
    found = frame.read("410100")
    assert (found.name, found.prefix) == ("郑州市", "4101")
    assert [unit.code[-2:] for unit in found.districts] == (
        ["02", "03", "04", "05", "06", "08", "22", "81", "82", "83", "84", "85"]
    )
    assert [code for code, _ in found.zones] == ["410171", "410172", "410173"]
    assert (len(found.streets), len(found.communities)) == (208, 3306)


def test_zhengzhous_heart_and_centre() -> None:
    found = site.survey(frame.read("410100"))
    assert found.centre == ("410102", "410103", "410104", "410105", "410108")
    # the Erqi tower, where the old districts meet
    assert Point(found.plane.lon, found.plane.lat).distance(Point(113.6664, 34.7525)) < 0.01


@pytest.mark.parametrize(
    ("adcode", "name", "districts"),
    [
        ("320500", "苏州市", 9),
        ("441900", "东莞市", 1),  # has no districts: it is its own
        ("429004", "仙桃市", 1),  # a county-level city directly under its province
        ("110100", "北京市", 16),  # a municipality, filed under its province's code
    ],
)
def test_other_kinds_of_city(adcode: str, name: str, districts: int) -> None:
    found = frame.read(adcode)
    assert (found.name, len(found.districts)) == (name, districts)
    assert found.communities


@pytest.mark.parametrize("adcode", ["999900", "nonsense", ""])
def test_what_is_no_city(adcode: str) -> None:
    with pytest.raises(Invalid) as refused:
        frame.read(adcode)
    assert refused.value.remedy
