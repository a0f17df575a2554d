"""Cases and the log: no change without an event, no step rewritten, replay equals the tables."""

from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.db.utils import Error

from core import clock
from feed import state
from feed.projection import projections
from urban import actions
from urban.models import Case, Step

REFUSED = (InternalError, ProgrammingError, Error)


def lives(callers: Any) -> list[int]:
    """Report some cases and let them stop in different states."""
    made = [callers["inspector"].report()["id"] for _ in range(4)]
    for pk in made[1:]:
        callers["desk"].take({"id": pk}, "accept")
    callers["desk"].take({"id": made[2]}, "register")
    callers["desk"].take({"id": made[2]}, "dispatch")
    callers["desk"].take({"id": made[2]}, "hang", words="等雨停")
    callers["desk"].take({"id": made[3]}, "reject", words="重复")
    return made


def test_replay_equals_the_tables(callers: Any) -> None:
    made = lives(callers)
    _, known = state.known_at(clock.now(), {"case"})
    was = state.was_at(clock.now(), {"case"})
    live = {item.id: item for item in projections()["case"].items()}
    assert {key[1]: entity.data for key, entity in known.items()} == {
        pk: item.data for pk, item in live.items()
    }
    assert {key[1]: entity.data for key, entity in was.items()} == {
        pk: item.data for pk, item in live.items()
    }
    assert str(made[3]) not in live and str(made[2]) in live


def test_a_case_changes_with_an_event_only(callers: Any) -> None:
    case = callers["inspector"].report()
    with pytest.raises(REFUSED, match="without an event"), transaction.atomic():
        Case.objects.filter(pk=case["id"]).update(reworks=7)


def test_a_step_is_written_once(callers: Any) -> None:
    case = callers["inspector"].report()
    with pytest.raises(REFUSED, match="insert-only"), transaction.atomic():
        Step.objects.filter(case=case["id"]).update(at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM urban_step WHERE case_id = %s", [case["id"]])
        assert cursor.fetchone()[0] == 1


def test_what_is_simulated_goes_with_its_end_in_the_log(callers: Any) -> None:
    made = lives(callers)
    with transaction.atomic():  # as the demo city does it: marked at the report
        assert actions.remove_simulated("tests") == 0
    assert Case.objects.filter(pk__in=made).count() == 4
