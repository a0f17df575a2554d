"""Reading: from an address and options to rows with everything expanded that was asked for."""

import dataclasses
from collections.abc import Mapping

from core.errors import Invalid, Unknown
from people import may
from sensors.sensorthings import pages, readings
from sensors.sensorthings.address import Address, Id, Step
from sensors.sensorthings.options import Options
from sensors.sensorthings.rows import Page, Pages, Parents, Row
from sensors.sensorthings.schema import ENTITIES, Entity
from sensors.sensorthings.statement import Statement

_BUDGET = 20_000  # rows of one expand over all parents: the rest stands behind their nextLinks
_BARE = Options(top=1)


def load(
    rights: may.Rights,
    entity: Entity,
    options: Options,
    parents: Parents | None = None,
    only: Id | None = None,
) -> Pages:
    """Return the pages of a collection (by parent), with what is expanded."""
    statement = Statement(rights)
    if entity.name == "Observation":
        reading = only if isinstance(only, tuple) else None
        found = readings.read(statement, options, parents, reading)
    else:
        number = only if isinstance(only, int) else None
        wanted = _wanted(entity, options)
        found = pages.read(statement, entity, options, wanted, parents, number)
        if "phenomenonTime" in wanted:
            _tell_spans(found)
    rows = [row for page in found.values() for row in page.rows]
    for name, inner in options.expand.items():
        _expand(rights, entity, rows, name, inner)
    return found


def _wanted(entity: Entity, options: Options) -> list[str]:
    known = {"id", "@iot.id", *entity.properties, *entity.links}
    for name in options.select:
        if name not in known:
            raise Invalid(
                f"{entity.name} has no property {name!r}",
                zh=f"{entity.name} 没有属性 {name!r}",
                field="$select",
                remedy=f"there are {', '.join(sorted(known - {'@iot.id'}))}",
            )
    return [name for name in entity.properties if not options.select or name in options.select]


def _tell_spans(found: Pages) -> None:
    rows = [row for page in found.values() for row in page.rows]
    spans = readings.spans([row.key for row in rows])
    for row in rows:
        row.values["phenomenonTime"] = spans.get(row.key)


def _expand(
    rights: may.Rights, entity: Entity, rows: list[Row], name: str, options: Options
) -> None:
    link = entity.links.get(name)
    if link is None:
        raise Invalid(
            f"{entity.name} leads to no {name!r}",
            zh=f"{entity.name} 没有关联 {name!r}",
            field="$expand",
            remedy=f"there are {', '.join(entity.links)}",
        )
    keys = sorted({row.key for row in rows})
    if not keys:
        return
    options = dataclasses.replace(options, top=min(options.top, max(1, _BUDGET // len(keys))))
    found = load(rights, ENTITIES[link.target], options, Parents(entity, link, keys))
    for row in rows:
        row.linked[name] = found[row.key]


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where an address has led: the steps before the last one are known to exist."""

    step: Step
    parents: Parents | None


def go(rights: may.Rights, address: Address) -> Place:
    """Walk a path up to its last step; raises Unknown where an entity on it is not there."""
    parents: Parents | None = None
    for place, step in enumerate(address.steps[:-1]):
        row = one(rights, Place(step, parents), _BARE)
        following = address.steps[place + 1].name
        parents = Parents(step.entity, step.entity.links[following], [row.key])
    return Place(address.last, parents)


def one(rights: may.Rights, place: Place, options: Options) -> Row:
    """Return the single entity of a place; raises Unknown if there is none for this reader."""
    plain = dataclasses.replace(options, filter=None, orderby=(), top=1, skip=0, after=None)
    found = load(rights, place.step.entity, plain, place.parents, place.step.id)
    for page in found.values():
        for row in page.rows:
            return row
    raise absent(place.step)


def absent(step: Step) -> Unknown:
    """Return the answer for an entity that is not there."""
    key = ".".join(map(str, step.id)) if isinstance(step.id, tuple) else str(step.id or "")
    return Unknown(
        f"there is no {step.entity.name} {key}".rstrip(),
        zh=f"没有编号为 {key} 的 {step.entity.name}" if key else f"没有 {step.entity.name}",
        remedy=f"look them up at {step.entity.collection}",
    )


def many(rights: may.Rights, place: Place, options: Options) -> Page:
    """Return a page of a collection."""
    found: Mapping[int, Page] = load(rights, place.step.entity, options, place.parents)
    return next(iter(found.values()))
