"""A small world of things and readings, and a client that speaks SensorThings with a token."""

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from alerts import ingest
from people.models import User
from sensors import registry
from sensors.actions import register
from sensors.models import Datastream, Thing
from sensors.thing import StreamSpec, ThingSpec

ROOT = "/sensorthings/v1.1"
EPOCH = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
UNIT = {"name": "millimetre", "symbol": "mm", "definition": "ucum:mm"}
SENSOR = {"name": "bucket", "description": "", "encodingType": "text/plain", "metadata": "none"}


def stream_body(**more: Any) -> dict[str, Any]:
    """Return a Datastream with a Sensor and an ObservedProperty of its own."""
    return {
        "name": "snow on the roof",
        "description": "",
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "unitOfMeasurement": UNIT,
        "Sensor": SENSOR,
        "ObservedProperty": {"name": "Snow depth", "definition": "http://example.org/snow"},
        **more,
    }


def thing_body(**more: Any) -> dict[str, Any]:
    """Return a Thing with a Location and a Datastream."""
    return {
        "name": "roof",
        "description": "a roof",
        "properties": {"code": "ROOF-1", "kind": "roof", "colour": "red"},
        "Locations": [
            {
                "name": "there",
                "description": "",
                "encodingType": "application/geo+json",
                "location": {"type": "Point", "coordinates": [113.7, 34.7]},
            }
        ],
        "Datastreams": [stream_body()],
        **more,
    }


@dataclasses.dataclass
class World:
    """Four stations in two districts, each with rain and temperature; forty readings a stream."""

    things: list[Thing]
    streams: list[Datastream]

    @property
    def readings(self) -> dict[str, tuple[datetime.datetime, float]]:
        """Return every reading by its id."""
        return {
            f"{stream.pk}.{int(time.timestamp()) * 1_000_000}": (time, value)
            for place, stream in enumerate(self.streams)
            for time, value in series(place)
        }


def series(place: int) -> list[tuple[datetime.datetime, float]]:
    """Return a stream's readings: values from 0 to 9.5, times five minutes apart."""
    return [(EPOCH + 5 * n * MINUTE, ((7 * n + 3 * place) % 20) / 2) for n in range(40)]


@pytest.fixture
def world(real: None) -> World:
    """The stations with their readings."""
    things = register(
        ThingSpec(
            f"W{n}", f"雨量站{n}", f"Gauge {n}", "rain", round(113.6 + n / 100, 2), 34.7,
            "410105" if n < 2 else "410102",
            (StreamSpec("rain", 300), StreamSpec("temperature", 300)),
        )
        for n in range(4)
    )  # fmt: skip
    registry.forget()
    streams = list(Datastream.objects.order_by("pk"))
    ingest.commit(
        [
            ingest.Row.of(stream.pk, time, value)
            for place, stream in enumerate(streams)
            for time, value in series(place)
        ]
    )
    return World(things, streams)


@dataclasses.dataclass
class Client:
    """Somebody's client of the service."""

    http: httpx.Client

    def ask(self, method: str, path: str, body: Any = None, status: int = 0) -> httpx.Response:
        """Send a request; `status` is what must come back."""
        address = path if path.startswith("http") else f"{ROOT}/{path}".rstrip("/")
        answer = self.http.request(method, address, json=body)
        if status:
            assert answer.status_code == status, f"{method} {path}: {answer.text}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
        return answer

    def get(self, path: str) -> Any:
        """Return what stands at a path."""
        return self.ask("GET", path, status=200).json()

    def value(self, path: str) -> list[Any]:
        """Return the entities of a collection."""
        found: list[Any] = self.get(path)["value"]
        return found

    def pages(self, path: str) -> list[Any]:
        """Return the entities of a collection over all its pages."""
        found, link = [], path
        while link:
            page = self.get(link)
            found += page["value"]
            link = page.get("@iot.nextLink", "")
        return found

    def make(self, path: str, body: Any) -> int:
        """Create an entity and return its id."""
        answer = self.ask("POST", path, body, 201)
        identity: int = answer.json()["@iot.id"]
        assert answer.headers["location"] == answer.json()["@iot.selfLink"]
        return identity


Visit = Callable[[User | Thing | None], Client]


@pytest.fixture
def visit(live, token) -> Iterator[Visit]:
    """Return the client of a person, of a thing or of nobody."""
    with ExitStack() as opened:
        yield lambda who: Client(opened.enter_context(live.client(token(who) if who else "")))


@pytest.fixture
def sun(visit: Visit, supervisor: User) -> Client:
    """The supervisor of the whole city."""
    return visit(supervisor)
