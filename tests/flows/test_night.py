"""The night of the rainstorm in a small town: every door, every module, nothing lost."""

import io
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from alerts.models import Alert, PublicWarning
from core import clock
from emergency.actions import units
from emergency.actions.units import UnitSpec
from emergency.models import Incident, Unit
from feed import review, timeline
from feed.topics import EVENT_TOPICS
from people.actions import enrol, found
from people.may import Rights
from people.models import Department, Role
from places import actions as places
from places.actions import DivisionRow
from places.models import Level
from sensors import registry
from sensors.actions import register
from sensors.models import Refusal
from sensors.thing import StreamSpec, ThingSpec
from traffic import roads
from traffic.models import Closure
from urban.models import Case

Spawn = Callable[..., "subprocess.Popen[bytes]"]
PASSWORD = "a-rainy-night-in-july"
WEST, SOUTH, STEP, SIDE = 113.62, 34.70, 0.005, 8


def place(i: float, j: float) -> tuple[float, float]:
    return WEST + STEP * i, SOUTH + STEP * j


def lattice() -> list[tuple[Any, dict[str, object]]]:
    """Streets half a kilometre apart."""
    about = {
        "class": "secondary",
        "speed_kmh": 40,
        "oneway": False,
        "name_zh": "路",
        "name_en": "R",
    }
    found: list[tuple[Any, dict[str, object]]] = []
    for i, j in np.ndindex(SIDE + 1, SIDE + 1):
        for far in ((i + 1, j), (i, j + 1)):
            if max(far) <= SIDE:
                found.append((shapely.LineString([place(i, j), place(*far)]), about))
    return found


@pytest.fixture
def town(shelf_rules: None, fill: Callable[..., int]) -> Iterator[None]:
    """Streets, a district, gauges in it, crews and the people of the demo city."""
    box = shapely.to_wkb(shapely.MultiPolygon([shapely.box(113.4, 34.5, 114.0, 35.0)]))
    places.register_divisions(
        [
            DivisionRow("410100", "郑州市", Level.CITY, None, box),
            DivisionRow("410103", "二七区", Level.DISTRICT, "410100", box),
        ]
    )
    fill("streets", lattice())
    roads.forget()
    gauges = [
        ThingSpec(f"G{n}", f"雨量站{n}", f"Gauge {n}", "rain", *place(5 + n, 4), "410103",
                  (StreamSpec("rain", 300),), simulated=True)
        for n in range(2)
    ]  # fmt: skip
    low = [
        ThingSpec(f"R{n}", f"隧道{n}", f"Underpass {n}", "roadwater", *place(2 + 3 * n, 4),
                  "410103", (StreamSpec("water_depth", 60),), simulated=True)
        for n in range(2)
    ]  # fmt: skip
    register([*gauges, *low])
    registry.forget()
    for code in ("drainage", "police"):
        found(code, code, code)
    for role in (Role.DISPATCHER, Role.SUPERVISOR, Role.INSPECTOR, Role.RESPONDER):
        enrol(
            role.value, role, password=PASSWORD, areas=["4101"],
            department=Department.objects.get(code="drainage"), simulated=True,
        )  # fmt: skip
    kinds = ("pump", "pump", "pump", "pump", "police", "police")
    crews = [
        UnitSpec(f"D{n}", f"队{n}", f"Crew {n}", kind, *place(n, 1), "drainage", simulated=True)
        for n, kind in enumerate(kinds)
    ]
    units.found(crews)
    yield
    roads.forget()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def city(
    town: None, live, spawn: Spawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Any
) -> str:
    """The town with its gateway and worker running; returns the address of the web."""
    doors = {"ZHIHUI_HJ212_PORT": str(free_port()), "ZHIHUI_JT808_PORT": str(free_port())}
    for name, port in doors.items():
        monkeypatch.setenv(name, port)
    monkeypatch.setenv("ZHIHUI_DATA", str(tmp_path))
    monkeypatch.setenv("ZHIHUI_DEMO_PASSWORD", PASSWORD)
    # passwords of devices are kept by a digest that the secret key is part of
    spawn("gateway", ZHIHUI_SECRET_KEY=settings.SECRET_KEY, **doors)
    spawn("worker")
    for port in doors.values():
        eventually(lambda port=port: _answers(int(port)))
    eventually(_followers)
    return str(live.url)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _followers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM feed_reader")
        return int(cursor.fetchone()[0]) >= 2


def test_a_night_from_the_first_drizzle_to_the_last_crew_home(city: str) -> None:
    out = io.StringIO()
    call_command("demo", scenario="rainstorm", url=city, ending_now=True, stdout=out)
    text = out.getvalue()
    assert "未料到 not expected" not in text, text
    _check_account(text)
    _check_tables()


def _figure(text: str, words: str) -> int:
    row = re.search(rf"{re.escape(words)} +([\d,]+)", text)
    return int(row[1].replace(",", "")) if row else 0


def _check_account(text: str) -> None:
    sent = _figure(text, "已发送 sent")
    assert sent > 1000 and sent == _figure(text, "已确认 acknowledged")
    for nothing in ("acknowledged but not found again", "acknowledged but not stored"):
        assert _figure(text, nothing) == 0, text
    for done in (
        "alerts acknowledged, again when worse",
        "units sent",
        "plans started",
        "closures confirmed",
        "reports by citizens",
        "cases closed",
        "warnings issued",
        "warnings ended",
        "plume runs",
    ):
        assert _figure(text, done), (done, text)
    for refused in ("outside the city", "no photo", "own warning approved by its composer"):
        assert refused in text
    assert "201.9 mm，生成 201.9 mm" in text and "2021-07-19 21:59" in text


def _check_tables() -> None:
    assert not Incident.objects.exclude(state="closed").exists()
    assert set(Unit.objects.values_list("status", flat=True)) == {"available"}
    assert not Closure.objects.filter(state="proposed").exists()
    assert Case.objects.filter(state="closed").exists()
    assert PublicWarning.objects.exclude(issued_at=None).count() >= 3
    assert Alert.objects.filter(rule="rainstorm", peak=1).exists()
    assert not Refusal.objects.filter(door="hj212").exists()
    everyone, now = Rights(1, Role.ADMIN.value), clock.now()
    told = review.of_span(everyone, now - review.LONGEST, now, EVENT_TOPICS - {"layer"})
    steps = {(file.topic, step.step) for file in told for step in file.steps}
    nameless = {each for each in steps if timeline.of(each[0]).called(each[1])[0].isascii()}
    assert len(steps) > 30 and not nameless
