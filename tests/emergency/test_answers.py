"""Plans, hazard runs, reports and reviews: from the log, once, in both languages."""

import datetime
import json
from typing import Any

import pytest
from shapely.geometry import Point, box

from core import clock
from core.errors import Conflict, Invalid, Unknown
from emergency import review
from emergency.actions import hazards, incidents, orders, plans, reports, tasks, units
from emergency.actions.orders import Order
from emergency.actions.units import Said
from emergency.models import Incident, PlanRun, Task
from emergency.nature import natures
from emergency.plan import plans as shelf
from feed import log
from feed.models import Event
from people import actions as people

MINUTE = datetime.timedelta(minutes=1)
PLUME = {
    "rate_g_s": 1000.0,
    "wind_m_s": 3.0,
    "wind_from_deg": 270.0,
    "danger_mg_m3": 87.0,
    "caution_mg_m3": 8.7,
}


def test_a_plan_becomes_timed_tasks_once(ding, call) -> None:
    people.found("police", "交警支队", "Traffic Police")
    row = call()
    row, fresh = plans.start("urban_flooding", row.pk, ding)
    assert fresh and row.response_level == 3
    steps = Task.objects.filter(plan="urban_flooding")
    assert steps.count() == len(shelf()["urban_flooding"].at_level(3)) == 8
    closed = steps.get(step="close_road")
    assert closed.due - closed.start == 10 * MINUTE
    assert closed.amber_at - closed.start == 8 * MINUTE
    assert closed.department and closed.department.code == "police"
    assert plans.start("urban_flooding", row.pk, ding)[1] is False
    assert PlanRun.objects.count() == 1 and steps.count() == 8
    told = Event.objects.get(topic="incident", kind="plan_started").body["now"]
    assert told["plans"] == ["urban_flooding"]


def test_a_higher_level_sets_more_tasks(ding, call) -> None:
    plans.start("urban_flooding", call().pk, ding, level=1)
    assert Task.objects.filter(plan="urban_flooding").count() == 10


def test_a_plan_that_is_none_is_refused(ding, call) -> None:
    row = call()
    with pytest.raises(Unknown):
        plans.start("earthquake", row.pk, ding)
    with pytest.raises(Invalid):
        plans.start("gas_leak", row.pk, ding, level=5)
    incidents.close(row.pk, "test", ding)
    with pytest.raises(Conflict):
        plans.start("gas_leak", row.pk, ding)


def test_every_plan_serves_types_that_exist_and_goes_back_to_them() -> None:
    for plan in shelf().values():
        assert set(plan.natures) <= set(natures())
        assert {n.code for n in natures().values() if n.plan == plan.code} == set(plan.natures)


def test_a_plume_is_kept_with_all_that_went_into_it(ding, call) -> None:
    row = call("液氨泄漏")
    run = hazards.run(row.pk, "gas_plume", PLUME | {"un": 1005}, ding)
    assert run.given["sky"] == 4.0 and run.zones[0]["severity"] == 1
    assert any("以指南距离为先" in each["zh"] for each in run.assumptions)
    told = Event.objects.get(topic="incident", kind="hazard_run").body
    assert told["now"]["hazards"] == [run.pk] == [told["did"]["run"]]
    with pytest.raises(Invalid) as refused:
        hazards.run(row.pk, "gas_plume", {"wind_m_s": 1.0}, ding)
    assert refused.value.field == "rate_g_s" and refused.value.zh
    with pytest.raises(Unknown):
        hazards.run(row.pk, "flood", {}, ding)
    with pytest.raises(Invalid, match="no place"):
        hazards.run(call("氯气", lon=None, lat=None).pk, "gas_plume", PLUME, ding)


def night(ding, call, unit) -> Incident:
    """A call that is worked on over half an hour."""
    start = clock.now() - 60 * MINUTE
    with clock.fixed(start):
        row = call("隧道积水，有车熄火", address="京广路隧道")
    with clock.fixed(start + MINUTE):
        orders.dispatch(row.pk, [Order(unit("D1", east_m=500).pk)], ding)
    (one,) = [order.unit for order in row.assignments.all()]
    for minutes, status in ((3, "en_route"), (9, "on_scene")):
        with clock.fixed(start + minutes * MINUTE):
            units.status(one.pk, Said(status), ding)
            tasks.tell_due()
    with clock.fixed(start + 12 * MINUTE):
        incidents.note(row.pk, "水深六十厘米，司机已救出", ding)
    return Incident.objects.get(pk=row.pk)


def by_name(report) -> dict[str, Any]:
    return {part["name_zh"]: part for part in report.content}


