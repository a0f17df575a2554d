"""Recipients and deliveries as supervisors see them: never a key, no token of an address."""

import datetime
from typing import Any

from alerts.channel import channels
from alerts.delivery.models import Delivery, Recipient
from core import clock


def of_recipient(row: Recipient) -> dict[str, Any]:
    """Return a recipient without its secrets."""
    return {
        "id": row.pk,
        "name": row.name,
        "channel": row.channel,
        "address": channels()[row.channel].shown(row.address),
        "topics": row.topics,
        "least": row.least,
        "scope": row.scope,
        "internal": row.internal,
        "active": row.active,
        "version": row.version,
        "changed_at": _iso(row.changed_at),
    }


def of_delivery(row: Delivery) -> dict[str, Any]:
    """Return a delivery with how it stands; the recipient by name, without the address."""
    return {
        "id": row.pk,
        "uid": str(row.uid),
        "subject": row.subject,
        "kind": row.kind,
        "title": row.content.get("title", ""),
        "recipient": {"id": row.recipient_id, "name": row.recipient.name},
        "channel": row.recipient.channel,
        "state": str(row.state),
        "attempts": row.attempts,
        "next_try": _iso(row.next_try) if row.state in ("waiting", "sending") else None,
        "error_zh": row.error_zh,
        "error_en": row.error_en,
        "answer": row.answer,
        "made_at": _iso(row.made_at),
        "ended_at": _iso(row.ended_at),
    }


def of_channels() -> list[dict[str, Any]]:
    """Return every channel of the shelf, and why one is off."""
    return [
        {
            "name": name,
            "title_zh": channel.title_zh,
            "title_en": channel.title_en,
            "signs": channel.signs,
            "on": (why := channel.off()) is None,
            "why_en": why[0] if why else "",
            "why_zh": why[1] if why else "",
        }
        for name, channel in channels().items()
    ]


def _iso(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(clock.UTC).isoformat()
