"""The only writer of warnings of other services: stored as they came, shown, never passed on."""

import dataclasses
import hashlib
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from alerts.cap.finding import BadCap
from alerts.cap.message import Message
from alerts.cap.read import Read, read
from alerts.warning.incoming.columns import columns
from alerts.warning.log import tell
from alerts.warning.models import CapMessage, PublicWarning
from alerts.warning.public import public
from alerts.warning.refusal import unfit
from core import clock
from core.errors import Conflict
from people import may
from people.models import User

State = PublicWarning.State
SHOWN = ("Actual", "Exercise", "Test")  # System and Draft are kept, nobody need see them


@dataclasses.dataclass(frozen=True, slots=True)
class Received:
    """A message that is stored; `fresh` is False for one that had come before."""

    message: CapMessage
    warning: PublicWarning | None
    fresh: bool


def receive(raw: bytes, rights: may.Rights) -> Received:
    """Store a message and let it act: raises Invalid with all findings, Conflict, Forbidden.

    The same bytes again change nothing; other bytes under the same name are refused. What a
    message that came earlier has replaced already stays inactive.
    """
    may.require(rights, "warning.compose")
    try:
        got = read(raw)
    except BadCap as bad:
        raise unfit(bad.findings) from None
    try:
        with transaction.atomic():
            return _repeated(raw, got.message) or _take(raw, got, rights)
    except IntegrityError:  # the same one came by another door meanwhile
        known = _repeated(raw, got.message)
        if known is None:
            raise
        return known


def _repeated(raw: bytes, message: Message) -> Received | None:
    named = {"sender": message.sender, "identifier": message.identifier}
    known = CapMessage.objects.select_related("warning").filter(**named).first()
    if known is None:
        return None
    if bytes(known.raw) != raw:
        raise Conflict(
            f"another message is already known as {message.identifier}",
            zh=f"编号 {message.identifier} 已被另一条消息使用",
            remedy="a changed message needs an identifier of its own",
        )
    return Received(known, known.warning, fresh=False)


def _take(raw: bytes, got: Read, rights: may.Rights) -> Received:
    message = got.message
    row = _shown(message, rights)
    stored = CapMessage.objects.create(
        warning=row,
        sender=message.sender,
        identifier=message.identifier,
        sent=message.sent,
        status=message.status,
        msg_type=message.msg_type,
        public=False,
        incoming=True,
        references=[[ref.sender, ref.identifier] for ref in message.references],
        translated=[dataclasses.asdict(one) for one in got.translated],
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        stored_at=clock.now(),
    )
    if message.msg_type in ("Update", "Cancel"):
        _replace(message, row, rights)
    return Received(stored, row, fresh=True)


def _shown(message: Message, rights: may.Rights) -> PublicWarning | None:
    """Return the row that people see, None for a message that says nothing to them by itself."""
    wanted = message.msg_type in ("Alert", "Update") and message.status in SHOWN
    if not wanted or not message.infos:
        return None
    row = PublicWarning(**columns(message), origin=PublicWarning.Origin.RECEIVED)
    may.require(rights, "warning.compose", row.scope)
    person = User.objects.get(pk=rights.user_id)
    row.composed_by = row.edited_by = person
    row.simulated, row.made_at = person.simulated, clock.now()
    row.state, row.issued_at = State.ISSUED, message.sent
    late = _replaced_already(message)
    if late is not None:
        _close(row, State.ENDED if late == "Cancel" else State.UPDATED)
    elif row.expires <= clock.now():
        _close(row, State.EXPIRED)
    return tell(row, None, "received", rights.actor, {"late": late})


def _close(row: PublicWarning, state: str) -> None:
    row.state, row.closed, row.ended_at = state, True, clock.now()


def _replaced_already(message: Message) -> str | None:
    """Return how an earlier arrival has replaced this message, None if none has."""
    name = [message.sender, message.identifier]
    later = CapMessage.objects.filter(
        sender=message.sender, incoming=True, references__contains=[name]
    )
    kinds = set(later.values_list("msg_type", flat=True))
    return next((kind for kind in ("Cancel", "Update") if kind in kinds), None)


def _replace(message: Message, by: PublicWarning | None, rights: may.Rights) -> None:
    """End what the message refers to; only the same sender's, and only what was received."""
    over = message.msg_type == "Cancel"
    for earlier in _referred(message):
        before = public(earlier)
        _close(earlier, State.ENDED if over else State.UPDATED)
        did = {"by": by.pk if by is not None else None}
        tell(earlier, before, "ended" if over else "updated", rights.actor, did)


def _referred(message: Message) -> Iterable[PublicWarning]:
    names = [ref.identifier for ref in message.references if ref.sender == message.sender]
    known = CapMessage.objects.filter(
        sender=message.sender, identifier__in=names, incoming=True, status=message.status
    )
    rows = PublicWarning.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=known.values("warning_id"), closed=False
    )
    return list(rows.order_by("pk"))
