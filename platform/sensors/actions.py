"""The only writer of things and their datastreams (readings: `alerts.ingest`)."""

import time
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction

from core.errors import Invalid
from feed.log import Happening, ewkb, record
from sensors.models import Datastream, Location, ObservedProperty, Registry, Sensor, Thing
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
        location.things.add(thing)
    for stream in spec.streams:
        add_datastream(thing, stream)
    note(thing, "registered", actor)
    return thing


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
    sensor, _ = Sensor.objects.get_or_create(
        name=f"{spec.property} sensor", defaults={"simulated": thing.simulated}
    )
    return Datastream.objects.create(
        thing=thing,
        sensor=sensor,
        observed_property=observed,
        name=f"{thing.name} {observed.name}",
        unit_symbol=spec.unit or (known.unit if known else ""),
        unit_name=known.unit_name if known else "",
        interval_s=spec.interval_s,
    )


def remove(things: Iterable[Thing], actor: str = "system") -> int:
    """Remove things with all that they ever reported; returns how many went."""
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for thing in things:
            streams = list(thing.datastreams.values_list("id", flat=True))
            for table in ("sensors_observation", "sensors_latest"):
                cursor.execute(f"DELETE FROM {table} WHERE datastream_id = ANY(%s)", [streams])
            for table in ("sensors_position", "sensors_whereabouts"):
                cursor.execute(f"DELETE FROM {table} WHERE thing_id = %s", [thing.pk])
            note(thing, "removed", actor)
            Location.objects.filter(things=thing).delete()
            thing.delete()
            count += 1
    return count
