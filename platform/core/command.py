"""The base of our own management commands."""

from django.core.management.base import BaseCommand


class Job(BaseCommand):
    """A command that starts at once: Django's checks would load every page of the city first.

    `./zhihui manage check` runs them, and the tests do.
    """

    requires_system_checks = ()
