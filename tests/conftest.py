"""People with rights, things that report, a database with the feed's triggers, a real server."""

import asyncio
import dataclasses
import datetime
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import shapely
import websockets
from django.core.cache import cache
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import setup_databases, teardown_databases

from alerts import book, rulebook
from core import clock
from feed.picture import END
from layers import actions as layer_actions
from layers.search import index as search_index
from people import access, actions, may
from people.models import Role, User
from places import divisions
from sensors import registry
from sensors.actions import register
from sensors.models import Datastream, Thing
from sensors.thing import StreamSpec, ThingSpec

hypothesis.settings.register_profile("shared machine", deadline=None)
hypothesis.settings.load_profile("shared machine")

_TRUST = ssl.create_default_context()  # made once: it costs more than a request
CITY, DISTRICT, ELSEWHERE = "4101", "410105", "410102"

_LOG_TABLES = ("feed_event", "feed_entry")
_STAMPS = ("sensors_registry", "people_tokenstamp", "places_revision")
_KEPT = ("spatial_ref_sys", "django_migrations", "django_content_type", "auth_permission")
_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relname <> ALL(%s)
  -- an empty one is left alone: to truncate all of them takes longer than most tests
  AND greatest(pg_relation_size(c.oid),
               (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(c.oid))) > 0
"""


def pytest_configure() -> None:
    """Let Ctrl-C work: a shell's background job ignores it, and so would all that tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def wipe() -> None:
    """Empty every table; a running server reads meanwhile, so a deadlock is tried again."""
    name, given = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    assert name == given or name.startswith("test_"), f"{name} is no test database"
    for attempt in range(20):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for table in _LOG_TABLES:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER no_truncate")
                cursor.execute(_TABLES, [list(_KEPT)])
                filled = [row[0] for row in cursor.fetchall()]
                cursor.execute(f"TRUNCATE {', '.join({*filled, *_STAMPS})} CASCADE")
                for table in _LOG_TABLES:
                    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER no_truncate")
                # another number than any that a running process remembers
                for stamp in _STAMPS:
                    cursor.execute(
                        f"INSERT INTO {stamp} VALUES (1, extract(epoch FROM now()) * 1000)"
                    )
            return
        except OperationalError:
            if attempt == 19:
                raise


def forget_all() -> None:
    """Empty every cache of this process."""
    access.forget()
    registry.forget()
    book.forget()
    divisions.forget()
    search_index.forget()
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Make the test database, whichever tests were chosen, and drop it when no session is left.

    pytest-django's own makes it for tests that it marks itself; ours would have run on the real
    database, and emptied it.
    """
    keep, loud = django_db_keepdb, request.config.option.verbose
    with django_db_blocker.unblock():
        made = setup_databases(
            loud, False, aliases={"default"}, keepdb=keep and not django_db_createdb
        )
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        if not keep:
            teardown_databases(made, verbosity=loud)


@contextmanager
def _emptied(blocker: Any) -> Iterator[None]:
    with blocker.unblock():
        wipe()
        forget_all()
        yield
        for each in connections.all():
            if each.in_atomic_block:
                each.close()
        forget_all()


@pytest.fixture
def real(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """An empty database with real transactions: commit fires the numbering."""
    with _emptied(django_db_blocker):
        yield


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """An empty database for a whole module, whose tests share one running city."""
    with _emptied(django_db_blocker):
        yield


@pytest.fixture
def shelf_rules(real: None) -> None:
    """The rules that come as files."""
    rulebook.sync_shelf()
    book.forget()


Enrol = Callable[..., User]


@pytest.fixture
def enrol(real: None) -> Enrol:
    """Make a person: enrol("ann", Role.DISPATCHER, areas=["4101"])."""

    def make(name: str, role: Role, areas: tuple[str, ...] = (CITY,)) -> User:
        return actions.enrol(name, role, password=f"{name}-pass-phrase", areas=areas)

    return make


@pytest.fixture
def dispatcher(enrol: Enrol) -> User:
    """Ding dispatches for the whole city."""
    return enrol("ding", Role.DISPATCHER)


@pytest.fixture
def district_dispatcher(enrol: Enrol) -> User:
    """Dong dispatches for one district only."""
    return enrol("dong", Role.DISPATCHER, (DISTRICT,))


@pytest.fixture
def supervisor(enrol: Enrol) -> User:
    """Sun supervises the city and edits its rules."""
    return enrol("sun", Role.SUPERVISOR)


@pytest.fixture
def citizen(enrol: Enrol) -> User:
    """Cai is a citizen, who may see no alert."""
    return enrol("cai", Role.CITIZEN, ())


@pytest.fixture
def rights_of() -> Callable[[User], may.Rights]:
    """Rights of a user, as the front door would give them."""
    return may.of_user


Gauge = Callable[..., tuple[Thing, Datastream]]


@pytest.fixture
def station(real: None) -> Gauge:
    """Register a thing with one datastream: station("G1", "rain")."""

    def make(
        code: str, observed: str, scope: str = DISTRICT, kind: str = "", interval_s: int = 300
    ) -> tuple[Thing, Datastream]:
        spec = ThingSpec(
            code,
            f"站点{code}",
            f"Station {code}",
            kind or observed,
            113.68,
            34.77,
            scope,
            (StreamSpec(observed, interval_s),),
        )
        (thing,) = register([spec])
        registry.forget()
        return thing, thing.datastreams.get()

    return make


@pytest.fixture
def noon() -> datetime.datetime:
    """A moment in the past that devices may speak of."""
    return (clock.now() - datetime.timedelta(days=1)).replace(
        hour=4, minute=0, second=0, microsecond=0
    )


# --- a real server -------------------------------------------------------------------------------


@dataclasses.dataclass
class Live:
    """A running web process of ours, over the test database."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, token: str = "", **more: Any) -> httpx.Client:
        """Return an HTTP client with somebody's token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, verify=_TRUST, **more)

    def emptied(self) -> "Live":
        """Wait until the hub has noticed that the database was emptied under it."""
        until = time.monotonic() + 60
        while _end_of_log() != httpx.get(f"{self.url}/readyz", timeout=60).json()["feed"]:
            assert time.monotonic() < until, "the hub did not notice the other log"
            time.sleep(0.02)
        return self

    @asynccontextmanager
    async def socket(
        self, token: str = "", query: str = "", **headers: str
    ) -> AsyncIterator["Line"]:
        """Open the feed's socket."""
        given = dict(headers)
        if token:
            given["Authorization"] = f"Bearer {token}"
        url = f"ws://127.0.0.1:{self.port}/ws/feed/{query}"
        async with websockets.connect(url, additional_headers=given, max_size=None) as line:
            yield Line(line)


