"""`manage.py deliveries`: what went out, what waits, what failed and why; send again."""

from django.core.management.base import CommandError, CommandParser

from alerts.delivery import actions
from alerts.delivery.models import Delivery
from core.command import Job
from core.errors import Problem
from people.may import Rights
from people.models import Role

_BY = Rights(role=Role.ADMIN.value, name="manage.py")


class Command(Job):
    """List deliveries, newest first, or put failed ones back in the queue."""

    help = "List deliveries; --resend ID … puts failed ones back in the queue."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a state, a subject such as warning:3, how many, and what to send again."""
        parser.add_argument("--state", choices=Delivery.State.values)
        parser.add_argument("--subject")
        parser.add_argument("--most", type=int, default=50)
        parser.add_argument("--resend", type=int, nargs="+", metavar="ID")

    def handle(self, *args: object, **options: object) -> None:
        """Do the one or the other."""
        again = options["resend"]
        if isinstance(again, list):
            for delivery_id in again:
                self._resend(delivery_id)
            return
        rows = Delivery.objects.select_related("recipient").order_by("-pk")
        for name in ("state", "subject"):
            if options[name]:
                rows = rows.filter(**{name: options[name]})
        for row in rows[: int(str(options["most"]))]:
            self.stdout.write(_line(row))

    def _resend(self, delivery_id: int) -> None:
        try:
            row = actions.resend(delivery_id, _BY)
        except Problem as problem:
            raise CommandError(f"{problem.zh} {problem.detail}") from None
        self.stdout.write(_line(row))


def _line(row: Delivery) -> str:
    parts = [
        str(row.pk),
        f"{row.made_at:%Y-%m-%d %H:%M:%S}Z",
        row.kind,
        row.subject,
        f"{row.recipient.name} ({row.recipient.channel})",
        str(row.state),
        f"×{row.attempts}",
        row.error_en,
    ]
    return "  ".join(part for part in parts if part)
