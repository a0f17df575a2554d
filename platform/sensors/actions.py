"""The only writer of things and their datastreams (readings: `alerts.ingest`)."""

import datetime
import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction

from core import clock
from core.errors import Conflict, Invalid
from feed.log import Happening, ewkb, record
from sensors import sql
from sensors.models import (
    Datastream,
    Dialog,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Registry,
    Sensor,
    Thing,
)
from sensors.thing import StreamSpec, ThingSpec, properties


def public(thing: Thing) -> dict[str, Any]:
    """Return what the log says of a thing."""
    return {
        "code": thing.code,
        "name_zh": thing.name,
        "name_en": thing.name_en or thing.name,
        "kind": thing.kind,
        "scope": thing.scope,
        "datum": thing.datum,
        "simulated": thing.simulated,
    }


def register(specs: Iterable[ThingSpec], actor: str = "system") -> list[Thing]:
    """Register things with their datastreams; one that is known by its code is left as it is.

    All or none. Raises Invalid for a property that neither Zhihui nor the city has defined.
    """
    with transaction.atomic():
        specs = list(specs)
        known = Thing.objects.in_bulk([spec.code for spec in specs], field_name="code")
        return [known.get(spec.code) or _register(spec, actor) for spec in specs]


def _register(spec: ThingSpec, actor: str) -> Thing:
    point = None if spec.lon is None or spec.lat is None else Point(spec.lon, spec.lat, srid=4326)
    thing = Thing.objects.create(
        code=spec.code,
        name=spec.name,
        name_en=spec.name_en,
        kind=spec.kind,
        properties=spec.properties,
        geom=point,
        scope=spec.scope,
        datum=spec.datum,
        simulated=spec.simulated,
    )
    if point is not None:
        location = Location.objects.create(
            name=spec.name,
            location={"type": "Point", "coordinates": [spec.lon, spec.lat]},
            simulated=spec.simulated,
        )
        place(thing, [location])
    for stream in spec.streams:
        add_datastream(thing, stream)
    note(thing, "registered", actor)
    return thing


def place(thing: Thing, locations: Sequence[Location]) -> None:
    """Let a thing stand at locations from now on, and keep that in its history."""
    thing.locations.set(locations)
    since = HistoricalLocation.objects.create(thing=thing, time=clock.now())
    since.locations.set(locations)
    if locations:
        FeatureOfInterest.objects.update_or_create(
            thing=thing, defaults={"name": locations[0].name, "feature": locations[0].location}
        )


def note(thing: Thing, kind: str, actor: str) -> None:
    """Tell the log and the caches what became of a thing; in the transaction of the change."""
    Registry.objects.update_or_create(pk=1, defaults={"number": time.time_ns()})
    record(
        Happening(
            topic="thing",
            kind=kind,
            entity="thing",
            entity_id=str(thing.pk),
            actor=actor,
            scope=thing.scope,
            geom=ewkb(thing.geom),
            body={"now": public(thing)} if kind != "removed" else {"gone": True},
        )
    )


def add_datastream(thing: Thing, spec: StreamSpec) -> Datastream:
    """Add one series to a thing; the property and a plain sensor are made when first used."""
    known = properties().get(spec.property)
    observed = ObservedProperty.objects.filter(code=spec.property).first()
    if observed is None:
        if known is None:
            raise Invalid(
                f"no property {spec.property!r} is defined",
                zh=f"未定义的监测项 {spec.property!r}",
                field="property",
                remedy=f"use one of {', '.join(properties())} or create an ObservedProperty first",
            )
        observed = ObservedProperty.objects.create(
            code=known.code, name=known.name, name_en=known.name_en, definition=known.definition
        )
    name = f"{spec.property} sensor"
    sensor = Sensor.objects.filter(name=name).order_by("pk").first()
    if sensor is None:
        sensor = Sensor.objects.create(name=name, simulated=thing.simulated)
    return Datastream.objects.create(
        thing=thing,
        sensor=sensor,
        observed_property=observed,
        name=f"{thing.name} {observed.name}",
        unit_symbol=spec.unit or (known.unit if known else ""),
        unit_name=known.unit_name if known else "",
        interval_s=spec.interval_s,
        properties={"series": spec.series} if spec.series else {},
    )


def remove(things: Iterable[Thing], actor: str = "system") -> int:
    """Remove things with all that they ever reported; returns how many went."""
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for thing in things:
            _refuse_used(thing)
            _remove_readings(list(thing.datastreams.values_list("id", flat=True)))
            for table in ("sensors_position", "sensors_whereabouts"):
                cursor.execute(f"DELETE FROM {table} WHERE thing_id = %s", [thing.pk])
            note(thing, "removed", actor)
            FeatureOfInterest.objects.filter(thing=thing).delete()
            Dialog.objects.filter(thing_id=thing.pk).delete()
            for location in thing.locations.exclude(things__in=Thing.objects.exclude(pk=thing.pk)):
                location.delete()
            thing.delete()
            count += 1
    return count


def _refuse_used(thing: Thing) -> None:
    """Raise Conflict where others have rows about the thing: alerts are part of the record."""
    for relation in Thing._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model._meta.app_label == "sensors":
            continue
        if model._default_manager.filter(**{relation.field.name: thing}).exists():
            raise Conflict(
                f"{thing.code} has {model._meta.verbose_name_plural}: they are part of the record",
                zh=f"{thing.code} 已有告警等记录，不能删除",
                remedy="revoke its token instead; its readings and alerts stay readable",
            )


def _remove_readings(streams: list[int]) -> None:
    with connection.cursor() as cursor:
        for table in ("sensors_observation", "sensors_latest"):
            cursor.execute(f"DELETE FROM {table} WHERE datastream_id = ANY(%s)", [streams])


def remove_datastream(stream: Datastream, actor: str) -> None:
    """Remove a datastream with its readings."""
    _remove_readings([stream.pk])
    thing = stream.thing
    stream.delete()
    note(thing, "changed", actor)


def forget_reading(stream: Datastream, moment: datetime.datetime) -> bool:
    """Take a reading out of its datastream; what it said is kept among the revisions.

    The newest row is locked first, as those who write readings do last: no deadlock with them.
    """
    row: dict[str, Any] = {"d": stream.pk, "t": moment, "now": clock.now()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.LOCK_LATEST, row)
        cursor.execute(sql.FORGET, row)
        found: bool = cursor.rowcount > 0
        cursor.execute(sql.LATEST_AGAIN, row)
    return found
