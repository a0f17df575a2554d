"""Edits a layer, looks what its cache still holds rightly and seeds it again; prints JSON.

Run by bench.cache in a process of its own, with DATABASE_URL and ZHIHUI_DATA set for it.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "city.settings")
django.setup()

from django.conf import settings  # noqa: E402 - all below needs Django ready
from django.db import connection  # noqa: E402

from layers import actions as layers  # noqa: E402
from layers import catalogue, touched  # noqa: E402
from layers.models import Seeding, Stage  # noqa: E402
from people.may import Rights  # noqa: E402
from people.models import Role  # noqa: E402
from tiles.cache import Cache  # noqa: E402
from tiles.memory import Key  # noqa: E402
from tiles.seeding import actions, run  # noqa: E402
from tiles.touches import follow  # noqa: E402

LAYER, ZOOMS = "bench_buildings", (13, 15)
EDITS = (1, 10, 100, 1000)
BENCH = Rights(0, Role.ADMIN.value, (), None, "bench")
LOOKS = 20_000


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that something took, and what it gave."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def seeded() -> dict[str, Any]:
    """Seed the layer; return seconds and counts."""

    def seed() -> Seeding:
        return run.run(actions.ask(LAYER, ZOOMS, None, BENCH, Stage.RUNNING).pk)

    seconds, row = timed(seed)
    if row.stage != Stage.DONE:
        raise SystemExit(f"the seeding ended as {row.stage}: {row.said}")
    return {"seconds": seconds, "tiles": row.tiles, "made": row.made}


def edited(number: int) -> dict[str, Any]:
    """Change so many buildings all over the city, draw the layer anew, look what is still right."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bench_buildings SET floors = floors + 1"
            " WHERE id IN (SELECT id FROM bench_buildings ORDER BY md5(id || %s) LIMIT %s)",
            [f"{number}/{time.time()}", number],
        )
    compared: list[float] = []
    boxes = touched.boxes

    def watched(*given: Any) -> list[touched.Box]:
        seconds, found = timed(lambda: boxes(*given))
        compared.append(seconds)
        return list(found)

    touched.boxes = watched
    try:
        seconds, _ = timed(lambda: layers.touch(LAYER))
    finally:
        touched.boxes = boxes
    report = run.check(LAYER, actions.plan(catalogue.layer(LAYER), ZOOMS, None))
    return {
        "edits": number,
        "replaced_s": seconds,
        "compared_s": compared[0],
        "right": 1 - report.missing / report.tiles,
        "seeded": seeded(),
    }


def looks() -> dict[str, float]:
    """Return the microseconds of a look into the cache: ready, and first after an edit."""
    cache = Cache(Path(settings.DATA) / "cache" / "looks.sqlite", 1 << 24)
    keys = [Key(LAYER, "bench", 14, 13000 + n % 100, 6000 + n // 100, "mvt") for n in range(1000)]
    far = [[n, n, n + 10, n + 10] for n in range(touched.MOST)]
    versions = [follow(1, ()), follow(2, [(2, 1, far)])]
    for key in keys:
        cache.put(key, 1, b"tile", 0.0)
    found = {}
    for name, touches, rounds in (
        ("ready", versions[0], LOOKS // len(keys)), ("after", versions[1], 1)
    ):  # fmt: skip
        seconds, _ = timed(
            lambda t=touches, r=rounds: [cache.get(key, t) for _ in range(r) for key in keys]
        )
        found[name] = seconds / rounds / len(keys) * 1e6
    cache.close()
    return found


first = seeded()
print(json.dumps({"first": first, "edits": [*map(edited, EDITS)], "looks": looks()}))
