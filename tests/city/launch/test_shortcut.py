"""The short way through the server: what it takes, what it passes on, and in which order."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn

from city.launch.connection import Http
from core.shortcut import Done, Request, lines

Send = Callable[[dict[str, Any]], Any]


class Application:
    """Takes what asks for it; answers everything else by ASGI; each says which way it came."""

    shortcuts = (b"/quick",)

    def __init__(self) -> None:
        self.offered: list[Request] = []
        self.waiting: list[Done] = []

    def shortcut(self, request: Request, done: Done) -> bool:
        self.offered.append(request)
        if request.query == b"wait":
            self.waiting.append(done)
            return True
        if request.query == b"break":
            self.waiting.append(done)
            raise RuntimeError("broken")
        if request.query == b"pass":
            return False
        self.answer(done, b"short " + request.body)
        return True

    def answer(self, done: Done, body: bytes) -> None:
        done(200, lines((b"content-length", b"%d" % len(body))), body)

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = b"long " + body
        length = (b"content-length", b"%d" % len(answer))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": answer})


class Wire(asyncio.Transport):
    """Keeps what the server says."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.closing = False

    def write(self, data: Any) -> None:
        self.said += bytes(data)

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def get_write_buffer_size(self) -> int:
        return 0


class Line:
    """One connection."""

    def __init__(self) -> None:
        self.application = Application()
        config = uvicorn.Config(self.application, http=Http, lifespan="off", proxy_headers=False)
        config.load()
        from_server = uvicorn.server.ServerState()
        self.protocol = Http(config, from_server, {}, asyncio.get_running_loop())
        self.wire = Wire()
        self.protocol.connection_made(self.wire)

    async def say(self, *pieces: bytes) -> list[bytes]:
        """Send the pieces one by one; return the bodies of the answers so far."""
        for piece in pieces:
            self.protocol.data_received(piece)
            await asyncio.sleep(0)
        await self.quiet()
        return self.bodies

    async def quiet(self) -> None:
        """Wait until nothing is left to run."""
        tasks = self.protocol.tasks
        while tasks:
            await asyncio.gather(*tasks)
            await asyncio.sleep(0)

    @property
    def bodies(self) -> list[bytes]:
        """Return the bodies of the answers."""
        rest, found = self.wire.said, []
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            found.append(rest[:length])
            rest = rest[length:]
        return found

    def end(self) -> None:
        self.protocol.connection_lost(None)


@pytest.fixture
async def line() -> Any:
    made = Line()
    yield made
    made.end()


def post(path: str = "/quick", body: bytes = b"x", *more: str, version: str = "1.1") -> bytes:
    fixed = [f"POST {path} HTTP/{version}", "Host: h", f"Content-Length: {len(body)}", *more]
    return "\r\n".join([*fixed, "", ""]).encode() + body


async def test_a_whole_request_goes_the_short_way(line: Line) -> None:
    assert await line.say(post("/quick/a?b=c", b"hello", "X-Thing: 1")) == [b"short hello"]
    (request,) = line.application.offered
    assert (request.method, request.path, request.query) == (b"POST", b"/quick/a", b"b=c")
    assert request.headers[b"x-thing"] == b"1" and request.scheme == "http"


@pytest.mark.parametrize(
    "request_",
    [
        post("/other"),
        post("/quick%2Fa"),
        post("/quick", b"x", "Connection: close"),
        post("/quick", b"x", "Expect: 100-continue"),
        post("/quick", b"x", version="1.0"),
    ],
    ids=["another address", "an escape", "not kept alive", "expects a word first", "HTTP/1.0"],
)
async def test_the_unusual_goes_the_long_way(line: Line, request_: bytes) -> None:
    line.protocol.data_received(request_)
    await line.quiet()
    assert not line.application.offered
    assert line.wire.said.endswith(b"long x")


@pytest.mark.parametrize("cut", range(1, len(post(body=b"hello"))))
async def test_wherever_a_request_is_cut_its_body_is_whole(cut: int) -> None:
    line = Line()
    request = post(body=b"hello")
    (body,) = await line.say(request[:cut], request[cut:])
    assert body in (b"long hello", b"short hello")
    assert (await line.say(post(body=b"again")))[1] == b"short again"
    line.end()


async def test_chunks_that_come_together_are_one_body(line: Line) -> None:
    request = b"POST /quick HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert await line.say(request + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") == [b"short abcde"]


async def test_what_is_passed_on_is_answered_once_and_whole(line: Line) -> None:
    assert await line.say(post("/quick?pass", b"hello")) == [b"long hello"]
    assert await line.say(post(body=b"next")) == [b"long hello", b"short next"]


async def test_one_that_breaks_is_answered_by_the_long_way_alone(line: Line) -> None:
    assert await line.say(post("/quick?break", b"hello")) == [b"long hello"]
    line.application.answer(line.application.waiting[0], b"too late")
    assert line.bodies == [b"long hello"]


async def test_requests_behind_one_another_are_answered_in_order(line: Line) -> None:
    both = post("/quick?wait", b"1") + post(body=b"2") + post("/other", b"3")
    assert await line.say(both) == []
    line.application.answer(line.application.waiting[0], b"first")
    await line.quiet()
    assert line.bodies == [b"first", b"long 2", b"long 3"]
    assert (await line.say(post(body=b"4")))[-1] == b"short 4"


async def test_one_behind_a_long_one_waits_for_it(line: Line) -> None:
    assert await line.say(post("/other", b"1") + post(body=b"2")) == [b"long 1", b"long 2"]


async def test_an_answer_to_somebody_who_has_gone_is_dropped(line: Line) -> None:
    await line.say(post("/quick?wait"))
    line.protocol.connection_lost(ConnectionResetError())
    line.application.answer(line.application.waiting[0], b"nobody")
    assert line.wire.said == b""


async def test_a_server_that_stops_answers_and_closes(line: Line) -> None:
    await line.say(post("/quick?wait"))
    line.protocol.shutdown()
    assert not line.wire.closing
    line.application.answer(line.application.waiting[0], b"last")
    assert b"connection: close" in line.wire.said and line.wire.closing


async def test_who_does_not_read_gets_no_short_way(line: Line) -> None:
    line.protocol.pause_writing()
    line.protocol.data_received(post())
    assert not line.application.offered
    line.protocol.resume_writing()
    await line.quiet()
    assert line.bodies == [b"long x"]


async def test_beyond_the_most_connections_nothing_is_taken(line: Line) -> None:
    line.protocol.limit_concurrency = 1
    await line.say(post())
    assert not line.application.offered and b" 503 " in line.wire.said
