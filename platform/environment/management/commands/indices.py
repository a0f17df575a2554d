"""`./zhihui manage indices --since 2020-03-26`: reckon the indices of a past time again."""

import argparse
import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError

from core.command import Job
from environment.actions import KINDS, whole
from sensors.models import Thing


class Command(Job):
    """For imported history and corrected units; the worker does the last two days by itself."""

    help = "Reckon indices from a day on, of all air and water stations or of one."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the day and perhaps the station."""
        parser.add_argument("--since", required=True, help="日期 first day, YYYY-MM-DD")
        parser.add_argument("--thing", default="", help="设备编码 code of one station")

    def handle(self, *args: object, since: str, thing: str, **options: object) -> None:
        """Reckon and say how many hours came out new."""
        try:
            day = datetime.date.fromisoformat(since)
        except ValueError as error:
            raise CommandError(f"{since!r} 不是日期 is no date: YYYY-MM-DD") from error
        begin = datetime.datetime.combine(day, datetime.time(), ZoneInfo(settings.TIME_ZONE))
        rows = Thing.objects.filter(kind__in=KINDS).order_by("code")
        chosen = list(rows.filter(code=thing) if thing else rows)
        if not chosen:
            raise CommandError(f"没有此站 there is no air or water station {thing!r}")
        made = whole(chosen, begin)
        self.stdout.write(f"{len(chosen)} 个站 stations, {made} 个小时有变化 hours came out new")
