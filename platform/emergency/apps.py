"""Emergency: incidents, units, dispatch, plans, hazard models, reports."""

from django.apps import AppConfig


class EmergencyConfig(AppConfig):
    """The app."""

    name = "emergency"
    default_auto_field = "django.db.models.BigAutoField"
