"""The only writer of cases: what is reported, and every step that people take with it."""

import datetime
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction

from core import clock, disk
from core.errors import Conflict
from feed.log import Happening, changes, ewkb, record, seal
from people import may
from people import models as people
from places.label import label
from urban import alike, clocks, effects, legality, photos, working_days
from urban.asked import Act
from urban.card import public
from urban.intake import Filing, text
from urban.models import ApiKey, Case, Photo, Report, Source, Step, Words
from urban.move import ENDED, STANDINGS, Move, State
from urban.photos import Picture


@contextmanager
def _kept(pictures: tuple[Picture, ...]) -> Iterator[None]:
    """Keep the files of photos; takes those away again that were written for nothing."""
    if pictures:
        disk.check()
    fresh = [path for each in pictures for path in photos.keep(each)]
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for path in fresh:
            if not Photo.objects.filter(digest=path.name[:64]).exists():
                path.unlink(missing_ok=True)
        raise


# --- a report ------------------------------------------------------------------------------------


def report(filing: Filing) -> tuple[Case, bool]:
    """Take a report in; returns the case, and whether it is new (False: this key was had before).

    Raises Refused, Invalid, Forbidden; nothing is stored then.
    """
    if (known := _by_key(filing)) is not None:
        return known, False
    try:
        with _kept(filing.photos):
            return _file(filing), True
    except IntegrityError:  # the same report at the same moment: the other one was first
        known = _by_key(filing)
        if known is None:
            raise
        return known, False


def _by_key(filing: Filing) -> Case | None:
    if filing.cause:
        return Case.objects.filter(cause=filing.cause).first()
    if filing.key is None:
        return None
    found = Report.objects.select_related("case").filter(key=filing.key).first()
    if found is None:
        return None
    if found.reporter_id != (filing.rights.user_id or None):
        raise Conflict(
            "this key was used for somebody else's report",
            zh="此上报标识已被占用",
            field="key",
            remedy="make a new UUID for a new report",
        )
    return found.case


def _file(filing: Filing) -> Case:
    now = clock.now()
    case = _opened(filing, now)
    case.save(force_insert=True)
    words = text(filing.words, "words")
    salt, digest = seal(words)
    Report.objects.create(
        case=case,
        key=filing.key,
        reporter_id=filing.rights.user_id or None,
        words=words,
        address=text(filing.address, "address", 255),
        name=text(filing.name, "name", 80),
        phone=text(filing.phone, "phone", 40),
        email=text(filing.email, "email", 120),
        answers=filing.answers,
        follow=filing.follow or None,
        salt=salt,
        made_at=now,
    )
    step = Step(step="report", at=filing.at, actor=_actor(filing))
    did = _stepped(case, step, filing.rights) | {"digest": digest}
    _tell(case, None, step, did | _attach(case, step, filing.photos, filing.at))
    return case


def _actor(filing: Filing) -> str:
    return filing.rights.actor if filing.rights.user_id else f"source:{filing.source}"


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('urban_case', 'id'))")
        return int(cursor.fetchone()[0])


def _opened(filing: Filing, now: datetime.datetime) -> Case:
    kind, spot, pk = filing.kind, filing.spot, _next_id()
    place_zh, place_en = label(spot.scope)
    case = Case(
        pk=pk,
        number=f"{now.astimezone(working_days.current().zone):%Y%m%d}-{pk:06d}",
        kind=kind.kind,
        code=kind.code,
        edition=kind.edition,
        name_zh=kind.zh,
        name_en=kind.en,
        condition=kind.condition(filing.condition).key,
        part_code=filing.part_code,
        source=filing.source,
        verified=True if filing.source == Source.INSPECTOR else None,
        geom=spot.point,
        accuracy=filing.accuracy,
        scope=spot.scope,
        cell=spot.cell,
        place_zh=place_zh,
        place_en=place_en,
        reported_at=filing.at,
        received_at=now,
        changed_at=now,
        photo_count=len(filing.photos),
        alike=alike.near(kind.kind, kind.code, spot.point, filing.at).count(),
        cause=filing.cause,
        simulated=filing.simulated,
    )
    clocks.enter(case, None, now)
    return case


# --- the steps -----------------------------------------------------------------------------------


def act(case_id: int, asked: Act, rights: may.Rights) -> Case:
    """Take one step with a case; the same key again changes nothing.

    Raises Unknown or Forbidden; Conflict with `current` for an illegal step or a version that has
    passed; Invalid for what the step lacks.
    """
    legality.require(rights, asked.step)
    if asked.into is not None:
        legality.seen(asked.into, rights)
    with _kept(asked.photos):
        case = legality.locked(case_id, rights)
        legality.require(rights, asked.step, case)
        if _done(case, asked):
            return case
        return _move(case, asked, legality.chosen(case, asked, rights), rights)


