"""Resource paths: Things(1)/Datastreams(2)/Observations, …/name/$value, …/$ref. Pure."""

import dataclasses
import re

from core.errors import Invalid, Unknown
from sensors.sensorthings.schema import COLLECTIONS, ENTITIES, Entity

Id = int | tuple[int, int]  # of an observation: datastream, microseconds

_SEGMENT = re.compile(r"(?P<name>[A-Za-z]+)(?:\((?P<key>[^()]*)\))?")
_READING = re.compile(r"(\d{1,18})\.(-?\d{1,18})")
_LONGEST = 12  # segments


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One entity or collection of a path; `id` where one of many is named."""

    entity: Entity
    name: str
    many: bool
    id: Id | None = None

    @property
    def single(self) -> bool:
        """Say whether it is one entity."""
        return not self.many or self.id is not None


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """Where a path leads: steps, then perhaps a property, then perhaps $value or $ref."""

    steps: tuple[Step, ...]
    named: str = ""
    tail: str = ""

    @property
    def last(self) -> Step:
        """Return the entity or collection that the path is about."""
        return self.steps[-1]


def nothing(path: str) -> Unknown:
    """Return the answer for an address that leads nowhere."""
    return Unknown(
        f"{path!r} leads nowhere",
        zh=f"地址 {path!r} 不存在",
        remedy=f"begin with one of {', '.join(COLLECTIONS)}",
    )


def parse(path: str) -> Address:
    """Read a path behind the service's root; raises Unknown or Invalid."""
    parts = path.strip("/").split("/")
    if len(parts) > _LONGEST:
        raise nothing(path)
    tail = parts.pop() if parts[-1] in ("$ref", "$value") else ""
    steps: list[Step] = []
    named = ""
    for part in parts:
        if named or (steps and not steps[-1].single):
            raise nothing(path)
        if steps and part in steps[-1].entity.properties:
            named = part
        else:
            steps.append(_step(part, steps[-1].entity if steps else None, path))
    if not steps or (tail == "$value" and not named) or (tail == "$ref" and named):
        raise nothing(path)
    return Address(tuple(steps), named, tail)


def _step(part: str, before: Entity | None, path: str) -> Step:
    match = _SEGMENT.fullmatch(part)
    if match is None:
        raise nothing(path)
    name, key = match["name"], match["key"]
    if before is None:
        entity, many = COLLECTIONS.get(name), True
    else:
        link = before.links.get(name)
        entity, many = (ENTITIES[link.target], link.many) if link else (None, True)
    if entity is None or (key is not None and not many):
        raise nothing(path)
    return Step(entity, name, many, None if key is None else _id(entity, key))


def _id(entity: Entity, key: str) -> Id:
    text = key[1:-1] if len(key) > 1 and key[0] == key[-1] == "'" else key
    if entity.name == "Observation":
        match = _READING.fullmatch(text)
        if match is not None:
            return int(match[1]), int(match[2])
    elif text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise Invalid(
        f"{key!r} is no id of {entity.collection}",
        zh=f"编号 {key!r} 无效",
        field="@iot.id",
        remedy="ids are whole numbers, those of Observations are 'DATASTREAM.MICROSECONDS'",
    )
