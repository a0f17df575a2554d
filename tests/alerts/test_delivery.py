"""The queue of what goes out: whom it concerns, who has it, when again, and when no more."""

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from alerts.channel import Undelivered
from alerts.delivery import actions, work
from alerts.delivery.public import of_recipient
from alerts.delivery.secret import secret
from alerts.models import Delivery, PublicWarning, Recipient
from alerts.warning import actions as warnings
from core import clock
from core.errors import Conflict, Forbidden, Invalid, Unknown
from people import may
from people.models import Role

State = Delivery.State
DOOR = "https://city.example/hook?token=abc"
NO = Undelivered("no answer", "无应答")


def hook(**more: Any) -> actions.Given:
    base = {"name": "电视台", "channel": "webhook", "address": DOOR, "topics": ["warning"]}
    return actions.Given(**(base | more))  # type: ignore[arg-type]


@pytest.fixture
def sun(supervisor) -> may.Rights:
    return may.of_user(supervisor)


def only() -> Delivery:
    return Delivery.objects.select_related("recipient", "message").get()


def test_a_secret_is_shown_once_and_stored_nowhere(sun) -> None:
    row, shown = actions.add(hook(), sun)
    assert shown.startswith("zhs_") and shown == secret(row)
    assert "token" not in str(of_recipient(row)) and shown not in str(of_recipient(row))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(r)::text FROM alerts_recipient r")
        assert shown not in cursor.fetchone()[0]
    _, renewed = actions.renew_secret(row.pk, sun)
    assert renewed != shown


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"channel": "pigeon"}, "channel"),
    ({"name": " "}, "name"),
    ({"topics": []}, "topics"),
    ({"topics": ["gossip"]}, "topics"),
    ({"least": 9}, "least"),
    ({"address": "ftp://city.example/"}, "address"),
    ({"address": "https://user:word@city.example/"}, "address"),
    ({"address": "http://127.0.0.1:8000/"}, "address"),
    ({"address": "http://10.1.2.3/"}, "address"),
    ({"address": "http://[::1]/"}, "address"),
    ({"address": "http://[::ffff:169.254.169.254]/"}, "address"),
    ({"address": "http://city.example:99999/"}, "address"),
    ({"channel": "mail", "address": "nobody"}, "address"),
    ({"channel": "mail", "address": "a@b.cn\nBcc: c@d.cn"}, "address"),
]


def test_what_cannot_be_sent_to_is_refused_by_field(sun) -> None:
    for more, field in UNFIT:
        with pytest.raises(Invalid) as refused:
            actions.add(hook(**more), sun)
        assert refused.value.field == field and refused.value.zh, more
    assert not Recipient.objects.exists()


def test_supervisors_edit_recipients_of_their_area(sun, enrol, dispatcher) -> None:
    with pytest.raises(Forbidden):
        actions.add(hook(), may.of_user(dispatcher))
    row, _ = actions.add(hook(scope="410105"), sun)
    other = may.of_user(enrol("xi", Role.SUPERVISOR, ("410102",)))
    with pytest.raises(Unknown):
        actions.change(row.pk, hook(scope="410102"), other, None)
    with pytest.raises(Conflict):
        actions.change(row.pk, hook(), sun, 9)
    assert actions.change(row.pk, hook(address="", name="电台"), sun, 1).address == DOOR
    actions.remove(row.pk, sun)
    with pytest.raises(Unknown):
        actions.remove(row.pk, sun)
    assert Recipient.objects.get().address == ""


def test_whom_a_warning_concerns(divided, sun, issued) -> None:
    for name, more in {
        "all": {},
        "off": {"active": False},
        "red only": {"least": 1},
        "other district": {"scope": "410102"},
        "this street": {"scope": "410105001"},
        "city": {"scope": "4101"},
        "alerts": {"topics": ["alert"]},
        "inside": {"internal": True},
    }.items():
        actions.add(hook(name=name, **more), sun)
    issued(colour=2, area={"divisions": ["410105"]})
    told = set(Delivery.objects.values_list("recipient__name", flat=True))
    assert told == {"all", "this street", "city", "inside"}


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_exercises_reach_no_public_recipient(sun, issued, status) -> None:
    actions.add(hook(name="public"), sun)
    actions.add(hook(name="inside", internal=True), sun)
    row = issued(status=status)
    assert only().recipient.name == "inside"
    assert "演练" in only().content["title"] or "测试" in only().content["title"]
    assert not row.messages.get().public


