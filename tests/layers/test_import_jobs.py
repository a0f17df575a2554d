"""Imports as jobs: a process of their own, cancelled at any step, lost, handed in by pieces."""

import subprocess
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from layers.importing import actions, run
from layers.jobs import Program, Queue, Runner
from layers.models import Feature, Import, Registered, Stage, State
from tests.layers.handed import ONE, PLANNER
from tiles.asgi import conninfo

pytestmark = pytest.mark.usefixtures("own_data")


def test_the_worker_runs_it_in_a_process_of_its_own(
    real: None, monkeypatch: pytest.MonkeyPatch, eventually: Any, database_env: dict[str, str]
) -> None:
    for name, value in database_env.items():
        monkeypatch.setenv(name, value)
    worker = runner()
    given = actions.Given("a.geojson", datum="EPSG:4490", layer="wells")
    found = actions.hand_in(given, [ONE], len(ONE), PLANNER)

    def over() -> bool:
        worker.tick()
        found.refresh_from_db()
        return found.over and worker.idle

    eventually(over)
    assert found.stage == Stage.DONE, found.said
    assert State.objects.get(layer="wells").count == 1


@pytest.fixture
def database_env(tmp_path: Path) -> dict[str, str]:
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return {
        "DATABASE_URL": f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "ZHIHUI_DATA": str(tmp_path),
        "ZHIHUI_SECRET_KEY": "a-secret-of-the-tests-only-" * 3,
    }


def runner() -> Runner:
    return Runner(actions.queue, Program("import"), actions.clear)


def waiting() -> Import:
    given = actions.Given("a.geojson", datum="EPSG:4490", layer="wells")
    return actions.hand_in(given, [ONE], len(ONE), PLANNER)


