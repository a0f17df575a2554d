"""Kill -9 under load: what was acknowledged is there, and nobody who watches misses anything."""

import datetime
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import websockets
from websockets.sync.client import connect

from city.launch import credentials, database, ports, state
from city.launch.cluster import as_cluster_user
from city.launch.layout import ROOT, Layout
from feed.topics import EVENT_TOPICS

MANAGE = [sys.executable, "-P", str(ROOT / "platform" / "manage.py")]
SENDER = Path(__file__).with_name("ledger.py")
CALM, ALARM = 20.0, 500.0

TOPICS = sorted(EVENT_TOPICS)  # all of them, so that no number of the log may be missing

MAKE = """
import json
from people import actions
from people.models import Role
from sensors.actions import register
from sensors.connecting import connect
from sensors.thing import StreamSpec, ThingSpec
made = []
for observed, kind in {wanted!r}:
    code = f"{name}-{{len(made)}}"
    stream = StreamSpec(observed, series="a34004-Rtd")
    spec = ThingSpec(code, code, code, kind, 113.68, 34.77, "410105", (stream,))
    (thing,) = register([spec])
    connect(thing, "hj212", code, "123456")
    secret, _ = actions.issue_device_token(thing.pk, code)
    made.append({{"stream": thing.datastreams.get().pk, "token": secret, "mn": code}})
print(json.dumps(made))
"""
WATCHER = """
from people import actions
from people.models import Role
print(actions.issue_token(actions.enrol("sun", Role.SUPERVISOR, password=None, areas=["4101"]))[0])
"""


