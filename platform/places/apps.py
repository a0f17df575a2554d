"""App registration."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Divisions and the unit grid."""

    name = "places"
