"""App registration."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Doors that readings come in by."""

    name = "gateway"
