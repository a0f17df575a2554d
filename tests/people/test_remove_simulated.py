"""Demo people go; who stands under something real is kept on record and locked out."""

from alerts.models import RuleVersion
from people import actions
from people.models import Department, Role, User


def test_demo_people_go_and_authors_are_retired(real: None) -> None:
    office = actions.found("drainage", "排水中心", "Drainage", simulated=True)
    for name, simulated in (("author", True), ("passer", True), ("staff", False)):
        actions.enrol(
            name, Role.SUPERVISOR, password="a-pass-phrase", department=office, simulated=simulated
        )
    author = User.objects.get(username="author")
    RuleVersion.objects.create(key="rain", version=1, definition={}, origin="people", author=author)
    assert actions.remove_simulated() == (1, 1)
    author.refresh_from_db()
    assert not author.is_active and not author.has_usable_password()
    assert User.objects.get(username="staff").check_password("a-pass-phrase")
    assert Department.objects.filter(code="drainage").exists()  # real staff still work there
    assert actions.remove_simulated() == (0, 0)
