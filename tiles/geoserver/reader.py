"""The database role that a GeoServer reads with: views of the open layers, and nothing else.

The views belong to the city's own role, so that theirs is the only right that the reader needs: a
layer that is not open cannot be read through it, whatever somebody configures in GeoServer. The
role itself is the launcher's business: who reads and writes here may make no roles.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.errors import Unknown
from layers.layer import TYPES, Layer

ROLE, SCHEMA = "zhihui_reader", "published"
_VIEWS = "SELECT viewname FROM pg_views WHERE schemaname = %s"


def view(layer: Layer) -> str:
    """Return a layer's rows with its columns by name and type, geometry in EPSG:4326."""
    columns = "".join(
        f", (properties ->> '{name}')::{TYPES[one.type]} AS \"{name}\""
        for name, one in layer.columns.items()
    )
    multi = "original" if layer.shape == "point" else "ST_Multi(original)"
    return f"SELECT fid{columns}, {multi} AS geom FROM layers_feature WHERE layer = '{layer.code}'"


def admit(layers: Sequence[Layer]) -> None:
    """Make the views, or bring them up to date; raises Unknown if the role is not there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT true FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            raise Unknown(
                f"the database has no role {ROLE}",
                zh=f"数据库没有只读角色 {ROLE}",
                remedy=f"let its administrator run: CREATE ROLE {ROLE} LOGIN PASSWORD '…'",
            )
        _show(cursor, layers)


def _show(cursor: CursorWrapper, layers: Sequence[Layer]) -> None:
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    cursor.execute(_VIEWS, [SCHEMA])
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP VIEW {SCHEMA}."{name}"')
    for layer in layers:
        cursor.execute(f'CREATE VIEW {SCHEMA}."{layer.code}" AS {view(layer)}')
    cursor.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}")
    cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {ROLE}")
