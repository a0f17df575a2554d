"""manage.py seed LAYER --zooms 8-14: tiles are made before anybody asks; --check: what is there."""

import argparse
import json
import re
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.command import Job
from core.errors import Problem
from layers import catalogue
from layers.models import Seeding, Stage
from people.may import Rights
from people.models import Role
from tiles.seeding import actions, holes, run
from tiles.seeding.tiling import Box

COMMAND = Rights(0, Role.ADMIN.value, (), None, "command")
LISTED = 20


class Command(Job):
    """Make a layer's tiles, or tell which the cache does not hold."""

    help = "预生成瓦片、检查缺失 make a layer's tiles before anybody asks, tell which are missing"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the layer, its zooms and box."""
        parser.add_argument("layer", nargs="?", default="")
        parser.add_argument("--zooms", default="", help="8-14; none: the layer's first eight")
        parser.add_argument("--box", default="", help="W,S,E,N in degrees; none: the whole layer")
        parser.add_argument("--check", action="store_true", help="only tell what is missing")
        parser.add_argument("--holes", type=Path, help="write them as GeoJSON to this file")
        parser.add_argument("--job", type=uuid.UUID, help=argparse.SUPPRESS)

    def handle(self, **options: Any) -> None:
        """Seed or check to the end; fail with its sentence."""
        if options["job"]:
            run.run(options["job"])
            return
        zooms, box = _zooms(options["zooms"]), _box(options["box"])
        try:
            if options["check"]:
                layer = catalogue.layer(options["layer"])
                report = run.check(layer.code, actions.plan(layer, zooms, box)).as_dict()
            else:
                row = actions.ask(options["layer"], zooms, box, COMMAND, Stage.RUNNING)
                report = self._ran(run.run(row.pk))
        except Problem as error:
            said = filter(None, (error.zh, error.detail, error.remedy))
            raise CommandError("\n".join(said)) from error
        self._tell(report, options["holes"])

    def _ran(self, row: Seeding) -> dict[str, Any]:
        if row.stage != Stage.DONE:
            said = row.said or {"zh": "已取消", "en": "cancelled"}
            raise CommandError(f"{said['zh']}\n{said['en']}")
        self.stdout.write(
            f"{row.layer}: {row.made:,} 张已生成 made ({row.empty:,} 空 empty), "
            f"{row.kept:,} 张已有 kept, {row.failed:,} 张失败 failed"
        )
        report: dict[str, Any] = row.report
        return report

    def _tell(self, report: dict[str, Any], file: Path | None) -> None:
        self.stdout.write(f"{report['missing']:,} / {report['tiles']:,} 张缺失 missing")
        for z, x, y, why in report["holes"][:LISTED]:
            self.stdout.write(f"  {z}/{x}/{y} {why}")
        if file is not None:
            file.write_text(json.dumps(holes.geojson(report["holes"])), encoding="utf-8")


def _zooms(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", text)
    if found is None:
        raise CommandError("zooms are written like 8-14")
    return int(found[1]), int(found[2] or found[1])


def _box(text: str) -> Box | None:
    if not text:
        return None
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as error:
        raise CommandError("a box is written like 113.4,34.5,113.8,34.9") from error
    return west, south, east, north
