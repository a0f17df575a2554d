"""Cases as they stand: for snapshots, and to prove that replay equals them."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from feed.projection import Item, Projection
from feed.timeline import Limit, Timeline
from urban.card import public
from urban.models import OPEN, Case


class Cases(Projection):
    """Every case that has not ended."""

    topic = "case"

    def items(self) -> Iterable[Item]:
        """Return them, oldest first."""
        for case in Case.objects.filter(OPEN).select_related("department").order_by("pk"):
            yield Item(
                "case", str(case.pk), case.changed_at, case.scope, case.geom.geojson, public(case)
            )


class CaseSteps(Timeline):
    """A case's steps, and the moment by which it had to be answered."""

    topic = "case"
    title = "案件", "case"
    words: ClassVar = {
        "report": ("上报", "reported"),
        "accept": ("受理", "accepted"),
        "reject": ("不受理", "rejected"),
        "send_verify": ("发核实", "sent to verify"),
        "verify": ("核实", "verified"),
        "register": ("立案", "filed"),
        "dispatch": ("派遣", "dispatched"),
        "handle": ("开始处置", "work begun"),
        "answer": ("处置完成", "answered"),
        "send_check": ("发核查", "sent to check"),
        "check": ("核查", "checked"),
        "close": ("结案", "closed"),
        "return": ("回退", "returned"),
        "extend": ("申请延期", "extension asked for"),
        "grant": ("同意延期", "extension granted"),
        "refuse": ("不同意延期", "extension refused"),
        "hang": ("挂账", "on hold"),
        "resume": ("恢复", "resumed"),
        "void": ("作废", "void"),
        "merge": ("合并", "merged"),
    }

    def limits(
        self, known: datetime.datetime, first: dict[str, Any], last: dict[str, Any]
    ) -> Iterator[Limit]:
        """Return the limit of handling, in working time, extensions and holds counted."""
        if last.get("due_at"):
            due = datetime.datetime.fromisoformat(last["due_at"])
            yield Limit("answer", due, "处置时限（工作时间）", "limit of handling, in working time")
