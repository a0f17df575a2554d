"""The feed's socket against clients that talk rubbish, or do not read."""

import asyncio
import json
import os
import socket
from typing import Any

import pytest
import websockets
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from feed.hub import READERS
from feed.log import Happening, record
from feed.models import Entry
from people import actions
from people.models import Role

FEED = "ws://127.0.0.1:{}/ws/feed/"


@pytest.fixture(scope="module")
def secret(city: Any) -> str:
    """A dispatcher's token."""
    return actions.issue_token(city.person(Role.DISPATCHER))[0]


def happen(count: int, size: int) -> int:
    """Let events of `size` characters happen; return the log's last number."""
    now = {"a": "x" * size}
    for start in range(0, count, 100):
        with transaction.atomic():
            record(
                *(
                    Happening("alert", "raised", "alert", f"x{n % 50}", "test", {"now": now})
                    for n in range(start, min(count, start + 100))
                )
            )
    return Entry.objects.order_by("-seq").values_list("seq", flat=True)[0]


async def in_db(call: Any, *args: Any) -> Any:
    return await sync_to_async(call, thread_sensitive=True)(*args)


TEXTS = [
    "",
    "rubbish",
    "{",
    "[]",
    "null",
    "{}",
    '{"type":"shout"}',
    '{"type":7}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","topics":"alert"}',
    '{"type":"subscribe","topics":[]}',
    '{"type":"subscribe","topics":["weather"]}',
    '{"type":"subscribe","topics":["alert"],"bbox":[1,2,3]}',
    '{"type":"subscribe","topics":["alert"],"bbox":[1,2,NaN,4]}',
    '{"type":"subscribe","topics":["alert"],"bbox":[1,2,1e999,4]}',
    '{"type":"subscribe","topics":["alert"],"bbox":[170,2,-170,4]}',
    '{"type":"subscribe","topics":["alert"],"since":7}',
    '{"type":"subscribe","topics":["alert"],"colour":"red"}',
    '{"type":"ping","t":' + "[" * 8000,
    '{"type":"ping","t":' + "9" * 8000 + "}",
    '{"type":"subscribe","topics":[' + "[" * 8000,
    '{"type":"ping","t":"' + "x" * 20_000 + '"}',
]


async def test_rubbish_is_answered_and_the_socket_goes_on(city: Any, secret: str) -> None:
    async with city.live.socket(secret) as line:
        for text in [*TEXTS, b"\x00\xff", b'{"type":"ping"}']:
            await line.raw.send(text)
            said = await line.hear()
            assert said["type"] == "error" and said["code"] and said["detail_zh"], (text, said)
            assert len(said["detail"]) < 1000
        await line.say(type="ping", t=10**100)
        assert (await line.hear())["t"] == 10**100
        assert (await line.subscribe("alert"))[-1]["type"] == "live"


@pytest.mark.parametrize(
    "since",
    [
        "",
        "-",
        "---",
        "x" * 10_000,
        "a-²-1-b",
        "a-9" + "9" * 5000 + "-1-b",
        "a-1-" + "f" * 9000 + "-b",
    ],
    ids=lambda value: repr(value[:12]),
)
async def test_a_cursor_that_is_none_of_ours(city: Any, secret: str, since: str) -> None:
    async with city.live.socket(secret) as line:
        first, *_ = await line.subscribe("rule", since=since)
        assert first["type"] == "snapshot" and first["items"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x81\x05hello", 1002),  # not masked
        (b"\x83\x80\x00\x00\x00\x00", 1002),  # no such opcode
        (b"\xf1\x80\x00\x00\x00\x00", 1002),  # reserved bits
        (b"\x81\x82\x00\x00\x00\x00\xff\xff", 1007),  # not UTF-8
        (b"\x81\xff\x00\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00", 1009),  # 2 GB announced
        (b"\x81\xfe\xff\xff\x00\x00\x00\x00" + b"x" * 65_535, None),  # as much as a client may say
    ],
)
async def test_frames_that_are_none_end_the_one_socket(
    city: Any, secret: str, frame: bytes, code: int | None
) -> None:
    async with city.live.socket(secret) as good, city.live.socket(secret) as bad:
        bad.raw.transport.write(frame)
        if code is None:
            assert (await bad.hear())["type"] == "error"
        else:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await bad.hear()
            assert closed.value.rcvd is not None and closed.value.rcvd.code == code
        await good.say(type="ping", t=1)
        assert (await good.hear())["type"] == "pong"


