"""The only writer of divisions, unit cells, patrol grids and place names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F

from places import codes, divisions, names
from places.models import Division, GridCell, Level, PatrolGrid, PlaceName, Revision


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division to register; the boundary is WKB of a MultiPolygon in degrees."""

    code: str
    name_zh: str
    level: Level
    parent: str | None = None
    boundary: bytes | None = None
    simulated: bool = False
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class CellRow:
    """One unit cell; the outline is WKB of a Polygon in degrees."""

    code: str
    community: str
    outline: bytes
    area_m2: float


@dataclass(frozen=True, slots=True)
class PatrolRow:
    """One patrol grid with the 12-digit codes of its communities."""

    code: str
    name_zh: str
    name_en: str
    communities: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class NameRow:
    """One place name at a point in degrees, in the division of this prefix."""

    name_zh: str
    name_en: str
    kind: str
    lon: float
    lat: float
    division: str


_MERGE_DIVISIONS = """
    INSERT INTO places_division
           (code, name_zh, name_en, level, parent_code, prefix, boundary, simulated)
    SELECT code, name_zh, name_en, level, parent_code, prefix,
           ST_Multi(ST_SetSRID(boundary, 4326)), simulated
    FROM incoming_division ORDER BY length(prefix), code
    ON CONFLICT (code) DO UPDATE SET
        name_zh = excluded.name_zh, name_en = excluded.name_en, level = excluded.level,
        parent_code = excluded.parent_code, boundary = excluded.boundary,
        simulated = excluded.simulated
    WHERE places_division.simulated OR NOT excluded.simulated
"""


def _copy(table: str, columns: str, rows: Iterable[Sequence[object]]) -> int:
    """Load rows by COPY within the present transaction; geometries travel as hexadecimal WKB."""
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is the answer
            copy.write_row(row)
    return count


def _places_changed() -> None:
    """Tell every process, once this is committed, that its indexes are out of date."""
    if not Revision.objects.filter(pk=1).update(number=F("number") + 1):
        Revision.objects.create(pk=1, number=1)
    transaction.on_commit(divisions.forget)


@transaction.atomic
def register_divisions(rows: Iterable[DivisionRow]) -> int:
    """Add divisions or bring them up to date by code; parents may come in the same call.

    A simulated row never replaces a real one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE incoming_division ON COMMIT DROP AS SELECT code, name_zh,"
            " name_en, level, parent_code, prefix, boundary::geometry AS boundary, simulated"
            " FROM places_division WITH NO DATA"
        )
    columns = "code, name_zh, name_en, level, parent_code, prefix, boundary, simulated"
    count = _copy("incoming_division", columns, map(_division_values, rows))
    with connection.cursor() as cursor:
        cursor.execute(_MERGE_DIVISIONS)
        cursor.execute("DROP TABLE incoming_division")
    _places_changed()
    return count


def _division_values(row: DivisionRow) -> tuple[object, ...]:
    name_en = row.name_en or names.english(row.name_zh)
    prefix = codes.prefix(row.code)
    boundary = row.boundary.hex() if row.boundary else None
    return row.code, row.name_zh, name_en, row.level, row.parent, prefix, boundary, row.simulated


@transaction.atomic
def add_cells(rows: Iterable[CellRow], *, simulated: bool) -> int:
    """Add unit cells; a code that exists already refuses all of them."""
    values = (
        (
            codes.check_cell(row.code),
            row.community,
            f"SRID=4326;{row.outline.hex()}",
            row.area_m2,
            simulated,
        )
        for row in rows
    )
    return _copy("places_gridcell", "code, community, geom, area_m2, simulated", values)


@transaction.atomic
def draw_patrols(rows: Sequence[PatrolRow], *, simulated: bool) -> int:
    """Add patrol grids over communities that are registered."""
    made = PatrolGrid.objects.bulk_create(
        PatrolGrid(code=row.code, name_zh=row.name_zh, name_en=row.name_en, simulated=simulated)
        for row in rows
    )
    ids = dict(Division.objects.filter(level=Level.COMMUNITY).values_list("code", "id"))
    PatrolGrid.communities.through.objects.bulk_create(
        PatrolGrid.communities.through(patrolgrid_id=grid.pk, division_id=ids[code])
        for grid, row in zip(made, rows, strict=True)
        for code in row.communities
    )
    return len(made)


@transaction.atomic
def name_places(rows: Iterable[NameRow], *, simulated: bool) -> int:
    """Add place names to the gazetteer."""
    values = (
        (
            row.name_zh,
            row.name_en,
            names.pinyin(row.name_zh),
            row.kind,
            f"SRID=4326;POINT({row.lon!r} {row.lat!r})",
            row.division,
            simulated,
        )
        for row in rows
    )
    columns = "name_zh, name_en, pinyin, kind, point, division, simulated"
    count = _copy("places_placename", columns, values)
    _places_changed()
    return count


@transaction.atomic
def remove_simulated() -> dict[str, int]:
    """Remove every simulated place and nothing else; returns rows removed by table."""
    tables = (
        ("place_names", PlaceName),
        ("patrol_grids", PatrolGrid),
        ("cells", GridCell),
        ("divisions", Division),
    )
    removed = {}
    for name, table in tables:
        _, counts = table._default_manager.filter(simulated=True).delete()
        removed[name] = counts.get(table._meta.label, 0)
    _places_changed()
    return removed
