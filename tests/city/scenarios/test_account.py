"""The account is neat, and says what the books say."""

import datetime

from city.scenario import Published, Scenario
from city.scenarios.rainstorm import Rainstorm
from city.stage import account
from city.stage.door import Refused
from city.stage.ledger import Ledger, settle
from city.stage.play import Played
from city.stage.table import table, width
from core.severity import Severity

NOON = datetime.datetime(2021, 7, 20, 12, tzinfo=account.ZONE)
HOUR = datetime.timedelta(hours=1)


def test_chinese_takes_two_places() -> None:
    lines = table([["站点", "n"], ["a", "1"], ["郑州", "10"]], right=[1])
    assert {width(line) for line in lines} == {8}
    assert lines[2] == "a      1"


def test_the_book_tells_new_from_known_from_lost() -> None:
    ledger = Ledger()
    for hours, value in ((0, 1.0), (1, 2.0), (2, 3.0), (2, 3.0)):
        ledger.answered(7, NOON + hours * HOUR, value, None)
    ledger.answered(7, NOON + 3 * HOUR, 4.0, Refused("400 result", "NaN"))
    before = {7: {NOON: 1.0, NOON + HOUR: 9.0}}
    after = {7: {NOON: 1.0, NOON + HOUR: 2.0}}
    outcome = settle(ledger, before, after)
    assert (ledger.sent, ledger.accepted, ledger.repeats) == (5, 4, 1)
    assert (outcome.new, outcome.known, outcome.corrected) == (1, 1, 1)
    assert outcome.lost == ((7, NOON + 2 * HOUR),)


def alert(number: int, *steps: tuple[str, int, datetime.datetime]) -> dict[str, object]:
    history = [{"kind": kind, "severity": grade, "at": at.isoformat()} for kind, grade, at in steps]
    return {
        "id": number, "rule": "rainstorm", "title_zh": "暴雨预警", "title_en": "Rainstorm",
        "peak": min(grade for _, grade, _ in steps), "thing_zh": f"站{number}", "value": 1.0,
        "history": history,
    }  # fmt: skip


def test_a_worse_colour_counts_for_the_milder_ones() -> None:
    alerts = [
        alert(1, ("raised", 4, NOON), ("escalated", 1, NOON + 3 * HOUR)),
        alert(2, ("raised", 2, NOON + HOUR), ("cleared", 2, NOON + 9 * HOUR)),
    ]
    found = account.first_reached(alerts, "rainstorm")
    assert {colour: at for colour, (at, _) in found.items()} == {
        Severity.BLUE: NOON,
        Severity.YELLOW: NOON + HOUR,
        Severity.ORANGE: NOON + HOUR,
        Severity.RED: NOON + 3 * HOUR,
    }
    assert account.first_reached(alerts, "another") == {}


def test_the_table_sets_colours_beside_what_was_published() -> None:
    class Storm(Rainstorm):
        published = (Published(NOON, "红色预警", "red warning", 1),)

        def notes(self, stations: object) -> list[tuple[str, str]]:
            return []

    played = Played(
        [], NOON, NOON + HOUR, datetime.timedelta(0), 1.0, 0.0, Ledger(),
        settle(Ledger(), {}, {}), [alert(1, ("raised", 1, NOON + 90 * HOUR / 60))],
        frozenset({1}),
    )  # fmt: skip
    text = "\n".join(account.lines("storm", Storm(), played, 0))
    assert "平台晚 later 1 h 30 min" in text and "红色预警 red warning" in text
    assert "2021-07-20 13:30         站1" in text
    assert issubclass(Storm, Scenario)
