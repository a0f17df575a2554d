"""App registration."""

from django.apps import AppConfig


class LayersConfig(AppConfig):
    """The spatial framework."""

    name = "layers"
