"""What an administrator may look at; changes go through the actions."""

from django.contrib import admin
from django.http import HttpRequest

from emergency.models import Incident, Task, Unit


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg] # generic in its stubs only
    """Rows that bring an event with every change: shown, never edited here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: actions make rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Refuse: actions change rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Refuse: nothing of a night is deleted by hand."""
        return False


@admin.register(Incident)
class IncidentAdmin(ReadOnly):
    """Incidents."""

    list_display = ("id", "nature", "severity", "state", "address", "reported_at", "closed_at")
    list_filter = ("state", "nature", "severity")


@admin.register(Unit)
class UnitAdmin(ReadOnly):
    """Units."""

    list_display = ("code", "name_zh", "kind", "status", "since", "active")
    list_filter = ("kind", "status")


@admin.register(Task)
class TaskAdmin(ReadOnly):
    """Tasks."""

    list_display = ("id", "title_zh", "incident", "unit", "due", "stage", "state")
    list_filter = ("kind", "state")
