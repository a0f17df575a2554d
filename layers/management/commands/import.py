"""manage.py import FILE --datum EPSG:4490: a file becomes a layer, or one sentence says why not."""  # noqa: N999

import argparse
import json
import uuid
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.command import Job
from core.errors import Problem
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Import, Stage
from people.may import Rights
from people.models import Role

COMMAND = Rights(0, Role.ADMIN.value, (), None, "command")
_WISHES = ("title_zh", "title_en", "sharing", "owner", "source", "source_date", "attribution")

_CHOICES = (
    "member", "east", "north", "key", "coverage", "strict", "bands", "nodata", "vertical"
)  # fmt: skip


class Command(Job):
    """Import a file of features, an orthophoto or an elevation model."""

    help = "导入矢量、影像或高程 import features, an orthophoto or an elevation model"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the file and its datum, which must be said."""
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--datum", default="", help="EPSG:4490, EPSG:4547 …, GCJ-02 or BD-09")
        parser.add_argument("--layer", default="", help="code; none: made from the file's name")
        parser.add_argument("--kind", default="", choices=actions.KINDS)
        parser.add_argument("--accept-datum", action="store_true", help="against a doubt; recorded")
        parser.add_argument(
            "--strict", action="store_true", help="refuse all if one row is refused"
        )
        parser.add_argument(
            "--coverage", action="store_true", help="areas that meet: look for gaps and overlaps"
        )
        parser.add_argument("--member", default="", help="which data set of several")
        parser.add_argument("--key", default="", help="column that tells a row from all others")
        parser.add_argument("--east", default="", help="CSV: column of longitude, or of WKT")
        parser.add_argument("--north", default="", help="CSV: column of latitude")
        parser.add_argument("--bands", default="", help="red, green and blue of more: 4,3,2")
        parser.add_argument("--nodata", default="", help="a collar of 0 or 255 is clear")
        parser.add_argument("--vertical", default="", help="what heights refer to")
        for wish in _WISHES:
            parser.add_argument(f"--{wish.replace('_', '-')}", default="", dest=wish)
        parser.add_argument("--job", type=uuid.UUID, help=argparse.SUPPRESS)

    def handle(self, **options: Any) -> None:
        """Run an import to its end; fail with its sentence."""
        if options["job"]:
            run.run(options["job"])
            return
        try:
            found = self._hand_in(options)
        except (Problem, OSError) as error:
            raise CommandError(_sentence(error)) from error
        try:
            self._tell(run.run(found.pk))
        except KeyboardInterrupt:  # else the next worker would take it for one that was lost
            actions.queue.cancel(found.pk, COMMAND)
            actions.clear(found.pk)
            raise

    def _hand_in(self, options: dict[str, Any]) -> Import:
        if options["file"] is None:
            raise CommandError("name a file")
        chosen = {name: options[name] for name in _WISHES if options[name]}
        chosen |= {name: options[name] for name in _CHOICES}
        wishes = Wishes(**chosen)
        given = actions.Given(
            str(options["file"]), options["kind"], options["layer"], options["datum"],
            options["accept_datum"], wishes,
        )  # fmt: skip
        with options["file"].open("rb") as source:
            size = options["file"].stat().st_size
            pieces = iter(partial(source.read, 1 << 20), b"")
            return actions.hand_in(given, pieces, size, COMMAND, Stage.RUNNING)

    def _tell(self, found: Import) -> None:
        for row in (found.report.get("rows") or {}).get("refused", [])[:20]:
            self.stdout.write(f"  第 {row['row']} 行 row {row['row']}: {row['zh']} {row['en']}")
        if found.stage != Stage.DONE:
            said = found.said
            raise CommandError("\n".join(filter(None, (said["zh"], said["en"], said["remedy"]))))
        brief = {key: value for key, value in found.report.items() if key not in ("rows", "notes")}
        self.stdout.write(f"{found.layer}: {json.dumps(brief, ensure_ascii=False)}")


def _sentence(error: Problem | OSError) -> str:
    if isinstance(error, Problem):
        return "\n".join(filter(None, (error.zh, error.detail, error.remedy)))
    return str(error)
