"""A page of features as GeoJSON text: the database writes the features, here they are framed."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from core import clock
from layers.filtering import Clause
from layers.ogc.documents import GEOJSON, HTML, JSON, link
from layers.ogc.question import Question


class Found(NamedTuple):
    """Features of a page as GeoJSON text, and the last one's number if more follow."""

    texts: Sequence[bytes]
    last: int | None = None


_FEATURES = """
SELECT fid, '{{"type":"Feature","id":' || fid
    || ',"geometry":' || ST_AsGeoJSON({shape}, {digits}, 0)
    || ',"properties":' || properties || ',"simulated":' || simulated
    || ',"valid_from":' || to_json(valid_from) || '}}'
FROM {table} WHERE {where} ORDER BY fid LIMIT %s
"""


class Asked(NamedTuple):
    """Where a request was sent: its address without the query, and what stood in the query."""

    url: str
    given: Mapping[str, str]

    def to(self, **other: str) -> str:
        """Return the address with some parameters replaced."""
        query = urlencode({**self.given, **other})
        return f"{self.url}?{query}" if query else self.url


def statement(question: Question) -> Clause:
    """Return the SQL of a page, one row more than wanted, with its values; EPSG as asked."""
    clause, crs = question.clause, question.crs
    if question.after is not None:
        clause = clause & Clause("fid > %s::bigint", (question.after,))
    shape = "original" if crs.srid == 4326 else f"ST_Transform(original, {crs.srid})"
    sql = _FEATURES.format(
        shape=f"ST_FlipCoordinates({shape})" if crs.north_first else shape,
        digits=crs.digits,
        table=f"layers_feature_{question.layer.code}",
        where=clause.sql,
    )
    return Clause(sql, (*clause.values, question.limit + 1))


def document(question: Question, found: Found, asked: Asked) -> bytes:
    """Return the FeatureCollection with its links."""
    links = _links(asked, asked.url.rsplit("/", 1)[0])
    if found.last is not None:
        links.append(link(asked.to(after=str(found.last)), "next", GEOJSON))
    frame = {
        "type": "FeatureCollection",
        "links": links,
        "timeStamp": clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "numberReturned": len(found.texts),
    }
    if question.matched is not None:
        frame["numberMatched"] = question.matched
    written = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
    return b'%b,"features":[%b]}' % (written[:-1], b",".join(found.texts))


def feature(text: bytes, asked: Asked) -> bytes:
    """Return one feature with its links."""
    links = json.dumps(_links(asked, asked.url.rsplit("/", 2)[0]), ensure_ascii=False)
    return b'%b,"links":%b}' % (text[:-1], links.encode())


def _links(asked: Asked, collection: str) -> list[dict[str, str]]:
    plain = {name: value for name, value in asked.given.items() if name != "f"}
    return [
        link(asked.to(), "self", GEOJSON),
        link(Asked(asked.url, plain).to(f="html"), "alternate", HTML),
        link(collection, "collection", JSON),
    ]


def headers(question: Question) -> dict[str, str]:
    """Return what is said beside a page: its reference system, and how long it may be kept."""
    whose = "public" if question.layer.sharing == "open" else "private"
    return {
        "Content-Crs": f"<{question.crs.uri}>",
        "Cache-Control": f"{whose}, no-cache",
        "Vary": "Accept, Authorization, Cookie",
    }
