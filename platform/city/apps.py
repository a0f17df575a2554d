"""App registration."""

from django.apps import AppConfig


class CityConfig(AppConfig):
    """The project."""

    name = "city"
