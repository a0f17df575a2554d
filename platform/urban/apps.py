"""Urban management: cases and their seven steps, inspection, Open311."""

from django.apps import AppConfig


class UrbanConfig(AppConfig):
    """The app."""

    name = "urban"
    default_auto_field = "django.db.models.BigAutoField"
