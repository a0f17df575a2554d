"""App registration."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Rules and alerts."""

    name = "alerts"
