"""manage.py layers: list the catalogue, draw source tables anew, make the relief."""

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from core.command import Job
from core.errors import Problem
from layers import actions, catalogue, relief
from layers.elevation import DEM
from layers.models import State
from layers.raster import stored


class Command(Job):
    """Look after the layers."""

    help = "列出图层、由来源表重绘、制作晕渲 list layers, draw tables anew, make the relief"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take one of three verbs."""
        parser.add_argument("verb", choices=("list", "touch", "relief"))
        parser.add_argument(
            "layers", nargs="*", help="touch: these layers (none: all with a table)"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Do what the verb says."""
        try:
            if options["verb"] == "list":
                self._list()
            elif options["verb"] == "touch":
                self._touch([str(code) for code in options["layers"] or []])  # type: ignore[attr-defined]
            else:
                self._relief()
        except Problem as error:
            raise CommandError(error.detail) from error

    def _list(self) -> None:
        states = State.objects.in_bulk()
        for code, layer in catalogue.layers().items():
            state = states.get(code)
            held = f"{state.count:>9,} v{state.version}" if state else "        –   "
            self.stdout.write(
                f"{code:<20} {layer.kind:<7} {held}  {layer.title_zh} {layer.title_en}"
            )

    def _touch(self, codes: list[str]) -> None:
        every = [layer.code for layer in catalogue.layers().values() if layer.table]
        for code in codes or every:
            version = actions.touch(code)
            count = State.objects.get(layer=code).count
            self.stdout.write(f"{code}: {count:,} features, version {version}")

    def _relief(self) -> None:
        model = State.objects.filter(layer=DEM).exclude(path="").first()
        if model is None:
            raise CommandError("no elevation model is registered: register layer dem first")
        target = Path(settings.DATA) / "rasters" / "relief.tif"
        relief.make(stored(model.path), target)
        actions.register_raster(
            "relief", target, date=model.source_date, source=model.source, simulated=model.simulated
        )
        self.stdout.write(f"relief made from {model.path}")
