"""manage.py terrain KIND --at LON,LAT --set radius=3000: an analysis becomes a layer."""

import argparse
import json
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.command import Job
from core.errors import Problem
from layers.analysing import actions, run
from layers.elevation import DEM
from layers.models import AnalysisJob, Stage
from layers.terrain.analysis import analyses
from people.may import Rights
from people.models import Role

COMMAND = Rights(0, Role.ADMIN.value, (), None, "command")


class Command(Job):
    """Analyse an elevation model; without a kind, say what there is."""

    help = "地形分析 analyse an elevation model: slope, contours, viewshed, watershed, flood …"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the kind, its place and its numbers."""
        parser.add_argument("kind", nargs="?", default="")
        parser.add_argument("--model", default=DEM, help="an elevation model's layer")
        parser.add_argument("--at", default="", help="LON,LAT in WGS 84 degrees")
        parser.add_argument("--inside", type=Path, help="GeoJSON polygon to work in")
        parser.add_argument("--set", nargs="*", default=[], metavar="NAME=NUMBER", dest="numbers")
        parser.add_argument("--layer", default="", help="code; none: made from the kind")
        parser.add_argument("--title-zh", default="")
        parser.add_argument("--title-en", default="")
        parser.add_argument("--job", type=uuid.UUID, help=argparse.SUPPRESS)

    def handle(self, **options: Any) -> None:
        """Run an analysis to its end; fail with its sentence."""
        if options["job"]:
            run.run(options["job"])
        elif options["kind"]:
            self._tell(run.run(self._ask(options).pk))
        else:
            self._list()

    def _ask(self, options: dict[str, Any]) -> AnalysisJob:
        inside = json.loads(options["inside"].read_text()) if options["inside"] else None
        found = analyses().get(options["kind"])
        whole = found is not None and found.place == "area"
        try:
            asked = actions.Asked(
                options["kind"],
                options["model"],
                inside if whole else _point(options["at"]),
                None if whole else inside,
                dict(map(_number, options["numbers"])),
                options["layer"],
                options["title_zh"],
                options["title_en"],
            )
            return actions.ask(asked, COMMAND, Stage.RUNNING)
        except Problem as problem:
            raise CommandError(
                "\n".join(filter(None, (problem.zh, problem.detail, problem.remedy)))
            ) from problem

    def _tell(self, row: AnalysisJob) -> None:
        if row.stage != Stage.DONE:
            said = row.said
            raise CommandError("\n".join(filter(None, (said["zh"], said["en"], said["remedy"]))))
        self.stdout.write(f"{row.layer}: {json.dumps(row.report, ensure_ascii=False)}")

    def _list(self) -> None:
        for code, found in analyses().items():
            self.stdout.write(f"{code:<12} {found.title_zh} {found.title_en}  {found.place}")
            for one in found.numbers:
                usual = "" if one.default is None else f" = {one.default:g}"
                self.stdout.write(f"    {one.name}{usual} {one.unit}  {one.title_zh}")


def _point(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        lon, lat = map(float, text.split(","))
    except ValueError as error:
        raise CommandError("a point is written like 113.65,34.75") from error
    return {"type": "Point", "coordinates": [lon, lat]}


def _number(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError as error:
        raise CommandError(f"{text!r} is not written like radius=3000") from error
