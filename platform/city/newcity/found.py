"""Found the city: all of it in one transaction, or nothing and a list of what to mend."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from city.launch import credentials
from city.newcity import outlines, tables
from city.newcity.complaints import Complaints
from city.newcity.tables import DepartmentRow, PersonRow
from core.datums import Datum
from core.errors import Conflict, Invalid
from people import actions as people
from people.models import User
from places import actions as places
from places.actions import DivisionRow
from places.codes import prefix
from places.models import Division, Level


@dataclass(frozen=True, slots=True)
class Files:
    """The three files of a city and the datum of its outlines."""

    boundary: Path
    datum: Datum
    departments: Path
    people: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """What the files hold, checked."""

    divisions: list[DivisionRow]
    departments: list[DepartmentRow]
    people: list[PersonRow]


def check(files: Files) -> Plan:
    """Read all files; raises Invalid with one line for every mistake in any of them."""
    wrong = Complaints()
    rows = outlines.read(files.boundary, files.datum, wrong)
    founded = tables.departments(files.departments, wrong)
    staff = tables.people(
        files.people,
        {row.code for row in founded},
        {prefix(row.code) for row in rows},
        set(User.objects.values_list("username", flat=True)),
        wrong,
    )
    if wrong:
        raise Invalid("\n".join(wrong.lines), zh=f"共有 {len(wrong.lines)} 处需要修改：")
    return Plan(rows, founded, staff)


def found(plan: Plan) -> Path:
    """Register divisions, departments, people; returns the file of first passwords (600)."""
    city = next(row for row in plan.divisions if row.level == Level.CITY)
    other = Division.objects.filter(level=Level.CITY).exclude(code=city.code).first()
    if other is not None or Division.objects.filter(simulated=True).exists():
        raise Conflict(
            "the platform holds a city already",
            zh="平台上已有城市",
            remedy="newcity is for an empty platform: demo_city --remove takes the demo away",
        )
    passwords = {row.username: credentials.password() for row in plan.people}
    with transaction.atomic():
        places.register_divisions(plan.divisions)
        by_code = {
            row.code: people.found(row.code, row.name_zh, row.name_en) for row in plan.departments
        }
        for row in plan.people:
            people.enrol(
                row.username,
                row.role,
                password=passwords[row.username],
                areas=row.areas,
                department=by_code[row.department],
                name_zh=row.name_zh,
                name_en=row.name_en,
            )
        return _keep(passwords)


def _keep(passwords: dict[str, str]) -> Path:
    """Write user names and first passwords, readable by the owner only."""
    path = Path(settings.DATA) / "secrets" / "first_passwords.csv"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        csv.writer(file).writerows([("username", "password"), *passwords.items()])
    return path
