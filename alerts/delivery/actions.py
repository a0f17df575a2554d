"""The only writer of recipients and deliveries: who is told, what waits, what came of it."""

import dataclasses
import datetime
import random
import secrets
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from alerts.channel import BadAddress, Undelivered, channels
from alerts.delivery import wording
from alerts.delivery.models import Delivery, Recipient
from alerts.delivery.secret import secret
from alerts.warning.models import CapMessage, PublicWarning
from core import clock
from core.errors import Conflict, Invalid, Unknown
from core.severity import Severity
from people import may

State = Delivery.State
PAUSES = (5, 15, 45, 120, 300, 900, 1800, 3600, 7200)  # seconds before the next try
LEASE = datetime.timedelta(seconds=90)  # a sender that died: others may take it up afterwards
TOPICS = ("warning", "alert")


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A recipient as a supervisor wrote it; an empty address keeps the one that is there."""

    name: str
    channel: str
    address: str
    topics: list[str]
    least: int = Severity.BLUE
    scope: str = ""
    internal: bool = False
    active: bool = True


# --- recipients ----------------------------------------------------------------------------------


def add(given: Given, rights: may.Rights) -> tuple[Recipient, str]:
    """Add a recipient; returns the secret too, which is shown this once."""
    _may(rights, given.scope)
    _check(given, given.address)
    now = clock.now()
    row = Recipient.objects.create(
        **dataclasses.asdict(given),
        salt=secrets.token_hex(16),
        made_at=now,
        changed_at=now,
        changed_by_id=rights.user_id,
    )
    return row, secret(row)


def change(recipient_id: int, given: Given, rights: may.Rights, version: int | None) -> Recipient:
    """Change a recipient."""
    _may(rights, given.scope)
    with transaction.atomic():
        row = _locked(recipient_id, rights)
        if version is not None and version != row.version:
            raise Conflict("this recipient has changed since you looked", zh="该接收方已被他人更新")
        address = given.address or row.address
        _check(given, address)
        for name, value in (dataclasses.asdict(given) | {"address": address}).items():
            setattr(row, name, value)
        return _kept(row, rights)


def renew_secret(recipient_id: int, rights: may.Rights) -> tuple[Recipient, str]:
    """Give a recipient another secret; the old one signs nothing from now on."""
    with transaction.atomic():
        row = _locked(recipient_id, rights)
        row.salt = secrets.token_hex(16)
        return _kept(row, rights), secret(row)


def remove(recipient_id: int, rights: may.Rights) -> None:
    """Take a recipient out of use; what was sent to it stays on record."""
    with transaction.atomic():
        row = _locked(recipient_id, rights)
        row.active, row.removed_at, row.address = False, clock.now(), ""
        _kept(row, rights)
        row.deliveries.filter(state__in=(State.WAITING, State.SENDING)).update(
            state=State.OVERTAKEN, ended_at=clock.now()
        )


def _may(rights: may.Rights, scope: str) -> None:
    """Ask for the right; a recipient of the whole city needs an area that is one."""
    may.require(rights, "channel.edit", scope)


def _locked(recipient_id: int, rights: may.Rights) -> Recipient:
    rows = Recipient.objects.select_for_update().filter(removed_at=None)
    row = rows.filter(may.visible(rights, "channel.edit")).filter(pk=recipient_id).first()
    if row is None:
        raise Unknown(f"there is no recipient {recipient_id}", zh="没有此接收方")
    return row


def _kept(row: Recipient, rights: may.Rights) -> Recipient:
    row.version += 1
    row.changed_at, row.changed_by_id = clock.now(), rights.user_id
    row.save()
    return row


def _check(given: Given, address: str) -> None:
    channel = channels().get(given.channel)
    if channel is None:
        raise Invalid(
            f"channel must be one of {', '.join(channels())}", zh="没有此渠道", field="channel"
        )
    if not given.name.strip():
        raise Invalid("a recipient needs a name", zh="请填写接收方名称", field="name")
    if not given.topics or set(given.topics) - set(TOPICS):
        raise Invalid(
            f"topics are some of {', '.join(TOPICS)}", zh="请选择接收内容", field="topics"
        )
    if given.least not in tuple(Severity):
        raise Invalid("least is 1 red … 4 blue", zh="最低级别为 1 红 … 4 蓝", field="least")
    try:
        channel.check(address)
    except BadAddress as bad:
        raise Invalid(bad.en, zh=bad.zh, field="address") from None


# --- what is to be sent --------------------------------------------------------------------------


def enqueue_warning(row: PublicWarning, message: CapMessage) -> int:
    """Queue a warning for everybody whom it concerns, in the transaction that issues it."""
    wanted = _concerned("warning", row.colour, row.scope)
    if row.status != "Actual":
        wanted = wanted.filter(internal=True)
    subject, content = f"warning:{row.pk}", wording.of_warning(row)
    return _queue(wanted, wording.kind_of(row), subject, content, message, row.expires)


def enqueue_alert(now: dict[str, Any], kind: str) -> int:
    """Queue an alert, as the log has it, for everybody whom it concerns."""
    wanted = _concerned("alert", now["severity"], now["scope"])
    return _queue(wanted, f"alert.{kind}", f"alert:{now['id']}", wording.of_alert(now))


def enqueue_trial(recipient_id: int, rights: may.Rights) -> Delivery:
    """Queue a message that only tries the way."""
    with transaction.atomic():
        row = _locked(recipient_id, rights)
        _queue(
            Recipient.objects.filter(pk=row.pk), "trial", f"recipient:{row.pk}",
            wording.of_trial(row.name),
        )  # fmt: skip
        return Delivery.objects.select_related("recipient").filter(recipient=row).latest("pk")


def _concerned(topic: str, severity: int, scope: str) -> Any:
    """Return whom something of that severity in that place concerns."""
    here = Q(scope="")
    if scope:
        here |= Q(scope__startswith=scope) | Q(
            scope__in=[scope[:length] for length in range(1, len(scope) + 1)]
        )
    rows = Recipient.objects.filter(active=True, removed_at=None, topics__contains=[topic])
    return rows.filter(here if scope else Q(), least__gte=severity)


def _queue(
    wanted: Any,
    kind: str,
    subject: str,
    content: dict[str, Any],
    message: CapMessage | None = None,
    good_until: datetime.datetime | None = None,
) -> int:
    now = clock.now()
    made = [
        Delivery(
            recipient=recipient,
            kind=kind,
            subject=subject,
            content=content,
            message=message,
            next_try=now,
            good_until=good_until,
            made_at=now,
        )
        for recipient in wanted
    ]
    return len(Delivery.objects.bulk_create(made))


def overtake(row: PublicWarning) -> int:
    """Give up what still waits of a warning that a newer message has taken the place of."""
    waiting = Delivery.objects.filter(subject=f"warning:{row.pk}", state=State.WAITING)
    return waiting.update(state=State.OVERTAKEN, ended_at=clock.now())


def given_up(row: PublicWarning) -> int:
    """Return how many deliveries of a warning have failed for good."""
    return Delivery.objects.filter(subject=f"warning:{row.pk}", state=State.FAILED).count()


# --- what came of it -----------------------------------------------------------------------------


def claim(most: int) -> list[Delivery]:
    """Take what is due, so that no other worker does; whoever dies with it loses it in a while."""
    now = clock.now()
    with transaction.atomic():
        due = list(
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(state__in=(State.WAITING, State.SENDING), next_try__lte=now)
            .order_by("next_try", "pk")[:most]
            .values_list("pk", flat=True)
        )
        Delivery.objects.filter(pk__in=due).update(
            state=State.SENDING, attempts=F("attempts") + 1, next_try=now + LEASE
        )
    rows = Delivery.objects.select_related("recipient", "message").filter(pk__in=due)
    return list(rows.order_by("pk"))


def delivered(row: Delivery, answer: str) -> None:
    """Note that it arrived."""
    _mine(row).update(
        state=State.DELIVERED, answer=answer[:300], error_zh="", error_en="", ended_at=clock.now()
    )


def failed(row: Delivery, error: Undelivered) -> bool:
    """Note what went wrong and when to try again; says whether it was given up."""
    now = clock.now()
    said = {"error_zh": error.zh[:300], "error_en": error.en[:300]}
    late = row.good_until is not None and row.good_until <= now
    if error.final or late or row.attempts > len(PAUSES):
        return bool(_mine(row).update(state=State.FAILED, ended_at=now, **said))
    pause = PAUSES[row.attempts - 1] * random.uniform(0.9, 1.1)  # noqa: S311 (not a secret)
    _mine(row).update(state=State.WAITING, next_try=now + datetime.timedelta(seconds=pause), **said)
    return False


def _mine(row: Delivery) -> Any:
    """Return the delivery if this try is still the last one that was begun."""
    return Delivery.objects.filter(pk=row.pk, state=State.SENDING, attempts=row.attempts)


def resend(delivery_id: int, rights: may.Rights) -> Delivery:
    """Put a delivery that failed back in the queue, with the same id and as if never tried."""
    with transaction.atomic():
        seen = may.visible(rights, "channel.edit", field="recipient__scope")
        row = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("recipient")
            .filter(seen, pk=delivery_id)
            .first()
        )
        if row is None:
            raise Unknown(f"there is no delivery {delivery_id}", zh="没有此发送记录")
        if row.state in (State.WAITING, State.SENDING):
            return row
        _may_be_sent_again(row)
        row.state, row.attempts, row.next_try = State.WAITING, 0, clock.now()
        row.ended_at, row.error_zh, row.error_en = None, "", ""
        row.save()
        return row


def _may_be_sent_again(row: Delivery) -> None:
    if row.state != State.FAILED:
        raise Conflict(
            f"this delivery is {row.state}: only a failed one is sent again",
            zh="仅失败的发送可以重发",
        )
    if not row.recipient.active:
        raise Conflict("the recipient is switched off", zh="该接收方已停用")
    late = row.good_until is not None and row.good_until <= clock.now()
    if late or _is_overtaken(row):
        raise Conflict("the warning is no longer in force", zh="该预警已失效")


def _is_overtaken(row: Delivery) -> bool:
    """Say whether a newer message has taken the place of the one that this would send."""
    warning = row.message.warning if row.message is not None else None
    return warning is not None and warning.closed and warning.msg_type != "Cancel"
