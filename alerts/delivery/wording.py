"""What a recipient reads: a title, a text in Chinese and English, and the data for programs."""

from typing import Any

from alerts.warning.ending import is_end
from alerts.warning.models import PublicWarning
from alerts.warning.public import public
from core.severity import Severity

_MARK = {"Exercise": ("【演练】", "EXERCISE "), "Test": ("【测试】", "TEST ")}


def of_warning(row: PublicWarning) -> dict[str, Any]:
    """Return the words of an issued warning."""
    zh, en = _MARK.get(row.status, ("", ""))
    lines = [
        f"{zh}{row.headline_zh}",
        row.description_zh,
        row.instruction_zh,
        f"发布：{row.sender_zh}　编号：{row.identifier}　有效至：{row.expires.isoformat()}",
        "",
        f"{en}{row.headline_en}",
        row.description_en,
        row.instruction_en,
        f"Sender: {row.sender_en}. Identifier: {row.identifier}. Until {row.expires.isoformat()}",
    ]
    title = f"{zh}{row.headline_zh} / {en}{row.headline_en}"
    return {"title": title, "text": "\n".join(lines) + "\n", "data": public(row)}


def kind_of(row: PublicWarning) -> str:
    """Return what kind of telling a warning's message is."""
    if is_end(row):
        return "warning.ended"
    return "warning.updated" if row.msg_type == "Update" else "warning.issued"


def of_alert(now: dict[str, Any]) -> dict[str, Any]:
    """Return the words of an alert, from its picture in the log."""
    grade = Severity(now["severity"])
    title = f"{grade.zh}告警：{now['title_zh']} / {grade.en} alert: {now['title_en']}"
    value = "" if now["value"] is None else f"{now['value']:g} {now['unit']}".strip()
    lines = [
        f"{now['thing_zh']}　{now['place_zh']}　{value}",
        f"{now['thing_en']}, {now['place_en']}: {value}",
        f"#{now['number']} {now['opened_at']}",
    ]
    return {"title": title, "text": "\n".join(lines) + "\n", "data": now}


def of_trial(name: str) -> dict[str, Any]:
    """Return the words of a message that only tries whether the way is open."""
    return {
        "title": "【测试】智慧城市平台试发 / TEST message of Zhihui",
        "text": f"{name}：测试消息，无需处理。\nThis is a test; nothing needs to be done.\n",
        "data": {"recipient": name},
    }
