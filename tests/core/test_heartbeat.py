"""A beat has an age; none, or half a file, has no age."""

import json
import os
from pathlib import Path

from core import heartbeat


def test_a_beat_is_young_and_says_who(tmp_path: Path) -> None:
    heartbeat.beat("worker", "idle", run=tmp_path)
    age = heartbeat.age("worker", tmp_path)
    assert age is not None and age < 5
    written = json.loads((tmp_path / "worker.heartbeat").read_text())
    assert (written["pid"], written["note"]) == (os.getpid(), "idle")
    assert [path.name for path in tmp_path.iterdir()] == ["worker.heartbeat"]


def test_no_beat_has_no_age(tmp_path: Path) -> None:
    assert heartbeat.age("worker", tmp_path) is None
    (tmp_path / "worker.heartbeat").write_text("{")
    assert heartbeat.age("worker", tmp_path) is None


def test_a_clock_set_back_gives_no_negative_age(tmp_path: Path) -> None:
    (tmp_path / "worker.heartbeat").write_text('{"at": 99999999999}')
    assert heartbeat.age("worker", tmp_path) == 0.0
