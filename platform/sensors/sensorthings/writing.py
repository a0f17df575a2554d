"""Writing over HTTP: from an address and a body to an action, and back to what was made."""

from typing import Any, NamedTuple

from django.db import models

from core.errors import Invalid, Problem
from people import may
from sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)
from sensors.sensorthings import actions, bodies, reader
from sensors.sensorthings.address import Address, Step
from sensors.sensorthings.options import Options
from sensors.sensorthings.readings import moment
from sensors.sensorthings.rows import Parents

_MODELS: dict[str, type[models.Model]] = {
    "Thing": Thing,
    "Location": Location,
    "HistoricalLocation": HistoricalLocation,
    "Datastream": Datastream,
    "Sensor": Sensor,
    "ObservedProperty": ObservedProperty,
    "FeatureOfInterest": FeatureOfInterest,
}


class NotHere(Problem):
    """The address exists, but not for this method."""

    status, code, title = 405, "method_not_allowed", "Method not allowed"


class Made(NamedTuple):
    """What was made or changed: as a place to read it from."""

    step: Step
    parents: Parents | None = None


def refuse(method: str, allowed: str, remedy: str = "") -> NotHere:
    """Return the answer for a method that an address does not know."""
    return NotHere(
        f"{method} is not for this address",
        zh=f"此地址不支持 {method}",
        remedy=remedy or f"use one of {allowed}",
        allow=allowed,
    )


def create(rights: may.Rights, where: Address, content: bytes) -> Made:
    """Make an entity in the collection of an address."""
    last = where.last
    if last.single or where.named or where.tail:
        raise refuse("POST", "GET, HEAD, PATCH, PUT, DELETE" if last.single else "GET, HEAD")
    if last.entity.name == "Observation":
        raise refuse("POST", "GET, HEAD", "post to Datastreams(id)/Observations or Observations")
    body = bodies.create(last.entity, bodies.decode(content))
    parent = _parent(rights, where)
    made = actions.create(rights, body, parent)
    return Made(Step(last.entity, last.entity.collection, True, made.pk))


def _parent(rights: may.Rights, where: Address) -> models.Model | None:
    place = reader.go(rights, where)
    if place.parents is None:
        return None
    model = _MODELS.get(place.parents.entity.name)
    return None if model is None else model._default_manager.get(pk=place.parents.keys[0])


def change(rights: may.Rights, where: Address, content: bytes, *, whole: bool) -> Made:
    """Change the entity of an address: what is given, or with `whole` all of it."""
    if where.last.entity.name == "Observation":
        raise refuse(
            "PATCH", "GET, HEAD, DELETE", "post the corrected reading again: the old value is kept"
        )
    row, step = _row(rights, where, "PUT" if whole else "PATCH")
    body = bodies.change(step.entity, bodies.decode(content), whole=whole)
    actions.change(rights, row, body)
    return Made(step)


def remove(rights: may.Rights, where: Address) -> None:
    """Remove the entity of an address with all that hangs on it."""
    if where.last.entity.name == "Observation" and where.last.single:
        return _forget(rights, where)
    row, _ = _row(rights, where, "DELETE")
    return actions.remove(rights, row)


def _row(rights: may.Rights, where: Address, method: str) -> tuple[models.Model, Step]:
    if not where.last.single or where.named or where.tail:
        raise refuse(method, "GET, HEAD" if where.named or where.tail else "GET, HEAD, POST")
    place = reader.go(rights, where)
    found = reader.one(rights, place, Options(select=("id",)))
    entity = where.last.entity
    model = _MODELS[entity.name]
    return model._default_manager.get(pk=found.key), Step(
        entity, entity.collection, True, found.key
    )


def _forget(rights: may.Rights, where: Address) -> None:
    place = reader.go(rights, where)
    found = reader.one(rights, place, Options(select=("id",)))
    stream = Datastream.objects.select_related("thing").get(pk=found.key)
    micros = int(str(found.id).partition(".")[2])
    if not actions.forget(rights, stream, moment(micros)):
        raise reader.absent(where.last)


def body_of(content_type: str | None, content: bytes) -> bytes:
    """Return the content if it can be read as an entity; raises Invalid for JSON Patch."""
    if content_type == "application/json-patch+json":
        raise Invalid(
            "JSON Patch is not supported",
            zh="不支持 JSON Patch",
            field="Content-Type",
            remedy="send the members that change as application/json",
        )
    return content


def shown(rights: may.Rights, made: Made) -> Any:
    """Return the row of what was made, to be rendered."""
    return reader.one(rights, reader.Place(made.step, made.parents), Options())
