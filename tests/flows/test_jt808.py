"""Terminals of JT/T 808 at the real door: registered, signed in, on the map, and judged."""

import datetime
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from django.core.management import call_command
from django.db import connection

from alerts import rulebook
from alerts.models import Alert
from core import clock
from gateway.protocols.jt808 import header
from gateway.protocols.jt808.frames import Framer
from gateway.protocols.jt808.header import Header, Packet
from gateway.protocols.jt808.messages import Id
from people.may import Rights
from people.models import Role
from sensors.models import Thing
from tests.flows.test_hj212 import free_port, listening, start

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
OK, FAILED, BAD = range(3)
LON, LAT = 113.68, 34.77
YARD = LON + 0.2  # the middle of a fence, east of where the others are


class Terminal:
    """A vehicle's side, of the 2013 edition."""

    def __init__(self, port: int, phone: str) -> None:
        self.phone, self._serial = phone.zfill(12), 0
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._framer, self._heard = Framer(), list[bytes]()

    def ask(self, message: int, body: bytes = b"") -> Packet:
        """Send a message and return what is answered."""
        self._serial += 1
        self._sock.sendall(header.written(Header(message, self.phone, self._serial), body))
        while not self._heard:
            got = self._sock.recv(4096)
            assert got, "the door has hung up"
            self._heard += [each for each in self._framer.feed(got) if isinstance(each, bytes)]
        return header.read(self._heard.pop(0))

    def result(self, message: int, body: bytes = b"") -> int:
        """Return the result that a message is answered with."""
        packet = self.ask(message, body)
        assert packet.header.id == Id.ANSWER
        return packet.body[4]

    def register(self) -> bytes:
        """Register; returns the result and the code."""
        maker, model, identity = b"MAKER", b"M" * 20, b"ID00001"
        body = b"\0\0\0\0" + maker + model + identity + b"\1" + "豫A12345".encode("gbk")
        packet = self.ask(Id.REGISTER, body)
        assert packet.header.id == Id.REGISTERED
        return packet.body[2:]

    def close(self) -> None:
        self._sock.close()


def spot(at: datetime.datetime, lon: float = LON, lat: float = LAT) -> bytes:
    """Return the body of a location: fixed, 36 km/h, due east."""
    when = bytes.fromhex(at.astimezone(BEIJING).strftime("%y%m%d%H%M%S"))
    place = round(lat * 1e6).to_bytes(4) + round(lon * 1e6).to_bytes(4)
    return bytes(4) + (3).to_bytes(4) + place + bytes(2) + (360).to_bytes(2) + b"\0\x5a" + when


