"""The only writer of warnings: drafting, the second person's approval, issue, update, end."""

import dataclasses
import hashlib
import uuid
from typing import Any

from django.db import connection, transaction

from alerts.delivery import actions as delivery
from alerts.warning import content
from alerts.warning.compose import Composed, composed
from alerts.warning.ending import ending, is_end
from alerts.warning.log import tell
from alerts.warning.models import CapMessage, PublicWarning, WarningNote
from alerts.warning.public import public
from alerts.warning.refusal import changed, needs_another, not_in, unfit, unknown
from core import clock
from core.errors import Conflict, Invalid
from feed.log import seal
from layers import questions
from people import may
from people.models import User

State = PublicWarning.State
PENDING = (State.DRAFT, State.AWAITING)
LONGEST_NOTE = 1000
_ISSUING = 7203021  # the advisory lock under which identifiers are given out
_COPIED = (
    "status", "source", "event", "event_code", "event_zh", "event_en", "category", "colour",
    "urgency", "severity", "certainty", "responses", "headline_zh", "headline_en",
    "description_zh", "description_en", "instruction_zh", "instruction_en", "area_zh", "area_en",
    "geom", "divisions", "scope", "inside", "onset", "expires",
)  # fmt: skip


def _locked(warning_id: int, rights: may.Rights, verb: str) -> PublicWarning:
    """Return the warning, locked after the one that it follows; raises Unknown or Forbidden."""
    follows = PublicWarning.objects.filter(pk=warning_id).values_list("follows_id", flat=True)
    rows = PublicWarning.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[warning_id, *filter(None, follows)])}
    row = found.get(warning_id)
    if row is None or not may.may(rights, "warning.see", row.scope):
        raise unknown(warning_id)
    may.require(rights, verb, row.scope)
    return row


def _checked(row: PublicWarning, version: int | None, *states: str) -> dict[str, Any]:
    """Return the present picture if nobody has changed it and its state allows the step."""
    now = public(row)
    if version is not None and version != row.version:
        raise changed(row.pk, now)
    if row.state not in states:
        raise not_in(row, now)
    return now


def _close(row: PublicWarning, state: str) -> None:
    row.state, row.closed, row.ended_at = state, True, clock.now()


# --- drafting ------------------------------------------------------------------------------------


def compose(
    given: content.Given, rights: may.Rights, source: str = "", key: uuid.UUID | None = None
) -> PublicWarning:
    """Make a draft; `source` says what it came of (incident:17). The same key is the same draft."""
    columns = content.fields(given) | {"source": content.source(source)}
    with transaction.atomic():
        known = _repeated(key, rights)
        if known is not None:
            return known
        return _drafted(PublicWarning(**columns), rights, key, "drafted")


def _repeated(key: uuid.UUID | None, rights: may.Rights) -> PublicWarning | None:
    if key is None:
        return None
    known = PublicWarning.objects.filter(key=key).first()
    if known is not None and known.composed_by_id != rights.user_id:
        raise Conflict("this key was used by somebody else", zh="此键已被他人使用", field="key")
    return known


def _drafted(
    row: PublicWarning, rights: may.Rights, key: uuid.UUID | None, kind: str
) -> PublicWarning:
    may.require(rights, "warning.compose", row.scope)
    person = User.objects.get(pk=rights.user_id)
    row.composed_by = row.edited_by = person
    row.simulated, row.key, row.made_at = person.simulated, key, clock.now()
    row.inside = inside(row, rights)
    return tell(row, None, kind, rights.actor, {"follows": row.follows_id})


def inside(row: PublicWarning, rights: may.Rights) -> dict[str, Any]:
    """Return who and what is inside a warning's area: people, counts by layer, sites by name."""
    if row.geom is None:
        return {}
    return dataclasses.asdict(questions.inside(row.geom, rights))


def edit(
    warning_id: int, given: content.Given, rights: may.Rights, version: int | None
) -> PublicWarning:
    """Replace a draft's content."""
    columns = content.fields(given)
    with transaction.atomic():
        row = _locked(warning_id, rights, "warning.compose")
        before = _checked(row, version, State.DRAFT)
        for name, value in columns.items():
            setattr(row, name, value)
        may.require(rights, "warning.compose", row.scope)
        row.edited_by_id = rights.user_id
        row.inside = inside(row, rights)
        return tell(row, before, "edited", rights.actor)


