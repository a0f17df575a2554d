"""Read-only lists: places are written by imports through `places.actions` alone."""

from django.contrib.gis import admin
from django.db.models import Model
from django.http import HttpRequest

from places.models import Division, GridCell, PatrolGrid, PlaceName


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # no generics at run time
    """Look, do not touch."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


@admin.register(Division)
class DivisionAdmin(ReadOnly):
    """Divisions by code, name and level."""

    list_display = ("code", "name_zh", "name_en", "level", "simulated")
    list_filter = ("level", "simulated")
    search_fields = ("code", "name_zh", "name_en")
    exclude = ("boundary",)


@admin.register(GridCell)
class GridCellAdmin(ReadOnly):
    """Unit cells by code."""

    list_display = ("code", "community", "area_m2", "simulated")
    search_fields = ("code",)
    show_full_result_count = False
    exclude = ("geom",)


@admin.register(PatrolGrid)
class PatrolGridAdmin(ReadOnly):
    """Patrol grids."""

    list_display = ("code", "name_zh", "name_en", "simulated")
    search_fields = ("code", "name_zh")


@admin.register(PlaceName)
class PlaceNameAdmin(ReadOnly):
    """The gazetteer."""

    list_display = ("name_zh", "name_en", "kind", "division", "simulated")
    list_filter = ("kind", "simulated")
    search_fields = ("name_zh", "pinyin")
    exclude = ("point",)
