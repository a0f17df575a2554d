"""CAP of other services: stored as it came, shown, in any order, once, and never passed on."""

import json
from pathlib import Path
from typing import Any

import pytest

from alerts.models import CapMessage, PublicWarning
from alerts.warning import actions, atom
from alerts.warning.incoming.actions import receive
from core import clock
from core.errors import Conflict, Forbidden, Invalid
from core.severity import Severity
from feed import state
from feed.projection import projections
from people import may
from people.models import Role

VECTORS = json.loads((Path(__file__).parents[1] / "frames/cap/vectors.json").read_text("utf-8"))
CASES = {case["id"]: case for case in VECTORS["cases"]}
State = PublicWarning.State


def xml(case: str = "base", **changes: str) -> bytes:
    """Return a vector whose message lies in the present, with some of it replaced."""
    now = clock.now()
    text = CASES[case]["xml"].replace("2021-07-20T17:40:00", f"{now.year + 1}-07-20T17:40:00")
    for before, after in changes.items():
        text = text.replace({"name": "20210720054000_0"}.get(before, before), after)
    return text.encode()


def later(kind: str, name: str, refers: str = "20210720054000_0") -> bytes:
    reference = f"41010041600000,41010041600000_{refers},2021-07-20T05:40:00+08:00"
    text = xml(name=name).decode()
    text = text.replace("<msgType>Alert", f"<msgType>{kind}")
    text = text.replace("<sent>2021-07-20T05:40:00", "<sent>2021-07-20T06:40:00")
    return text.replace("</scope>", f"</scope><references>{reference}</references>").encode()


@pytest.fixture
def ding(dispatcher) -> may.Rights:
    return may.of_user(dispatcher)


def test_it_is_stored_byte_by_byte_and_shown(divided, ding) -> None:
    got = receive(xml(), ding)
    assert got.fresh and bytes(CapMessage.objects.get().raw) == xml()
    row = got.warning
    assert row is not None and row.origin == "received" and row.state == State.ISSUED
    assert (row.event, row.colour, row.sender_zh) == ("rainstorm", Severity.RED, "郑州市气象台")
    assert row.headline_en == row.headline_zh  # it came in one language
    assert row.geom is not None and row.scope == "4101"
    (item,) = projections()["warning"].items()
    assert item.data["identifier"] == "41010041600000_20210720054000_0"


def test_the_same_again_changes_nothing_and_another_under_its_name_is_refused(ding) -> None:
    first, second = receive(xml(), ding), receive(xml(), ding)
    assert not second.fresh and second.warning == first.warning
    with pytest.raises(Conflict):
        receive(xml().replace("郑州市气象台".encode(), "开封市气象台".encode()), ding)
    assert CapMessage.objects.count() == PublicWarning.objects.count() == 1


def test_the_profile_of_china_is_translated_and_listed(ding) -> None:
    got = receive(xml("severity-colour"), ding)
    (done,) = got.message.translated
    assert (done["before"], done["after"]) == ("Red", "Extreme")
    assert got.warning is not None and got.warning.severity == "Extreme"


def test_vectors_at_the_door(ding) -> None:
    refused = {}
    for name, case in CASES.items():
        if name == "base":
            continue
        unique = xml(name, name=f"{len(refused):014d}_{name}")
        try:
            receive(unique, ding)
        except Invalid as problem:
            assert problem.more["findings"] and problem.zh
            refused[name] = problem
        good = case["schema_valid"] and not case["profile_errors"]
        assert (name not in refused) == (good or name == "severity-colour"), name
    assert CapMessage.objects.count() == len(CASES) - 1 - len(refused)


@pytest.mark.parametrize(
    ("kind", "state_then"), [("Update", State.UPDATED), ("Cancel", State.ENDED)]
)
def test_what_comes_later_ends_what_it_names(ding, kind, state_then) -> None:
    first = receive(xml(), ding).warning
    second = receive(later(kind, "20210720064000_0"), ding).warning
    assert first is not None
    first.refresh_from_db()
    assert first.state == state_then and first.closed
    assert (second is None) == (kind == "Cancel")


@pytest.mark.parametrize(
    ("kind", "state_then"), [("Update", State.UPDATED), ("Cancel", State.ENDED)]
)
def test_what_comes_late_stays_inactive(ding, kind, state_then) -> None:
    receive(later(kind, "20210720064000_0"), ding)
    late = receive(xml(), ding).warning
    assert late is not None and late.state == state_then and late.closed
    _, known = state.known_at(clock.now(), ["warning"])
    live = {item.id for item in projections()["warning"].items()}
    assert {key[1] for key in known} == live


def test_only_the_same_sender_ends_it(ding) -> None:
    first = receive(xml(), ding).warning
    text = later("Cancel", "20210720064000_0").decode()
    text = text.replace("<sender>41010041600000", "<sender>99999941600000")
    receive(text.encode(), ding)
    assert first is not None
    first.refresh_from_db()
    assert first.state == State.ISSUED


def test_an_exercise_ends_nothing_that_is_real(ding) -> None:
    first = receive(xml(), ding).warning
    cancel = later("Cancel", "20210720064000_0").replace(b">Actual<", b">Exercise<")
    receive(cancel, ding)
    assert first is not None
    first.refresh_from_db()
    assert first.state == State.ISSUED


def test_it_cannot_end_a_warning_of_ours(issued, ding) -> None:
    ours = issued()
    text = later("Cancel", "20210720064000_0").decode()
    text = text.replace("41010041600000_20210720054000_0", ours.identifier)
    receive(text.replace("<sender>41010041600000", f"<sender>{ours.sender}").encode(), ding)
    ours.refresh_from_db()
    assert ours.state == State.ISSUED


def test_what_has_expired_is_kept_and_not_live(ding) -> None:
    row = receive(CASES["base"]["xml"].encode(), ding).warning
    assert row is not None and row.state == State.EXPIRED and row.closed


def test_system_messages_and_acknowledgements_are_kept_and_shown_to_nobody(ding) -> None:
    assert receive(xml().replace(b">Actual<", b">System<"), ding).warning is None
    assert receive(later("Ack", "20210720064000_0"), ding).warning is None
    assert CapMessage.objects.count() == 2


def test_it_never_reaches_the_public_by_us(ding) -> None:
    receive(xml(), ding)
    assert atom.live() == []


def test_its_sender_alone_updates_it(ding) -> None:
    row: Any = receive(xml(), ding).warning
    with pytest.raises(Conflict):
        actions.end(row.pk, "cancel", ding)


def test_who_may_not_compose_may_not_pass_it_in(enrol) -> None:
    with pytest.raises(Forbidden):
        receive(xml(), may.of_user(enrol("pan", Role.PLANNER)))
