"""Take away all that is simulated, and nothing else."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from alerts import actions as alerts
from alerts import rulebook
from alerts.warning import actions as warnings
from emergency.actions import removal as emergency
from environment import actions as indices
from layers import actions as layers
from people import actions as people
from places import actions as places
from sensors import actions as sensors
from sensors.models import Thing
from traffic import actions as traffic
from urban import actions as urban

Say = Callable[[str], None]


def everything(say: Say) -> None:
    """Remove simulated things, layers, places, people and elevation files."""
    casework = urban.remove_simulated("demo_city")
    ended, units = emergency.remove_simulated("demo_city")
    reopened = traffic.remove_simulated("demo_city")
    alarmed = alerts.remove_simulated("demo_city")
    simulated = Thing.objects.filter(simulated=True)
    indices.forget(list(simulated.values_list("pk", flat=True)))
    things = sensors.remove(simulated, actor="demo_city")
    fences = rulebook.remove_simulated_fences("demo_city")
    warned = warnings.remove_simulated("demo_city")
    gone_with = {
        "alerts": alarmed,
        "fences": fences,
        "units": units,
        "incidents": ended,
        "warnings": warned,
        "cases": casework,
        "closures": reopened,
    }
    counts = ", ".join(f"{count} {name}" for name, count in gone_with.items())
    say(f"[1/4] 监测站与队伍 things … {things} removed; with them {counts}")
    say(f"[2/4] 图层 layers … {', '.join(layers.remove_simulated()) or 'none'} emptied")
    gone = places.remove_simulated()
    for layer in ("divisions", "grid"):
        layers.touch(layer)
    counts = ", ".join(f"{count:,} {name}" for name, count in gone.items())
    say(f"[3/4] 区划与网格 places … {counts} removed")
    left, retired = people.remove_simulated()
    say(f"[4/4] 人员 people … {left} removed, {retired} kept on record but retired")
    for path in (Path(settings.DATA) / "rasters").glob("*-[0-9][0-9][0-9][0-9][0-9][0-9].tif"):
        path.unlink()
