"""App registration."""

from django.apps import AppConfig


class FeedConfig(AppConfig):
    """The ordered log."""

    name = "feed"
