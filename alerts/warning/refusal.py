"""The refusals that a warning's steps answer with, each with its sentence in both languages."""

import dataclasses
from typing import Any

from alerts.cap.finding import Finding
from alerts.warning.models import PublicWarning
from core.errors import Conflict, Forbidden, Invalid, Unknown


def unknown(warning_id: int) -> Unknown:
    """There is none, or not for the one who asks."""
    return Unknown(f"there is no warning {warning_id}", zh=f"没有编号为 {warning_id} 的预警")


def changed(warning_id: int, current: dict[str, Any]) -> Conflict:
    """Somebody was faster."""
    return Conflict(
        f"warning {warning_id} has changed since you looked",
        zh=f"预警 {warning_id} 已被他人更新",
        remedy="look at the present state and decide again",
        current=current,
    )


def not_in(row: PublicWarning, current: dict[str, Any]) -> Conflict:
    """Its state does not allow the step."""
    zh, en = str(row.get_state_display()).split(" ", 1)
    return Conflict(
        f"warning {row.pk} is {en.lower()}: this step is not possible",
        zh=f"预警 {row.pk} 当前为“{zh}”，不能执行此操作",
        current=current,
    )


def needs_another() -> Forbidden:
    """The composer would approve the own work."""
    return Forbidden(
        "a warning is approved by a second person: you composed or edited this one",
        zh="预警须由第二人审批：您是本预警的拟稿人或修改人",
        remedy="ask another supervisor to approve it",
    )


def unfit(findings: list[Finding]) -> Invalid:
    """CAP would not be valid."""
    return Invalid(
        f"the CAP message would not be valid: {findings[0].en}",
        zh=f"CAP 消息不合规：{findings[0].zh}",
        field="cap",
        findings=[dataclasses.asdict(one) for one in findings],
    )
