"""App registration."""

from django.apps import AppConfig


class SensorsConfig(AppConfig):
    """Things, datastreams, observations."""

    name = "sensors"
