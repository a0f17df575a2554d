"""App registration."""

from django.apps import AppConfig


class TilesConfig(AppConfig):
    """Tile serving."""

    name = "tiles"
