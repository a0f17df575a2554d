"""Senders that are too large, too slow, or no HTTP at all; the others notice nothing."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

MB = 1 << 20


class Wire:
    """A raw connection to the city."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=60)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of the answer."""
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more(got)
        head, _, body = got.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next(
            int(line.split(":")[1]) for line in lines if line.startswith("content-length")
        )
        while len(body) < length:
            body += self._more(body)
        return int(lines[0].split()[1]), json.loads(body[:length]) if length else {}

    def _more(self, got: bytes) -> bytes:
        more = self.sock.recv(65536)
        assert more, f"closed after {got!r}"
        return more

    def is_closed(self) -> bool:
        """Wait for the other side's end."""
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return True

    def close(self) -> None:
        self.sock.close()


@pytest.fixture
def wire(city: Any) -> Iterator[Callable[[], Wire]]:
    """Open raw connections."""
    opened: list[Wire] = []

    def connect() -> Wire:
        opened.append(Wire(city.live.port))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


def head(path: str, token: str, *lines: str) -> bytes:
    fixed = [f"POST {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}"]
    return "\r\n".join([*fixed, "Content-Type: application/json", *lines, "", ""]).encode()


def memory(pid: int) -> int:
    """Return the resident bytes of a process, now and at its highest since the last reset."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) << 10


def forget_peak(pid: int) -> int:
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return memory(pid)


def good(city: Any, station: Any, moment: Any) -> None:
    """Somebody else's reading goes through meanwhile, before the slow ones' limits end."""
    begun = time.monotonic()
    body = {"phenomenonTime": moment.isoformat(), "result": 1}
    assert city.post(station.path, body, station.token).status_code == 201
    assert time.monotonic() - begun < 8


def test_a_body_of_100_mb_with_its_length_is_refused_before_it_is_sent(
    city: Any, wire: Any, moment: Any
) -> None:
    station = city.station()
    line = wire()
    line.send(head(station.path, station.token, f"Content-Length: {100 * MB}"))
    status, problem = line.answer()
    assert status == 413 and problem["detail_zh"] and "nothing of it was taken" in problem["remedy"]
    good(city, station, moment)


def test_a_sender_that_asks_first_is_spared_the_way(city: Any, wire: Any) -> None:
    station = city.station()
    line = wire()
    line.send(
        head(station.path, station.token, f"Content-Length: {100 * MB}", "Expect: 100-continue")
    )
    assert line.answer()[0] == 413


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/sensorthings/v1.1/CreateObservations", "/api/v1/rules"])
def test_100_mb_that_come_all_the_same_take_no_memory_and_get_their_answer(
    city: Any, wire: Any, moment: Any, chunked: bool, path: str
) -> None:
    station, other = city.station(), city.station()
    pid = city.live.process.pid
    before = forget_peak(pid)
    line = wire()
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {100 * MB}"
    line.send(head(path, station.token, how))
    part = b"[" * MB
    framed = b"%x\r\n%s\r\n" % (len(part), part) if chunked else part
    answered: list[tuple[int, dict[str, Any]]] = []
    reader = threading.Thread(target=lambda: answered.append(line.answer()))
    reader.start()
    for turn in range(100):
        line.send(framed)
        if turn == 50:
            good(city, other, moment)
    if chunked:
        line.send(b"0\r\n\r\n")
    reader.join(20)
    assert answered and answered[0][0] == 413
    assert answered[0][1]["remedy"] and answered[0][1]["detail_zh"]
    assert memory(pid) - before < 64 * MB
    # the connection is as good as new
    line.send(head("/api/v1/positions", station.token, "Content-Length: 2") + b"[]")
    assert line.answer() == (201, {"accepted": 0})


def test_headers_without_end_are_refused(city: Any, wire: Any) -> None:
    line = wire()
    line.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    with pytest.raises(OSError):
        for number in range(10_000):
            line.send(b"X-%d: %s\r\n" % (number, b"y" * 1000))
    line = wire()
    line.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 70_000)
    status, problem = line.answer()
    assert status == 431 and problem["detail_zh"] and problem["remedy"]


def test_slow_senders_end_with_a_sentence_and_cost_the_others_nothing(
    city: Any, wire: Any, moment: Any
) -> None:
    station = city.station()
    begun = time.monotonic()
    silent, headers, bodies = ([wire() for _ in range(count)] for count in (100, 100, 3))
    for each in headers:
        each.send(b"POST /api/v1/positions HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    bodies[0].send(head(station.path, station.token, "Content-Length: 100") + b"{")
    bodies[1].send(head(station.path, station.token, "Transfer-Encoding: chunked") + b"1\r\n{\r\n")
    bodies[2].send(head("/api/v1/auth/token", "", "Content-Length: 100") + b"{")
    good(city, station, moment)
    for each in headers:
        too_slow(each, "10 s")
    for each in silent:
        assert each.is_closed()
    assert time.monotonic() - begun < 40
    good(city, station, moment)
    for each in bodies:
        too_slow(each, "20 s")
    assert time.monotonic() - begun < 60


def too_slow(line: Wire, limit: str) -> None:
    status, problem = line.answer()
    assert status == 408 and limit in problem["detail"]
    assert problem["detail_zh"] and problem["remedy"]
    assert line.is_closed()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 100,
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/v1/positions HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/positions HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /api/v1/positions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_gets_an_answer_all_the_same(city: Any, wire: Any, rubbish: bytes) -> None:
    line = wire()
    line.send(rubbish)
    status, problem = line.answer()
    assert status in (400, 401) and problem["detail_zh"]


def test_a_sender_that_hangs_up_half_way_leaves_nothing(city: Any, wire: Any, moment: Any) -> None:
    station = city.station()
    for _ in range(20):
        line = wire()
        line.send(head(station.path, station.token, "Content-Length: 100") + b'{"result": 1')
        line.close()
    good(city, station, moment)
    assert list(station.stored()) == [moment]
