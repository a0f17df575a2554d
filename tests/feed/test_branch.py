"""A database that was turned back gives other names to its log and to its layers' versions."""

import time

import pytest
from django.db import connection

from feed import branch
from feed.picture import END
from layers import actions
from layers.models import State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def turned_back():
    """A session of a database that `restore` has given a branch."""
    number = int(time.time())
    with connection.cursor() as cursor:
        cursor.execute(f"SET zhihui.branch = '{number:08x}'")
        yield number
        cursor.execute("RESET zhihui.branch")


def end() -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(END)
        return cursor.fetchone()


def test_a_database_never_turned_back_has_no_branch() -> None:
    assert branch.present() == 0


def test_the_log_has_another_name_on_another_branch(
    shelf_rules: None, request: pytest.FixtureRequest
) -> None:
    seq, before = end()
    assert seq > 0
    number = request.getfixturevalue("turned_back")
    assert branch.present() == number
    assert end() == (seq, f"{before}{number:08x}")


def test_a_layers_next_version_is_beyond_those_of_every_other_branch(turned_back: int) -> None:
    assert actions.touch("waters") > turned_back
    actions.outdate(turned_back + 100)
    assert State.objects.get(layer="waters").version == turned_back + 100
    assert actions.touch("waters") == turned_back + 101
