"""Closures in the admin: read only, because they change through their own actions."""

from django.contrib import admin
from django.http import HttpRequest

from traffic.models import Closure


@admin.register(Closure)
class ClosureAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # generic in its stubs only
    """Every closure there was, newest first."""

    list_display = ("id", "state", "severity", "reason", "place_zh", "from_at", "until_at")
    list_filter = ("state", "severity", "reason", "simulated")
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: `traffic.actions` opens closures."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Closure | None = None) -> bool:
        """Say no: `traffic.actions` changes closures."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Closure | None = None) -> bool:
        """Say no: a closure is ended, its row stays."""
        return False
