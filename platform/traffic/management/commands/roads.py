"""`./zhihui manage roads FILE`: put a real street network in the place of the streets layer."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from django.core.management.base import CommandError

from core.command import Job
from core.datums import Datum, to_wgs84
from core.errors import Problem
from layers import actions
from traffic import graphml, roads


class Command(Job):
    """Reads the file whole before anything is replaced; then says what the network is like."""

    help = "Load a street network (GraphML of OSMnx) into the layer streets and route on it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the file and what its coordinates refer to."""
        parser.add_argument("file", type=Path, help="路网文件 GraphML as OSMnx writes it")
        parser.add_argument(
            "--datum",
            required=True,
            choices=[datum.value for datum in Datum],
            help="坐标基准 what its coordinates refer to",
        )

    def handle(self, *args: object, file: Path, datum: str, **options: Any) -> None:
        """Load it."""
        try:
            found = list(graphml.read(file))
            count = actions.replace_features("streets", _rows(found, Datum(datum)), simulated=False)
        except (ValueError, Problem) as error:
            raise CommandError(str(error)) from error
        network = roads.read()
        self.stdout.write(
            f"道路 streets {count:,} · 路口 junctions {network.nodes:,} · "
            f"{network.metres.sum() / 1000:,.0f} km · "
            f"可达 connected {network.usable.mean():.1%}"
        )


def _rows(
    streets: list[graphml.Street], datum: Datum
) -> Iterator[tuple[int, bytes, dict[str, object]]]:
    for fid, street in enumerate(streets, start=1):
        lons, lats = to_wgs84(datum, *shapely.get_coordinates(street.line).T)
        line = shapely.LineString(list(zip(lons, lats, strict=True)))
        yield fid, shapely.to_wkb(line), street.properties
