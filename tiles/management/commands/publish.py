"""manage.py publish: write GeoServer's data directory from the catalogue, or check it."""

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from core.command import Job
from core.errors import Unknown
from layers import catalogue
from layers.models import State
from tiles.geoserver import checks, files, reader


class Command(Job):
    """The committed directory comes from the files alone; --live adds this city's layers."""

    help = "由图层目录生成 GeoServer 配置 write geoserver_conf/ from the catalogue"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take where to, and whether only to look."""
        parser.add_argument("--check", action="store_true", help="fail if it is not up to date")
        parser.add_argument("--to", type=Path, default=settings.ROOT / "geoserver_conf")
        parser.add_argument("--live", action="store_true", help="imported layers, real extents too")
        parser.add_argument(
            "--reader",
            dest="let_in",
            action="store_true",
            help="make the views that a GeoServer reads",
        )

    def handle(self, *, check: bool, to: Path, live: bool, let_in: bool, **options: object) -> None:
        """Write or check."""
        if let_in:
            _let_in()
        made = _live() if live else files.make(files.published(catalogue.of_files()))
        wrong = checks.complaints(made)
        if wrong:
            raise CommandError("\n".join(wrong))
        if check:
            _compare(made, to)
            self.stdout.write(f"{to}: {len(made)} files, up to date")
            return
        for path in _held(to) - set(made):
            if path.startswith(files.OWN):  # what GeoServer keeps beside is its own
                (to / path).unlink()
        for name, content in made.items():
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        self.stdout.write(f"{to}: {len(made)} files")


def _let_in() -> None:
    """Let a GeoServer read the open layers of this city, and nothing else."""
    try:
        reader.admit(files.published(catalogue.layers()))
    except Unknown as error:
        raise CommandError(f"{error.zh}\n{error}: {error.remedy}") from error


def _live() -> dict[str, bytes]:
    bounds = {one.layer: one.extent.extent for one in State.objects.all() if one.extent}
    return files.make(files.published(catalogue.layers()), bounds)


def _held(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def _compare(made: dict[str, bytes], folder: Path) -> None:
    there = _held(folder)
    odd = sorted((there - set(made)) | (set(made) - there))
    odd += [name for name in made if name in there and (folder / name).read_bytes() != made[name]]
    if odd:
        raise CommandError(
            f"{folder} 已过期，请执行 ./zhihui manage publish\n"
            f"{folder} is out of date, run ./zhihui manage publish: {', '.join(odd[:8])}"
        )