def test_reports_follow_the_chain(ding, call, unit, vectors) -> None:
    row = night(ding, call, unit)
    first = reports.send(row.pk, {"trend": "水位下降", "help": "请求泵车两台"}, ding)
    chain = vectors["emergency"]["report_chain"]
    assert [part["name_zh"] for part in first.content] == chain["first"]
    parts = by_name(first)
    assert "京广路隧道" in parts["发生地点"]["text_zh"]
    assert parts["发展趋势"]["text_zh"] == "水位下降"
    assert parts["现场负责人和联系方式"]["text_zh"] == "待核实"
    measures = parts["已采取措施"]["text_zh"]
    assert "派出 D1" in measures and "司机已救出" in measures
    assert "sent D1" in parts["已采取措施"]["text_en"]
    incidents.edit(row.pk, {"serious_injuries": 1, "severity": 1}, ding)
    second = reports.send(row.pk, {}, ding)
    assert (second.kind, second.number) == ("follow_up", 1)
    new = by_name(second)["新情况与措施"]["text_zh"]
    assert "事件等级 红色" in new and "重伤人数 1" in new
    assert "派出" not in new and "司机" not in new  # only what is new
    assert len(second.content) == 1
    units.status(Incident.objects.get().assignments.get().unit_id, Said("available"), ding)
    incidents.close(row.pk, "handled", ding)
    last = reports.send(row.pk, {"result": "交通恢复", "cause": "排水泵故障"}, ding)
    names = [part["name_zh"] for part in last.content]
    assert last.kind == "final" and set(chain["final_adds"]) <= set(names)
    assert by_name(last)["原因分析"]["text_zh"] == "排水泵故障"
    with pytest.raises(Conflict, match="final"):
        reports.send(row.pk, {}, ding)
    with pytest.raises(Invalid):
        reports.send(call().pk, {"weather": "雨"}, ding)
    told = Event.objects.filter(kind="reported_up").order_by("id")[0].body["did"]
    text = json.dumps(first.content, ensure_ascii=False, sort_keys=True)
    assert told["digest"] == log.digest(first.salt, text)


def test_the_review_gives_the_times_of_every_step(ding, call, unit) -> None:
    row = night(ding, call, unit)
    found = review.of_incident(row)
    times = {(each["from"], each["to"]): each["seconds"] for each in found["intervals"]}
    assert times == {
        ("reported_at", "dispatched_at"): 60.0,
        ("dispatched_at", "en_route_at"): 120.0,
        ("en_route_at", "on_scene_at"): 360.0,
    }
    (one,) = found["units"]
    assert one["code"] == "D1" and one["took_s"] == 480.0 and one["by_zh"] == "ding"
    assert found["late"] == 0
    assert [step["kind"] for step in found["known"]][:2] == ["reported", "dispatched"]
    assert all(step["line_zh"] and step["line_en"] for step in found["known"])


def test_late_tasks_are_named(ding, call) -> None:
    row = call("着火")
    start = Task.objects.get().start
    with clock.fixed(start + 5 * MINUTE):
        tasks.tell_due()
        tasks.done(Task.objects.get().pk, ding)
    found = review.of_incident(row)
    assert found["late"] == 1 and found["tasks"][0]["late_s"] == 180.0


def test_over_http(live, token, dispatcher, call, fill) -> None:
    fill("hospitals", [(Point(113.651, 34.75), {"name_zh": "第一医院", "name_en": "First"})])
    fill("buildings", [(box(113.6505, 34.7499, 113.6506, 34.7501), {"people": 40})])
    row = call("液氨泄漏")
    with live.client(token(dispatcher)) as desk:
        assert {p["code"] for p in desk.get("/api/v1/plans").json()["items"]} == set(shelf())
        for expected in (True, False):
            body = {"incident": row.pk}
            answer = desk.post("/api/v1/plans/gas_leak/start", json=body)
            assert answer.json()["started"] is expected
        models = desk.get("/api/v1/hazards").json()["items"]
        assert models[0]["code"] == "gas_plume"
        path = f"/api/v1/incidents/{row.pk}/hazards/gas_plume"
        made = desk.post(path, json={"given": PLUME})
        assert made.status_code == 201
        inside = made.json()["zones"][0]["inside"]
        assert inside["people"] == 40 and inside["sites"][0]["name_zh"] == "第一医院"
        again = desk.get(f"/api/v1/incidents/{row.pk}/hazards/{made.json()['id']}").json()
        assert again["zones"] == made.json()["zones"]
        refused = desk.post(path, json={"given": PLUME | {"wind_m_s": 99}})
        assert refused.status_code == 400 and refused.json()["field"] == "wind_m_s"
        sent = desk.post(f"/api/v1/incidents/{row.pk}/reports", json={"given": {}})
        assert sent.status_code == 201 and sent.json()["title_zh"] == "初报"
        assert len(desk.get(f"/api/v1/incidents/{row.pk}/reports").json()["items"]) == 1
        assert desk.get(f"/api/v1/incidents/{row.pk}/review").json()["steps"]["reported_at"]
