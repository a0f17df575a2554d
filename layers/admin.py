"""Layers in the admin: read only, because a layer changes through its own actions."""

from django.contrib import admin
from django.http import HttpRequest

from layers.models import State


@admin.register(State)
class StateAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # generic in its stubs only
    """The state of every layer that was ever filled."""

    list_display = ("layer", "version", "count", "updated_at", "source_date", "simulated")
    list_filter = ("simulated",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: `layers.actions` makes states."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: State | None = None) -> bool:
        """Say no: `layers.actions` changes states."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: State | None = None) -> bool:
        """Say no: a layer is emptied, its state stays."""
        return False
