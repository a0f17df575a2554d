"""What the doors to the past share: the router, and how moments and topics are asked for."""

import datetime

from ninja import Router

from core.errors import Invalid
from people.signin import EITHER

router = Router(tags=["feed"], auth=EITHER)


def offset(field: str, moment: datetime.datetime) -> None:
    """Raise Invalid for a moment without an offset."""
    if moment.tzinfo is None:
        raise Invalid(f"{field} needs an offset", zh="时间须带时区", field=field)


def known(by: str) -> bool:
    """Say whether the clock is that of what was known; raises Invalid for neither."""
    if by not in ("known", "was"):
        raise Invalid("clock is known or was", zh="clock 应为 known 或 was", field="clock")
    return by == "known"


def topics(given: str, usual: frozenset[str]) -> frozenset[str]:
    """Return the topics named, or all that are usual; raises Invalid for others."""
    found = frozenset(given.split(",")) if given else usual
    if found - usual:
        raise Invalid(
            f"unknown topics {sorted(found - usual)}", zh="没有这样的主题", field="topics"
        )
    return found
