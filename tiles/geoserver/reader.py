"""The database role that a GeoServer reads with: views of the open layers, and nothing else.

The views belong to the city's own role, so that theirs is the only right that the reader needs: a
layer that is not open cannot be read through it, whatever somebody configures in GeoServer.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from core.errors import Invalid
from layers.layer import TYPES, Layer

ROLE, SCHEMA = "zhihui_reader", "published"
SHORTEST = 12  # characters of a password
SLOWEST = "30s"
_VIEWS = "SELECT viewname FROM pg_views WHERE schemaname = %s"
_SETTINGS = (
    ("default_transaction_read_only", "on"),
    ("statement_timeout", SLOWEST),
    ("idle_in_transaction_session_timeout", SLOWEST),
)


def view(layer: Layer) -> str:
    """Return a layer's rows with its columns by name and type, geometry in EPSG:4326."""
    columns = "".join(
        f", (properties ->> '{name}')::{TYPES[one.type]} AS \"{name}\""
        for name, one in layer.columns.items()
    )
    multi = "original" if layer.shape == "point" else "ST_Multi(original)"
    return f"SELECT fid{columns}, {multi} AS geom FROM layers_feature WHERE layer = '{layer.code}'"


def admit(layers: Sequence[Layer], password: str) -> None:
    """Make the role and its views, or bring them up to date; raises Invalid for a weak password."""
    if len(password) < SHORTEST:
        raise Invalid(
            f"the reader's password must have at least {SHORTEST} characters",
            zh=f"只读账号的密码至少 {SHORTEST} 个字符",
            field="ZHIHUI_READER_PASSWORD",
            remedy="set ZHIHUI_READER_PASSWORD",
        )
    with transaction.atomic(), connection.cursor() as cursor:
        _show(cursor, layers)
        _let_in(cursor, password)


def _show(cursor: CursorWrapper, layers: Sequence[Layer]) -> None:
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    cursor.execute(_VIEWS, [SCHEMA])
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP VIEW {SCHEMA}."{name}"')
    for layer in layers:
        cursor.execute(f'CREATE VIEW {SCHEMA}."{layer.code}" AS {view(layer)}')


def _let_in(cursor: CursorWrapper, password: str) -> None:
    role = sql.Identifier(ROLE)
    cursor.execute("SELECT true FROM pg_roles WHERE rolname = %s", [ROLE])
    order = "ALTER" if cursor.fetchone() else "CREATE"
    statement = sql.SQL(order + " ROLE {} LOGIN NOINHERIT PASSWORD {}")
    cursor.execute(statement.format(role, sql.Literal(password)))
    for name, value in _SETTINGS:
        setting = sql.SQL("ALTER ROLE {} SET {} = {}")
        cursor.execute(setting.format(role, sql.Identifier(name), sql.Literal(value)))
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(SCHEMA), role))
    everything = sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}")
    cursor.execute(everything.format(sql.Identifier(SCHEMA), role))
