"""The after-action review: made from the log alone, with both clocks, limits and figures."""

import csv
import datetime
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from alerts import actions, ingest
from alerts.ingest import Row
from alerts.models import Alert
from alerts.projection import ACKNOWLEDGE_MIN
from core import clock
from feed import review, sheet
from feed.log import Happening, record
from people import may
from people.models import Role

MINUTE = datetime.timedelta(minutes=1)
ALL = may.Rights(1, Role.ADMIN.value)


def happen(topic, kind, number, at, actor="user:1", scope="410105", gone=False, did=None, **now):
    body = {"now": {"id": number, **now}, "did": did or {}, "gone": gone}
    with transaction.atomic():
        record(Happening(topic, kind, topic, str(number), actor, body, at, scope))


@pytest.fixture
def night(real) -> datetime.datetime:
    """An incident that we heard of late, with a task, a warning of it and one of something else."""
    begun = clock.now() - datetime.timedelta(hours=2)
    title = {"title_zh": "道路积水", "title_en": "Flooded road", "links": {"warnings": [5]}}
    happen("incident", "reported", 17, begun, **title)
    happen("incident", "dispatched", 17, begun + 5 * MINUTE, **title)
    happen("incident", "dispatched", 17, begun + 9 * MINUTE, **title)
    happen("task", "begun", 3, begun + 6 * MINUTE, incident=17)
    happen("warning", "issued", 5, begun + 20 * MINUTE, headline_zh="=暴雨", headline_en="=Rain")
    happen("warning", "issued", 6, begun + 21 * MINUTE, headline_zh="大风", headline_en="Gale")
    happen("incident", "closed", 17, begun + 60 * MINUTE, gone=True, **title)
    return begun


def test_each_step_has_both_clocks_and_is_told_once(night) -> None:
    files = review.of_span(ALL, night - MINUTE, night + MINUTE, review.TOPICS)
    (incident,) = files
    assert [(step.step, step.at - night, step.count) for step in incident.steps] == [
        ("reported", 0 * MINUTE, 1),
        ("dispatched", 5 * MINUTE, 2),
        ("closed", 60 * MINUTE, 1),
    ]
    assert incident.ended == night + 60 * MINUTE
    assert 7190 < incident.steps[0].delay_s < 7300  # two hours until we knew
    (figure,) = review.figures(files)
    assert (figure["count"], figure["ended"], figure["late"]) == (1, 1, 0)
    assert {step["step"]: step["median_s"] for step in figure["steps"]} == {
        "dispatched": 300,
        "closed": 3600,
    }


def test_what_was_known_in_the_span_is_in_it_too(night) -> None:
    files = review.of_span(ALL, night + 119 * MINUTE, clock.now(), review.TOPICS)
    assert sorted(file.id for file in files) == ["17", "5", "6"]


def test_an_incident_brings_what_belongs_to_it(night) -> None:
    files = review.of_entity(ALL, "incident", "17")
    assert [(file.topic, file.id) for file in files] == [
        ("incident", "17"),
        ("task", "3"),
        ("warning", "5"),
    ]
    assert review.of_entity(ALL, "incident", "18") == []


def test_nobody_reviews_what_they_may_not_see(night, enrol) -> None:
    other = may.of_user(enrol("wei", Role.DISPATCHER, ("410102",)))
    assert review.of_entity(other, "incident", "17") == []
    assert review.of_span(other, night - MINUTE, clock.now(), review.TOPICS) == []


def test_an_alert_that_waited_is_late_and_says_by_which_rule(
    shelf_rules, station, noon, dispatcher
) -> None:
    for code in ("D1", "D2", "D3"):
        _, depth = station(code, "water_depth")
        for minute in range(2):
            ingest.commit([Row.of(depth.pk, noon + minute * MINUTE, 60.0)])
    first, second, _ = Alert.objects.order_by("pk").values_list("pk", flat=True)
    actions.acknowledge(first, may.of_user(dispatcher))
    with clock.fixed(clock.now() + 5 * MINUTE):
        actions.resolve(second, "handled", may.of_user(dispatcher))
        files = review.of_span(ALL, noon, noon + 9 * MINUTE, review.TOPICS)
    by_id = {file.id: file for file in files}
    assert by_id[str(first)].late == []
    (taken,) = by_id[str(second)].late
    assert taken.at is not None and 235 < taken.by_s < 245 and "1 分钟内受理" in taken.why_zh
    (awaited,) = [late for file in files for late in file.late if late.at is None]
    assert awaited.step == "acknowledged" and awaited.by_s > 235
    (figure,) = review.figures(files)
    assert (figure["count"], figure["late"]) == (3, 2)


