"""The peers of the picture benchmark, in an environment of their own that holds titiler.core.

titiler as its own documents set it up; and rio-tiler by itself with the file kept open, the least
that a service around it can cost: `/kept/{file}/{algorithm or "-"}/{z}/{x}/{y}.{form}`.
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi import FastAPI, Response
from rio_tiler.io import Reader
from titiler.core.algorithm import algorithms
from titiler.core.factory import TilerFactory

FOLDER = Path(os.environ["BENCH_PICTURES"])
app = FastAPI()
app.include_router(TilerFactory().router)
BUFFERED = {"hillshade": 3.0}  # pixels that it looks at beyond the tile, and cuts off
_threads = ThreadPoolExecutor(2)
_here = threading.local()


def _reader(file: str) -> Reader:
    kept = _here.__dict__.setdefault("kept", {})
    if file not in kept:
        kept[file] = Reader(str(FOLDER / f"{file}.tif")).__enter__()
    return kept[file]


def _tile(file: str, algorithm: str, z: int, x: int, y: int, form: str) -> bytes:
    if algorithm == "-":
        tile = _reader(file).tile(x, y, z, tilesize=256)
        return tile.render(img_format=form.upper(), add_mask=form != "jpeg")
    work = algorithms.get(algorithm)()
    tile = work(_reader(file).tile(x, y, z, tilesize=256, buffer=BUFFERED.get(algorithm)))
    return tile.render(img_format=form.upper())


@app.get("/kept/{file}/{algorithm}/{z}/{x}/{y}.{form}")
async def kept(file: str, algorithm: str, z: int, x: int, y: int, form: str) -> Response:
    """Answer with a tile of a file that stays open."""
    asked = (file, algorithm, z, x, y, form)
    body = await asyncio.get_running_loop().run_in_executor(_threads, _tile, *asked)
    return Response(body, media_type=f"image/{form}")
