"""Indices in the admin: to be looked at; they are reckoned, not written."""

from django.contrib import admin

from environment.models import Index
from places.admin import ReadOnly


@admin.register(Index)
class IndexAdmin(ReadOnly):
    """What was reckoned, by which table, and when it came to be known."""

    list_display = ("thing_id", "kind", "at", "value", "grade", "edition", "known_at")
    list_filter = ("kind", "edition", "grade")
    ordering = ("-at",)
