"""Whole lives of cases through the front door, as lists of steps."""

import uuid
from typing import Any

from feed.models import Event
from urban.models import Case, Step


def states(case: dict[str, Any]) -> list[str]:
    return [each["state"] for each in case["steps"]]


def to_work(callers: Any, case: dict[str, Any], department: str = "sanitation") -> dict[str, Any]:
    for step in ("accept", "register"):
        callers["desk"].take(case, step)
    return callers["desk"].take(case, "dispatch", department=department)


def test_the_seven_steps(callers: Any, photo: Any) -> None:
    case = callers["inspector"].report(
        words="路边垃圾", address="花园路 1 号", lon=113.66, lat=34.76
    )
    assert (case["state"], case["place_zh"], case["cell"]) == (
        "reported", "金水区", "410105001001001",
    )  # fmt: skip
    assert "words" not in case and "address" not in case
    case = to_work(callers, case)
    assert case["department"] == "sanitation" and case["due_at"] == case["clock"]["due_at"]
    callers["sweeper"].take(case, "handle")
    answer = callers["sweeper"].form(
        f"/cases/{case['id']}/answer", words="已清理", photo=[photo(), photo("PNG", (700, 900))]
    )
    assert answer.status_code == 200, answer.content
    callers["desk"].take(case, "send_check")
    callers["inspector"].take(case, "check", passed=True)
    case = callers["desk"].take(case, "close", words="合格")
    assert states(case) == [
        "reported", "accepted", "registered", "dispatched", "handling", "answered", "checking",
        "passed", "closed",
    ]  # fmt: skip
    assert [each["stage"] for each in case["steps"]] == [1, 2, 3, 4, 4, 5, 6, 6, 7]
    assert case["words"] == "路边垃圾" and case["may"] == []
    assert [each["stage"] for each in case["photos"]] == [5, 5]
    assert Case.objects.get(pk=case["id"]).version == 9


def test_the_log_tells_every_step_and_nothing_personal(callers: Any) -> None:
    case = callers["desk"].report(
        words="秘密电话", name="张三", phone="13800000000", source="hotline"
    )
    callers["desk"].take(case, "send_verify", words="请核实")
    callers["inspector"].take(case, "verify", found=True, words="属实")
    found = Event.objects.filter(topic="case", entity_id=str(case["id"]))
    events = list(found.order_by("id"))
    assert [each.kind for each in events] == ["report", "send_verify", "verify"]
    text = str([each.body for each in events])
    assert not any(word in text for word in ("秘密", "张三", "13800000000", "请核实"))
    assert all(each.body["did"].get("digest") for each in events)


def test_a_failed_check_is_rework_of_the_same_department_only(callers: Any) -> None:
    case = to_work(callers, callers["inspector"].report())
    callers["sweeper"].take(case, "answer", words="好了")
    refused = callers["inspector"].post(f"/cases/{case['id']}/check", passed=False)
    assert (refused.status_code, refused.json()["field"]) == (400, "words")
    callers["inspector"].take(case, "check", passed=False, words="还在")
    case = callers["desk"].take(case, "dispatch")
    assert (case["reworks"], case["department"]) == (1, "sanitation")
    callers["sweeper"].take(case, "answer", words="好了")
    callers["inspector"].take(case, "check", passed=False, words="不是垃圾，是污水")
    case = callers["desk"].take(case, "dispatch", department="drainage")
    assert (case["reworks"], case["department"]) == (1, "drainage")


def test_what_the_public_says_is_verified_first(callers: Any) -> None:
    case = callers["desk"].report(source="hotline", words="电话反映")
    refused = callers["desk"].post(f"/cases/{case['id']}/accept")
    assert refused.status_code == 409 and "核实" in refused.json()["detail_zh"]
    assert refused.json()["current"]["state"] == "reported"
    callers["inspector"].take(case, "verify", found=False)
    refused = callers["desk"].post(f"/cases/{case['id']}/accept")
    assert refused.status_code == 409
    case = callers["desk"].take(case, "reject", words="现场未发现")
    assert case["state"] == "rejected"


