"""A page of features as GeoJSON text: the database writes the features, here they are framed."""

from typing import NamedTuple

import msgspec

from core import clock
from layers.filtering import Clause
from layers.ogc.documents import GEOJSON, HTML, JSON, link
from layers.ogc.question import Question


class Found(NamedTuple):
    """Features of a page as GeoJSON text, and the last one's number if more follow."""

    text: bytes = b""
    returned: int = 0
    last: int | None = None


# PostgreSQL writes a line feed inside of no JSON text: this one stands between two features
_BETWEEN = b",\n"
_FEATURE = """'{{"type":"Feature","id":' || fid
    || ',"geometry":' || ST_AsGeoJSON({shape}, {digits}, 0) || ',"properties":' || properties"""
_PAGE = f"""
SELECT string_agg({_FEATURE} || '}}}}', E',\\n'), count(*), (array_agg(fid))[%s::bigint]
FROM (
    SELECT {{one}} fid, original, properties FROM {{table}}
    WHERE layer = '{{code}}' AND {{where}} ORDER BY {{order}} LIMIT %s::bigint + 1
) page
"""
_KEPT = "layer, fid, geom, original, properties, valid_from, valid_to"
_EVER = (
    f"(SELECT {_KEPT} FROM layers_feature_{{code}}"
    f" UNION ALL SELECT {_KEPT} FROM layers_past WHERE layer = '{{code}}') ever"
)
_ONE = f"""
SELECT {_FEATURE} || ',"simulated":' || simulated
    || ',"valid_from":' || to_json(valid_from) || '}}}}'
FROM layers_feature_{{code}} WHERE layer = '{{code}}' AND fid = %s::bigint
"""


class Asked(NamedTuple):
    """Where a request was sent: its address without the query, and the query as it was written."""

    url: str
    query: str = ""

    def to(self, **other: str) -> str:
        """Return the address with some parameters (plain words) replaced; without any, as it was.

        An empty value takes its parameter away.
        """
        if not other:
            return f"{self.url}?{self.query}" if self.query else self.url
        kept = [one for one in self.query.split("&") if one and one.partition("=")[0] not in other]
        kept += [f"{name}={value}" for name, value in other.items() if value]
        return f"{self.url}?{'&'.join(kept)}" if kept else self.url


def statement(question: Question) -> Clause:
    """Return the SQL of a page with its values: text, number of features, the last one's number.

    It asks for one feature more than the page shows, to know whether more follow.
    """
    clause = question.clause
    if question.after is not None:
        clause = clause & Clause("fid > %s::bigint", (question.after,))
    # of a feature that had several forms in an interval the last one counts
    several = "/" in question.when
    sql = _PAGE.format(
        where=clause.sql,
        table=_EVER.format(code=question.layer.code)
        if question.when
        else f"layers_feature_{question.layer.code}",
        one="DISTINCT ON (fid)" if several else "",
        order="fid, valid_from DESC" if several else "fid",
        **_form(question),
    )
    return Clause(sql, (question.limit, *clause.values, question.limit))


def of_one(question: Question, fid: int) -> Clause:
    """Return the SQL of one feature."""
    return Clause(_ONE.format(**_form(question)), (fid,))


def _form(question: Question) -> dict[str, object]:
    crs = question.crs
    shape = "original" if crs.srid == 4326 else f"ST_Transform(original, {crs.srid})"
    if crs.north_first:
        shape = f"ST_FlipCoordinates({shape})"
    return {"shape": shape, "digits": crs.digits, "code": question.layer.code}


def found(question: Question, text: bytes | None, count: int, last: int | None) -> Found:
    """Return what the statement found, without the feature too many."""
    if text is None or count <= question.limit:
        return Found(text or b"", count)
    return Found(text[: text.rindex(_BETWEEN)], question.limit, last)


def document(question: Question, found: Found, asked: Asked) -> bytes:
    """Return the FeatureCollection with its links."""
    links = _links(asked, asked.url.rsplit("/", 1)[0])
    if found.last is not None:
        links.append(link(asked.to(after=str(found.last)), "next", GEOJSON))
    frame = {
        "type": "FeatureCollection",
        "links": links,
        "timeStamp": clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "numberReturned": found.returned,
    }
    if question.facts.simulated:
        frame["simulated"] = True
    if question.matched is not None:
        frame["numberMatched"] = question.matched
    written = msgspec.json.encode(frame)
    return b'%b,"features":[%b]}' % (written[:-1], found.text)


def feature(text: bytes, asked: Asked) -> bytes:
    """Return one feature with its links."""
    links = msgspec.json.encode(_links(asked, asked.url.rsplit("/", 2)[0]))
    return b'%b,"links":%b}' % (text[:-1], links)


def _links(asked: Asked, collection: str) -> list[dict[str, str]]:
    return [
        link(asked.to(), "self", GEOJSON),
        link(asked.to(f="html"), "alternate", HTML),
        link(collection, "collection", JSON),
    ]


def headers(is_open: bool, crs: str) -> dict[str, str]:
    """Return what is said beside a page: its reference system, and how long it may be kept."""
    return {
        "Content-Crs": f"<{crs}>",
        "Cache-Control": f"{'public' if is_open else 'private'}, no-cache",
        "Vary": "Accept, Authorization, Cookie",
    }
