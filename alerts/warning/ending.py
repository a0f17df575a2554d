"""The message that ends a warning: a Cancel, or an Update that says AllClear to everybody."""

import datetime
from typing import Any

from alerts.warning.models import PublicWarning
from core import clock

ALL_CLEAR_LASTS = datetime.timedelta(hours=1)
HOW = ("cancel", "all_clear")


def is_end(row: PublicWarning) -> bool:
    """Say whether a message ends what it follows."""
    return row.msg_type == "Cancel" or row.responses == ["AllClear"]


def ending(row: PublicWarning, how: str) -> dict[str, Any]:
    """Return the columns in which the end differs from what it ends."""
    cancel = how == "cancel"
    return {
        "msg_type": "Cancel" if cancel else "Update",
        "state": PublicWarning.State.AWAITING,
        "responses": ["AllClear"],
        "urgency": "Past",
        "certainty": "Observed",
        "onset": None,
        "expires": row.expires if cancel else clock.now() + ALL_CLEAR_LASTS,
        "headline_zh": f"解除：{row.headline_zh}"[:160],
        "headline_en": f"Ended: {row.headline_en}"[:160],
        "description_zh": f"{row.area_zh}的{row.event_zh}预警已解除。",
        "description_en": f"The warning of {row.event_en.lower()} for {row.area_en} has ended.",
        "instruction_zh": "可恢复正常活动，仍请留意身边的危险。",
        "instruction_en": "You may return to normal; still look out for dangers around you.",
    }
