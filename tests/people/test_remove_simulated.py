"""Demo people go; who stands under something real is kept on record and locked out."""

import pytest

from alerts import rulebook
from people import actions, may
from people.models import Department, Role, User


@pytest.mark.usefixtures("shelf_rules")
def test_demo_people_go_and_authors_are_retired() -> None:
    office = actions.found("drainage", "排水中心", "Drainage", simulated=True)
    for name, simulated in (("author", True), ("passer", True), ("staff", False)):
        actions.enrol(
            name,
            Role.SUPERVISOR,
            password="a-pass-phrase",
            areas=["4101"],
            department=office,
            simulated=simulated,
        )
    author = User.objects.get(username="author")
    rulebook.switch("rainstorm", False, may.of_user(author))
    assert actions.remove_simulated() == (1, 1)
    author.refresh_from_db()
    assert not author.is_active and not author.has_usable_password()
    assert User.objects.get(username="staff").check_password("a-pass-phrase")
    assert Department.objects.filter(code="drainage").exists()  # real staff still work there
    assert actions.remove_simulated() == (0, 0)
