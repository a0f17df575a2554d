"""App registration."""

from django.apps import AppConfig

import core.packed  # noqa: F401  # a connection knows the array types registered before it


class CoreConfig(AppConfig):
    """Shelf, errors, clock, datums."""

    name = "core"
