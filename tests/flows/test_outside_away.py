"""The outside refuses, or swallows what is sent: nobody inside waits for it."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from people import actions
from people.models import Role


@pytest.fixture(params=["refused", "silent", "black hole"])
def broker(request: pytest.FixtureRequest) -> Iterator[str]:
    """Addresses of brokers that are of no use."""
    with ExitStack() as stack, socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        if request.param == "silent":
            sock.listen(64)  # connections are made, and nobody ever answers
        if request.param == "black hole":
            sock.listen(0)  # once its queue is full, not even connections are made
            _fill(stack, port)
        yield f"mqtt://127.0.0.1:{port}"


def _fill(stack: ExitStack, port: int) -> None:
    for _ in range(16):
        line = stack.enter_context(socket.socket())
        line.settimeout(0.3)
        try:
            line.connect(("127.0.0.1", port))
        except TimeoutError:
            return
    raise AssertionError("the queue never filled")


def _start(start_web: Any, **env: str) -> tuple[Any, float]:
    """Start a web process; returns it and the seconds that this took."""
    begun = time.monotonic()
    return start_web(**env), time.monotonic() - begun


def _report_and_close(city: Any, live: Any, moment: Any) -> float:
    """Post a reading that alerts, and work the alert off; returns the seconds that this took."""
    station = city.station()
    secret, _ = actions.issue_token(city.person(Role.DISPATCHER))
    begun = time.monotonic()
    with live.client(station.token) as client:
        body = {"phenomenonTime": moment.isoformat(), "result": 500}
        assert client.post(station.path, json=body).status_code == 201
    (alert,) = station.alerts()
    with live.client(secret) as client:
        for step, given in (
            ("acknowledge", {}),
            ("comment", {"words": "已通知"}),
            ("resolve", {"outcome": "handled"}),
        ):
            answer = client.post(f"/api/v1/alerts/{alert.pk}/{step}", json=given)
            assert answer.status_code == 200, answer.text
    return time.monotonic() - begun


def test_no_start_no_reading_and_no_action_waits_for_it(
    city: Any, start_web: Any, spawn: Any, tmp_path: Path, moment: Any, broker: str, eventually: Any
) -> None:
    calm, usual_start = _start(start_web)  # what the same takes on this machine, at this hour
    usual = _report_and_close(city, calm, moment)
    gateway = spawn("gateway", ZHIHUI_MQTT_URL=broker)
    live, took = _start(start_web, ZHIHUI_MQTT_URL=broker)
    assert took < 2 * usual_start + 10
    assert _report_and_close(city, live, moment) < 2 * usual + 3
    live.process.terminate()
    assert live.process.wait(60) in (0, -signal.SIGTERM)
    # the gateway itself stays well, and ends when it is told to
    beat = tmp_path / "run" / "gateway.heartbeat"
    first = eventually(lambda: beat.exists() and json.loads(beat.read_text())["at"])
    eventually(lambda: json.loads(beat.read_text())["at"] > first + 3)
    assert gateway.poll() is None
    gateway.terminate()
    begun = time.monotonic()
    assert gateway.wait(60) == 0
    assert time.monotonic() - begun < 30
