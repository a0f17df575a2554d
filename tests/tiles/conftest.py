"""The real tile application on the test database, asked over ASGI."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pyogrio
import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from people.models import User
from tiles.asgi import Tiles, conninfo

T = TypeVar("T")


class Browser:
    """Asks the tile application; time passes for it only while one asks or waits."""

    def __init__(self, folder: Path, limit: int = 1 << 24) -> None:
        self._runner = asyncio.Runner()
        self.folder = folder
        self.app = Tiles(conninfo(), folder / "cache" / "tiles.sqlite", limit)
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost")

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.run(self._client.get(path, headers=named))

    def until(self, true: Callable[[], bool], seconds: float = 30) -> None:
        """Let the application work until something is so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not come about"
            self.run(asyncio.sleep(0.01))

    def layers(self, tile: bytes) -> dict[str, list[dict[str, object]]]:
        """Decode a vector tile with GDAL: its layers, each with its features' properties."""
        path = self.folder / "0.mvt"
        path.write_bytes(tile)
        found = {}
        for name, _ in pyogrio.list_layers(path):
            frame = pyogrio.read_dataframe(path, layer=name)
            found[name] = frame.drop(columns="geometry").to_dict("records")
        return found

    def close(self) -> None:
        self.run(self._client.aclose())
        self.run(self.app.close())
        self.run(sync_to_async(connections.close_all)())
        self._runner.close()


@pytest.fixture
def browser(real: None, tmp_path: Path) -> Iterator[Browser]:
    """Somebody without a session."""
    one = Browser(tmp_path)
    yield one
    one.close()


@pytest.fixture
def bearer(token: Callable[[User], str]) -> Callable[[User], str]:
    """Return the Authorization header of a user."""
    return lambda user: f"Bearer {token(user)}"
