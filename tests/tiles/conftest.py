"""The real tile application on the test database, asked over ASGI."""

import asyncio
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pyogrio
import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from core.shortcut import Request
from people.models import User
from tiles import known, stale
from tiles.asgi import Tiles, conninfo

T = TypeVar("T")


class Browser:
    """Asks the tile application; time passes for it only while one asks or waits."""

    def __init__(self, folder: Path, limit: int = 1 << 24) -> None:
        self._runner = asyncio.Runner()
        self.folder = folder
        self.quick = 0  # answers that could be had the short way
        self.app = Tiles(conninfo(), folder / "cache" / "tiles.sqlite", limit)
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost")

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask the long way, and see that the short way, where it is open, answers alike."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.run(self._client.get(path, headers=named))
        again = self._shortcut(answer.request)
        if again is not None:
            self.quick += 1
            status, head, body = again
            assert status == answer.status_code
            lines = {name.lower(): value for name, value in answer.headers.raw}
            told = dict(line.split(b": ", 1) for line in head.split(b"\r\n") if line)
            assert told == lines
            zipped = told.get(b"content-encoding") == b"gzip"
            assert (zlib.decompress(body, wbits=31) if zipped else body) == answer.content
        return answer

    def _shortcut(self, asked: httpx.Request) -> tuple[int, bytes, bytes] | None:
        answers: list[tuple[int, bytes, bytes]] = []
        request = Request(
            asked.method.encode(),
            asked.url.raw_path.partition(b"?")[0],
            asked.url.query,
            {name.lower(): value for name, value in asked.headers.raw},
            b"",
            "http",
            "127.0.0.1",
        )
        taken = self.app.shortcut(request, lambda *answer: answers.append(answer))
        assert taken == bool(answers)
        return answers[0] if answers else None

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

    def frame(self, file: Path, layer: str) -> list[str]:
        """Return the features of a tile's layer, each with its shape, as text."""
        return [str(row) for row in pyogrio.read_dataframe(file, layer=layer).values.tolist()]

    def close(self) -> None:
        self.run(self._client.aclose())
        self.run(self.app.close())
        self.run(sync_to_async(connections.close_all)())
        self._runner.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a slow machine count neither as a database that is away nor as one that is slow.

    The application looks for changes only while a Browser asks or waits.
    """
    monkeypatch.setattr(known, "LOST", 600.0)
    monkeypatch.setattr(stale, "PATIENCE", 60.0)


@pytest.fixture
def browser(real: None, patient: None, tmp_path: Path) -> Iterator[Browser]:
    """Somebody without a session."""
    one = Browser(tmp_path)
    yield one
    one.close()


@pytest.fixture
def bearer(token: Callable[[User], str]) -> Callable[[User], str]:
    """Return the Authorization header of a user."""
    return lambda user: f"Bearer {token(user)}"
