"""`manage.py restored`: make a database that was brought back fit for service, and prove it."""

import argparse

from django.core.management import call_command

from core.command import Job
from layers import actions


class Command(Job):
    """Run by `restore` on the new database before it takes the present one's place."""

    help = "Migrate a restored database, verify its feed, and tell it from what was before."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the branch that the database has been given, and whether the feed is walked."""
        parser.add_argument("--branch", type=int, required=True)
        parser.add_argument("--verify", action="store_true", help="walk the feed's whole chain")

    def handle(self, *args: object, branch: int, verify: bool = False, **options: object) -> None:
        """Fail where anything does not fit; tiles kept from before are good no more."""
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        if verify:
            call_command("verify", stdout=self.stdout)
        actions.outdate(branch)