def test_a_cancelled_import_is_ended_and_leaves_nothing(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = runner()
    sleeping = subprocess.Popen(["sleep", "60"])
    monkeypatch.setattr(Program, "start", lambda self, number: sleeping)
    found = waiting()
    worker.tick()
    actions.queue.cancel(found.pk, PLANNER)
    worker.tick()
    assert worker.idle and sleeping.poll() is not None
    found.refresh_from_db()
    assert found.stage == Stage.CANCELLED and not Registered.objects.exists()
    with pytest.raises(actions.Conflict):
        actions.queue.cancel(found.pk, PLANNER)


@pytest.mark.parametrize("at", ["reading", "checking", "storing", "finish"])
def test_an_import_may_be_cancelled_at_any_step(
    real: None, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    found, tell, finish = waiting(), Queue.tell, actions.finish

    def told(queue: Any, number: Any, doing: str, percent: int) -> None:
        if doing == at:
            actions.queue.cancel(found.pk, PLANNER)
        tell(queue, number, doing, percent)

    def finished(row: Import, *more: Any) -> None:
        if at == "finish":
            somebody = threading.Thread(target=cancelled, args=[found])
            somebody.start()
            somebody.join(20)
        finish(row, *more)

    monkeypatch.setattr(Queue, "tell", told)
    monkeypatch.setattr(actions, "finish", finished)
    assert actions.queue.claim() is not None
    run.run(found.pk)
    found.refresh_from_db()
    assert found.stage == Stage.CANCELLED and not Registered.objects.exists()
    assert not Feature.objects.exists()
    assert [one.name for one in actions.kept(found).parent.iterdir()] == ["file.geojson"]


@pytest.mark.parametrize("stage", [Stage.RECEIVING, Stage.WAITING, Stage.ASKING])
def test_what_does_not_run_may_be_cancelled_too(real: None, stage: Stage) -> None:
    found = waiting()
    Import.objects.update(stage=stage)
    assert actions.queue.cancel(found.pk, PLANNER).stage == Stage.CANCELLED
    assert actions.queue.claim() is None


def test_one_who_cancels_waits_for_what_is_being_committed(real: None, eventually: Any) -> None:
    found = waiting()
    assert actions.queue.claim() is not None
    with transaction.atomic():
        actions.finish(found, "wells", {})
        thread = threading.Thread(target=lambda: said.append(cancelled(found)))
        said: list[str] = []
        thread.start()
        eventually(lambda: blocked() == 1, timeout=60)
    thread.join(20)
    assert said == ["the import is over"]


def cancelled(found: Import) -> str:
    try:
        actions.queue.cancel(found.pk, PLANNER)
    except actions.Conflict as error:
        return error.detail
    finally:
        connection.close()
    return "cancelled"


def blocked() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def test_what_was_half_made_is_taken_away(real: None, tmp_path: Path) -> None:
    found = waiting()
    made = tmp_path / "rasters" / f"x-{found.pk.hex[:8]}.tif"
    made.parent.mkdir()
    for path in (made, made.with_name("other-12345678.tif")):
        path.touch()
    (actions.kept(found).parent / "tmpabc").mkdir()
    actions.clear(found.pk)
    assert [one.name for one in made.parent.iterdir()] == ["other-12345678.tif"]
    assert [one.name for one in actions.kept(found).parent.iterdir()] == ["file.geojson"]


def test_a_process_that_dies_takes_only_its_own_import(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = runner()
    dying = subprocess.Popen(["false"])
    monkeypatch.setattr(Program, "start", lambda self, number: dying)
    found = waiting()
    worker.tick()
    dying.wait()
    worker.tick()
    found.refresh_from_db()
    assert found.stage == Stage.FAILED and found.said["zh"]


def test_what_a_dead_worker_left_is_tried_once_more(real: None) -> None:
    found = waiting()
    for stage in (Stage.WAITING, Stage.FAILED):
        assert actions.queue.claim() is not None
        actions.queue.requeue_lost()
        found.refresh_from_db()
        assert found.stage == stage


def test_a_job_that_somebody_holds_is_not_lost(real: None, monkeypatch: pytest.MonkeyPatch) -> None:
    given = actions.Given("a.geojson", datum="EPSG:4490", layer="wells")
    found = actions.hand_in(given, [ONE], len(ONE), PLANNER, Stage.RUNNING)  # as a command does
    half = actions.kept(found).parent / "tmpabc"
    half.mkdir()
    worker = runner()
    monkeypatch.setattr(Program, "start", lambda self, number: subprocess.Popen(["sleep", "600"]))
    with psycopg.connect(conninfo(), autocommit=True) as other:
        key = int.from_bytes(found.pk.bytes[:8], signed=True)
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        for _ in range(2):
            worker.tick()
            found.refresh_from_db()
            assert (found.stage, found.attempts, worker.idle) == (Stage.RUNNING, 0, True)
        assert half.exists()
        other.execute("SELECT pg_advisory_unlock(%s)", [key])
        worker.tick()  # its process is gone: tried anew, upon clean ground
    found.refresh_from_db()
    assert (found.stage, found.attempts, worker.idle) == (Stage.RUNNING, 1, False)
    assert not half.exists()
    actions.queue.cancel(found.pk, PLANNER)
    worker.tick()
    assert worker.idle


def test_the_process_of_a_job_holds_it(real: None, monkeypatch: pytest.MonkeyPatch) -> None:
    found, told = waiting(), []
    assert actions.queue.claim() is not None

    def look(job: Any) -> None:
        with psycopg.connect(conninfo()) as other:
            key = int.from_bytes(found.pk.bytes[:8], signed=True)
            told.append(other.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone())

    monkeypatch.setattr(run, "_import", look)
    run.run(found.pk)
    assert told == [(False,)]


def test_a_command_that_is_broken_off_is_over(
    real: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(job: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_import", broken_off)
    path = tmp_path / "a.geojson"
    path.write_bytes(ONE)
    with pytest.raises(KeyboardInterrupt):
        call_command("import", str(path), "--datum", "EPSG:4490")
    assert Import.objects.get().stage == Stage.CANCELLED
    worker = runner()
    worker.tick()
    assert worker.idle, "an import that somebody broke off is not made by the next worker"


def test_pieces_come_in_order_and_may_come_twice(real: None) -> None:
    found = actions.begin(actions.Given("a.geojson", datum="4490"), len(ONE), PLANNER)
    actions.append(found.pk, 0, ONE[:50], PLANNER)
    actions.append(found.pk, 0, ONE[:50], PLANNER)
    with pytest.raises(actions.Conflict):
        actions.append(found.pk, 60, ONE[60:], PLANNER)
    assert actions.append(found.pk, 50, ONE[50:], PLANNER).stage == Stage.WAITING
    assert actions.queue.claim() is not None and run.run(found.pk).stage == Stage.DONE