@dataclasses.dataclass
class Line:
    """One open socket, speaking JSON."""

    raw: Any

    async def say(self, **message: Any) -> None:
        await self.raw.send(json.dumps(message))

    async def hear(self, timeout: float = 60) -> dict[str, Any]:
        async with asyncio.timeout(timeout):
            return json.loads(await self.raw.recv())

    async def hear_until(self, kind: str, timeout: float = 60) -> list[dict[str, Any]]:
        """Return every frame up to and with the first of type `kind`."""
        heard = [await self.hear(timeout)]
        while heard[-1]["type"] != kind:
            heard.append(await self.hear(timeout))
        return heard

    async def subscribe(
        self, *topics: str, since: str | None = None, bbox: Any = None
    ) -> list[Any]:
        """Subscribe and return the frames up to `live`."""
        await self.say(type="subscribe", topics=list(topics), bbox=bbox, since=since)
        return await self.hear_until("live")


def database_url() -> str:
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


Start = Callable[..., Live]


@pytest.fixture(scope="session")
def start_web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a web process as the launcher does; more of them may share a listening socket."""
    started: list[Live] = []

    def start(sock: socket.socket | None = None, **more: str) -> Live:
        data = tmp_path_factory.mktemp("live")
        mine = None if sock else socket.create_server(("127.0.0.1", 0), backlog=1024)
        door = sock or mine
        assert door is not None
        port, log = door.getsockname()[1], data / "web.log"
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "ZHIHUI_DATA": str(data),
            "ZHIHUI_SECRET_KEY": "a-secret-of-the-tests-only-" * 3,
            "ZHIHUI_HTTP_PORT": str(port),
        }
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "city.launch.web", "--fd", str(door.fileno())],
                cwd=tempfile.gettempdir(),
                env=env | more,
                stdout=out,
                stderr=subprocess.STDOUT,
                pass_fds=[door.fileno()],
            )
        if mine:
            mine.close()
        live = Live(port, process, log)
        started.append(live)
        _wait_until_it_answers(live)
        return live

    yield start
    for live in started:
        live.process.terminate()
    for live in started:
        live.process.wait(60)


@pytest.fixture(scope="session")
def live_process(start_web: Start) -> Live:
    """One web process for the session."""
    return start_web()


def _wait_until_it_answers(live: Live) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and live.process.poll() is None:
        try:
            if httpx.get(f"{live.url}/healthz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(live.log.read_text())


@pytest.fixture
def live(real: None, live_process: Live) -> Live:
    """The running web process, over an empty database; its hub has noticed that it is empty."""
    return live_process.emptied()


def _end_of_log() -> str:
    with connection.cursor() as cursor:
        cursor.execute(END)
        seq, origin = cursor.fetchone()
    return f"{origin}:{seq}"


Tokens = Callable[[User | Thing], str]


@pytest.fixture
def token() -> Tokens:
    """Return a bearer token of a person or a thing."""

    def make(who: User | Thing) -> str:
        if isinstance(who, User):
            return actions.issue_token(who)[0]
        return actions.issue_device_token(who.pk, who.code)[0]

    return make


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait for a condition and return what it gave."""

    def wait(condition: Callable[[], Any], timeout: float = 60) -> Any:
        until = time.monotonic() + timeout
        while not (found := condition()):
            assert time.monotonic() < until, "the condition did not come about"
            time.sleep(0.02)
        return found

    return wait


Fill = Callable[..., int]


@pytest.fixture
def fill(real: None) -> Fill:
    """Fill a layer with shapes: fill("streets", [(geometry, {"class": "local"})])."""

    def make(layer: str, things: list[tuple[shapely.Geometry, dict[str, object]]]) -> int:
        rows = ((fid, shapely.to_wkb(shape), held) for fid, (shape, held) in enumerate(things, 1))
        return layer_actions.replace_features(layer, rows, simulated=True)

    return make