def submit(warning_id: int, rights: may.Rights, version: int | None = None) -> PublicWarning:
    """Ask a second person for approval; refused with all findings if CAP would not be valid."""
    with transaction.atomic():
        row = _locked(warning_id, rights, "warning.compose")
        if row.state == State.AWAITING:
            return row
        before = _checked(row, version, State.DRAFT)
        _must_be_good(row)
        row.state, row.submitted_at = State.AWAITING, clock.now()
        return tell(row, before, "submitted", rights.actor)


def _must_be_good(row: PublicWarning) -> Composed:
    if row.expires <= clock.now():
        raise Invalid(
            "the warning has expired already", zh="预警的失效时间已过", field="expires",
            remedy="send it back and give it a later end",
        )  # fmt: skip
    made = composed(row)
    if made.findings:
        raise unfit(made.findings)
    return made


def withdraw(warning_id: int, rights: may.Rights, version: int | None = None) -> PublicWarning:
    """Give up a warning that was never issued."""
    with transaction.atomic():
        row = _locked(warning_id, rights, "warning.compose")
        if row.state == State.WITHDRAWN:
            return row
        before = _checked(row, version, *PENDING)
        _close(row, State.WITHDRAWN)
        return tell(row, before, "withdrawn", rights.actor)


# --- the second person ---------------------------------------------------------------------------


def refuse(
    warning_id: int, words: str, rights: may.Rights, version: int | None = None
) -> PublicWarning:
    """Send it back to its composer with the reason; the words stay beside the log."""
    words = words.strip()
    if not words or len(words) > LONGEST_NOTE or "\x00" in words:
        raise Invalid(
            f"say why in 1 to {LONGEST_NOTE} characters",
            zh=f"请用 1 至 {LONGEST_NOTE} 个字符说明理由",
            field="words",
        )
    with transaction.atomic():
        row = _locked(warning_id, rights, "warning.approve")
        before = _checked(row, version, State.AWAITING)
        salt, digest = seal(words)
        note = WarningNote.objects.create(
            warning=row, author_id=rights.user_id, words=words, salt=salt, made_at=clock.now()
        )
        row.state, row.submitted_at = State.DRAFT, None
        row.refusals += 1
        did = {"note": note.pk, "digest": digest}
        return tell(row, before, "refused", rights.actor, did)


def approve(warning_id: int, rights: may.Rights, version: int | None = None) -> PublicWarning:
    """Issue it: message, deliveries and events in one transaction; repeating it is harmless.

    Raises Forbidden for whoever composed or edited it, Conflict if it has moved on meanwhile.
    """
    with transaction.atomic():
        row = _locked(warning_id, rights, "warning.approve")
        if row.issued_at is not None and row.approved_by_id == rights.user_id:
            return row
        before = _checked(row, version, State.AWAITING)
        if rights.user_id in (row.composed_by_id, row.edited_by_id):
            raise needs_another()
        _still_current(row)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ISSUING])
        row.approved_by_id = rights.user_id
        return _issue(row, before, _must_be_good(row), rights)


def _still_current(row: PublicWarning) -> None:
    earlier = row.follows
    if earlier is not None and earlier.state != State.ISSUED:
        raise not_in(earlier, public(earlier))


def _issue(
    row: PublicWarning, before: dict[str, Any], made: Composed, rights: may.Rights
) -> PublicWarning:
    whose = made.message.infos
    row.identifier, row.sender = made.message.identifier, made.message.sender
    row.sender_zh, row.sender_en = whose[0].sender_name, whose[1].sender_name
    row.state, row.issued_at = State.ISSUED, made.message.sent
    if row.msg_type == "Cancel":
        _close(row, State.ENDED)
    stored = _store(row, made)
    if row.follows is not None:
        _succeed(row.follows, row, rights)
    tell(row, before, "issued", rights.actor, {"identifier": row.identifier})
    delivery.enqueue_warning(row, stored)
    return row


def _store(row: PublicWarning, made: Composed) -> CapMessage:
    message = made.message
    return CapMessage.objects.create(
        warning=row,
        sender=message.sender,
        identifier=message.identifier,
        sent=message.sent,
        status=message.status,
        msg_type=message.msg_type,
        public=message.status == "Actual" and message.scope == "Public",
        references=[[ref.sender, ref.identifier] for ref in message.references],
        raw=made.raw,
        sha256=hashlib.sha256(made.raw).hexdigest(),
        stored_at=clock.now(),
    )


