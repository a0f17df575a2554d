"""What a step of an incident's history says, as a sentence in both languages."""

from collections.abc import Callable
from typing import Any

from core.severity import Severity
from emergency.models import Incident, Status
from emergency.nature import natures
from emergency.plan import LEVELS, plans

Line = tuple[str, str]
Step = dict[str, Any]

_STATUS = {
    Status.AVAILABLE: ("待命", "available"),
    Status.DISPATCHED: ("已派", "dispatched"),
    Status.EN_ROUTE: ("出动途中", "en route"),
    Status.ON_SCENE: ("到达现场", "on scene"),
    Status.COMMITTED: ("占用", "committed"),
    Status.OUT_OF_SERVICE: ("停用", "out of service"),
}
_OUTCOME = {
    Incident.Outcome.HANDLED: ("已处置", "handled"),
    Incident.Outcome.FALSE_ALARM: ("误报", "false alarm"),
    Incident.Outcome.DUPLICATE: ("重复", "duplicate"),
    Incident.Outcome.HANDED_OVER: ("移交", "handed over"),
    Incident.Outcome.TEST: ("演练测试", "test"),
}
_FIELDS = {
    "nature": ("类型", "type"),
    "severity": ("事件等级", "severity"),
    "response_level": ("响应级别", "response level"),
    "warning_colour": ("预警颜色", "warning colour"),
    "address": ("地址", "address"),
    "lon": ("经度", "longitude"),
    "lat": ("纬度", "latitude"),
    "deaths": ("死亡人数", "deaths"),
    "serious_injuries": ("重伤人数", "serious injuries"),
    "missing": ("失联人数", "missing"),
    "loss_10k_yuan": ("直接损失（万元）", "direct loss (10,000 yuan)"),
    "under_control_at": ("已控制", "under control"),
}
PLAIN = {  # steps of which there is no more to say than their name
    "reported": ("接报", "reported"),
    "taken": ("接手", "taken"),
    "noted": ("备注", "note"),
    "hazard_run": ("运行扩散模型", "hazard model run"),
    "reopened": ("重新打开", "reopened"),
    "units_removed": ("演示单位已移除", "demo units removed"),
}
TASK = {
    "soon_due": ("将到期", "soon due"),
    "due": ("已到期", "due"),
    "done": ("完成", "done"),
    "cancelled": ("取消", "cancelled"),
    "begun": ("开始计时", "timed"),
}


def line(step: Step) -> Line:
    """Return the sentence of a step of `history.of_incident`; without words that are personal."""
    if step["topic"] == "task":
        zh, en = TASK.get(step["kind"], (step["kind"], step["kind"]))
        return f"{step['title_zh']}：{zh}", f"{step['title_en']}: {en}"
    kind = step["kind"]
    if tell := _LINES.get(kind):
        return tell(step)
    return PLAIN.get(kind, (kind, kind.replace("_", " ")))


def _codes(step: Step) -> str:
    return "、".join(step["did"].get("units", []))


def _dispatched(step: Step) -> Line:
    return f"派出 {_codes(step)}", f"sent {', '.join(step['did'].get('units', []))}"


def _status(step: Step) -> Line:
    zh, en = _STATUS.get(step["did"].get("to"), ("", ""))
    return f"{step['did'].get('unit')} {zh}", f"{step['did'].get('unit')} {en}"


def _late(step: Step) -> Line:
    zh, en = _status(step)
    return f"{zh}（补报）", f"{en} (reported late)"


def _withdrawn(step: Step) -> Line:
    zh, en = _STATUS.get(step["did"].get("from"), ("", ""))
    unit = step["did"].get("unit")
    return f"{unit} 撤回“{zh}”", f"{unit} {en}: taken back"


def _diverted(step: Step) -> Line:
    unit, to = step["did"].get("unit"), step["did"].get("to")
    return f"{unit} 改派至 #{to}", f"{unit} diverted to #{to}"


def _edited(step: Step) -> Line:
    told = {name: value for name, value in step["changed"].items() if name in _FIELDS}
    zh = [f"{_FIELDS[name][0]}{_value(name, value, 0)}" for name, value in told.items()]
    en = [f"{_FIELDS[name][1]}{_value(name, value, 1)}" for name, value in told.items()]
    return f"更正：{'，'.join(zh)}", f"corrected: {', '.join(en)}"


def _value(name: str, value: Any, language: int) -> str:
    if name == "under_control_at":
        return ""
    if name == "nature":
        nature = natures().get(value)
        value = (nature.title_zh, nature.title_en)[language] if nature else value
    if name in ("severity", "warning_colour") and value is not None:
        value = (Severity(value).zh, Severity(value).en)[language]
    if name == "response_level" and value is not None:
        value = LEVELS[value]
    return f" {'—' if value is None else value}"


def _linked(step: Step) -> Line:
    kinds = {"alert": ("告警", "alert"), "case": ("案件", "case"), "incident": ("事件", "incident")}
    zh, en = kinds.get(step["did"].get("kind"), ("", ""))
    return f"关联{zh} {step['did'].get('ref')}", f"linked {en} {step['did'].get('ref')}"


def _planned(step: Step) -> Line:
    plan, level = plans().get(step["did"].get("plan")), LEVELS.get(step["did"].get("level"), "")
    names = (plan.title_zh, plan.title_en) if plan else (step["did"].get("plan"),) * 2
    return f"启动{names[0]}，{level} 级响应", f"started the {names[1]}, response level {level}"


def _reported_up(step: Step) -> Line:
    number = step["did"].get("number", 0)
    kinds = {
        "first": ("初报", "first report"),
        "follow_up": (f"续报（{number}）", f"follow-up {number}"),
        "final": ("终报", "final report"),
    }
    zh, en = kinds.get(step["did"].get("kind"), ("", ""))
    return f"报送{zh}", f"{en} sent"


def _closed(step: Step) -> Line:
    zh, en = _OUTCOME.get(step["did"].get("outcome"), ("", ""))
    return f"结束：{zh}", f"closed: {en}"


_LINES: dict[str, Callable[[Step], Line]] = {
    "dispatched": _dispatched,
    "diverted": _diverted,
    "unit_status": _status,
    "stamped_late": _late,
    "withdrawn": _withdrawn,
    "edited": _edited,
    "linked": _linked,
    "plan_started": _planned,
    "reported_up": _reported_up,
    "closed": _closed,
}
