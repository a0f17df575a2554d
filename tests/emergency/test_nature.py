"""A type proposed from words, with the words that led to it; the shelves agree with each other."""

import datetime

import pytest

from core.errors import Invalid
from core.severity import Severity
from core.standard import in_force
from emergency import grade, place
from emergency.force import forces
from emergency.nature import natures, propose


@pytest.mark.parametrize(
    ("words", "code", "severity", "matched"),
    [
        ("smoke, second floor, Nongye Road 12", "fire", 2, ("smoke",)),
        ("农业路12号二楼冒烟", "fire", 2, ("冒烟",)),
        ("京广路隧道积水很深，有车熄火被困", "flooding", 2, ("积水", "熄火", "被困")),
        ("罐车侧翻，液氨泄漏，有人昏迷", "chemical_release", 1, ("罐车", "液氨", "泄漏", "昏迷")),
        ("Strong smell of gas in the stairwell", "gas_leak", 2, ("smell of gas",)),
        ("两车追尾，没有人受伤", "traffic_accident", 3, ("追尾",)),
        ("Two cars collided? no: a collision, nobody hurt", "traffic_accident", 3, ("collision",)),
        ("没有起火，只是停电了", "power_failure", 4, ("停电",)),
        ("No fire, but a power cut", "power_failure", 4, ("power cut",)),
        ("SMOKE and Flames", "fire", 2, ("SMOKE", "Flames")),
    ],
)
def test_words_propose_a_type(words: str, code: str, severity: int, matched: tuple[str]) -> None:
    best = propose(words)[0]
    assert (best.nature.code, best.severity, best.matched) == (code, severity, matched)


@pytest.mark.parametrize("words", ["", "   ", "您好", "hello", "火", "firefly", "𝔉𝔦𝔯𝔢", "İ" * 50])
def test_words_that_say_nothing_propose_nothing(words: str) -> None:
    assert propose(words) == []


def test_saying_it_five_times_weighs_no_more() -> None:
    assert propose("着火 着火 着火")[0].score == propose("着火")[0].score


def test_every_run_card_asks_for_kinds_that_exist() -> None:
    for nature in natures().values():
        assert {need.force for need in nature.card} <= set(forces()), nature.code


def test_event_codes_are_those_that_senders_use(vectors) -> None:
    known = vectors["emergency"]["event_codes"]
    used = {each.event_code for each in natures().values() if each.event_code}
    assert used and used <= set(known)


def test_accidents_are_graded_by_any_one_criterion(vectors) -> None:
    names = {zh: level for level, (zh, _) in grade.GRADES.items()}
    day = datetime.date(2026, 1, 1)
    for row in vectors["emergency"]["accident_grades"]:
        found = grade.accident(row["deaths"], row["serious_injuries"], row["loss_10k_yuan"], day)
        assert found == names[row["grade"]], row


def test_rain_reaches_the_colours_of_the_order(vectors) -> None:
    levels = in_force("rainstorm", datetime.date(2026, 1, 1)).data["levels"]
    for row in vectors["emergency"]["rainstorm"]:
        due = [r["severity"] for r in levels if row[f"mm_{r['window_h']}h"] >= r["at_least"]]
        colour = Severity(min(due)).en.capitalize() if due else None
        assert colour == row["colour"], row


@pytest.mark.parametrize(("lon", "lat"), [(113.6, None), (None, 34.7), (200.0, 34.7), (113.6, 95)])
def test_half_a_place_is_none(real, lon: float | None, lat: float | None) -> None:
    with pytest.raises(Invalid):
        place.at(lon, lat)
