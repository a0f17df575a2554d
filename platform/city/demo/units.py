"""Units of the demo city: one for every response station, and the special ones beside them."""

from collections import defaultdict
from collections.abc import Iterator

from emergency.actions import units as actions
from emergency.actions.units import UnitSpec
from emergency.force import forces
from sensors import actions as sensors
from sensors.models import Thing
from sensors.thing import ThingSpec

KINDS = {"fire": "fire", "medical": "ambulance", "police": "police", "drainage": "pump"}
# kind of special unit: at stations of which service, how many, what its vehicle is called
_SPECIAL = (
    ("rescue", "fire", 5, "抢险救援车", "Rescue Vehicle"),
    ("chemical", "fire", 2, "危化处置车", "Chemical Response Vehicle"),
    ("gas", "drainage", 4, "燃气抢修车", "Gas Repair Vehicle"),
)


def found(responder: str = "responder") -> int:
    """Found the units; the demo responder rides on the first drainage unit. Returns how many."""
    stations = _stations()
    specs = [*_of_stations(stations, responder), *_special(stations)]
    return len(actions.found(specs, actor="demo_city"))


def _stations() -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = defaultdict(list)
    for thing in Thing.objects.filter(kind="unit", simulated=True).order_by("code"):
        if "service" in thing.properties:
            found[str(thing.properties["service"])].append(thing)
    return found


def _of_stations(stations: dict[str, list[Thing]], responder: str) -> Iterator[UnitSpec]:
    for service, kind in KINDS.items():
        for number, thing in enumerate(stations[service], start=1):
            crew = (responder,) if kind == "pump" and number == 1 else ()
            yield _spec(kind, number, thing, thing.name, thing.name_en, crew)


def _special(stations: dict[str, list[Thing]]) -> Iterator[UnitSpec]:
    """Yield special units with a vehicle of their own, spread over the stations of a service."""
    for kind, service, count, zh, en in _SPECIAL:
        homes = stations[service]
        for number, home in enumerate(homes[:: max(1, len(homes) // count)][:count], start=1):
            names = f"{home.name}{zh}", f"{home.name_en}, {en}"
            (vehicle,) = sensors.register([_vehicle(kind, number, home, names)], "demo_city")
            yield _spec(kind, number, vehicle, *names)


def _vehicle(kind: str, number: int, home: Thing, names: tuple[str, str]) -> ThingSpec:
    assert home.geom is not None
    return ThingSpec(
        code=f"{home.code.split('-')[0]}-UV-{kind}-{number:02d}",
        name=names[0],
        name_en=names[1],
        kind="unit",
        lon=home.geom.x,
        lat=home.geom.y,
        scope=home.scope,
        properties={"force": kind, "simulated": True},
        simulated=True,
    )


def _spec(
    kind: str, number: int, thing: Thing, zh: str, en: str, crew: tuple[str, ...] = ()
) -> UnitSpec:
    assert thing.geom is not None
    force = forces()[kind]
    return UnitSpec(
        code=f"{force.letter}{number:02d}",
        name_zh=zh,
        name_en=en,
        kind=kind,
        lon=thing.geom.x,
        lat=thing.geom.y,
        department=force.department,
        thing_id=thing.pk,
        crew=crew,
        simulated=True,
    )
