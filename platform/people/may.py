"""Who may do what, where: the one table of rights, asked about a row or as a filter.

A row lies somewhere by its `scope`: a division code without trailing zero pairs (4101 the city,
410105 a district, 410105001 a street). A person's areas are such prefixes. To *see* something,
one of their areas must lie inside its scope or contain it (a city-wide alert concerns every
district); to *do* something, the row must lie inside one of their areas. A row whose place is not
known (scope "") belongs to everybody who has the right at all: nothing may be missed.
"""

import dataclasses
import enum
import itertools

from django.db.models import Q

from core.errors import Forbidden, SignIn
from people.models import STAFF, Role, User

DI, IN, PL, SU, AD = Role.DISPATCHER, Role.INSPECTOR, Role.PLANNER, Role.SUPERVISOR, Role.ADMIN
RE = Role.RESPONDER


class Reach(enum.Enum):
    """How far a right goes."""

    AREA = "area"
    EVERYWHERE = "everywhere"
    OWN = "own thing"


_STAFF_AREA: dict[str, Reach] = {**dict.fromkeys(STAFF, Reach.AREA), AD: Reach.EVERYWHERE}
_COMMAND: dict[str, Reach] = {DI: Reach.AREA, SU: Reach.AREA, AD: Reach.EVERYWHERE}
_RULES: dict[str, Reach] = {SU: Reach.AREA, AD: Reach.EVERYWHERE}
_ANYBODY: dict[str, Reach] = {role.value: Reach.EVERYWHERE for role in Role} | {
    "": Reach.EVERYWHERE
}

RIGHTS: dict[str, dict[str, Reach]] = {
    "alert.see": _STAFF_AREA,
    "alert.acknowledge": _COMMAND,
    "alert.assign": _COMMAND,
    "alert.comment": {**_COMMAND, IN: Reach.AREA},
    "alert.resolve": _COMMAND,
    "rule.see": _STAFF_AREA,
    "rule.edit": _RULES,
    "fence.see": _STAFF_AREA,
    "fence.edit": {**_RULES, DI: Reach.AREA},
    "incident.see": _STAFF_AREA,
    "incident.report": _COMMAND,
    "incident.command": _COMMAND,
    "incident.note": {**_COMMAND, RE: Reach.AREA},
    "plan.start": _COMMAND,
    "hazard.run": {**_COMMAND, PL: Reach.AREA},
    "task.see": _STAFF_AREA,
    "task.do": {**_COMMAND, RE: Reach.AREA},
    "unit.see": _STAFF_AREA,
    "unit.edit": _RULES,
    "unit.dispatch": _COMMAND,
    # a responder speaks for the own unit only: `emergency.actions` looks at who rides on it
    "unit.status": {**_COMMAND, RE: Reach.AREA},
    "case.see": _STAFF_AREA,
    "case.report": {**_COMMAND, IN: Reach.AREA, RE: Reach.AREA},
    "case.accept": _COMMAND,
    "case.dispatch": _COMMAND,
    # a responder handles what the own department was given: `urban.actions` looks at that
    "case.handle": {**_RULES, RE: Reach.AREA},
    "case.inspect": {**_RULES, IN: Reach.AREA},
    "closure.see": _STAFF_AREA,
    "closure.edit": _COMMAND,
    "route.ask": _STAFF_AREA,
    "warning.see": _STAFF_AREA,
    "warning.compose": _COMMAND,
    "warning.approve": _RULES,
    "channel.edit": _RULES,
    "index.see": _STAFF_AREA,
    "review.see": _STAFF_AREA,
    "layer.see": _STAFF_AREA,
    "layer.edit": {PL: Reach.AREA, SU: Reach.AREA, AD: Reach.EVERYWHERE},
    "thing.see": {**_STAFF_AREA, Role.DEVICE: Reach.OWN},
    "thing.edit": {SU: Reach.AREA, AD: Reach.EVERYWHERE},
    "observation.see": {**_STAFF_AREA, Role.DEVICE: Reach.OWN},
    "observation.write": {Role.DEVICE: Reach.OWN, AD: Reach.EVERYWHERE},
    "position.see": {**_COMMAND, IN: Reach.AREA, RE: Reach.AREA},
    "position.write": {Role.DEVICE: Reach.OWN, AD: Reach.EVERYWHERE},
    "person.see": {**dict.fromkeys(STAFF, Reach.EVERYWHERE)},
    "person.edit": {AD: Reach.EVERYWHERE},
    "log.see": {SU: Reach.AREA, AD: Reach.EVERYWHERE},
    "state.see": _STAFF_AREA,
    "open.see": _ANYBODY,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Rights:
    """What is needed to answer every question of right, without the database."""

    user_id: int = 0
    role: str = ""
    areas: tuple[str, ...] = ()
    thing_id: int | None = None
    name: str = ""

    @property
    def actor(self) -> str:
        """Return who acts, as the feed writes it."""
        return f"device:{self.thing_id}" if self.thing_id is not None else f"user:{self.user_id}"

    @property
    def group(self) -> tuple[str, tuple[str, ...], int | None]:
        """Return what two people share who see exactly the same."""
        return self.role, self.areas, self.thing_id


NOBODY = Rights()


def of_user(user: User) -> Rights:
    """Return a user's rights; inactive users have none."""
    if not user.is_active:
        return NOBODY
    return Rights(user.pk, user.role, tuple(sorted(user.areas)), None, user.username)


def of_thing(thing_id: int) -> Rights:
    """Return the rights of a device token."""
    return Rights(0, Role.DEVICE.value, (), thing_id, f"thing {thing_id}")


def may(rights: Rights, verb: str, scope: str = "", thing_id: int | None = None) -> bool:
    """Say whether `rights` allow `verb` on a row that lies in `scope` (and belongs to a thing)."""
    reach = RIGHTS[verb].get(rights.role)
    if reach is None:
        return False
    if reach is Reach.OWN:
        return thing_id is not None and thing_id == rights.thing_id
    if reach is Reach.EVERYWHERE or scope == "":
        return True
    if any(scope.startswith(area) for area in rights.areas):
        return True
    return verb.endswith(".see") and any(area.startswith(scope) for area in rights.areas)


def visible(rights: Rights, verb: str, field: str = "scope", thing_field: str = "id") -> Q:
    """Return the filter that keeps exactly the rows for which `may` says yes."""
    reach = RIGHTS[verb].get(rights.role)
    if reach is None:
        return Q(pk__in=[])
    if reach is Reach.OWN:
        return Q(**{thing_field: rights.thing_id})
    if reach is Reach.EVERYWHERE:
        return Q()
    kept = Q(**{field: ""})
    for area in rights.areas:
        kept |= Q(**{f"{field}__startswith": area})
        if verb.endswith(".see"):
            kept |= Q(**{f"{field}__in": list(itertools.accumulate(area))[:-1]})
    return kept


def require(rights: Rights, verb: str, scope: str = "", thing_id: int | None = None) -> None:
    """Raise SignIn or Forbidden unless `may` says yes."""
    if may(rights, verb, scope, thing_id):
        return
    if rights == NOBODY:
        raise SignIn("sign in first", zh="请先登录")
    raise Forbidden(
        f"your role {rights.role!r} may not do {verb!r} here",
        zh="您的角色在此区域无此权限",
        remedy="ask an administrator for the right or the area",
    )
