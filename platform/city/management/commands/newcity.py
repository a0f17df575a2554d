"""Make the platform ready for a real city: `manage.py newcity BOUNDARY DEPARTMENTS PEOPLE`."""

from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from city.newcity import found
from core.command import Job
from core.datums import Datum
from core.errors import Problem
from layers import actions as layers


class Command(Job):
    """Read a city's own files, check every row, and leave an empty, ready platform."""

    help = (
        "BOUNDARY: GeoJSON with code, name_zh[, name_en]. DEPARTMENTS: CSV code,name_zh,name_en. "
        "PEOPLE: CSV username,role,department,name_zh,name_en,areas (codes parted by ;)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the three files and the datum; the datum has no default, it must be known."""
        parser.add_argument("boundary", type=Path)
        parser.add_argument("departments", type=Path)
        parser.add_argument("people", type=Path)
        parser.add_argument(
            "--datum", required=True, choices=list(Datum), help="datum of the boundary file"
        )
        parser.add_argument("--check", action="store_true", help="only check the files")

    def handle(
        self,
        *,
        boundary: Path,
        departments: Path,
        people: Path,
        datum: str,
        check: bool,
        **options: object,
    ) -> None:
        """Check, then found."""
        files = found.Files(boundary, Datum(datum), departments, people)
        try:
            plan = found.check(files)
            counts = (len(plan.divisions), len(plan.departments), len(plan.people))
            summary = "{} divisions, {} departments, {} people".format(*counts)
            if check:
                self.stdout.write(f"文件无误 The files are sound: {summary}")
                return
            path = found.found(plan)
            layers.touch("divisions")
        except Problem as problem:
            parts = (problem.zh, problem.detail, problem.remedy)
            raise CommandError("\n".join(filter(None, parts))) from problem
        self.stdout.write(f"平台已就绪 The platform is ready: {summary}")
        self.stdout.write(f"初始密码 First passwords: {path}")