def test_queued_with_the_issue_or_not_at_all(sun, dispatcher, second, write) -> None:
    actions.add(hook(), sun)
    ding = may.of_user(dispatcher)
    row = warnings.compose(write(), ding)
    warnings.submit(row.pk, ding)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        warnings.approve(row.pk, may.of_user(second))
        _ = 1 / 0
    assert not Delivery.objects.exists()
    warnings.approve(row.pk, may.of_user(second))
    warnings.approve(row.pk, may.of_user(second))
    assert only().kind == "warning.issued" and only().message is not None


def test_one_worker_has_it_until_its_lease_ends(sun, issued) -> None:
    actions.add(hook(), sun)
    issued()
    (mine,) = actions.claim(5)
    assert actions.claim(5) == []
    with clock.fixed(clock.now() + actions.LEASE):
        (theirs,) = actions.claim(5)
        assert theirs.uid == mine.uid and theirs.attempts == 2
        actions.failed(mine, NO)  # the first one comes back late: it no longer speaks for it
        assert only().state == State.SENDING
        actions.delivered(theirs, "HTTP 200")
    assert only().state == State.DELIVERED


def test_pauses_grow_and_then_it_is_given_up_visibly(sun, issued) -> None:
    actions.add(hook(), sun)
    row = issued(expires=clock.now() + datetime.timedelta(days=2))
    now, pauses = clock.now(), []
    for _ in range(len(actions.PAUSES)):
        with clock.fixed(now):
            (due,) = actions.claim(5)
            assert not actions.failed(due, NO)
            pauses.append((only().next_try - now).total_seconds())
        now = only().next_try
    assert pauses == sorted(pauses) and pauses[0] < 6 and pauses[-1] > 6000
    with clock.fixed(now):
        (due,) = actions.claim(5)
        assert actions.failed(due, NO)
    assert only().state == State.FAILED and only().error_zh == "无应答"
    warnings.tell_undelivered(row.pk)
    assert PublicWarning.objects.get().undelivered == 1


def test_a_final_refusal_is_not_repeated_and_can_be_sent_again(sun, issued) -> None:
    actions.add(hook(), sun)
    issued()
    (due,) = actions.claim(5)
    assert actions.failed(due, Undelivered("HTTP 404", "HTTP 404", final=True))
    again = actions.resend(due.pk, sun)
    assert again.uid == due.uid and (again.state, again.attempts) == (State.WAITING, 0)
    assert actions.resend(due.pk, sun).state == State.WAITING
    (due,) = actions.claim(5)
    actions.delivered(due, "HTTP 200")
    with pytest.raises(Conflict):
        actions.resend(due.pk, sun)


def test_what_is_no_longer_in_force_is_not_sent(sun, issued, dispatcher, second) -> None:
    actions.add(hook(), sun)
    first = issued()
    ding, shen = may.of_user(dispatcher), may.of_user(second)
    draft = warnings.update(first.pk, None, ding)
    warnings.submit(draft.pk, ding)
    warnings.approve(draft.pk, shen)
    states = dict(Delivery.objects.values_list("kind", "state"))
    assert states == {"warning.issued": State.OVERTAKEN, "warning.updated": State.WAITING}
    late = Delivery.objects.get(kind="warning.updated")
    with clock.fixed(draft.expires):
        (due,) = actions.claim(5)
        assert actions.failed(due, NO)
        with pytest.raises(Conflict):
            actions.resend(late.pk, sun)


def test_mail_that_is_off_says_so(sun, issued, settings, capsys) -> None:
    settings.SMTP_URL = ""
    actions.add(hook(channel="mail", address="duty@city.example"), sun)
    row = issued()
    assert work.deliver_due() == 1
    assert only().state == State.FAILED and "ZHIHUI_SMTP_URL" in only().error_zh
    assert PublicWarning.objects.get(pk=row.pk).undelivered == 1
    call_command("deliveries", "--state", "failed")
    assert "mail is off" in capsys.readouterr().out
    call_command("deliveries", "--resend", str(only().pk))
    assert only().state == State.WAITING
    assert work.deliver_due() == 1


def test_a_name_that_leads_inside_is_refused_at_the_door(sun, issued) -> None:
    actions.add(hook(address="http://localhost:9/hook"), sun)
    issued()
    work.deliver_due()
    assert only().state == State.FAILED and "内网" in only().error_zh
