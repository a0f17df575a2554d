"""Tiles that lie ready, answered the short way; everything else is for the tile application.

The order is the application's: rights before anything is looked up in a cache.
"""

from core.errors import Problem
from core.shortcut import Done, Request
from layers import catalogue, rights
from people import access
from tiles import address, picture, then
from tiles.address import Tile
from tiles.maker import Maker
from tiles.reply import GZIP, PACKED, SMALL
from tiles.served import Served

_LENGTH = b"content-length: %d\r\n"
_PACKED = b"%s: %s\r\n" % PACKED


def asked_for(request: Request) -> Tile | None:
    """Return the tile that a request may have the short way; None if it must be looked at."""
    if request.method != b"GET" or then.asked(request.query):
        return None
    try:
        code, tile = address.read(request.path.decode("ascii"))
    except Problem:
        return None
    layer = catalogue.known().get(code)
    if not isinstance(tile, Tile) or layer is None or not layer.has_tiles:
        return None
    if layer.sharing != "open":
        asker = access.at_hand(request.headers)
        if asker is None or not rights.may_see(layer, asker):
            return None
    return tile


def taken(maker: Maker, served: Served, tile: Tile, request: Request, done: Done) -> bool:
    """Answer if the tile lies ready, or the client has it; False, with nothing done, if not."""
    try:
        served.check(tile)
    except Problem:
        return False
    head = served.heads[tile.form, request.query == served.query]
    told = request.headers.get(b"if-none-match")
    if told is not None and served.holds(told, tile):
        done(304, head, b"")
        return True
    body = maker.ready(served, tile)
    if body is None:
        return False
    if not body and tile.form == "mvt":
        done(204, head, b"")
        return True
    body = body or picture.nothing(tile.form)
    if tile.form == "mvt":
        zips = b"gzip" in request.headers.get(b"accept-encoding", b"")
        zipped = body[:2] == GZIP
        if zips != zipped and (zipped or len(body) > SMALL):
            return False  # to be packed or unpacked first
        head += _PACKED if zipped else b""
    done(200, head + _LENGTH % len(body), body)
    return True
