"""The only writer of closures: open, propose, confirm, change, end."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import clock
from core.errors import Conflict, Unknown
from feed.log import Happening, changes, ewkb, record, seal
from people import may
from people.models import User
from places.label import label
from traffic import drawing
from traffic.models import Closure, Note
from traffic.order import Order

State, Outcome = Closure.State, Closure.Outcome


def public(closure: Closure) -> dict[str, Any]:
    """Return the whole closure as the log and every screen have it; nothing personal is in it."""
    return {
        "id": closure.pk,
        "number": closure.pk,
        "state": str(closure.state),
        "severity": str(closure.severity),
        "factor": closure.factor,
        "reason": str(closure.reason),
        "source": closure.source,
        "streets": closure.streets,
        "metres": closure.metres,
        "scope": closure.scope,
        "place_zh": closure.place_zh,
        "place_en": closure.place_en,
        "simulated": closure.simulated,
        "from_at": _iso(closure.from_at),
        "until_at": _iso(closure.until_at),
        "opened_at": _iso(closure.opened_at),
        "opened_by": closure.opened_by_id,
        "confirmed_at": _iso(closure.confirmed_at),
        "confirmed_by": closure.confirmed_by_id,
        "ended_at": _iso(closure.ended_at),
        "ended_by": closure.ended_by_id,
        "outcome": str(closure.outcome) or None,
        "changed_at": _iso(closure.changed_at),
        "version": closure.version,
    }


def _iso(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(clock.UTC).isoformat()


# --- verbs ---------------------------------------------------------------------------------------


def open_road_closure(
    order: Order, rights: may.Rights, key: UUID | None = None
) -> tuple[Closure, bool]:
    """Close or slow streets; returns the closure and whether it is new: a key counts once.

    Raises Invalid for what cannot be closed, Forbidden outside one's area.
    """
    if key is not None and (known := _by_key(key, rights)) is not None:
        return known, False
    closure = Closure(key=key, opened_by_id=rights.user_id or None, state=State.OPEN)
    _fill(closure, order, rights)
    closure.simulated = User.objects.filter(pk=rights.user_id, simulated=True).exists()
    try:
        with transaction.atomic():
            return _begun(closure, "opened", rights.actor, order.words, rights.user_id), True
    except IntegrityError:
        known = None if key is None else _by_key(key, rights)
        if known is None:
            raise
        return known, False


def propose(
    order: Order, source: str, actor: str, *, simulated: bool, cause: int | None = None
) -> Closure | None:
    """Put a closure before the dispatchers because of `source`; None if it has a live one.

    It turns ways aside at once but bars none until somebody confirms it.
    """
    with transaction.atomic():
        if Closure.objects.filter(source=source).exclude(state=State.ENDED).exists():
            return None
        closure = Closure(source=source, state=State.PROPOSED, simulated=simulated)
        _fill(closure, order, None)
        return _begun(closure, "proposed", actor, "", 0, cause)


def confirm(closure_id: int, rights: may.Rights, version: int | None = None) -> Closure:
    """Put a proposed closure in force; confirming twice changes nothing."""
    with transaction.atomic():
        closure = _locked(closure_id, rights)
        if closure.state == State.OPEN:
            return closure
        _check(closure, version)
        before = public(closure)
        closure.state = State.OPEN
        closure.confirmed_at, closure.confirmed_by_id = clock.now(), rights.user_id
        return _changed(closure, before, "confirmed", rights.actor)


def change(
    closure_id: int, order: Order, rights: may.Rights, version: int | None = None
) -> Closure:
    """Draw it anew, or give it another reason, weight or end; that puts a proposed one in force.

    A closure that a person has changed is a person's: it no longer ends with what proposed it.
    """
    with transaction.atomic():
        closure = _locked(closure_id, rights)
        _check(closure, version)
        before = public(closure)
        _fill(closure, order, rights)
        closure.source = ""
        if closure.state == State.PROPOSED:
            closure.state = State.OPEN
            closure.confirmed_at, closure.confirmed_by_id = clock.now(), rights.user_id
        did = _write(closure, order.words, rights.user_id)
        return _changed(closure, before, "changed", rights.actor, did)


def end(
    closure_id: int, rights: may.Rights, words: str = "", version: int | None = None
) -> Closure:
    """Open the street again, or decline a proposal; ending twice changes nothing."""
    with transaction.atomic():
        closure = _locked(closure_id, rights)
        if closure.state == State.ENDED:
            return closure
        _check(closure, version)
        declined = closure.state == State.PROPOSED
        outcome = Outcome.DECLINED if declined else Outcome.REOPENED
        did = _write(closure, words, rights.user_id)
        return _over(closure, outcome, rights.actor, rights.user_id, did)


def withdraw(source: str, actor: str, cause: int | None = None) -> list[Closure]:
    """End what `source` had closed, because its cause is over; returns what was ended."""
    with transaction.atomic():
        found = Closure.objects.select_for_update(no_key=True).filter(source=source)
        live = list(found.exclude(state=State.ENDED).order_by("pk"))
        return [_over(each, Outcome.CLEARED, actor, cause=cause) for each in live]


def expire() -> int:
    """End the closures whose time has run out; returns how many."""
    with transaction.atomic():
        found = Closure.objects.select_for_update(no_key=True, skip_locked=True)
        due = found.exclude(state=State.ENDED).filter(until_at__lte=clock.now()).order_by("pk")
        return len([_over(each, Outcome.EXPIRED, "clock") for each in due])


def remove_simulated(actor: str) -> int:
    """Remove what was closed in play, each ended in the log first; returns how many."""
    with transaction.atomic():
        found = Closure.objects.select_for_update(no_key=True).filter(simulated=True)
        gone = list(found.order_by("pk"))
        for closure in gone:
            before = public(closure)
            closure.state, closure.outcome = State.ENDED, closure.outcome or Outcome.DECLINED
            closure.ended_at = closure.ended_at or clock.now()
            _tell(closure, before, "removed", actor, {}, None)
        Closure.objects.filter(pk__in=[closure.pk for closure in gone]).delete()
        return len(gone)


# --- what the verbs are made of ------------------------------------------------------------------


def _by_key(key: UUID, rights: may.Rights) -> Closure | None:
    """Return what was opened with this key; raises Conflict where it is somebody else's."""
    known = Closure.objects.filter(key=key).first()
    if known is not None and known.opened_by_id != rights.user_id:
        raise Conflict(
            "this key was used by somebody else", zh="该请求编号已被他人使用", field="key"
        )
    return known