def test_a_department_asks_and_the_dispatch_post_decides(callers: Any) -> None:
    case = to_work(callers, callers["inspector"].report())
    until = "2099-01-05T10:00:00+08:00"
    case = callers["sweeper"].take(case, "extend", until=until, words="缺车")
    assert case["state"] == "asked_extension" and case["extensions"] == 0
    case = callers["desk"].take(case, "grant")
    assert (case["state"], case["extensions"]) == ("dispatched", 1)
    assert case["due_at"].startswith("2099-01-05T02:00:00")
    callers["sweeper"].take(case, "hang", words="等材料")
    case = callers["desk"].take(case, "grant")
    assert case["state"] == "hung" and case["clock"] is None and case["left_s"] > 0
    case = callers["desk"].take(case, "resume")
    assert case["state"] == "dispatched" and case["clock"]["due_at"]
    callers["sweeper"].take(case, "return", words="不归我们")
    case = callers["desk"].take(case, "refuse", words="归你们")
    assert case["state"] == "dispatched"
    callers["sweeper"].take(case, "return", words="真的不归我们")
    case = callers["desk"].take(case, "dispatch", department="drainage")
    assert case["department"] == "drainage"


def test_a_responder_handles_the_own_departments_cases_only(callers: Any) -> None:
    case = to_work(callers, callers["inspector"].report())
    refused = callers["drainer"].post(f"/cases/{case['id']}/handle")
    assert refused.status_code == 403 and "部门" in refused.json()["detail_zh"]
    assert callers["drainer"].get(f"/cases/{case['id']}").json()["may"] == []
    assert "handle" in callers["sweeper"].get(f"/cases/{case['id']}").json()["may"]
    people = ("sweeper", "drainer", "desk")
    mine = [callers[who].get("/cases", waiting="mine").json()["items"] for who in people]
    held = [case["id"] in [each["id"] for each in items] for items in mine]
    assert held == [True, False, False]


def test_an_illegal_step_and_an_old_version_are_conflicts(callers: Any) -> None:
    case = callers["inspector"].report()
    illegal = callers["desk"].post(f"/cases/{case['id']}/close")
    assert illegal.status_code == 409
    body = illegal.json()
    assert body["detail"] and body["detail_zh"] and body["current"]["state"] == "reported"
    callers["desk"].take(case, "accept", version=1)
    stale = callers["desk"].post(f"/cases/{case['id']}/register", version=1)
    assert stale.status_code == 409 and stale.json()["current"]["version"] == 2
    assert Step.objects.filter(case=case["id"]).count() == 2


def test_a_key_makes_repeating_harmless(callers: Any) -> None:
    key = str(uuid.uuid4())
    case = callers["inspector"].report(key=key)
    place = {"lon": case["lon"], "lat": case["lat"]}
    again = callers["inspector"].post(
        "/cases/reports", kind="matter", code="06010", key=key, **place
    )
    assert again.status_code == 200
    assert again.json()["receipt"]["number"] == case["number"]
    other = callers["desk"].post("/cases/reports", kind="matter", code="06010", key=key, **place)
    assert other.status_code == 409
    step = str(uuid.uuid4())
    for _ in range(2):
        done = callers["desk"].take(case, "accept", key=step, version=1)
    assert states(done) == ["reported", "accepted"]
    misused = callers["desk"].post(f"/cases/{case['id']}/register", key=step)
    assert misused.status_code == 409


def test_what_may_be_the_same_is_offered_and_merged_by_hand(callers: Any) -> None:
    first = callers["inspector"].report(lon=113.75, lat=34.81)
    far = callers["inspector"].report(lon=113.76, lat=34.81)
    other = callers["inspector"].report("06013", lon=113.75, lat=34.81)
    second = callers["inspector"].report(lon=113.7503, lat=34.81)
    assert (far["alike"], other["alike"], second["alike"]) == (0, 0, 1)
    found = callers["desk"].get(f"/cases/{second['id']}").json()["duplicates"]
    assert [each["id"] for each in found] == [first["id"]]
    assert 25 < found[0]["distance_m"] < 30
    missing = callers["desk"].post(f"/cases/{second['id']}/merge", into=second["id"])
    assert missing.status_code == 404
    merged = callers["desk"].take(second, "merge", into=first["id"])
    assert (merged["state"], merged["merged_into"]) == ("merged", first["id"])
    assert callers["desk"].get(f"/cases/{first['id']}").json()["merged"] == [second["id"]]
    refused = callers["desk"].post(f"/cases/{first['id']}/merge", into=second["id"])
    assert refused.status_code == 409
