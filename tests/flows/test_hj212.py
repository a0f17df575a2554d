"""Devices of HJ 212 at the real door: acknowledged when it is on disk, and not before."""

import datetime
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from alerts import rulebook
from alerts.models import Alert
from core import clock
from gateway.protocols.hj212.frame import framed
from gateway.protocols.hj212.segment import BEIJING
from sensors import connecting
from sensors.models import Datastream, Refusal, Thing

Spawn = Callable[..., "subprocess.Popen[bytes]"]


class Device:
    """A device's side: sends frames, and hears what is answered."""

    def __init__(self, port: int, mn: str = "") -> None:
        self.mn, self._count = mn, 0
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._heard = b""

    def frame(self, content: str, cn: str = "2011", more: str = "Flag=5", mn: str = "") -> bytes:
        self._count += 1
        qn = f"20261120{self._count:09}"
        head = f"QN={qn};ST=22;CN={cn};PW=123456;MN={mn or self.mn};{more};"
        return framed(f"{head}CP=&&{content}&&")

    def send(self, content: str, **more: str) -> bytes:
        """Send one message; returns its QN."""
        frame = self.frame(content, **more)
        self.sock.sendall(frame)
        return frame[9:26]

    def hear(self) -> bytes:
        """Return the next frame that comes, without its sum."""
        while b"\r\n" not in self._heard:
            got = self.sock.recv(4096)
            assert got, "the door has hung up"
            self._heard += got
        line, _, self._heard = self._heard.partition(b"\r\n")
        return line[6:-4]

    def silent(self, seconds: float = 0.5) -> bool:
        self.sock.settimeout(seconds)
        try:
            return self.sock.recv(1) == b"never"
        except TimeoutError:
            return True
        finally:
            self.sock.settimeout(10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Gate:
    """A running gateway and the devices that are connected to it."""

    def __init__(self, port: int) -> None:
        self.port, self._made = port, 0
        self.devices: list[Device] = []

    def device(self, *series: str, password: str | None = None, kind: str = "air") -> Device:
        """Return a registered device, connected."""
        self._made += 1
        mn = f"010000A8900016F00016{self._made:04}"
        words: list[str] = [f"--series={each}" for each in series]
        if password is not None:
            words.append(f"--password={password}")
        words += [f"--thing=H{self._made}", f"--new=站{self._made}", f"--kind={kind}"]
        words += ["--scope=410105", "--lon=113.68", "--lat=34.77"]
        call_command("connect", "hj212", mn, *words)
        return self.stranger(mn)

    def stranger(self, mn: str) -> Device:
        self.devices.append(Device(self.port, mn))
        return self.devices[-1]


@pytest.fixture(scope="module")
def gateway(shared: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The gateway's process over the test database; its port."""
    rulebook.sync_shelf()
    folder, port = tmp_path_factory.mktemp("gateway"), free_port()
    process = start(folder, ZHIHUI_HJ212_PORT=str(port), ZHIHUI_JT808_PORT="0")
    with (folder / "log").open() as log:
        while not listening(port):
            assert process.poll() is None, log.read()
    yield port
    process.terminate()
    assert process.wait(60) == 0
    assert "Traceback" not in (folder / "log").read_text()


def start(folder: Path, **more: str) -> "subprocess.Popen[bytes]":
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    env = os.environ | {
        "DATABASE_URL": f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "ZHIHUI_DATA": str(folder),
        "ZHIHUI_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "city.settings",
    }
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "django", "gateway"],
            cwd=tempfile.gettempdir(),
            env=env | more,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture
def gate(gateway: int) -> Iterator[Gate]:
    made = Gate(gateway)
    made._made = Thing.objects.count()
    yield made
    for each in made.devices:
        each.sock.close()


@pytest.fixture
def at(moment: datetime.datetime) -> str:
    """The moment as a device writes it."""
    return moment.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")


def stored(device: Device) -> dict[str, list[tuple[datetime.datetime, Any, Any]]]:
    """Return what the database holds for a device: series → (time, value, told)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.properties->>'series', o.time, coalesce(o.value::text, o.other #>> '{}'),"
            " coalesce(o.told, '{}')::text FROM sensors_observation o"
            " JOIN sensors_datastream s ON s.id = o.datastream_id"
            " JOIN sensors_address a ON a.thing_id = s.thing_id WHERE a.name = %s"
            " ORDER BY o.time, s.id",
            [device.mn],
        )
        rows = cursor.fetchall()
    found: dict[str, list[tuple[datetime.datetime, Any, Any]]] = {}
    for series, time, value, told in rows:
        found.setdefault(series, []).append((time, value, told))
    return found


def alerts(device: Device) -> list[Alert]:
    return list(Alert.objects.filter(thing__addresses__name=device.mn))


def refused(device: Device, code: str) -> list[Refusal]:
    return list(Refusal.objects.filter(door="hj212", sender=device.mn, code=code))


def test_what_is_acknowledged_is_stored(gate: Gate, moment: datetime.datetime, at: str) -> None:
    device = gate.device("a34004-Rtd=pm25:µg/m3")
    qn = device.send(f"DataTime={at};a34004-Rtd=35,a34004-Flag=N;a99999-Rtd=1.5;a1-Info=雨")
    assert device.hear() == (
        b"QN=%s;ST=91;CN=9014;PW=123456;MN=%s;Flag=4;CP=&&&&" % (qn, device.mn.encode())
    )
    assert stored(device) == {
        "a34004-Rtd": [(moment, "35", '{"resultQuality": {"flag": "N"}}')],
        "a99999-Rtd": [(moment, "1.5", "{}")],
        "a1-Info": [(moment, "雨", "{}")],
    }
    known = Datastream.objects.get(properties__series="a34004-Rtd")
    new = Datastream.objects.get(properties__series="a99999-Rtd")
    assert (known.observed_property.code, known.unit_symbol) == ("pm25", "µg/m3")
    assert (new.observed_property.code, new.unit_symbol) == ("hj212:a99999", "")
    device.send(f"DataTime={at};w01018-Avg=7", cn="2061")
    device.hear()
    named = Datastream.objects.get(thing=new.thing, properties__series="w01018-Avg@hour")
    assert named.name == f"{new.thing.name} 化学需氧量 w01018-Avg@hour"
    assert named.observed_property.name_en == "COD"
    device.send(f"DataTime={at};a34004-Rtd=35,a34004-Flag=N")  # it repeats itself
    device.hear()
    assert len(stored(device)["a34004-Rtd"]) == 1


def test_what_the_device_doubts_is_stored_and_alarms_nobody(gate: Gate, moment: Any) -> None:
    device = gate.device("a34004-Rtd=pm25:µg/m3")
    for second, flag in enumerate("DCMTBFS"):
        when = (moment + datetime.timedelta(seconds=second)).astimezone(BEIJING)
        device.send(f"DataTime={when:%Y%m%d%H%M%S};a34004-Rtd=900,a34004-Flag={flag}")
        device.hear()
    rows = stored(device)["a34004-Rtd"]
    assert rows[0][1:] == ("900", '{"resultQuality": {"flag": "D", "usable": false}}')
    assert len(rows) == 7
    assert alerts(device) == []
    when = (moment + datetime.timedelta(seconds=30)).astimezone(BEIJING)
    device.send(f"DataTime={when:%Y%m%d%H%M%S};a34004-Rtd=900,a34004-Flag=N")
    device.hear()
    (alert,) = alerts(device)
    assert alert.value == 900


def test_a_factor_that_nobody_has_explained_alarms_nobody(gate: Gate, at: str) -> None:
    device = gate.device()
    device.send(f"DataTime={at};a34004-Rtd=900;pm25-Rtd=900")
    device.hear()
    assert stored(device).keys() == {"a34004-Rtd", "pm25-Rtd"}
    assert alerts(device) == []


def test_an_unknown_device_is_written_down_and_may_be_registered(gate: Gate, at: str) -> None:
    device = gate.stranger("A220582_0001")
    device.send(f"DataTime={at};a34004-Rtd=35")
    assert device.silent()
    (row,) = refused(device, "unknown_device")
    assert "A220582_0001" in row.reason and "a34004-Rtd=35" in row.sample
    call_command("connect", "hj212", device.mn, "--thing", "LATE", "--new", "迟到站")
    device.send(f"DataTime={at};a34004-Rtd=35")
    assert b"CN=9014" in device.hear()
    call_command("connect", "hj212", device.mn, "--disconnect")
    with pytest.raises(CommandError, match="not connected"):
        call_command("connect", "hj212", device.mn, "--disconnect")


def test_a_password_is_asked_for_where_one_was_set(gate: Gate, at: str) -> None:
    good, bad = gate.device(password="123456"), gate.device(password="654321")
    for device in (bad, good):
        device.send(f"DataTime={at};a34004-Rtd=35")
    assert b"CN=9014" in good.hear()
    assert bad.silent()
    assert refused(bad, "wrong_password") and not stored(bad)


def test_an_address_is_one_things(gate: Gate) -> None:
    device = gate.device()
    with pytest.raises(CommandError, match="already"):
        call_command("connect", "hj212", device.mn, "--thing", "OTHER", "--new", "别站")
    assert not Thing.objects.filter(code="OTHER").exists()
    with pytest.raises(CommandError, match="There is no thing"):
        call_command("connect", "hj212", "X", "--thing", "NOBODY")


def test_a_series_may_be_explained_later(gate: Gate, at: str) -> None:
    device = gate.device()
    device.send(f"DataTime={at};a34004-Rtd=35")
    device.hear()
    thing = Thing.objects.get(addresses__name=device.mn)
    call_command("connect", "hj212", device.mn, f"--thing={thing.code}",
                 "--series=a34004-Rtd=pm25:µg/m3")  # fmt: skip

    def goes_there() -> bool:
        device.send(f"DataTime={at};a34004-Rtd=35")
        device.hear()
        return thing.datastreams.get(properties__series="a34004-Rtd").pk in {
            pk for (pk,) in _streams_of(thing)
        }

    while not goes_there():
        pass
    assert thing.datastreams.count() == 2  # what was sent before stands where it stood


def _streams_of(thing: Thing) -> list[tuple[int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT datastream_id FROM sensors_observation o"
            " JOIN sensors_datastream s ON s.id = o.datastream_id WHERE s.thing_id = %s",
            [thing.pk],
        )
        return list(cursor.fetchall())


def test_what_is_sent_in_another_unit_is_converted_before_it_is_judged(
    gate: Gate, moment: datetime.datetime, at: str
) -> None:
    device = gate.device("a21004-Rtd=no2:mg/m3", "a34004-Rtd=pm25")
    device.send(f"DataTime={at};a21004-Rtd=1.001;a34004-Rtd=0.9")
    device.hear()
    rows = stored(device)
    assert rows["a21004-Rtd"] == [(moment, "1001", "{}")]
    assert rows["a34004-Rtd"] == [(moment, "0.9", "{}")]
    (alert,) = alerts(device)
    assert (alert.value, alert.unit) == (1001, "µg/m3")
    with pytest.raises(CommandError, match="cannot be converted"):
        gate.device("a34004-Rtd=pm25:ppm")


def test_the_number_of_series_is_bounded(gate: Gate, at: str) -> None:
    device = gate.device("a34004-Rtd=pm25:µg/m3")
    device.send(f"DataTime={at};a34004-Rtd=35")
    device.hear()
    many = ";".join(f"x{n}-Rtd=1" for n in range(connecting.MAX_SERIES))
    device.send(f"DataTime={at};a34004-Max=1;{many}")
    assert device.silent()
    assert refused(device, "too_many_series")
    device.send(f"DataTime={at};a34004-Rtd=36")
    assert b"CN=9014" in device.hear()
    assert stored(device).keys() == {"a34004-Rtd"}


def test_bad_bytes_are_written_down_and_cost_no_neighbour(gate: Gate, at: str) -> None:
    device = gate.device()
    frame = device.frame(f"DataTime={at};a34004-Rtd=35")
    damaged = frame[:-6] + b"0000\r\n"
    device.sock.sendall(b"GET / HTTP/1.1\r\n\r\n" + damaged + frame[:40] + frame + frame[:10])
    assert b"CN=9014" in device.hear()
    device.sock.sendall(frame[10:])
    assert b"CN=9014" in device.hear()
    codes = set(Refusal.objects.filter(sender="127.0.0.1").values_list("code", flat=True))
    assert codes == {"garbled", "bad_checksum"}


@pytest.mark.parametrize("when", ["20991231000000", "19991231000000", "20261301000000", "soon"])
def test_a_time_that_cannot_be_is_refused(gate: Gate, when: str) -> None:
    device = gate.device()
    device.send(f"DataTime={when};a34004-Rtd=35")
    assert device.silent(0.3)
    assert not stored(device)
    assert Refusal.objects.filter(door="hj212", sender=device.mn).exists()


def test_sub_packets_are_answered_when_all_are_stored(gate: Gate, at: str) -> None:
    device = gate.device()
    first = device.send(f"DataTime={at};a-Avg=1", cn="2061", more="Flag=7;PNUM=2;PNO=1")
    assert device.silent()
    assert not stored(device)
    second = device.send(f"DataTime={at};b-Avg=2", cn="2061", more="Flag=7;PNUM=2;PNO=2")
    assert [device.hear()[3:20] for _ in range(2)] == [first, second]
    assert stored(device).keys() == {"a-Avg@hour", "b-Avg@hour"}


def test_a_notice_is_answered_and_an_answer_is_not(gate: Gate) -> None:
    device = gate.device()
    device.send("QnRtn=1", cn="9011")
    device.send("", cn="9015", more="Flag=9")
    assert b"CN=9013" in device.hear()
    device.send("", cn="1013")
    assert b"CN=9013" in device.hear()
    clock_set = device.hear()
    assert b"CN=1012" in clock_set
    told = datetime.datetime.strptime(clock_set[-16:-2].decode(), "%Y%m%d%H%M%S")
    assert abs(told.replace(tzinfo=BEIJING) - clock.now()) < datetime.timedelta(seconds=10)


def test_many_devices_at_once(gate: Gate, moment: datetime.datetime) -> None:
    devices = [gate.device() for _ in range(10)]

    def talk(device: Device) -> None:
        frames = [
            device.frame(f"DataTime={moment + datetime.timedelta(hours=8, seconds=n):%Y%m%d%H%M%S};"
                         f"a34004-Rtd={n}")
            for n in range(50)
        ]  # fmt: skip
        device.sock.sendall(b"".join(frames))
        heard = [device.hear()[3:20] for _ in frames]
        assert heard == [frame[9:26] for frame in frames]

    threads = [threading.Thread(target=talk, args=(each,)) for each in devices]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    for each in devices:
        assert [value for _, value, _ in stored(each)["a34004-Rtd"]] == [str(n) for n in range(50)]


def test_nothing_is_acknowledged_while_the_disk_is_full(
    gate: Gate, spawn: Spawn, tmp_path: Path, at: str, eventually: Any
) -> None:
    device, port = gate.device(), free_port()
    spawn("gateway", ZHIHUI_HJ212_PORT=str(port), ZHIHUI_MIN_FREE_MB="2000000000")
    eventually(lambda: listening(port), 30)
    cramped = Device(port, device.mn)
    for _ in range(20):
        cramped.send(f"DataTime={at};a34004-Rtd=35")
    assert cramped.silent()
    cramped.sock.close()
    assert not stored(device)
    assert (tmp_path / "gateway-0.log").read_text().count("nothing is acknowledged now") == 1


def test_a_port_that_is_taken_stops_nothing_else(
    gate: Gate, spawn: Spawn, tmp_path: Path, eventually: Any
) -> None:
    gateway = spawn("gateway", ZHIHUI_HJ212_PORT=str(gate.port))
    log = tmp_path / "gateway-0.log"
    eventually(lambda: f"Cannot listen at 127.0.0.1 port {gate.port}" in log.read_text(), 30)
    assert "请设置 ZHIHUI_HJ212_PORT 为其他端口" in log.read_text()
    assert gateway.poll() is None
    gateway.terminate()
    assert gateway.wait(60) == 0
