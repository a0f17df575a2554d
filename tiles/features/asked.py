"""A request for a page of features, read: the question, and what the answer's head says."""

import functools
import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from core.errors import Problem, Unknown
from layers.layer import Layer
from layers.metadata import records
from layers.ogc import page, question
from layers.ogc.documents import GEOJSON
from layers.ogc.question import Question
from tiles.answers import Headers
from tiles.known import LayerState

_ITEMS = re.compile(r"/ogc/collections/([a-z][a-z0-9_]{1,30})/items")
ANYBODYS: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Crs, Link"),
)
PROBLEM: Headers = (
    (b"content-type", b"application/problem+json"),
    (b"cache-control", b"no-store"),
)
Told = Mapping[bytes, bytes]


class Asked(NamedTuple):
    """What is asked, and the headers that the answer will have."""

    question: Question
    address: page.Asked
    headers: Headers
    has_it: bool
    zips: bool


def code(path: str) -> str:
    """Return the layer's code of a path, or nothing; the catalogue is no layer."""
    match = _ITEMS.fullmatch(path)
    return match[1] if match and match[1] != records.CODE else ""


def wants_json(query: bytes, told: Told) -> bool:
    """Say whether GeoJSON is wanted and not a page for people."""
    form = _given(query).get("f") if b"f=" in query else None
    return form != "html" if form is not None else b"html" not in told.get(b"accept", b"")


def given(query: bytes) -> dict[str, str]:
    """Return a query's parameters; raises Invalid for one that is not known."""
    found = _given(query)
    question.check(found, question.OF_PAGE)
    return found


def _given(query: bytes) -> dict[str, str]:
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))


def read(layer: Layer, state: LayerState, url: str, query: bytes, told: Told) -> Asked:
    """Return what is asked of a layer as it stands; raises a Problem for what cannot be."""
    found = given(query)
    if not layer.is_vector:
        raise Unknown(f"{layer.code} is a raster: it has no features", zh="栅格图层没有要素")
    facts = question.Facts(state.version, state.features, state.bounds, state.simulated)
    asked = question.of_page(layer, facts, found)
    tag = _tag(layer, state.version, query)
    return Asked(
        asked,
        page.Asked(url, query.decode("latin-1")),
        (*_headers(layer.sharing == "open", asked.crs.uri), (b"etag", tag)),
        told.get(b"if-none-match") == tag,
        b"gzip" in told.get(b"accept-encoding", b""),
    )


def url(scheme: str, told: Told, path: str) -> str:
    """Return the address that was asked, without its query; raises Problem for a foreign host."""
    host = told.get(b"host", b"")
    if not _is_ours(host):
        name = host.decode("latin-1")
        raise Problem(f"host {name!r} is not served here", zh="不提供该主机名的服务", field="Host")
    return f"{scheme}://{host.decode()}{path}"


@functools.lru_cache(maxsize=256)
def _is_ours(host: bytes) -> bool:
    return validate_host(split_domain_port(host.decode("latin-1"))[0], settings.ALLOWED_HOSTS)


def _tag(layer: Layer, version: int, query: bytes) -> bytes:
    """Return a weak tag: a page changes with its layer's version only, but for its time stamp."""
    asked = hashlib.blake2b(query, digest_size=8).hexdigest()
    return f'W/"{layer.version_key(version)}-{asked}"'.encode()


@functools.lru_cache(maxsize=256)
def _headers(is_open: bool, crs: str) -> Headers:
    told = page.headers(is_open, crs).items()
    return (
        (b"content-type", GEOJSON.encode()),
        *((name.lower().encode(), value.encode()) for name, value in told),
        *ANYBODYS,
    )
