"""`manage.py verify`: is the log whole?"""

import argparse

from django.core.management.base import CommandError

from core.command import Job
from core.errors import Invalid
from feed import chain


class Command(Job):
    """Walk the chain of hashes and name the first altered entry."""

    help = "Walk the feed's chain of hashes; names the first altered entry."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take a head that was published earlier."""
        parser.add_argument("--head", help="SEQ:HASH as published; must lie on the chain")

    def handle(self, *args: object, head: str | None = None, **options: object) -> None:
        """Say what was found; exit code 1 if the log is not whole."""
        try:
            report = chain.verify(head)
        except Invalid as error:
            raise CommandError(f"{error.detail}: {error.remedy}") from error
        if report.fault is not None:
            fault = report.fault
            raise CommandError(f"entry {fault.seq} (event {fault.event_id}): {fault.what}")
        self.stdout.write(f"完好 whole: {report.checked} entries, head {report.head}")
