"""A nearly full disk stops intake with a clear answer; the rest goes on."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from core import disk
from core.errors import Full
from people import actions
from people.models import Role


@pytest.fixture(scope="module")
def cramped(city: Any, start_web: Any) -> Iterator[Any]:
    """A web process that finds its disk too full, beside one that does not."""
    live = start_web(ZHIHUI_MIN_FREE_MB="2000000000")
    yield live
    live.process.terminate()
    live.process.wait(60)


def test_every_door_says_so_and_takes_nothing(city: Any, cramped: Any, moment: Any) -> None:
    station = city.station()
    reading = {"phenomenonTime": moment.isoformat(), "result": 500}
    spot = {"thing": station.thing.pk, "time": moment.isoformat(), "lon": 113.7, "lat": 34.7}
    with cramped.client(station.token) as client:
        for path, body in (
            (station.path, reading),
            ("/sensorthings/v1.1/CreateObservations", []),
            ("/api/v1/positions", spot),
        ):
            answer = client.post(path, json=body)
            problem = answer.json()
            assert answer.status_code == problem["status"] == 507
            assert answer.headers["content-type"] == "application/problem+json"
            assert "MB" in problem["detail"] and "磁盘" in problem["detail_zh"]
            assert "send it again later" in problem["remedy"]
    assert not station.stored()
    assert city.post(station.path, reading, station.token).status_code == 201


def test_readiness_names_it_and_dispatchers_go_on(city: Any, cramped: Any, moment: Any) -> None:
    with cramped.client() as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503 and not answer.json()["ready"]
        assert "intake stops below" in answer.json()["parts"]["disk"]
        assert client.get("/healthz").status_code == 200
    station = city.station()
    city.post(station.path, {"phenomenonTime": moment.isoformat(), "result": 500}, station.token)
    (alert,) = station.alerts()
    secret, _ = actions.issue_token(city.person(Role.DISPATCHER))
    with cramped.client(secret) as client:
        answer = client.post(f"/api/v1/alerts/{alert.pk}/acknowledge", json={})
        assert answer.status_code == 200 and answer.json()["state"] == "acknowledged"


def test_intake_goes_on_once_there_is_room(settings: Any, monkeypatch: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(disk, "_checked", float("-inf"))
    settings.MIN_FREE_MB = disk.free_mb() + 1
    with pytest.raises(Full):
        disk.check()
    settings.MIN_FREE_MB = disk.free_mb()
    disk.check()
    begun = time.process_time()
    for _ in range(10_000):
        disk.check()
    assert time.process_time() - begun < 1  # asked for every message, looked up every two seconds