class House:
    """A whole installation: supervisor, durable private cluster, broker."""

    def __init__(self, data: Path, broker: int) -> None:
        self.layout, self.broker = Layout(data), broker
        self.port, self.hj212_port = _free_port(), _free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIHUI_")}
        kept.pop("DATABASE_URL", None)
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        self.env = kept | {
            "ZHIHUI_DATA": str(data),
            "ZHIHUI_HTTP_PORT": str(self.port),
            "ZHIHUI_HJ212_PORT": str(self.hj212_port),
            "ZHIHUI_JT808_PORT": "0",
            "ZHIHUI_DEMO": "0",
            "ZHIHUI_MQTT_URL": f"mqtt://127.0.0.1:{broker}",
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        with (self.layout.data.parent / "up.out").open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "city.launch", "up"],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def ready(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.said()
        return bool(state.status(self.layout).get("ready"))

    def said(self) -> str:
        return (self.layout.data.parent / "up.out").read_text()

    def manage(self, *words: str) -> str:
        done = subprocess.run([*MANAGE, *words], env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stations(self, name: str, *wanted: tuple[str, str]) -> list[dict[str, Any]]:
        code = MAKE.format(name=name, wanted=wanted)
        made: list[dict[str, Any]] = json.loads(self.manage("shell", "-v0", "-c", code))
        return made

    def pid(self, name: str) -> int:
        try:
            return int((self.layout.run / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return 0

    def ask(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        """Ask the database; it is waited for."""
        until = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(credentials.read(self.layout, "database_url")) as line:
                    return list(line.execute(statement.encode(), params).fetchall())
            except psycopg.OperationalError:
                assert time.monotonic() < until
                time.sleep(0.05)


def _free_port() -> int:
    with ports.bind("127.0.0.1", 0) as sock:
        port: int = sock.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, broker: int) -> Iterator[House]:
    """A running installation."""
    made = House(tmp_path_factory.mktemp("house") / "var", broker)
    made.up()
    assert made.process is not None
    try:
        until = time.monotonic() + 90
        while not made.ready():
            assert time.monotonic() < until, made.said()
            time.sleep(0.1)
        durable = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        assert made.ask(durable) == [("on", "on")]
        yield made
    finally:
        made.process.terminate()
        made.process.wait(60)


class Console(threading.Thread):
    """A console that reconnects with its cursor for as long as it lives."""

    def __init__(self, house: House, token: str) -> None:
        super().__init__()
        self.house, self.token = house, token
        self.cursor: str | None = None
        self.seqs: list[int] = []
        self.resets = self.connections = 0
        self.first = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self._watch()
            except (OSError, websockets.WebSocketException, TimeoutError):
                time.sleep(0.05)

    def _watch(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"ws://127.0.0.1:{self.house.port}/ws/feed/"
        with connect(url, additional_headers=headers, max_size=None, open_timeout=5) as line:
            self.connections += 1
            wish = {"type": "subscribe", "topics": TOPICS, "since": self.cursor}
            line.send(json.dumps(wish))
            while not self.stop.is_set():
                try:
                    self._take(json.loads(line.recv(0.2)))
                except TimeoutError:
                    line.send('{"type":"ping"}')

    def _take(self, frame: dict[str, Any]) -> None:
        self.resets += frame.get("reset", False)
        if frame["type"] == "snapshot" and not self.cursor:
            self.first = int(frame["cursor"].split("-")[1]) + 1
        if frame["type"] == "event":
            self.seqs.append(frame["seq"])
        self.cursor = frame.get("cursor", self.cursor)


@pytest.fixture(scope="module")
def watcher(house: House) -> str:
    """A supervisor's token."""
    return house.manage("shell", "-v0", "-c", WATCHER).strip()


@pytest.fixture
def console(house: House, watcher: str) -> Iterator[Console]:
    """Somebody who watches."""
    made = Console(house, watcher)
    made.start()
    yield made
    made.stop.set()
    made.join(20)


class Load:
    """The sender's process, and what its ledger says."""

    def __init__(self, house: House, folder: Path, name: str) -> None:
        self.house, self.ledger = house, folder / "ledger"
        self._entries: dict[int, dict[datetime.datetime, float]] = defaultdict(dict)
        self._read = 0
        start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
        made = house.stations(name, *[("pm25", "air")] * 8)
        for each in made:
            each["start"] = start.replace(microsecond=0).isoformat()
            each["values"] = [CALM] * 7 + [ALARM] * 3
        self.http, self.mqtt, self.hj212 = made[:4], made[4:6], made[6:]
        for each in self.mqtt:
            each["values"] = [ALARM]  # may be taken in any order
        config = folder / "config.json"
        given = {"url": house.url, "broker": house.broker, "ledger": str(self.ledger)}
        given |= {"http": self.http, "mqtt": self.mqtt, "hj212": self.hj212}
        config.write_text(json.dumps(given | {"hj212_port": house.hj212_port}))
        self.process = subprocess.Popen([sys.executable, str(SENDER), str(config)])

    def entries(self) -> dict[int, dict[datetime.datetime, float]]:
        """Return what was acknowledged: stream → time → value, in order."""
        if self.ledger.exists():
            with self.ledger.open("rb") as book:
                book.seek(self._read)
                whole, newline, _ = book.read().rpartition(b"\n")
            self._read += len(whole) + len(newline)
            for line in whole.splitlines():
                stream, at, value = json.loads(line)
                self._entries[stream][datetime.datetime.fromisoformat(at)] = value
        return self._entries

    def count(self, stations: list[dict[str, Any]]) -> int:
        entries = self.entries()
        return min(len(entries[each["stream"]]) for each in stations)

    def arrived(self, stream: int) -> int:
        ((count,),) = self.house.ask(
            "SELECT count(*) FROM sensors_observation WHERE datastream_id = %s", stream
        )
        return int(count)

    def stored(self, stream: int) -> dict[datetime.datetime, float]:
        return dict(
            self.house.ask(
                "SELECT time, value FROM sensors_observation WHERE datastream_id = %s", stream
            )
        )

    def end(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0


@pytest.fixture
def load(house: House, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Load]:
    """Somebody who sends."""
    made = Load(house, tmp_path, f"k{abs(hash(request.node.name)) % 10**8}")
    yield made
    made.process.kill()
    made.process.wait()


Wait = Callable[..., Any]


def flows(load: Load, eventually: Wait, more: int = 30) -> None:
    """Wait until every station has had `more` readings acknowledged, and MQTT's have arrived."""
    http, mqtt, hj212 = (load.count(each) for each in (load.http, load.mqtt, load.hj212))
    arrived = [load.arrived(each["stream"]) for each in load.mqtt]
    eventually(lambda: load.count(load.http) >= http + more)
    eventually(lambda: load.count(load.mqtt) >= mqtt + more)
    eventually(lambda: load.count(load.hj212) >= hj212 + more)
    for each, before in zip(load.mqtt, arrived, strict=True):
        eventually(lambda e=each, b=before: load.arrived(e["stream"]) >= b + more)


def transitions(values: list[float]) -> list[str]:
    """Return the steps of the one alert that these values, in this order, make."""
    steps: list[str] = []
    for before, value in zip([CALM, *values], values, strict=False):
        if before == CALM and value == ALARM:
            steps.append("raised_again" if steps else "raised")
        elif before == ALARM and value == CALM:
            steps.append("cleared")
    return steps


def settle(house: House, load: Load, console: Console, eventually: Wait) -> None:
    """End the load and hold the ledger against the database, the log and the console."""
    load.end()
    entries = load.entries()
    for each in load.http + load.hj212:
        known = load.stored(each["stream"])
        assert known == entries[each["stream"]], "stored is not what was acknowledged"
        assert steps(house, each["stream"]) == transitions(list(entries[each["stream"]].values()))
    for each in load.mqtt:
        wanted = entries[each["stream"]]
        eventually(lambda e=each, w=wanted: w.keys() <= load.stored(e["stream"]).keys())
        assert load.stored(each["stream"]) == wanted
        assert steps(house, each["stream"])[:1] == ["raised"]
    assert "whole" in house.manage("verify")
    ((last,),) = house.ask("SELECT max(seq) FROM feed_entry")
    eventually(lambda: console.seqs and console.seqs[-1] == last)
    assert console.seqs == list(range(console.first, last + 1))
    assert console.resets == 0


def steps(house: House, stream: int) -> list[str]:
    """Return the kinds of the events about a stream's alert, in the log's order."""
    rows = house.ask(
        "SELECT e.kind FROM feed_entry f JOIN feed_event e ON e.id = f.event_id"
        " WHERE e.topic = 'alert' AND (e.body->'now'->>'datastream_id')::bigint = %s"
        " ORDER BY f.seq",
        stream,
    )
    return [kind for (kind,) in rows]


@pytest.mark.parametrize("name", ["web-1", "web-2", "gateway"])
def test_a_killed_process_loses_nothing(
    house: House, load: Load, console: Console, eventually: Wait, name: str
) -> None:
    flows(load, eventually)
    for _ in range(2):
        before = eventually(lambda: house.pid(name))
        os.kill(before, signal.SIGKILL)
        eventually(lambda b=before: house.pid(name) not in (0, b))
        flows(load, eventually)
    settle(house, load, console, eventually)


def test_a_killed_worker_still_decides_what_the_clock_must(
    house: House, load: Load, console: Console, eventually: Wait
) -> None:
    (gauge,) = house.stations("gauge", ("water_depth", "water_level"))
    now = datetime.datetime.now(datetime.UTC)
    path = f"{house.url}/sensorthings/v1.1/Datastreams({gauge['stream']})/Observations"
    for at in (now - datetime.timedelta(seconds=56), now):
        answer = httpx.post(
            path,
            json={"phenomenonTime": at.isoformat(), "result": 30},
            headers={"Authorization": f"Bearer {gauge['token']}"},
        )
        assert answer.status_code == 201
    assert steps(house, gauge["stream"]) == []
    before = house.pid("worker")
    os.kill(before, signal.SIGKILL)
    eventually(lambda: house.pid("worker") not in (0, before))
    eventually(lambda: steps(house, gauge["stream"]) == ["raised"])
    flows(load, eventually, 10)
    settle(house, load, console, eventually)


def test_a_killed_database_loses_nothing(
    house: House, load: Load, console: Console, eventually: Wait
) -> None:
    flows(load, eventually)
    postmaster = int((house.layout.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    flows(load, eventually)
    assert int((house.layout.cluster / "postmaster.pid").read_text().split()[0]) != postmaster
    settle(house, load, console, eventually)


def test_a_database_that_is_restarted_at_once_loses_nothing(
    house: House, load: Load, console: Console, eventually: Wait
) -> None:
    flows(load, eventually)
    cluster = database.cluster_of(house.layout)
    port = cluster.running_port()
    for _ in range(2):
        # the supervisor may be faster with the start; it is all one
        subprocess.run(
            [
                *as_cluster_user(cluster.home.parent),
                str(cluster.bin / "pg_ctl"),
                *("restart", "-D", str(cluster.home), "-m", "immediate", "-s"),
                *("-o", f"-p {port}", "-l", "/dev/null"),
            ],
            cwd="/",
            capture_output=True,
            check=False,
        )
        flows(load, eventually)
    settle(house, load, console, eventually)
    assert console.connections == 1, "the consoles' lines hold while the database is away"
