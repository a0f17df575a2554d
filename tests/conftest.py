"""People with rights, things that report, and a database with the feed's triggers for every test."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.db import connection, connections

from alerts import book, rulebook
from core import clock
from people import access, actions, may
from people.models import Role, User
from sensors import registry
from sensors.actions import register
from sensors.models import Datastream, Thing
from sensors.thing import StreamSpec, ThingSpec

CITY, DISTRICT, ELSEWHERE = "4101", "410105", "410102"

# what Django's flush does not know of: partitioned and unmanaged tables, and the log that refuses
_OWN_TABLES = (
    "sensors_observation",
    "sensors_latest",
    "sensors_position",
    "sensors_whereabouts",
    "feed_marker",
)
_LOG_TABLES = ("feed_event", "feed_entry")


def wipe() -> None:
    """Empty the tables that no test may inherit."""
    with connection.cursor() as cursor:
        for table in _LOG_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER no_truncate")
        cursor.execute(f"TRUNCATE {', '.join((*_OWN_TABLES, *_LOG_TABLES))}")
        for table in _LOG_TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER no_truncate")


def forget_all() -> None:
    """Empty every cache of this process."""
    access.forget()
    registry.forget()
    book.forget()
    cache.clear()


@pytest.fixture
def real(transactional_db: None) -> Iterator[None]:
    """Real transactions: commit fires the numbering; everything is wiped afterwards."""
    wipe()
    forget_all()
    yield
    for each in connections.all():
        if each.in_atomic_block:
            each.close()
    wipe()
    forget_all()


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