def _done(case: Case, asked: Act) -> bool:
    if asked.key is None:
        return False
    found = Step.objects.filter(key=asked.key).first()
    if found is not None and (found.case_id, found.step) != (case.pk, asked.step):
        raise Conflict(
            "this key was used for another step",
            zh="此操作标识已被占用",
            field="key",
            remedy="make a new UUID for a new step",
        )
    return found is not None


def _move(case: Case, asked: Act, move: Move, rights: may.Rights) -> Case:
    before, origin, now = public(case), State(case.state), clock.now()
    step = Step(
        key=asked.key,
        step=asked.step,
        outcome=move.outcome,
        origin=origin,
        at=now,
        due_at=case.due_at,
        late=clocks.late(case, now),
        actor=rights.actor,
    )
    effects.apply(case, asked, move, now)
    clocks.enter(case, origin, now)
    case.changed_at = now
    case.version += 1
    case.photo_count += len(asked.photos)
    case.save()
    did = _stepped(case, step, rights) | _write(step, asked.words)
    _tell(case, before, step, did | _attach(case, step, asked.photos, None))
    return case


# --- what every change writes --------------------------------------------------------------------


def _stepped(case: Case, step: Step, rights: may.Rights) -> dict[str, Any]:
    """Insert the step's row; returns what the log says of it."""
    step.case, step.user_id = case, rights.user_id or None
    step.state, step.version = case.state, case.version
    step.stage = STANDINGS[State(case.state)].step
    step.department = case.department.code if case.department else ""
    step.save(force_insert=True)
    did = {"step": step.pk, "from": step.origin, "to": str(step.state), "late": step.late}
    return did | ({"outcome": step.outcome} if step.outcome else {})


def _write(step: Step, words: str) -> dict[str, Any]:
    if not words:
        return {}
    salt, digest = seal(words)
    Words.objects.create(step=step, words=words, salt=salt)
    return {"digest": digest}


def _attach(
    case: Case, step: Step, pictures: tuple[Picture, ...], taken_at: datetime.datetime | None
) -> dict[str, Any]:
    sealed = []
    for each in pictures:
        salt, digest = seal(each.digest)
        row = Photo.objects.create(
            case=case,
            step=step,
            digest=each.digest,
            salt=salt,
            width=each.width,
            height=each.height,
            size=len(each.jpeg),
            taken_at=taken_at,
            made_at=clock.now(),
        )
        sealed.append({"photo": row.pk, "digest": digest})
    return {"photos": sealed} if sealed else {}


def _tell(case: Case, before: dict[str, Any] | None, step: Step, did: dict[str, Any]) -> None:
    now = public(case)
    ended = State(case.state) in ENDED
    body: dict[str, Any] = {"now": now, "did": did, "gone": ended}
    if before is not None:
        body["changed"] = sorted(changes(before, now))
    record(
        Happening(
            topic="case",
            kind=step.step,
            entity="case",
            entity_id=str(case.pk),
            actor=step.actor,
            at=step.at,
            scope=case.scope,
            geom=ewkb(case.geom),
            body=body,
        )
    )


# --- what was only shown -------------------------------------------------------------------------


def remove_simulated(actor: str) -> int:
    """Remove simulated cases, each ended in the log first, with their photos; returns how many."""
    with transaction.atomic():
        found = list(
            Case.objects.select_for_update(no_key=True, of=("self",))
            .select_related("department")
            .filter(simulated=True)
            # what a real case was merged into stays on record
            .exclude(merged__in=Case.objects.filter(simulated=False))
            .order_by("pk")
        )
        digests = set(Photo.objects.filter(case__in=found).values_list("digest", flat=True))
        for case in found:
            before, now = public(case), clock.now()
            case.state, case.changed_at, case.version = State.VOID, now, case.version + 1
            clocks.enter(case, None, now)
            step = Step(step="void", actor=actor, at=now)
            _tell(case, before, step, {"to": State.VOID})
        Case.objects.filter(pk__in=[case.pk for case in found]).update(merged_into=None)
        Case.objects.filter(pk__in=[case.pk for case in found]).delete()
    for digest in digests - set(Photo.objects.values_list("digest", flat=True)):
        photos.path(digest).unlink(missing_ok=True)
        photos.path(digest, thumb=True).unlink(missing_ok=True)
    return len(found)


# --- who else may file ---------------------------------------------------------------------------


def issue_key(label: str) -> str:
    """Make an Open311 key for another system; the secret is returned this once only."""
    secret = "zo_" + secrets.token_urlsafe(24)
    ApiKey.objects.create(label=label, digest=people.digest(secret), made_at=clock.now())
    return secret


def revoke_key(label: str) -> int:
    """End the keys of a label at once; returns how many."""
    return ApiKey.objects.filter(label=label, revoked_at=None).update(revoked_at=clock.now())
