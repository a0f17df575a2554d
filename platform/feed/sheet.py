"""A review as a table for spreadsheets: one line a step, UTF-8 with its mark, no formula runs."""

import csv
import io
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from feed import timeline
from feed.review import File, Late, Step

MARK = "\ufeff"  # without it spreadsheets read Chinese as something else
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HEAD = {
    "zh": ("类别", "编号", "名称", "位置", "级别", "步骤", "发生时间", "获知时间", "获知滞后(秒)",
           "距开始(秒)", "次数", "操作者", "时限", "超时(秒)", "时限依据", "模拟"),
    "en": ("topic", "number", "title", "place", "severity", "step", "at", "known at", "delay (s)",
           "since beginning (s)", "times", "actor", "due", "late by (s)", "limit", "simulated"),
}  # fmt: skip


def titled(now: Mapping[str, Any], language: str) -> str:
    """Return what an entity is called, whichever of the usual fields it has for that."""
    other = "en" if language == "zh" else "zh"
    for field in ("title", "headline", "type", "event", "name"):
        text = now.get(f"{field}_{language}") or now.get(f"{field}_{other}")
        if text:
            return str(text)
    return str(now.get("address") or "")


def text(files: Iterable[File], names: Mapping[str, dict[str, str]], language: str) -> str:
    """Return the table; `names` are the actors' names by language, `language` is zh or en."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out)
    writer.writerow(_HEAD[language])
    for file in files:
        for line in _lines(file, names, language):
            writer.writerow([_harmless(cell) for cell in line])
    return out.getvalue()


def _lines(
    file: File, names: Mapping[str, dict[str, str]], language: str
) -> Iterable[tuple[Any, ...]]:
    late = {one.step: one for one in file.late}
    now = file.last
    kind, at = timeline.of(file.topic), 0 if language == "zh" else 1
    head = (
        kind.title[at] if kind.title else file.topic,
        now.get("number") or file.id,
        titled(now, language),
        now.get(f"place_{language}") or now.get("address") or "",
        now.get("peak") or now.get("severity") or "",
    )
    for step in file.steps:
        name = names.get(step.actor, {}).get(language, step.actor)
        over = late.pop(step.step, None)
        called, told = kind.called(step.step)[at], now.get("simulated", "")
        yield (*head, called, *_timed(file, step, name), *_limit(over, language), told)
    for over in late.values():
        called = kind.called(over.step)[at]
        yield (*head, called, *[""] * 6, *_limit(over, language), now.get("simulated", ""))


def _timed(file: File, step: Step, actor: str) -> tuple[Any, ...]:
    since = round((step.at - file.begun).total_seconds())
    return (
        _local(step.at),
        _local(step.known_at),
        round(step.delay_s),
        since,
        step.count,
        actor,
    )


def _limit(late: Late | None, language: str) -> tuple[Any, ...]:
    if late is None:
        return "", "", ""
    return _local(late.due), round(late.by_s), late.why_zh if language == "zh" else late.why_en


def _local(moment: datetime) -> str:
    return moment.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M:%S")


def _harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_STARTS):
        return f"'{cell}"
    return cell
