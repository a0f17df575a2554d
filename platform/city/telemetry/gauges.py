"""Rain and road water gauges as devices of HJ 212: a number each, and one word for what they say.

The standard has no factor for rain or for water on a road; these words are the gauges' own, and the
platform is told what they mean (`./zhihui manage connect … --series rain-Rtd=rain:mm`).
"""

from collections.abc import Mapping, Sequence

from city.telemetry.line import Speaker
from city.telemetry.stations import PROTOCOL, speaker
from sensors import connecting, registry
from sensors.models import Address, Thing
from sensors.thing import StreamSpec

WORDS: Mapping[str, tuple[str, str]] = {
    "rain": ("rain", "mm"),
    "water_depth": ("depth", "cm"),
}  # property: word and unit
KINDS = ("rain", "roadwater")


def speakers(things: Sequence[Thing]) -> dict[str, Speaker]:
    """Return as whom gauges speak, by code; those that never spoke are connected first."""
    known = set(
        Address.objects.filter(protocol=PROTOCOL, thing__in=things).values_list(
            "thing_id", flat=True
        )
    )
    found = {}
    for thing in things:
        own = found[thing.code] = speaker(thing.code)
        if thing.pk not in known:
            connecting.connect(thing, PROTOCOL, own.mn, own.password, actor="demo")
            _explain(thing)
    if len(known) < len(things):
        registry.forget()
    return found


def _explain(thing: Thing) -> None:
    codes = thing.datastreams.values_list("observed_property__code", "interval_s")
    for code, interval in list(codes):
        if code in WORDS:
            word, unit = WORDS[code]
            spec = StreamSpec(code, interval, unit, f"{word}-Rtd")
            connecting.measure(thing, spec, actor="demo")
