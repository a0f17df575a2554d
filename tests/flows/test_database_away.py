"""While the database is away everybody gets a clear answer, and soon."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import shapely
import websockets
from django.db import connection
from websockets.sync.client import connect

PATHS = [
    ("POST", "/sensorthings/v1.1/Datastreams(1)/Observations"),
    ("POST", "/sensorthings/v1.1/CreateObservations"),
    ("POST", "/api/v1/positions"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/alerts"),
    ("POST", "/api/v1/alerts/1/acknowledge"),
    ("GET", "/sensorthings/v1.1/Things"),
]


@pytest.fixture(scope="module")
def lonely(django_db_setup: None, start_web: Any) -> Iterator[Any]:
    """A web process whose database does not answer."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        live = start_web(DATABASE_URL=f"postgres://city@127.0.0.1:{port}/city")
        yield live
    live.process.terminate()
    live.process.wait(60)


def test_every_address_says_so(lonely: Any) -> None:
    def ask(token: str, method: str, path: str) -> httpx.Response:
        with lonely.client(token) as client:
            return client.request(method, path, json={} if method == "POST" else None)

    asked = [(token, *each) for token in ("zd_device", "zu_person") for each in PATHS]
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = pool.map(lambda each: ask(*each), asked)
    for each, answer in zip(asked, answers, strict=True):
        problem = answer.json()
        assert answer.status_code == problem["status"] == 503, (each, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "database" in problem["detail"] and "数据库" in problem["detail_zh"]
        assert problem["remedy"]


def test_many_are_answered_at_once(lonely: Any) -> None:
    """One of them waits to find out whether it is back; the others are not put in a row behind."""
    took: list[float] = []

    def ask() -> None:
        begun = time.monotonic()
        with lonely.client("zd_x") as client:
            assert client.post("/api/v1/positions", json=[]).status_code == 503
        took.append(time.monotonic() - begun)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(took)[10] < max(2, max(took) / 2)


def test_a_page_says_so_too(lonely: Any) -> None:
    with lonely.client() as client:
        client.cookies.set("sessionid", "x" * 32)
        answer = client.get("/")
    assert answer.status_code == 503 and "数据库" in answer.text
    assert answer.headers["retry-after"] == "5"


def test_a_console_is_asked_to_come_again(lonely: Any) -> None:
    headers = {"Authorization": "Bearer zu_person"}
    url = f"ws://127.0.0.1:{lonely.port}/ws/feed/"
    with (
        connect(url, additional_headers=headers) as line,
        pytest.raises(websockets.ConnectionClosed) as closed,
    ):
        line.recv(10)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1013


def test_the_process_itself_is_well(lonely: Any) -> None:
    assert httpx.get(f"{lonely.url}/healthz").status_code == 200
    answer = httpx.get(f"{lonely.url}/readyz", timeout=60)
    assert answer.status_code == 503 and answer.json()["parts"]["database"].startswith("failed")


class Relay:
    """The way to the database, which is shut until it is opened."""

    def __init__(self) -> None:
        at = connection.settings_dict
        self._there = (at["HOST"], int(at["PORT"]))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._started, self._opened = threading.Event(), threading.Event()
        self._ask, self._end = asyncio.Event(), asyncio.Event()
        self._lines: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=asyncio.run, args=[self._run()])

    def __enter__(self) -> "Relay":
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._finish)
        self._thread.join(10)

    def _finish(self) -> None:
        self._ask.set()
        self._end.set()

    def open(self) -> None:
        """Let connections through from now on."""
        self._loop.call_soon_threadsafe(self._ask.set)
        assert self._opened.wait(60)

    def shut(self) -> None:
        """Cut every connection, and let no other through."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        self._server.close()
        for line in self._lines:
            line.transport.abort()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._started.set()
        await self._ask.wait()
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self._opened.set()
        await self._end.wait()
        self._cut()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._there)
        self._lines |= {writer, back}
        await asyncio.gather(_copy(reader, back), _copy(there, writer), return_exceptions=True)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()


LAKES, PARTS = "/tiles/waters/13/6681/3253.mvt", "/tiles/parts/13/6681/3253.mvt"


def test_the_map_stays_while_the_database_is_away(
    fill: Any, start_web: Any, dispatcher: Any, supervisor: Any, token: Any, eventually: Any
) -> None:
    """What was seen is shown with its age, closed layers to those alone who were let in lately."""
    lake = shapely.box(113.600, 34.700, 113.606, 34.706)
    fill("waters", [(lake, {"name_zh": "月湖"})])
    fill("parts", [(lake.centroid, {"code": "1"})])
    seen, unseen = token(dispatcher), token(supervisor)
    at = connection.settings_dict
    user = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    with Relay() as relay:
        relay.open()
        live = start_web(DATABASE_URL=f"postgres://{user}@127.0.0.1:{relay.port}/{at['NAME']}")
        with live.client() as anybody, live.client(seen) as one, live.client(unseen) as other:
            before = {LAKES: anybody.get(LAKES), PARTS: one.get(PARTS)}
            assert all(answer.status_code == 200 for answer in before.values())
            relay.shut()
            eventually(lambda: "zhihui-stale" in anybody.get(LAKES).headers)
            eventually(lambda: "zhihui-stale" in one.get(PARTS).headers)
            for path, client in ((LAKES, anybody), (PARTS, one)):
                after = client.get(path)
                assert after.content == before[path].content
                assert after.headers["cache-control"] == "no-store"
                assert int(after.headers["age"]) >= 1
            assert other.get(PARTS).status_code == 503, "nobody knows what they may see"
            assert anybody.get(PARTS).status_code == 401
            assert anybody.get(LAKES.replace("3253", "3254")).status_code == 503, "never seen"
        live.process.terminate()
        live.process.wait(20)


def test_a_database_that_was_away_for_long_is_taken_up_again_soon(
    city: Any, start_web: Any, moment: Any
) -> None:
    station = city.station()
    at = connection.settings_dict
    user = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    reading = {"phenomenonTime": moment.isoformat(), "result": 1}
    with Relay() as relay:
        live = start_web(DATABASE_URL=f"postgres://{user}@127.0.0.1:{relay.port}/{at['NAME']}")
        with live.client(station.token) as device:
            begun = time.monotonic()
            while time.monotonic() - begun < 18:
                assert device.post(station.path, json=reading).status_code == 503
            relay.open()
            back = time.monotonic()
            while device.post(station.path, json=reading).status_code == 503:
                assert time.monotonic() - back < 30, "the way is open, but not taken"
        live.process.terminate()
        live.process.wait(60)
    assert list(station.stored()) == [moment]
