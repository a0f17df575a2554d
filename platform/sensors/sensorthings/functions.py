"""The functions of $filter (OGC 18-088 clause 9.3.3.5.2) with their arguments and their SQL.

Times are told in UTC; distances and lengths are metres on the ellipsoid (EPSG:4326).
"""

import dataclasses

from sensors.sensorthings.nodes import Kind

_N, _T, _B, _M, _G = Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.TIME, Kind.GEOMETRY


@dataclasses.dataclass(frozen=True, slots=True)
class Function:
    """What goes in, what comes out, and the SQL with {0}, {1} … for the arguments."""

    takes: tuple[Kind, ...]
    gives: Kind
    sql: str


def _part(name: str) -> Function:
    return Function((_M,), _N, f"extract({name} FROM {{0}} AT TIME ZONE 'UTC')::float8")


def _relation(name: str) -> Function:
    return Function((_G, _G), _B, f"ST_{name}({{0}}, {{1}})")


FUNCTIONS: dict[str, Function] = {
    "substringof": Function((_T, _T), _B, "(strpos({1}, {0}) > 0)"),
    "startswith": Function((_T, _T), _B, "starts_with({0}, {1})"),
    "endswith": Function((_T, _T), _B, "(right({0}, length({1})) = {1})"),
    "length": Function((_T,), _N, "length({0})::float8"),
    "indexof": Function((_T, _T), _N, "(strpos({0}, {1}) - 1)::float8"),
    "substring": Function((_T, _N), _T, "substr({0}, greatest({1}, 0)::int + 1)"),
    "tolower": Function((_T,), _T, "lower({0})"),
    "toupper": Function((_T,), _T, "upper({0})"),
    "trim": Function((_T,), _T, "btrim({0})"),
    "concat": Function((_T, _T), _T, "({0} || {1})"),
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": Function((_M,), _N, "floor(extract(second FROM {0}))::float8"),
    "fractionalseconds": Function((_M,), _N, "mod(extract(second FROM {0}), 1)::float8"),
    "date": Function((_M,), Kind.DATE, "({0} AT TIME ZONE 'UTC')::date"),
    "time": Function((_M,), Kind.CLOCK, "({0} AT TIME ZONE 'UTC')::time"),
    # stored times have no offset of their own: they are told in UTC
    "totaloffsetminutes": Function((_M,), _N, "(0 * extract(second FROM {0}))::float8"),
    "now": Function((), _M, "now()"),
    "mindatetime": Function((), _M, "'-infinity'::timestamptz"),
    "maxdatetime": Function((), _M, "'infinity'::timestamptz"),
    # OData rounds halves away from zero; float8's own round would go to the even neighbour
    "round": Function((_N,), _N, "round(({0})::numeric)::float8"),
    "floor": Function((_N,), _N, "floor({0})"),
    "ceiling": Function((_N,), _N, "ceiling({0})"),
    "geo.distance": Function((_G, _G), _N, "ST_Distance({0}::geography, {1}::geography)"),
    "geo.length": Function((_G,), _N, "ST_Length({0}::geography)"),
    "geo.intersects": _relation("Intersects"),
    "st_equals": _relation("Equals"),
    "st_disjoint": _relation("Disjoint"),
    "st_touches": _relation("Touches"),
    "st_within": _relation("Within"),
    "st_overlaps": _relation("Overlaps"),
    "st_crosses": _relation("Crosses"),
    "st_intersects": _relation("Intersects"),
    "st_contains": _relation("Contains"),
    "st_relate": Function((_G, _G, _T), _B, "ST_Relate({0}, {1}, {2})"),
}
FUNCTIONS["substring "] = Function(
    (_T, _N, _N), _T, "substr({0}, greatest({1}, 0)::int + 1, greatest({2}, 0)::int)"
)


def find(name: str, count: int) -> Function | None:
    """Return the function of that name with so many arguments."""
    for key in (name, f"{name} "):
        found = FUNCTIONS.get(key)
        if found is not None and len(found.takes) == count:
            return found
    return None
