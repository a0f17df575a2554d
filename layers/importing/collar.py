"""The collar of a picture: black or white edges that nobody declared to be without data.

Only what is connected with the picture's edge is taken for it: a black roof inside stays. A run of
such pixels along the edge begins a collar if it is no shorter than a twentieth of that side.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import Compression
from rasterio.windows import Window

Pixels = npt.NDArray[Any]

SHARE = 0.05  # of a side, that a collar takes up without a gap
LEAST = 4  # pixels of it
LOSSY = (Compression.jpeg, Compression.webp)
NOISE = 8  # of 255: so far from black or white do lossy files stray
_STRIP = 512  # rows read at once
_OUTSIDE = 2  # of a pixel that may be collar, which is 1, and that is


def outside(source: rasterio.DatasetReader, bands: tuple[int, ...], folder: Path) -> Pixels | None:
    """Return which pixels are collar (rows, columns), None if there is none.

    The answer lies in a nameless file in `folder`, so that large pictures need no memory. A picture
    that would be nothing but collar has none.
    """
    most = np.iinfo(source.dtypes[bands[0] - 1]).max
    noise = NOISE * (most // 255) if source.compression in LOSSY else 0
    found: Pixels | None = None
    for low, high in ((0, noise), (most - noise, most)):
        if not _begins(source, bands, (low, high)):
            continue
        state = _candidates(source, bands, (low, high), folder)
        _begin(state)
        while _sweep(state, range(len(state))) and _sweep(state, range(len(state) - 1, -1, -1)):
            pass
        found = state if found is None else _both(found, state)
    if found is None or all((row == _OUTSIDE).all() for row in found):
        return None
    return found


def _begins(
    source: rasterio.DatasetReader, bands: tuple[int, ...], between: tuple[int, int]
) -> bool:
    """Say whether a collar begins at any side; most pictures have none and are not read through."""
    wide, high = source.width, source.height
    sides = (0, 0, wide, 1), (0, high - 1, wide, 1), (0, 0, 1, high), (wide - 1, 0, 1, high)
    lines = (_within(source.read(list(bands), window=Window(*one)), between) for one in sides)
    return any(list(_long(line.reshape(-1))) for line in lines)


def _within(values: Pixels, between: tuple[int, int]) -> Pixels:
    return np.asarray(((values >= between[0]) & (values <= between[1])).all(axis=0))


def _long(side: Pixels) -> Iterator[tuple[int, int]]:
    """Yield the runs of a side that are long enough to begin a collar."""
    least = max(LEAST, SHARE * len(side))
    return (run for run in _runs(side) if run[1] - run[0] >= least)


def _candidates(
    source: rasterio.DatasetReader, bands: tuple[int, ...], between: tuple[int, int], folder: Path
) -> Pixels:
    with tempfile.TemporaryFile(dir=folder) as file:
        state = np.memmap(file, np.uint8, "w+", shape=source.shape)
    for top in range(0, source.height, _STRIP):
        rows = min(_STRIP, source.height - top)
        values = source.read(list(bands), window=Window(0, top, source.width, rows))
        state[top : top + rows] = _within(values, between)
    return state


def _begin(state: Pixels) -> None:
    """Mark the long runs along the four sides."""
    for side in (state[0], state[-1], state[:, 0], state[:, -1]):
        for start, end in _long(side != 0):
            side[start:end] = _OUTSIDE


def _runs(line: Pixels) -> Iterator[tuple[int, int]]:
    """Yield first and last (exclusive) of each run of true pixels."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _sweep(state: Pixels, rows: Iterable[int]) -> bool:
    """Go through the rows once, carrying the collar on to its neighbours; say if it grew."""
    grew, before = False, np.zeros(state.shape[1], bool)
    for at in rows:
        row = state[at]
        maybe, own = row != 0, row == _OUTSIDE
        if (maybe & ~own).any() and (own | before)[maybe].any():
            now = _spread(maybe, own | (before & maybe))
            if (now != own).any():
                row[now] = _OUTSIDE
                grew, own = True, now
        before = own
    return grew


def _spread(maybe: Pixels, reached: Pixels) -> Pixels:
    """Return all of the row's runs that hold a pixel which is reached."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], maybe.astype(np.int8), [0]))))
    starts, ends = edges[::2], edges[1::2]
    counted = np.concatenate(([0], np.cumsum(reached)))
    hit = counted[ends] > counted[starts]
    steps = np.zeros(len(maybe) + 1, np.int32)
    steps[starts[hit]], steps[ends[hit]] = 1, -1
    return np.asarray(np.cumsum(steps[:-1]) > 0)


def _both(one: Pixels, other: Pixels) -> Pixels:
    for into, row in zip(one, other, strict=True):
        into[row == _OUTSIDE] = _OUTSIDE
    return one


def share(found: Pixels) -> float:
    """Return the share of the picture that is collar."""
    held = sum(int(np.count_nonzero(row == _OUTSIDE)) for row in found)
    return held / found.size


def clear(found: Pixels, window: Window) -> Pixels:
    """Return which pixels of a window are collar."""
    rows = slice(int(window.row_off), int(window.row_off + window.height))
    columns = slice(int(window.col_off), int(window.col_off + window.width))
    return np.asarray(found[rows, columns] == _OUTSIDE)
