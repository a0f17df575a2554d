"""How devices of a protocol are known: their addresses, and the series that they name themselves.

Writes as `sensors.actions` does, in the same tables and with the same events.
"""

import dataclasses
from collections.abc import Sequence

from django.db import transaction
from django.utils.crypto import salted_hmac

from core.errors import Conflict, Invalid
from sensors import units
from sensors.actions import add_datastream, note
from sensors.models import Address, Datastream, ObservedProperty, Sensor, Thing
from sensors.thing import StreamSpec, properties

MAX_SERIES = 300  # that a device may name by itself: a site of many outlets has some hundred
LONGEST = 64  # characters of an address
_OTHER = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
_NUMBER = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class TooManySeries(Invalid):
    """A device names more series than any has."""

    code, title = "too_many_series", "Too many series"


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """A series as a device names it: its whole word, the factor in it, whether it is numbers."""

    name: str
    factor: str
    numeric: bool
    called: tuple[str, str] = ("", "")  # what the factor is called in Chinese and English


def digest(protocol: str, name: str, password: str) -> str:
    """Return what is kept of a device's password: useless without this installation's key."""
    told = f"{protocol}\n{name}\n{password}"
    return salted_hmac("sensors.address", told, algorithm="sha256").hexdigest()


def code(protocol: str, name: str) -> str:
    """Return the code by which the device at an address signs in, where its protocol has that."""
    return salted_hmac("sensors.code", f"{protocol}\n{name}", algorithm="sha256").hexdigest()[:16]


def connect(
    thing: Thing, protocol: str, name: str, password: str | None = None, actor: str = "system"
) -> Address:
    """Let a thing speak under an address; "" takes the password away, None leaves it as it is.

    Raises Conflict when the address is another thing's.
    """
    if not 0 < len(name) <= LONGEST:
        raise Invalid(
            f"an address has 1 to {LONGEST} characters",
            zh=f"设备编号应为 1 至 {LONGEST} 个字符",
            field="name",
        )
    kept = digest(protocol, name, password) if password else ""
    with transaction.atomic():
        row, made = Address.objects.get_or_create(
            protocol=protocol, name=name, defaults={"thing": thing, "password": kept}
        )
        if row.thing_id != thing.pk:
            raise Conflict(
                f"{protocol} {name} is {row.thing.code} already",
                zh=f"{protocol} {name} 已属于 {row.thing.code}",
                remedy="disconnect it there first",
            )
        if not made and password is not None and row.password != kept:
            row.password = kept
            row.save()
        note(thing, "changed", actor)
    return row


def disconnect(address: Address, actor: str = "system") -> None:
    """Let nobody speak under an address any more."""
    with transaction.atomic():
        thing = address.thing
        address.delete()
        note(thing, "changed", actor)


def measure(thing: Thing, spec: StreamSpec, actor: str = "system") -> Datastream:
    """Say what a device's series is: of which property, sent in which unit; returns its datastream.

    Numbers sent in another unit than the property's own are converted to that, for rules know one
    only. A datastream that was made on first sight keeps its readings and gives the name up.
    Raises Invalid for a unit that cannot be converted.
    """
    with transaction.atomic():
        _locked(thing.pk)
        for before in thing.datastreams.filter(properties__series=spec.series):
            before.properties = {
                name: told
                for name, told in before.properties.items()
                if name not in ("series", "sent_in")
            }
            before.save()
        same = thing.datastreams.filter(observed_property__code=spec.property)
        stream = same.exclude(properties__has_key="series").order_by("pk").first()
        if stream is None:
            stream = add_datastream(thing, dataclasses.replace(spec, unit=_kept_in(spec)))
        stream.properties = stream.properties | {"series": spec.series}
        if spec.unit:
            _check_unit(spec.unit, stream.unit_symbol)
            stream.properties["sent_in"] = spec.unit
        stream.save()
        note(thing, "changed", actor)
    return stream


def _kept_in(spec: StreamSpec) -> str:
    """Return the property's own unit, where it has one."""
    known = properties().get(spec.property)
    return known.unit if known else spec.unit


def _check_unit(sent: str, kept: str) -> None:
    if units.scale(sent, kept) is None:
        raise Invalid(
            f"{sent!r} cannot be converted to {kept!r}",
            zh=f"单位 {sent!r} 无法换算为 {kept!r}",
            field="unit",
            remedy="let the device send another unit, or use a property of your own",
        )


def grow(thing_id: int, protocol: str, wanted: Sequence[Series]) -> int:
    """Make datastreams for series that a device names for the first time; returns how many.

    Their property is the device's own word and their unit unknown, so that no rule takes them for
    what they may not be, until somebody says what they are. Raises TooManySeries.
    """
    with transaction.atomic():
        thing = _locked(thing_id)
        if thing is None:
            return 0
        known = set(
            thing.datastreams.filter(properties__has_key="series").values_list(
                "properties__series", flat=True
            )
        )
        fresh = list({each.name: each for each in wanted if each.name not in known}.values())
        if len(known) + len(fresh) > MAX_SERIES:
            raise TooManySeries(
                f"{thing.code} would have more than {MAX_SERIES} series",
                zh=f"{thing.code} 的监测序列将超过 {MAX_SERIES} 个",
                remedy="check the factor codes that the device sends; remove what is not needed",
            )
        for each in sorted(fresh, key=lambda one: one.factor):  # one order for all: no deadlock
            _first_seen(thing, protocol, each)
        if fresh:
            note(thing, "changed", "system")
    return len(fresh)


def _locked(thing_id: int) -> Thing | None:
    return Thing.objects.select_for_update(no_key=True).filter(pk=thing_id).first()


def _first_seen(thing: Thing, protocol: str, series: Series) -> None:
    word = f"{protocol}:{series.factor}"
    observed, _ = ObservedProperty.objects.get_or_create(
        code=word[:40],
        defaults={
            "name": series.called[0] or series.factor,
            "name_en": series.called[1],
            "definition": f"urn:zhihui:factor:{word}"[:200],
        },
    )
    sensor = Sensor.objects.filter(name=protocol).order_by("pk").first()
    if sensor is None:
        sensor = Sensor.objects.create(name=protocol, simulated=thing.simulated)
    Datastream.objects.create(
        thing=thing,
        sensor=sensor,
        observed_property=observed,
        name=" ".join(filter(None, (thing.name, series.called[0], series.name)))[:160],
        observation_type=_NUMBER if series.numeric else _OTHER,
        properties={"series": series.name, "first_seen": True},
    )
