"""A running city that a module's tests share: stations with tokens, people, and what is stored."""

import dataclasses
import datetime
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection

from alerts import rulebook
from alerts.models import Alert
from core import clock
from people import actions
from people.models import Role, User
from sensors.actions import register
from sensors.models import Thing
from sensors.thing import StreamSpec, ThingSpec

BASE = "/sensorthings/v1.1"


@dataclasses.dataclass(frozen=True)
class Station:
    """A thing with one datastream, and the token that its device holds."""

    thing: Thing
    stream: int
    token: str

    @property
    def path(self) -> str:
        return f"{BASE}/Datastreams({self.stream})/Observations"

    def stored(self) -> dict[datetime.datetime, Any]:
        """Return what the database holds for it: time → value."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT time, coalesce(to_jsonb(value), other)::text FROM sensors_observation"
                " WHERE datastream_id = %s",
                [self.stream],
            )
            return {at: _value(text) for at, text in cursor.fetchall()}

    def alerts(self) -> list[Alert]:
        return list(Alert.objects.filter(datastream_id=self.stream).order_by("id"))


def _value(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


class City:
    """One web process over a database with the shelf's rules."""

    def __init__(self, live: Any) -> None:
        self.live = live
        self._made = 0
        self.client: httpx.Client = live.client()

    def station(self, observed: str = "pm25", kind: str = "air") -> Station:
        """Register a thing with one datastream and give its device a token."""
        self._made += 1
        code = f"S{self._made}-{observed}"
        spec = ThingSpec(
            code, f"站{code}", code, kind, 113.68, 34.77, "410105", (StreamSpec(observed, 0),)
        )
        (thing,) = register([spec])
        secret, _ = actions.issue_device_token(thing.pk, code)
        return Station(thing, thing.datastreams.get().pk, secret)

    def person(self, role: Role) -> User:
        self._made += 1
        return actions.enrol(f"p{self._made}", role, password=None, areas=["4101"])

    def post(self, path: str, body: Any, token: str, **more: Any) -> httpx.Response:
        """Post JSON, or bytes as they are."""
        content = {"content": body} if isinstance(body, bytes | str) else {"json": body}
        headers = {"Authorization": f"Bearer {token}"} | more.pop("headers", {})
        return self.client.post(path, headers=headers, **content, **more)


@pytest.fixture(scope="module")
def city(shared: None, start_web: Callable[..., Any]) -> Iterator[City]:
    """A running city with the shelf's rules."""
    rulebook.sync_shelf()
    made = City(start_web())
    yield made
    made.client.close()
    made.live.process.terminate()
    made.live.process.wait(60)


@pytest.fixture
def moment() -> datetime.datetime:
    """A whole minute, an hour ago."""
    return (clock.now() - datetime.timedelta(hours=1)).replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real broker that queues without limit for who is away; its port."""
    folder = tmp_path_factory.mktemp("broker")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    conf = folder / "mosquitto.conf"
    conf.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(conf)], stderr=log)
    yield port
    process.terminate()
    process.wait(60)


Spawn = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Start a management command over the test database; what still runs is killed at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, **more: str) -> "subprocess.Popen[bytes]":
        at = connection.settings_dict
        password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
        env = os.environ | {
            "DATABASE_URL": f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
            "ZHIHUI_DATA": str(tmp_path),
            "ZHIHUI_SECRET_KEY": "a-secret-of-the-tests-only-" * 3,
            "ZHIHUI_HJ212_PORT": "0",
            "ZHIHUI_JT808_PORT": "0",
        }
        command = [sys.executable, "-m", "django", name]
        with (tmp_path / f"{name}-{len(started)}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    command,
                    cwd=tempfile.gettempdir(),
                    env=env | {"DJANGO_SETTINGS_MODULE": "city.settings"} | more,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.wait()
