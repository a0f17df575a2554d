"""Traffic: the road graph, closures, routes and who is near."""

from django.apps import AppConfig


class TrafficConfig(AppConfig):
    """The app."""

    name = "traffic"
    default_auto_field = "django.db.models.BigAutoField"
