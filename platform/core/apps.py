"""App registration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Shelf, errors, clock, datums."""

    name = "core"
