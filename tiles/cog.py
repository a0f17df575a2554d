"""Tiles out of a cloud-optimised GeoTIFF without decoding: a tile is one compressed block.

The TIFF's directories are read once; then a tile is found by arithmetic and handed through as it
lies in the file. That is two microseconds where decoding and encoding take ten milliseconds.
"""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.raster import HALF, TILE, cell_at

WIDTH, HEIGHT, COMPRESSION, SUBFILE = 256, 257, 259, 254
TILE_WIDTH, TILE_HEIGHT, OFFSETS, LENGTHS = 322, 323, 324, 325
SCALE, TIEPOINT = 33550, 33922
WEBP = 50001
_TYPES = {1: "u1", 3: "u2", 4: "u4", 12: "f8", 13: "u4", 16: "u8"}

Tags = dict[int, npt.NDArray[Any]]


class Level(NamedTuple):
    """One resolution: which tiles it holds and where their blocks lie in the file."""

    column: int
    row: int
    columns: int
    rows: int
    offsets: npt.NDArray[Any]
    lengths: npt.NDArray[Any]


class Blocks:
    """The block index of one WebP file on the web tile grid."""

    def __init__(self, path: Path, max_zoom: int) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.levels = dict(_levels(self._bytes, max_zoom))

    def get(self, z: int, x: int, y: int) -> bytes | None:
        """Return a block as it lies in the file, b"" where nothing is, None for other zooms."""
        level = self.levels.get(z)
        if level is None:
            return None
        column, row = x - level.column, y - level.row
        if not (0 <= column < level.columns and 0 <= row < level.rows):
            return b""
        at = row * level.columns + column
        start = int(level.offsets[at])
        return self._bytes[start : start + int(level.lengths[at])]


def passes(facts: dict[str, Any]) -> bool:
    """Say whether a registered raster's blocks can be handed through as WebP tiles."""
    return bool(facts.get("aligned")) and facts.get("compression") == "webp"


def _levels(data: mmap.mmap, max_zoom: int) -> Iterator[tuple[int, Level]]:
    """Yield (zoom, level) for the picture and those overviews whose blocks are whole tiles."""
    directories = [tags for tags in _directories(data) if not int(tags.get(SUBFILE, [0])[0]) & 4]
    first = directories[0]
    _, _, _, west, north, *_ = first[TIEPOINT]
    for step, tags in enumerate(directories):
        zoom = max_zoom - step
        side = cell_at(zoom) * TILE
        column, row = (west + HALF) / side, (HALF - north) / side
        if not _whole(column, row) or int(tags[COMPRESSION][0]) != WEBP:
            return
        columns = -(-int(tags[WIDTH][0]) // TILE)
        rows = -(-int(tags[HEIGHT][0]) // TILE)
        yield (zoom, Level(round(column), round(row), columns, rows, tags[OFFSETS], tags[LENGTHS]))


def _whole(*numbers: float) -> bool:
    return all(abs(number - round(number)) < 1e-6 for number in numbers)


def _directories(data: mmap.mmap) -> Iterator[Tags]:
    """Yield the tags of every image in a TIFF or BigTIFF file, in the file's order."""
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    pointer, count, entry = ("Q", "Q", 20) if big else ("I", "H", 12)
    (at,) = struct.unpack_from(order + pointer, data, 8 if big else 4)
    while at:
        (number,) = struct.unpack_from(order + count, data, at)
        at += struct.calcsize(count)
        yield dict(_tags(data, order, pointer, at, number, entry))
        (at,) = struct.unpack_from(order + pointer, data, at + number * entry)


def _tags(
    data: mmap.mmap, order: str, pointer: str, at: int, number: int, entry: int
) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    room = struct.calcsize(pointer)
    for start in range(at, at + number * entry, entry):
        tag, kind, values = struct.unpack_from(f"{order}HH{pointer}", data, start)
        if kind not in _TYPES:
            continue
        numbers = np.dtype(order + _TYPES[kind])
        place = start + 4 + room
        if numbers.itemsize * values > room:
            (place,) = struct.unpack_from(order + pointer, data, place)
        yield tag, np.frombuffer(data, numbers, values, place)
