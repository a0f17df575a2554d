"""`./zhihui manage devices`: tokens by which stations and vehicles report."""

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.db.models import QuerySet

from city.launch.layout import from_environment
from city.stage import tokens
from core.command import Job
from sensors.models import Thing


class Command(Job):
    """Issues tokens and keeps them under ZHIHUI_DATA/secrets, or revokes what it keeps."""

    help = "Issue, show or revoke device tokens; each opens its own thing's readings only."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take what to do and for which things."""
        parser.add_argument("what", choices=["issue", "show", "revoke"])
        parser.add_argument("--kind", action="append", default=[], help="种类 rain, air, …")
        parser.add_argument("--code", action="append", default=[], help="编码 code of one thing")

    def handle(self, *args: object, what: str, **options: Any) -> None:
        """Do it; `show` prints the secrets, for putting them into the devices."""
        things = _chosen(options["kind"], options["code"])
        layout = from_environment()
        if what == "revoke":
            count = tokens.revoke(layout, things)
            self.stdout.write(f"已吊销 {count} 个令牌 {count} tokens revoked")
            return
        found = tokens.issue(layout, things)
        if what == "show":
            for code, secret in sorted(found.items()):
                self.stdout.write(f"{code}\t{secret}")
            return
        kept = layout.secrets / tokens.FILE
        self.stdout.write(f"{len(found)} 个令牌保存在 tokens are kept in {kept}")


def _chosen(kinds: list[str], codes: list[str]) -> QuerySet[Thing]:
    if not kinds and not codes:
        raise CommandError("请用 --kind 或 --code 选择设备 choose things by --kind or --code")
    things = Thing.objects.all()
    if kinds:
        things = things.filter(kind__in=kinds)
    return (things.filter(code__in=codes) if codes else things).order_by("code")