@pytest.fixture(scope="module")
def port(shared: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The gateway's process over the test database; its port."""
    rulebook.sync_shelf()
    area = Polygon.from_bbox((YARD - 0.01, LAT - 0.01, YARD + 0.01, LAT + 0.01))
    by = Rights(role=Role.ADMIN.value)
    rulebook.draw_fence("jt808-yard", "测试围栏", "Yard", area, "", by)
    folder, number = tmp_path_factory.mktemp("jt808"), free_port()
    process = start(folder, ZHIHUI_JT808_PORT=str(number), ZHIHUI_HJ212_PORT="0")
    while not listening(number):
        assert process.poll() is None, (folder / "log").read_text()
    yield number
    rulebook.remove_fence("jt808-yard", by)
    process.terminate()
    assert process.wait(60) == 0
    assert "Traceback" not in (folder / "log").read_text()


@pytest.fixture
def terminal(port: int, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A terminal whose vehicle is registered."""
    phone = str(13_800_000_000 + abs(hash(request.node.name)) % 100_000_000)
    words = [f"--thing=V{phone}", "--new=巡逻车", "--kind=unit", "--scope=410105"]
    call_command("connect", "jt808", phone, *words, f"--lon={LON}", f"--lat={LAT}")
    made = Terminal(port, phone)
    yield made
    made.close()


def track(terminal: Terminal) -> list[tuple[Any, ...]]:
    """Return what is stored of the vehicle: time, lon, lat, speed (m/s), course."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.time, ST_X(p.geom), ST_Y(p.geom), p.speed, p.course FROM sensors_position p"
            " JOIN sensors_address a ON a.thing_id = p.thing_id WHERE a.name = %s ORDER BY 1",
            [terminal.phone.lstrip("0")],
        )
        return cursor.fetchall()


def now() -> datetime.datetime:
    return clock.now().replace(microsecond=0)


def test_a_vehicle_registers_signs_in_and_is_on_the_map(terminal: Terminal) -> None:
    assert terminal.result(Id.LOCATION, spot(now())) == FAILED  # it has not signed in
    given = terminal.register()
    assert given[0] == OK
    assert terminal.result(Id.AUTHENTICATE, b"wrong") == FAILED
    assert terminal.result(Id.AUTHENTICATE, given[1:]) == OK
    assert terminal.result(Id.HEARTBEAT) == OK
    at = now()
    assert terminal.result(Id.LOCATION, spot(at)) == OK
    assert terminal.result(Id.LOCATION, spot(at)) == OK  # it repeats itself
    ((when, lon, lat, *_),) = track(terminal)
    assert when == at
    assert (lon, lat) == pytest.approx((LON, LAT), abs=1e-6)
    vehicle = Thing.objects.get(code=f"V{terminal.phone.lstrip('0')}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(geom) FROM sensors_whereabouts WHERE thing_id = %s", [vehicle.pk]
        )
        assert cursor.fetchone()[0] == pytest.approx(LON, abs=1e-6)


def test_a_vehicle_that_nobody_registered(port: int) -> None:
    stranger = Terminal(port, "19900000001")
    assert stranger.register()[0] == 4  # no such terminal
    assert stranger.result(Id.AUTHENTICATE, b"code") == FAILED
    stranger.close()


def test_an_address_belongs_to_the_terminal_of_the_registered_id(terminal: Terminal) -> None:
    phone = terminal.phone.lstrip("0")
    call_command("connect", "jt808", phone, f"--thing=V{phone}", "--password=ID99999")
    assert terminal.register()[0] == 1  # another terminal's
    call_command("connect", "jt808", phone, f"--thing=V{phone}", "--password=ID00001")
    until = time.monotonic() + 60
    while (given := terminal.register())[0] != OK:  # known to the door within a second
        assert time.monotonic() < until
    assert terminal.result(Id.AUTHENTICATE, given[1:]) == OK
    assert terminal.result(Id.LOCATION, spot(now())) == OK


def test_a_place_that_is_none_is_refused(terminal: Terminal) -> None:
    terminal.result(Id.AUTHENTICATE, terminal.register()[1:])
    assert terminal.result(Id.LOCATION, spot(now(), lon=LAT, lat=LON)) == BAD  # swapped
    assert terminal.result(Id.LOCATION, spot(now() + datetime.timedelta(hours=2))) == BAD
    assert track(terminal) == []


def test_a_vehicle_that_enters_a_fence_raises_an_alert(terminal: Terminal) -> None:
    terminal.result(Id.AUTHENTICATE, terminal.register()[1:])
    begun = now() - datetime.timedelta(minutes=5)
    for minute, west in enumerate((0.05, 0.03, 0.0)):
        at = begun + datetime.timedelta(minutes=minute)
        assert terminal.result(Id.LOCATION, spot(at, lon=YARD - west)) == OK
    vehicle = Thing.objects.get(code=f"V{terminal.phone.lstrip('0')}")
    # the answer came after the commit, and the alert is in the same transaction
    alert = Alert.objects.get(thing=vehicle, fence_id__isnull=False)
    assert alert.kind == "fence" and alert.opened_at == begun + datetime.timedelta(minutes=2)
