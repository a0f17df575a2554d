"""Peers that are silent, slow or too many at a device door: cut off, and nobody else notices."""

import asyncio
import datetime
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from alerts import ingest, tracking
from gateway import line, tcp
from gateway.line import Stores
from gateway.protocol import Conversation, Position, Said
from gateway.protocols.hj212 import Hj212
from gateway.protocols.hj212.frame import framed
from sensors import connecting, registry
from sensors.models import Refusal, Thing

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def door(kind: type[Conversation] = Hj212, name: str = "hj212") -> AsyncIterator[Any]:
    """A door on a free port; yields how to connect to it."""
    stores = Stores(ingest.collector(), tracking.collector())
    made = tcp.TcpDoor(name, kind, "127.0.0.1", 0, stores)
    server = await asyncio.start_server(made._welcome, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    opened: list[asyncio.StreamWriter] = []

    async def connect() -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        opened.append(writer)
        return reader, writer

    connect.lines = made._lines  # type: ignore[attr-defined]
    async with server:
        try:
            yield connect
        finally:
            for writer in opened:
                writer.close()
            while made._lines:
                await asyncio.sleep(0.01)
            await asyncio.gather(stores.readings.close(), stores.spots.close())


async def hung_up(reader: asyncio.StreamReader, within: float = 5) -> bool:
    async with asyncio.timeout(within):
        try:
            return await reader.read(1) == b""
        except ConnectionResetError:
            return True


def upload(at: datetime.datetime, mn: str = "M1") -> bytes:
    told = f"{at + datetime.timedelta(hours=8):%Y%m%d%H%M%S}"
    return framed(
        f"QN=20261120000000001;ST=22;CN=2011;MN={mn};Flag=5;CP=&&DataTime={told};a-Rtd=1&&"
    )


@pytest.fixture
def known(station: Callable[..., Any]) -> Thing:
    """A thing that is connected as M1."""
    thing, _ = station("G1", "pm25")
    connecting.connect(thing, "hj212", "M1")
    registry.forget()
    return thing


async def test_silence_and_drops_of_rubbish_end_a_connection(
    known: Thing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "INTRODUCTION", 0.3)
    async with door() as connect:
        silent, _ = await connect()
        dripping, writer = await connect()
        writer.write(b"##")
        assert await hung_up(silent)
        assert await hung_up(dripping)


async def test_a_known_device_may_be_silent_for_longer(
    known: Thing, noon: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "INTRODUCTION", 0.5)
    async with door() as connect:
        reader, writer = await connect()
        for _ in range(2):
            writer.write(upload(noon))
            assert b"CN=9014" in await reader.readuntil(b"\r\n")
            with pytest.raises(TimeoutError):
                await hung_up(reader, 0.7)


async def test_endless_faults_end_a_connection(known: Thing) -> None:
    async with door() as connect:
        reader, writer = await connect()
        writer.write(b"##0001x0000\r\n" * (line.MAX_FAULTS + 1))
        assert await hung_up(reader)
    assert 0 < await sync_to_async(Refusal.objects.count)() <= 120


async def test_the_number_of_connections_is_bounded(
    known: Thing, noon: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "MAX_LINES", 2)
    async with door() as connect:
        (reader, writer), _ = await connect(), await connect()
        while len(connect.lines) < 2:
            await asyncio.sleep(0.01)
        third, _ = await connect()
        assert await hung_up(third)
        writer.write(upload(noon))
        assert b"CN=9014" in await reader.readuntil(b"\r\n")


async def test_who_takes_no_answers_is_cut_off(
    known: Thing, noon: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SLOW", 0.2)
    beat = framed("QN=20261120000000001;ST=22;CN=9015;MN=M1;Flag=5;CP=&&&&")

    async def pour(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(beat * 200)
            await writer.drain()

    async with door() as connect:
        _, writer = await connect()
        with pytest.raises(OSError):
            async with asyncio.timeout(20):
                await pour(writer)


@pytest.mark.parametrize("end", ["write_eof", "reset"])
async def test_what_was_held_back_is_stored_when_the_connection_ends(
    known: Thing, noon: datetime.datetime, end: str
) -> None:
    async with door() as connect:
        reader, writer = await connect()
        writer.write(
            upload(noon)
            + framed(
                f"MN=M1;CN=2061;ST=22;PNUM=2;PNO=1;CP=&&DataTime={noon:%Y%m%d%H%M%S};a-Avg=1&&"
            )
        )
        await reader.readuntil(b"\r\n")
        if end == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        else:
            writer.write_eof()
        snapshot = registry.remembered()
        async with asyncio.timeout(10):
            while (known.pk, "a-Avg@hour") not in snapshot.series:
                await asyncio.sleep(0.02)
                snapshot = registry.remembered()


class Wheels(Conversation):
    """A protocol of positions, a line each: address, code, degrees."""

    port = 0
    must_sign_in = True

    def feed(self, data: bytes, now: datetime.datetime) -> list[Said]:
        return [self._said(told.split(), now) for told in data.decode().splitlines()]

    def _said(self, told: list[str], now: datetime.datetime) -> Said:
        answers = {"stored": b"stored\n", "unknown": b"unknown\n", "refused": b"refused\n"}
        if told[0] == "register":
            return Said(
                told[1], signs_in=True, **answers | {"stored": self.issue(told[1]).encode()}
            )
        if told[0] == "authenticate":
            return Said(told[1], signs_in=True, code=told[2], **answers)
        spot = Position(now, float(told[2]), float(told[3]), 30.0, 90.0)
        return Said(told[1], positions=(spot,), **answers)


async def test_a_protocol_in_which_devices_sign_in(known: Thing) -> None:
    await sync_to_async(connecting.connect)(known, "wheels", "13912345678")
    async with door(Wheels, "wheels") as connect:
        reader, writer = await connect()

        async def ask(told: str) -> str:
            writer.write(told.encode() + b"\n")
            async with asyncio.timeout(10):
                return (await reader.read(100)).decode().strip()

        assert await ask("register 1") == "unknown"
        assert await ask("at 13912345678 113.6 34.7") == "refused"
        code = await ask("register 13912345678")
        assert await ask("at 13912345678 113.6 34.7") == "refused"
        assert await ask("authenticate 13912345678 guess") == "refused"
        assert await ask(f"authenticate 13912345678 {code}") == "stored"
        assert await ask("at 13912345678 113.6 34.7") == "stored"
        assert await ask("at 13912345678 113.6 91") == "refused"
    codes = await sync_to_async(lambda: set(Refusal.objects.values_list("code", flat=True)))()
    assert codes == {"unknown_device", "not_signed_in", "wrong_password", "invalid"}
