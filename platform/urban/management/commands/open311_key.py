"""Make or end a key for filing Open311 requests: `manage.py open311_key LABEL [--revoke]`."""

from django.core.management.base import CommandParser

from core.command import Job
from urban import actions


class Command(Job):
    """Keys are kept as digests; the secret is shown once."""

    help = "Make an Open311 api_key for another system, or end those of a label."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose key it is."""
        parser.add_argument("label")
        parser.add_argument("--revoke", action="store_true")

    def handle(self, *, label: str, revoke: bool, **options: object) -> None:
        """Make one, or end them."""
        if revoke:
            self.stdout.write(f"已吊销 revoked: {actions.revoke_key(label)}")
        else:
            self.stdout.write(f"api_key ({label}): {actions.issue_key(label)}")
