"""The tile application by itself, as uvicorn loads it for the benchmark."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "city.settings")
django.setup()

from tiles.asgi import application  # noqa: E402 - Django must be ready before its models are read

__all__ = ["application"]