def _fill(closure: Closure, order: Order, rights: may.Rights | None) -> None:
    """Take an order over; `rights` None: the house itself asks."""
    order.check()
    shape = drawing.read(order.geometry)
    if closure.pk is None or not shape.equals_exact(closure.geom, 1e-7):
        drawn = drawing.look_at(shape)
        closure.geom, closure.scope = drawn.geom, drawn.scope
        closure.streets, closure.metres = drawn.streets, drawn.metres
        closure.place_zh, closure.place_en = label(drawn.scope)
    if rights is not None:
        may.require(rights, "closure.edit", closure.scope)
    closure.reason, closure.severity = order.reason, order.severity
    closure.factor = order.weight()
    begins = closure.from_at if closure.pk else clock.now()
    closure.from_at, closure.until_at = order.span(begins)


def _begun(
    closure: Closure, kind: str, actor: str, words: str, user_id: int, cause: int | None = None
) -> Closure:
    closure.opened_at = closure.changed_at = clock.now()
    closure.save()
    did = _write(closure, words, user_id)
    return _tell(closure, None, kind, actor, did, cause)


def _over(
    closure: Closure,
    outcome: str,
    actor: str,
    user_id: int = 0,
    did: dict[str, Any] | None = None,
    cause: int | None = None,
) -> Closure:
    before = public(closure)
    closure.state, closure.outcome = State.ENDED, outcome
    closure.ended_at, closure.ended_by_id = clock.now(), user_id or None
    return _changed(closure, before, "ended", actor, did, cause)


def _changed(
    closure: Closure,
    before: dict[str, Any],
    kind: str,
    actor: str,
    did: dict[str, Any] | None = None,
    cause: int | None = None,
) -> Closure:
    closure.changed_at = clock.now()
    closure.version += 1
    closure.save()
    return _tell(closure, before, kind, actor, did or {}, cause)


def _tell(
    closure: Closure,
    before: dict[str, Any] | None,
    kind: str,
    actor: str,
    did: dict[str, Any],
    cause: int | None,
) -> Closure:
    now = public(closure)
    body: dict[str, Any] = {"now": now, "did": did, "gone": closure.state == State.ENDED}
    if before is not None:
        body["changed"] = sorted(changes(before, now))
    record(
        Happening(
            topic="closure",
            kind=kind,
            entity="closure",
            entity_id=str(closure.pk),
            actor=actor,
            at=clock.now(),
            scope=closure.scope,
            geom=ewkb(closure.geom),
            body=body,
            cause=cause,
        )
    )
    return closure


def _write(closure: Closure, words: str, user_id: int) -> dict[str, Any]:
    """Keep words beside the log, sealed by their digest."""
    words = words.strip()
    if not words:
        return {}
    salt, digest = seal(words)
    note = Note.objects.create(
        closure=closure, author_id=user_id or None, words=words, salt=salt, made_at=clock.now()
    )
    return {"note": note.pk, "digest": digest}


def _locked(closure_id: int, rights: may.Rights) -> Closure:
    """Return the closure, locked, if it may be edited; raises Unknown or Forbidden otherwise."""
    found = Closure.objects.select_for_update(no_key=True).filter(pk=closure_id).first()
    if found is None or not may.may(rights, "closure.see", found.scope):
        raise unknown(closure_id)
    may.require(rights, "closure.edit", found.scope)
    return found


def unknown(closure_id: int) -> Unknown:
    """Return the problem of a closure that is not there, or not for the one who asks."""
    return Unknown(f"there is no closure {closure_id}", zh=f"没有编号为 {closure_id} 的封路")


def _check(closure: Closure, version: int | None) -> None:
    if version is not None and version != closure.version:
        raise Conflict(
            f"closure {closure.pk} has changed since you looked",
            zh=f"封路 {closure.pk} 已被他人更新",
            remedy="look at the present state and decide again",
            current=public(closure),
        )
    if closure.state == State.ENDED:
        raise Conflict(
            f"closure {closure.pk} has ended: it cannot be changed any more",
            zh=f"封路 {closure.pk} 已结束，不能再更改",
            remedy="open a new closure",
            current=public(closure),
        )


def words_of(closures: Iterable[Closure]) -> dict[int, list[dict[str, Any]]]:
    """Return what was written about each closure, oldest first."""
    found: dict[int, list[dict[str, Any]]] = {}
    ids = [closure.pk for closure in closures]
    for note in Note.objects.filter(closure_id__in=ids).order_by("pk"):
        told = {"words": note.words, "author": note.author_id, "at": _iso(note.made_at)}
        found.setdefault(note.closure_id, []).append(told)
    return found
