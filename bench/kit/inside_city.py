"""Fills the layers that bench.inside asks besides the tile benchmark's; prints a token.

Run by bench.inside in a process of its own, with DATABASE_URL and ZHIHUI_DATA set for it.
"""

import json
import os
import random
from collections.abc import Iterator

import django
import shapely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "city.settings")
django.setup()

from django.db import connection  # noqa: E402 - all below needs Django ready

from bench import inside  # noqa: E402
from layers import actions, catalogue  # noqa: E402
from layers.models import State  # noqa: E402
from layers.staging import Feature  # noqa: E402
from people import actions as people  # noqa: E402
from people.models import User  # noqa: E402

_BUILDINGS = "SELECT id, ST_AsBinary(ST_Transform(geom, 4326)), floors FROM bench_buildings"
HOMES = "buildings"


def filled(code: str) -> bool:
    """Say whether an earlier run has filled a layer."""
    return State.objects.filter(layer=code, count__gt=0).exists()


def homes() -> Iterator[Feature]:
    """Yield the tile benchmark's buildings with people inside."""
    with connection.cursor() as cursor:
        cursor.execute(_BUILDINGS)
        rows = cursor.fetchall()
    for number, wkb, floors in rows:
        yield number, bytes(wkb), {"floors": floors, "people": 3 * floors}


def small(code: str, shape: str, count: int) -> Iterator[Feature]:
    """Yield so many features of a shape, spread over the benchmark's city."""
    numbers = random.Random(code)
    west, south, east, north = inside.extent()
    for fid in range(1, count + 1):
        lon, lat = numbers.uniform(west, east), numbers.uniform(south, north)
        at = shapely.Point(lon, lat)
        if shape == "line":
            at = shapely.LineString([(lon, lat), (lon + 0.004, lat + 0.002), (lon + 0.005, lat)])
        if shape == "polygon":
            at = at.buffer(numbers.uniform(0.0005, 0.004), quad_segs=4)
        yield fid, shapely.to_wkb(at), {"name_zh": f"{code} {fid}"}


def fill() -> None:
    """Fill what is not filled yet."""
    if not filled(HOMES):
        actions.replace_features(HOMES, list(homes()), simulated=True)  # one connection
    for code, (shape, count) in inside.SMALL.items():
        if not filled(code):
            actions.replace_features(code, small(code, shape, count), simulated=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


catalogue.forget()
fill()
count = sum(one.is_vector for one in catalogue.layers().values())
token = people.issue_token(User.objects.get(username="bench"))[0]
print(json.dumps({"layers": count, "token": token}))
