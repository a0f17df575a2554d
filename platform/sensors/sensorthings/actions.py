"""The writer of SensorThings entities: made whole or not at all, each thing's change in the log.

The city's own commands register things through `sensors.actions`; what comes over the interface is
made here, in the same tables and with the same events.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib.gis.geos import Point
from django.db import models, transaction

from core.errors import Conflict, Invalid
from people import may
from places import codes, divisions
from sensors import actions
from sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)
from sensors.sensorthings import columns
from sensors.sensorthings.bodies import Body, Reference, geometry

M = TypeVar("M", bound=models.Model)


def create(rights: may.Rights, body: Body, parent: models.Model | None = None) -> models.Model:
    """Make an entity with all that is inside it, linked to the one that it was posted to."""
    may.require(rights, "thing.edit")
    with transaction.atomic():
        return _MAKERS[body.entity.name](rights, body, parent)


def _thing(rights: may.Rights, body: Body, parent: models.Model | None) -> Thing:
    values, scope = columns.of_thing(body)
    thing = Thing(**values)
    locations = _many(rights, body, "Locations", Location, parent)
    _stand(rights, thing, locations, scope)
    if Thing.objects.filter(code=thing.code).exists():
        raise Conflict(
            f"there is a Thing with the code {thing.code!r}",
            zh=f"编码 {thing.code!r} 已存在",
            field="properties.code",
            remedy=f"find it by Things?$filter=properties/code eq '{thing.code}'",
        )
    thing.save()
    if locations:
        actions.place(thing, locations)
    for inner in _inside(body, "Datastreams"):
        _stream(rights, inner, thing)
    for inner in _inside(body, "HistoricalLocations"):
        _history(rights, inner, thing)
    actions.note(thing, "registered", rights.actor)
    return thing


def _stand(
    rights: may.Rights, thing: Thing, locations: Iterable[Location], scope: str | None
) -> None:
    """Set where a thing stands; ask for the right to edit it there."""
    first = next(iter(locations), None)
    if first is not None:
        shape = geometry(first.location)
        thing.geom = shape if isinstance(shape, Point) else shape.point_on_surface
    if scope is not None:
        thing.scope = scope
    elif first is not None and thing.geom is not None:
        found = divisions.at(thing.geom.x, thing.geom.y)
        thing.scope = codes.prefix(found) if found else ""
    may.require(rights, "thing.edit", thing.scope)


def _location(rights: may.Rights, body: Body, parent: models.Model | None) -> Location:
    location = Location.objects.create(**body.values)
    for thing in _many(rights, body, "Things", Thing, parent):
        _move(rights, thing, [location])
    return location


def _move(rights: may.Rights, thing: Thing, locations: list[Location]) -> None:
    """Let a thing stand somewhere else from now on."""
    may.require(rights, "thing.edit", thing.scope)
    _stand(rights, thing, locations, None)
    thing.save()
    actions.place(thing, locations)
    actions.note(thing, "changed", rights.actor)


def _history(rights: may.Rights, body: Body, parent: models.Model | None) -> HistoricalLocation:
    thing = _the(rights, body, "Thing", Thing, parent)
    may.require(rights, "thing.edit", thing.scope)
    made = HistoricalLocation.objects.create(thing=thing, **body.values)
    made.locations.set(_many(rights, body, "Locations", Location, parent))
    return made


def _stream(rights: may.Rights, body: Body, parent: models.Model | None) -> Datastream:
    thing = _the(rights, body, "Thing", Thing, parent)
    may.require(rights, "thing.edit", thing.scope)
    return Datastream.objects.create(
        thing=thing,
        sensor=_the(rights, body, "Sensor", Sensor, parent),
        observed_property=_the(rights, body, "ObservedProperty", ObservedProperty, parent),
        **columns.of_stream(body),
    )


def _new_stream(rights: may.Rights, body: Body, parent: models.Model | None) -> Datastream:
    stream = _stream(rights, body, parent)
    actions.note(stream.thing, "changed", rights.actor)
    return stream


def _sensor(rights: may.Rights, body: Body, parent: models.Model | None) -> Sensor:
    sensor = Sensor.objects.create(**body.values)
    for inner in _inside(body, "Datastreams"):
        _new_stream(rights, inner, sensor)
    return sensor


def _observed(rights: may.Rights, body: Body, parent: models.Model | None) -> ObservedProperty:
    values = columns.of_property(body)
    if ObservedProperty.objects.filter(code=values["code"]).exists():
        raise Conflict(
            f"there is an ObservedProperty with the code {values['code']!r}",
            zh=f"监测项 {values['code']!r} 已存在",
            field=f"{body.path}.properties.code".lstrip("."),
            remedy="refer to it by its @iot.id",
        )
    observed = ObservedProperty.objects.create(**values)
    for inner in _inside(body, "Datastreams"):
        _new_stream(rights, inner, observed)
    return observed


def _feature(rights: may.Rights, body: Body, parent: models.Model | None) -> FeatureOfInterest:
    return FeatureOfInterest.objects.create(**body.values)


Maker = Callable[[may.Rights, Body, models.Model | None], models.Model]
_MAKERS: dict[str, Maker] = {
    "Thing": _thing,
    "Location": _location,
    "HistoricalLocation": _history,
    "Datastream": _new_stream,
    "Sensor": _sensor,
    "ObservedProperty": _observed,
    "FeatureOfInterest": _feature,
}


# --- what a body refers to -----------------------------------------------------------------------


def _inside(body: Body, name: str) -> list[Body]:
    """Return the inline entities of a link; what exists already is not taken from another."""
    found = body.links.get(name, ())
    for each in found:
        if isinstance(each, Reference):
            raise body.wrong(name, "what exists stays where it is", "不能引用已有实体")
    return [each for each in found if isinstance(each, Body)]


def _resolve(rights: may.Rights, given: Body | Reference, model: type[M]) -> M:
    if isinstance(given, Body):
        made = _MAKERS[given.entity.name](rights, given, None)
        assert isinstance(made, model)
        return made
    rows = model._default_manager.filter(pk=given.id)
    if model is Thing:
        rows = rows.filter(may.visible(rights, "thing.see"))
    found = rows.first()
    if found is None:
        raise Invalid(
            f"{given.path}: there is no {model.__name__} {given.id}",
            zh=f"没有编号为 {given.id} 的 {model.__name__}",
            field=given.path,
        )
    return found


def _the(
    rights: may.Rights, body: Body, name: str, model: type[M], parent: models.Model | None
) -> M:
    """Return the one entity that is linked to: the parent, or what the body names or brings."""
    if isinstance(parent, model):
        return parent
    given = body.links.get(name)
    if not given:
        raise body.wrong(name, "is missing: name it by @iot.id or give it inline", f"缺少 {name}")
    return _resolve(rights, given[0], model)


def _many(
    rights: may.Rights, body: Body, name: str, model: type[M], parent: models.Model | None
) -> list[M]:
    found = [_resolve(rights, each, model) for each in body.links.get(name, ())]
    return [*found, parent] if isinstance(parent, model) else found


# --- changing ------------------------------------------------------------------------------------


def change(rights: may.Rights, row: models.Model, body: Body) -> None:
    """Change an entity's values and what it refers to."""
    may.require(rights, "thing.edit")
    with transaction.atomic():
        match row:
            case Thing():
                _change_thing(rights, row, body)
            case Datastream():
                _change_stream(rights, row, body)
            case Location():
                _change_location(rights, row, body)
            case ObservedProperty():
                _set(row, columns.of_property(body, row))
            case HistoricalLocation():
                may.require(rights, "thing.edit", row.thing.scope)
                _set(row, body.values)
            case _:
                _set(row, body.values)


