"""App registration."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    """Console and pages."""

    name = "frontend"