def narrow(port: int) -> socket.socket:
    """Connect with little room for what is not read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    sock.setblocking(False)
    return sock


async def test_who_does_not_read_is_closed_and_comes_back_to_everything_once(
    city: Any, secret: str
) -> None:
    port = city.live.port
    given = {"additional_headers": {"Authorization": f"Bearer {secret}"}, "max_size": None}
    async with (
        city.live.socket(secret) as reader,
        websockets.connect(FEED.format(port), sock=narrow(port), max_queue=1, **given) as stuck,
        websockets.connect(FEED.format(port), sock=narrow(port), max_queue=1, **given) as deaf,
    ):
        start = (await reader.subscribe("alert"))[-1]["cursor"]
        for each in (stuck, deaf):
            await each.send(json.dumps({"type": "subscribe", "topics": ["alert"], "since": start}))
            assert json.loads(await each.recv())["type"] == "live"
        first = int(start.split("-")[1]) + 1
        last = first + 2000 - 1
        reading = asyncio.create_task(_hear(reader, 2000))
        assert await in_db(happen, 2000, 20_000) == last
        # the one that reads has had all of it meanwhile
        assert await asyncio.wait_for(reading, 60) == list(range(first, last + 1))
        # the one that reads again learns that it was too slow
        got, cursor = [], start
        with pytest.raises(websockets.ConnectionClosed) as closed:
            while True:
                frame = json.loads(await stuck.recv())
                got.append(frame["seq"])
                cursor = frame["cursor"]
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4008
        assert got == list(range(first, first + len(got))) and got[-1] < last
        async with city.live.socket(secret) as line:
            missed = await line.subscribe("alert", since=cursor)
            assert [frame["seq"] for frame in missed[:-1]] == list(range(got[-1] + 1, last + 1))
        # the one that never does is cut off
        await asyncio.wait_for(_until_cut_off(deaf), 60)


async def _hear(line: Any, count: int) -> list[int]:
    return [(await line.hear(30))["seq"] for _ in range(count)]


async def _until_cut_off(line: Any) -> None:
    with pytest.raises((ConnectionError, OSError, websockets.ConnectionClosed)):
        while True:
            os.write(line.transport.get_extra_info("socket").fileno(), b"\x8a\x80\x00\x00\x00\x00")
            await asyncio.sleep(0.1)


async def test_those_who_come_back_and_do_not_read_take_nothing_from_the_others(
    city: Any, secret: str
) -> None:
    """Each catches up from the database, and must not hold a session there meanwhile."""
    port = city.live.port
    given = {"additional_headers": {"Authorization": f"Bearer {secret}"}, "max_size": None}
    async with city.live.socket(secret) as line:
        start = (await line.subscribe("alert"))[-1]["cursor"]
        await in_db(happen, 2500, 4000)
    before = await in_db(_sessions)  # other servers of this run have theirs
    opened = []
    for _ in range(20):
        each = await websockets.connect(
            FEED.format(port), sock=narrow(port), max_queue=1, close_timeout=0.1, **given
        )
        await each.send(json.dumps({"type": "subscribe", "topics": ["alert"], "since": start}))
        opened.append(each)
    try:
        async with asyncio.timeout(20), city.live.socket(secret) as line:
            assert (await line.subscribe("alert", since=start))[-1]["type"] == "live"
        assert await in_db(_sessions) <= before + READERS
    finally:
        for each in opened:
            each.transport.abort()


def _sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'zhihui%%'"
            " AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])
