"""What an edit costs the tile cache: ./zhihui bench cache.

200,000 buildings, their tiles of zooms 13 to 15 seeded; then some change, all over the city.
How many tiles are still right, how long the comparison took beside the replacement that it belongs
to, how long it takes to make what was touched against making all. Kept tiles against nginx are in
bench/tiles.py.
"""

import json
import subprocess
import sys
from typing import Any

from bench import tiles as city
from bench.kit import cluster, measure

PROMISED = ((1, 0.99), (10, 0.95), (100, 0.8))  # edits, share of tiles that are still right
COMPARED = 0.25  # of the replacement's time at most


def report(found: dict[str, Any]) -> bool:
    """Print the table; return whether every promise is kept."""
    first = found["first"]
    print(f"\n{first['tiles']:,} tiles seeded in {first['seconds']:.1f} s, half of it rest\n")
    rows, good = [], True
    least = dict(PROMISED)
    for one in found["edits"]:
        share = one["compared_s"] / one["replaced_s"]
        kept = one["right"] >= least.get(one["edits"], 0) and share <= COMPARED
        good = good and kept
        rows.append(
            (
                one["edits"],
                f"{one['right']:.1%}",
                f"{one['replaced_s']:.1f}",
                f"{one['compared_s']:.2f} ({share:.0%})",
                one["seeded"]["made"],
                f"{one['seeded']['seconds']:.1f}",
                "kept" if kept else "MISSED",
            )
        )
    head = ("edits", "tiles still right", "replaced s", "compared s", "made again", "in s", "")
    measure.table(head, rows)
    looks = found["looks"]
    print(
        f"\na look at a tile that lies ready: {looks['ready']:.2f} µs;"
        f" the first after an edit of 256 boxes: {looks['after']:.1f} µs"
    )
    return good


def main() -> None:
    """Measure and print; the exit code says whether every promise is kept."""
    with cluster.city("zhihui_bench_tiles") as (_, folder):
        city.prepare(folder)
        argv = [sys.executable, "-P", "-m", "bench.kit.cache_run"]
        done = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True)
        sys.exit(0 if report(json.loads(done.stdout.splitlines()[-1])) else 1)


if __name__ == "__main__":
    main()