def test_the_queue_counts_by_the_same_minutes() -> None:
    script = Path(settings.ROOT, "frontend/js/ui/order.js").read_text()
    said = re.search(r"LATE_AFTER_S[^{]*\{[^}]*\} *\*/ *\(\{([^}]*)\}", script) or re.search(
        r"LATE_AFTER_S.*?\(\{([^}]*)\}", script, re.S
    )
    assert said is not None
    pairs = {int(a): int(b) for a, b in re.findall(r"(\d): (\d+)", said[1])}
    assert pairs == {int(grade): 60 * minutes for grade, minutes in ACKNOWLEDGE_MIN.items()}


def test_p90_is_the_nearest_rank() -> None:
    assert review._spread([*map(float, range(1, 11))])["p90_s"] == 9
    assert review._spread([7.0]) == {"n": 1, "median_s": 7.0, "p90_s": 7.0, "worst_s": 7.0}


def test_the_table_opens_in_spreadsheets_and_runs_nothing(night) -> None:
    files = review.of_entity(ALL, "incident", "17")
    table = sheet.text(files, {"user:1": {"zh": "=cmd|x", "en": "Ding"}}, "zh")
    assert table.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert rows[0]["操作者"] == "'=cmd|x" and rows[-1]["名称"] == "'=暴雨"
    assert (rows[1]["类别"], rows[1]["步骤"]) == ("事件", "派出")
    assert rows[1]["距开始(秒)"] == "300"
    english = sheet.text(files, {"user:1": {"zh": "丁", "en": "Ding"}}, "en")
    assert "Flooded road" in english and "Ding" in english


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"from": "2026-01-01T00:00:00Z", "to": "2025-01-01T00:00:00Z"}, 400),
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, 400),
        ({"entity": "incident:99"}, 404),
        ({"entity": "weather:1"}, 404),
        ({"entity": "incident:17"}, 200),
    ],
)
def test_the_door(client, night, supervisor, asked, status) -> None:
    client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    for door in ("/api/v1/review", "/api/v1/review.csv"):
        answer = client.get(door, asked)
        assert answer.status_code == status, answer.content
        if status != 200:
            assert answer.json()["detail_zh"]


def test_an_incidents_first_unit_has_its_limits(real) -> None:
    begun = clock.now()
    sent = begun + 3 * MINUTE
    order = {"code": "E1", "dispatched_at": sent.isoformat(), "eta_s": 300.0}
    now = {"severity": 1, "assignments": [order]}
    happen("incident", "reported", 1, begun, severity=1)
    happen("incident", "dispatched", 1, sent, **now)
    happen("incident", "unit_status", 1, sent + MINUTE, did={"to": "en_route"}, **now)
    happen("incident", "noted", 1, sent + MINUTE, **now)
    happen("incident", "unit_status", 1, sent + 20 * MINUTE, did={"to": "on_scene"}, **now)
    (incident,) = review.of_span(ALL, begun - MINUTE, begun + MINUTE, frozenset({"incident"}))
    steps = [step.step for step in incident.steps]
    assert steps == ["reported", "dispatched", "en_route", "on_scene"]
    late = {one.step: round(one.by_s / 60) for one in incident.late}
    assert late == {"dispatched": 2, "on_scene": 11}  # one minute; two, 1.2 × 300 s and one more


def test_a_case_is_late_by_its_own_limit(real) -> None:
    begun = clock.now()
    due = (begun + 60 * MINUTE).isoformat()
    happen("case", "report", 1, begun, due_at=None)
    happen("case", "answer", 1, begun + 90 * MINUTE, due_at=due)
    (case,) = review.of_span(ALL, begun - MINUTE, begun + MINUTE, frozenset({"case"}))
    assert [(one.step, one.by_s) for one in case.late] == [("answer", 1800)]
