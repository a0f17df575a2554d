"""Compiled loops: how they are made and kept, and how rows are shared out among threads.

Kernels free the interpreter's lock and are spread over ordinary threads, not numba's own: those
abort the process when two jobs or a fork meet in them, and take three times as long to compile.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar, cast

import numba
from numba.core import config

F = TypeVar("F", bound=Callable[..., object])

_HERE = Path(__file__).parent
_ALONE = 320  # rows that one thread does sooner than several would be started
_ROWS = 128  # rows of a strip: few enough for threads to end together


def _folder() -> Path:
    """Return where machine code is kept: a folder of its own for each state of this package.

    numba looks at the date of a kernel's own file only, not of those whose kernels it calls.
    """
    sources = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
    data = Path(os.environ.get("ZHIHUI_DATA") or _HERE.parents[1] / "var")
    kept = Path(os.environ.get("NUMBA_CACHE_DIR") or data / "cache" / "numba")
    return kept / f"terrain-{hashlib.sha256(sources).hexdigest()[:16]}"


_FOLDER = str(_folder())


def kernel(function: F) -> F:
    """Compile a function over arrays, exact: no rule of arithmetic is relaxed."""
    return _compiled(function, set())


def fused(function: F) -> F:
    """Compile a function in which a product and a sum may be rounded once instead of twice."""
    return _compiled(function, {"contract"})


def _compiled(function: F, relaxed: set[str]) -> F:
    settings, usual = vars(config), config.CACHE_DIR  # type: ignore[attr-defined]
    settings["CACHE_DIR"] = _FOLDER
    try:
        made = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=relaxed or False)
        return cast(F, made(function))
    finally:
        settings["CACHE_DIR"] = usual


def threads() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def share(work: Callable[[int], object], pieces: int) -> None:
    """Do `work(0 … pieces - 1)` on all cores; the first failure is raised."""
    if pieces == 1 or threads() == 1:
        for piece in range(pieces):
            work(piece)
        return
    with ThreadPoolExecutor(threads()) as pool:
        list(pool.map(work, range(pieces)))


def strips(work: Callable[[int, int], object], rows: int) -> None:
    """Do `work(first, last)` for strips of rows that together are all of them."""
    if rows <= _ALONE:
        work(0, rows)
        return

    def one(piece: int) -> None:
        work(piece * _ROWS, min(rows, (piece + 1) * _ROWS))

    share(one, -(-rows // _ROWS))
