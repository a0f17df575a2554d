"""The search in a process of its own: a question a line comes in, times and hits go out."""

import json
import sys
import time

import django

django.setup()

from layers import actions, catalogue  # noqa: E402 - Django stands only now
from layers.models import State  # noqa: E402
from layers.search import index  # noqa: E402
from layers.search.find import find  # noqa: E402
from layers.search.matching import Place  # noqa: E402
from people.may import Rights  # noqa: E402
from people.models import Role  # noqa: E402

LAYER = "bench_names"
MIDDLE = Place(113.65, 34.75)


def main() -> None:
    """Fill the layer unless it is filled; then answer until the questions end."""
    if not State.objects.filter(layer=LAYER, count__gt=0).exists():
        actions.touch(catalogue.layer(LAYER).code)
    begun = time.perf_counter()
    held = {one.source.code: one.names for one in index.current()}
    read = time.perf_counter() - begun
    names = held[f"layer/{LAYER}"]
    print(json.dumps({"seconds": read, "megabytes": names.megabytes, "count": len(names)}))
    sys.stdout.flush()
    rights = Rights(1, Role.PLANNER, ("4101",))
    for line in sys.stdin:
        begun, spent = time.perf_counter(), time.process_time()
        hits = find(json.loads(line), rights, near=MIDDLE)
        took, cpu = time.perf_counter() - begun, time.process_time() - spent
        told = [[hit.found.name_zh, hit.match, round(hit.cost, 3)] for hit in hits]
        print(json.dumps({"ms": took * 1000, "cpu": cpu * 1000, "hits": told}))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
