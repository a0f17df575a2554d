"""Load the demo city, or take it away: `manage.py demo_city [--city 410100] [--remove]`."""

import time

from django.core.management.base import CommandError, CommandParser

from city.demo import frame, load
from city.demo.remove import everything
from core.command import Job
from core.errors import Problem
from places.models import Division, Level, PatrolGrid

DEFAULT_SEED = 20210720


class Command(Job):
    """A real frame filled with content generated from a seed and marked simulated."""

    help = "Load the demo city of any GB/T 2260 code; --remove takes all that is simulated away."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city, the seed and the wish to remove."""
        parser.add_argument("--city", default="410100", help="six-digit GB/T 2260 code")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="same seed, same city")
        parser.add_argument("--remove", action="store_true", help="remove all that is simulated")

    def handle(self, *, city: str, seed: int, remove: bool, **options: object) -> None:
        """Load once, or remove."""
        try:
            if remove:
                everything(self._say)
            else:
                self._load(city, seed)
        except Problem as problem:
            raise CommandError(
                "\n".join(filter(None, (problem.zh, problem.detail, problem.remedy)))
            ) from problem

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _load(self, adcode: str, seed: int) -> None:
        found = frame.read(adcode)
        there = _loaded_city()
        if there == found.prefix:
            self._say(f"演示城市 {found.name} 已在 The demo city {adcode} is already there.")
            return
        if there:
            raise CommandError(
                f"已有另一个演示城市 {there}，请先执行 demo_city --remove\n"
                f"another demo city ({there}) is loaded: run demo_city --remove first"
            )
        begun = time.monotonic()
        self._say(f"演示城市 {found.name} Demo city {adcode}, seed {seed}")
        load.Loader(found, seed, self._say).run()
        self._say(f"完成 done in {time.monotonic() - begun:.0f} s")


def _loaded_city() -> str:
    """Return the prefix of the simulated city that was loaded to the end, "" if there is none."""
    grid = PatrolGrid.objects.filter(simulated=True).order_by("code").first()
    if grid is None:
        return ""
    cities = Division.objects.filter(level=Level.CITY)
    return next((each.prefix for each in cities if grid.code.startswith(each.prefix)), "")
