"""Fills the tile benchmark's database through the product's own actions; prints what is needed.

Run by bench.tiles in a process of its own, with DATABASE_URL and ZHIHUI_DATA set for it.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "city.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - all below needs Django ready
from django.db import connection  # noqa: E402

from bench.kit.session import cookie  # noqa: E402
from layers import actions, catalogue  # noqa: E402
from layers.models import State  # noqa: E402
from tiles import statement  # noqa: E402

SQL = Path(__file__).with_suffix(".sql")


def fill() -> None:
    """Generate the city once, then draw every layer that is not drawn yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_roads') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(SQL.read_text(encoding="utf-8"))
    for code in catalogue.layers():
        if code.startswith("bench_") and not State.objects.filter(layer=code, count__gt=0).exists():
            began = time.perf_counter()
            actions.touch(code)
            count = State.objects.get(layer=code).count
            took = time.perf_counter() - began
            print(f"{code}: {count:,} features stored in {took:.1f} s", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def statements() -> dict[str, str]:
    """Return the SQL of every benchmark layer's tile by "layer/zoom"."""
    found = {}
    for code, layer in catalogue.layers().items():
        state = State.objects.filter(layer=code).first()
        if code.startswith("bench_") and state is not None:
            for zoom in range(layer.min_zoom, layer.max_zoom + 1):
                query = statement.of(layer, zoom, state.thinned_to)
                found[f"{code}/{zoom}"] = query.text.decode()
    return found


call_command("migrate", verbosity=0, skip_checks=True)
fill()
print(json.dumps({"cookie": cookie(), "statements": statements()}))