def _set(row: models.Model, values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _change_thing(rights: may.Rights, thing: Thing, body: Body) -> None:
    may.require(rights, "thing.edit", thing.scope)
    values, scope = columns.of_thing(body, thing)
    _no_other(body, {"Locations"})
    if Thing.objects.filter(code=values.get("code")).exclude(pk=thing.pk).exists():
        raise Conflict("the code is taken", zh="编码已被占用", field="properties.code")
    locations = _many(rights, body, "Locations", Location, None)
    for name, value in values.items():
        setattr(thing, name, value)
    _stand(rights, thing, locations, scope)
    thing.save()
    if locations:
        actions.place(thing, locations)
    actions.note(thing, "changed", rights.actor)


def _change_stream(rights: may.Rights, stream: Datastream, body: Body) -> None:
    may.require(rights, "thing.edit", stream.thing.scope)
    _no_other(body, {"Sensor", "ObservedProperty"})
    values = columns.of_stream(body, stream)
    for name, field, model in (
        ("Sensor", "sensor", Sensor),
        ("ObservedProperty", "observed_property", ObservedProperty),
    ):
        if name in body.links:
            values[field] = _resolve(rights, body.links[name][0], model)
    _set(stream, values)
    actions.note(stream.thing, "changed", rights.actor)


def _change_location(rights: may.Rights, location: Location, body: Body) -> None:
    _no_other(body, set())
    _set(location, body.values)
    for thing in location.things.all():
        _move(rights, thing, list(thing.locations.all()))


def _no_other(body: Body, known: set[str]) -> None:
    for name in set(body.links) - known:
        raise body.wrong(name, "cannot be changed from here", "不能在此修改")


# --- removing ------------------------------------------------------------------------------------


def remove(rights: may.Rights, row: models.Model) -> None:
    """Remove an entity with all that hangs on it (OGC 18-088 clause 10.4)."""
    may.require(rights, "thing.edit")
    with transaction.atomic():
        match row:
            case Thing():
                may.require(rights, "thing.edit", row.scope)
                actions.remove([row], rights.actor)
            case Datastream():
                _remove_streams(rights, [row])
            case Sensor() | ObservedProperty():
                _remove_streams(rights, row.datastreams.select_related("thing"))
                row.delete()
            case Location():
                _remove_location(rights, row)
            case FeatureOfInterest():
                _remove_feature(row)
            case HistoricalLocation():
                may.require(rights, "thing.edit", row.thing.scope)
                row.delete()


def _remove_streams(rights: may.Rights, streams: Iterable[Datastream]) -> None:
    for stream in streams:
        may.require(rights, "thing.edit", stream.thing.scope)
        actions.remove_datastream(stream, rights.actor)


def _remove_location(rights: may.Rights, location: Location) -> None:
    things = list(location.things.all())
    HistoricalLocation.objects.filter(locations=location).delete()
    location.delete()
    for thing in things:
        _move(rights, thing, list(thing.locations.all()))


def _remove_feature(feature: FeatureOfInterest) -> None:
    if feature.thing_id is not None:
        raise Conflict(
            "this feature stands for a Thing and all that it has reported",
            zh="该要素代表监测设备及其全部观测，不能单独删除",
            remedy=f"delete Things({feature.thing_id}), or the Datastreams one by one",
        )
    feature.delete()


def forget(rights: may.Rights, stream: Datastream, time: datetime.datetime) -> bool:
    """Take a reading out of its datastream, and say whether it was there."""
    may.require(rights, "thing.edit", stream.thing.scope)
    return actions.forget_reading(stream, time)
