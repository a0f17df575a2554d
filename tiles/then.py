"""Tiles of a layer as it was: `?at=` a day or moment.

They are made at each request and kept by browsers alone, under the version's tag: what a layer was
changes only with its version.
"""

from urllib.parse import parse_qs

from core.errors import Invalid
from layers import selection
from tiles import statement
from tiles.address import Tile
from tiles.answers import Scope, Send, answer
from tiles.maker import packed
from tiles.pool import Pool
from tiles.reply import PACKED, SMALL
from tiles.served import Served


def asked(query: bytes) -> bool:
    """Say whether a query may ask for the past."""
    return query.startswith(b"at=") or b"&at=" in query


async def reply(pool: Pool, served: Served, tile: Tile, scope: Scope, send: Send) -> None:
    """Answer with a vector tile as of the moment asked for; raises Invalid for none."""
    given = parse_qs(scope["query_string"].decode("latin-1")).get("at", [""])[0]
    if tile.form != "mvt":
        raise Invalid("only features have a past", zh="仅矢量图层可按日期查看", field="at")
    moment = selection.moment(given).isoformat().encode()
    headers, told = served.headers[tile.form, False], dict(scope["headers"])
    if told.get(b"if-none-match") == served.tag:
        await answer(send, 304, headers)
        return
    query = statement.then(served.layer, tile.z)
    body = await pool.tile(query, tile.z, tile.x, tile.y, moment)
    if not body:
        await answer(send, 204, headers)
    elif len(body) > SMALL and b"gzip" in told.get(b"accept-encoding", b""):
        await answer(send, 200, (*headers, PACKED), packed(body))
    else:
        await answer(send, 200, headers, body)
