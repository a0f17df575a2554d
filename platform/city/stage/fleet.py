"""Simulated vehicles of this machine's city: things of kind vehicle with an address in JT/T 808."""

import dataclasses
import datetime
from collections.abc import Sequence

from django.db import connection, transaction

from city.scenario import Unplayable
from places.models import Division
from sensors import actions, connecting
from sensors.models import Address, Thing
from sensors.thing import ThingSpec

PROTOCOL = "jt808"
_FIRST_PHONE = 19_990_000_000  # numbers of a simulated range: 1999 …
_SERVICES = (
    ("巡逻车", "Patrol car", "patrol"),
    ("环卫车", "Sanitation truck", "sanitation"),
    ("抢险车", "Repair truck", "repair"),
    ("公交车", "Bus", "bus"),
)
_STORED = """
SELECT count(*) FROM unnest(%s::bigint[], %s::timestamptz[]) AS told(thing_id, time)
JOIN sensors_position USING (thing_id, time)
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle that can speak: its thing, the phone number in its header, its plate."""

    thing_id: int
    phone: str
    plate: str
    identity: str


def muster(count: int) -> list[Vehicle]:
    """Return so many vehicles, registering those that are missing; raises Unplayable."""
    city = Division.objects.filter(level="city").order_by("code").first()
    if city is None:
        raise Unplayable(
            "没有城市：请先用 ./zhihui up 载入演示城市",
            "there is no city: load the demo city by ./zhihui up first",
        )
    specs = [_spec(city.prefix, number) for number in range(1, count + 1)]
    with transaction.atomic():
        things = {thing.code: thing for thing in actions.register(specs, actor="vehicles")}
        known = set(
            Address.objects.filter(protocol=PROTOCOL, thing__in=things.values()).values_list(
                "thing_id", flat=True
            )
        )
        vehicles = [_vehicle(things[spec.code], n) for n, spec in enumerate(specs, start=1)]
        for vehicle, spec in zip(vehicles, specs, strict=True):
            if vehicle.thing_id not in known:
                connecting.connect(things[spec.code], PROTOCOL, vehicle.phone, actor="vehicles")
    return vehicles


def stored(vehicles: Sequence[Vehicle], reports: Sequence[tuple[str, datetime.datetime]]) -> int:
    """Return how many of these reports (phone, time) the platform has in its table."""
    things = {vehicle.phone: vehicle.thing_id for vehicle in vehicles}
    told = sorted(set(reports))
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [[things[phone] for phone, _ in told], [at for _, at in told]])
        return int(cursor.fetchone()[0])


def _spec(prefix: str, number: int) -> ThingSpec:
    zh, en, service = _SERVICES[number % len(_SERVICES)]
    return ThingSpec(
        code=f"{prefix}-VH-{number:04d}",
        name=f"{zh} {number:03d}",
        name_en=f"{en} {number:03d}",
        kind="vehicle",
        lon=None,
        lat=None,
        scope=prefix,
        streams=(),
        properties={"service": service, "plate": _plate(number), "simulated": True},
        simulated=True,
    )


def _plate(number: int) -> str:
    return f"豫A·M{number:04d}"


def _vehicle(thing: Thing, number: int) -> Vehicle:
    return Vehicle(thing.pk, str(_FIRST_PHONE + number), _plate(number), f"ZH{number:05d}")
