"""Environment: indices and classes of air and water, their editions and stations."""

from django.apps import AppConfig


class EnvironmentConfig(AppConfig):
    """The app."""

    name = "environment"
    default_auto_field = "django.db.models.BigAutoField"
