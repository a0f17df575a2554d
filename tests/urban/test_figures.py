"""Rates by their formulas, and counted from cases that lived."""

import datetime
from typing import Any

from core import clock
from urban import evaluation


def test_the_worked_rates(vectors: dict[str, Any]) -> None:
    case = vectors["case"]
    found = evaluation.rates(case["counts"])
    expected = dict(case["rates"])
    assert found.pop("返工率") == expected.pop("返工率_应结案")
    assert evaluation.rates(case["counts"], "立案")["返工率"] == expected.pop("返工率_立案")
    assert found == expected


def test_an_empty_period_has_no_rates(callers: Any) -> None:
    long_ago = {"since": "2001-01-01T00:00:00Z", "until": "2001-02-01T00:00:00Z"}
    found = callers["supervisor"].get("/cases/figures", **long_ago).json()
    assert found["total"]["counts"]["上报"] == 0 and found["states"] == []
    assert set(found["total"]["rates"].values()) == {None}


def test_the_worked_scores(vectors: dict[str, Any]) -> None:
    case = vectors["case"]
    department = case["dept_score"]
    assert evaluation.department_score(department["in"]) == department["score"]
    assert evaluation.filed_points(department["in"]["立案"]) == department["立案数分值"]
    for name, score in (
        ("dispatcher_score", evaluation.dispatcher_score),
        ("shift_leader_score", evaluation.shift_leader_score),
        ("jinniu_district_score", evaluation.district_score),
    ):
        assert score(case[name]["in"]) == case[name]["score"], name
    assert evaluation.department_score(dict.fromkeys(department["in"], 0)) is None


def test_counts_from_cases(callers: Any) -> None:
    since = clock.now().isoformat()
    desk, sweeper, inspector = callers["desk"], callers["sweeper"], callers["inspector"]
    made = [inspector.report() for _ in range(3)]
    for case in made[:2]:
        for step in ("accept", "register", "dispatch"):
            desk.take(case, step)
        sweeper.take(case, "answer", words="好了")
    inspector.take(made[0], "check", passed=True)
    desk.take(made[0], "close")
    inspector.take(made[1], "check", passed=False, words="没好")
    desk.take(made[1], "dispatch")
    found = callers["supervisor"].get("/cases/figures", since=since).json()
    counts = found["total"]["counts"]
    assert [counts[name] for name in ("上报", "立案", "应处置", "按期处置", "结案", "返工")] == [
        3, 2, 2, 2, 1, 1,
    ]  # fmt: skip
    rates = found["total"]["rates"]
    assert (rates["处置率"], rates["结案率"], rates["返工率"]) == (100.0, 100.0, 100.0)
    assert {row["code"] for row in found["departments"]} == {"sanitation"}
    assert {row["state"]: row["cases"] for row in found["states"]} == {
        "reported": 1, "dispatched": 1, "closed": 1,
    }  # fmt: skip


def test_a_late_answer_is_late_for_good(callers: Any) -> None:
    desk, case = callers["desk"], callers["inspector"].report()
    for step in ("accept", "register", "dispatch"):
        file = desk.take(case, step)
    with clock.fixed(clock.now() + datetime.timedelta(days=30)):
        assert case["id"] in [row["id"] for row in desk.get("/cases", late=True).json()["items"]]
        file = callers["sweeper"].take(case, "answer", words="晚了")
    assert file["answered_in_time"] is False and file["steps"][-1]["late"] is True
    assert file["steps"][-1]["due_at"] == file["due_at"]
