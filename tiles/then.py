"""Tiles of a layer as it was: `?at=` a day or moment.

Vector tiles are made at each request and kept by browsers alone, under the version's tag: what a
layer was changes only with its version. A raster shows the newest picture that is not after the
moment, whose tiles lie ready or are kept like those of today.
"""

import datetime
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from layers import asof
from layers.pictures import dated
from tiles import statement
from tiles.address import Tile
from tiles.answers import Scope, Send, answer
from tiles.maker import packed
from tiles.pool import Pool
from tiles.reply import PACKED, SMALL
from tiles.served import Served
from tiles.statement import Statement

_KEEPS = Statement(b"layer_keeps_history", asof.KEEPS.encode())
# of each pool's database by layer: at which version, and whether
_kept: WeakKeyDictionary[Pool, dict[str, tuple[int, bool]]] = WeakKeyDictionary()


def asked(query: bytes) -> bool:
    """Say whether a query may ask for the past."""
    return query.startswith(b"at=") or b"&at=" in query


def moment(query: bytes) -> datetime.datetime | None:
    """Return the moment that a query asks for, None for now; raises Invalid for none."""
    return asof.moment(named(query)) if asked(query) else None


def named(query: bytes) -> str:
    """Return the day or moment that a query names, as it was written; "" for none."""
    return parse_qs(query.decode("latin-1")).get("at", [""])[0]


def pictured(served: Served, at: datetime.datetime) -> Served:
    """Return a raster layer as it was; raises Unknown before its first picture."""
    shown = dated.as_of(served.layer.code, served.state, at)
    return served if shown is None else served.dated(shown)


async def keeps(pool: Pool, served: Served) -> bool:
    """Say whether a vector layer keeps history; one that does not is meant as it is now.

    That changes only with the layer's version: it is asked once for each.
    """
    code, version = served.layer.code, served.state.version
    here = _kept.setdefault(pool, {})
    known = here.get(code)
    if known is None or known[0] != version:
        found = await pool.rows(_KEEPS, [code.encode()])
        known = here[code] = (version, found.get_value(0, 0) == b"t")
    return known[1]


async def reply(
    pool: Pool, served: Served, tile: Tile, at: datetime.datetime, scope: Scope, send: Send
) -> None:
    """Answer with a vector tile as of the moment asked for."""
    headers, told = served.headers[tile.form, False], dict(scope["headers"])
    if told.get(b"if-none-match") == served.tag:
        await answer(send, 304, headers)
        return
    query = statement.then(served.layer, tile.z)
    body = await pool.tile(query, tile.z, tile.x, tile.y, at.isoformat().encode())
    if not body:
        await answer(send, 204, headers)
    elif len(body) > SMALL and b"gzip" in told.get(b"accept-encoding", b""):
        await answer(send, 200, (*headers, PACKED), packed(body))
    else:
        await answer(send, 200, headers, body)