def _succeed(earlier: PublicWarning, row: PublicWarning, rights: may.Rights) -> None:
    before = public(earlier)
    over = is_end(row)
    _close(earlier, State.ENDED if over else State.UPDATED)
    tell(earlier, before, "ended" if over else "updated", rights.actor, {"by": row.pk})
    delivery.overtake(earlier)


# --- what comes after ----------------------------------------------------------------------------


def update(
    warning_id: int,
    given: content.Given | None,
    rights: may.Rights,
    version: int | None = None,
    key: uuid.UUID | None = None,
) -> PublicWarning:
    """Draft the message that supersedes an issued one; without content it begins as a copy."""
    columns = content.fields(given) if given is not None else {}
    with transaction.atomic():
        known = _repeated(key, rights)
        if known is not None:
            return known
        row = _followed(warning_id, rights, version)
        copied = {name: getattr(row, name) for name in _COPIED}
        made = PublicWarning(**(copied | columns), follows=row, msg_type="Update")
        return _drafted(made, rights, key, "drafted")


def end(
    warning_id: int,
    how: str,
    rights: may.Rights,
    version: int | None = None,
    texts: dict[str, str] | None = None,
) -> PublicWarning:
    """Ask for the end of an issued warning: a Cancel, or an AllClear that people hear of.

    Returns the message that now awaits a second person; asking again returns the same one.
    """
    if how not in ("cancel", "all_clear"):
        raise Invalid(
            "how is cancel or all_clear", zh="解除方式应为 cancel 或 all_clear", field="how"
        )
    with transaction.atomic():
        pending = PublicWarning.objects.filter(
            follows_id=warning_id, state=State.AWAITING, responses=["AllClear"]
        ).first()
        if pending is not None and may.may(rights, "warning.compose", pending.scope):
            return pending
        row = _followed(warning_id, rights, version)
        made = PublicWarning(
            **({name: getattr(row, name) for name in _COPIED} | ending(row, how)), follows=row
        )
        for name, text in (texts or {}).items():
            if text.strip():
                setattr(made, name, content.fit(name, text.strip()))
        made.submitted_at = clock.now()
        return _drafted(made, rights, None, "submitted")


def _followed(warning_id: int, rights: may.Rights, version: int | None) -> PublicWarning:
    row = _locked(warning_id, rights, "warning.compose")
    before = _checked(row, version, State.ISSUED)
    if row.origin != PublicWarning.Origin.COMPOSED:
        raise Conflict(
            "this warning was received: only its sender updates or ends it",
            zh="此预警为接收的预警，只能由发布单位更新或解除", current=before,
        )  # fmt: skip
    pending = PublicWarning.objects.filter(follows=row, state__in=PENDING).first()
    if pending is not None:
        raise Conflict(
            f"warning {pending.pk} is already being prepared to follow it",
            zh=f"已有后续预警 {pending.pk} 正在拟定或待审批", current=public(pending),
        )  # fmt: skip
    return row


def expire_due() -> int:
    """Expire what has come to its end; returns how many."""
    with transaction.atomic():
        due = list(
            PublicWarning.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(state=State.ISSUED, expires__lte=clock.now())
            .order_by("pk")
        )
        for row in due:
            before = public(row)
            _close(row, State.EXPIRED)
            tell(row, before, "expired", "clock")
        return len(due)


def tell_undelivered(warning_id: int) -> None:
    """Say how many deliveries of a warning were given up, if that has changed."""
    with transaction.atomic():
        row = PublicWarning.objects.select_for_update(no_key=True).filter(pk=warning_id).first()
        if row is None:
            return
        failed = delivery.given_up(row)
        if failed != row.undelivered:
            before = public(row)
            row.undelivered = failed
            tell(row, before, "delivery", "clock", {"undelivered": failed})


def remove_simulated(actor: str) -> int:
    """Remove the warnings of demo people, each ended in the log first; returns how many."""
    with transaction.atomic():
        rows = PublicWarning.objects.select_for_update(no_key=True).filter(simulated=True)
        found = list(rows.order_by("-pk"))
        for row in found:
            before = public(row)
            if not row.closed:
                _close(row, State.WITHDRAWN)
            tell(row, before, "removed", actor)
        for row in found:  # followers first: each holds on to what it follows
            row.delete()
        return len(found)
