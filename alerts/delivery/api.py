"""Recipients and deliveries over HTTP, for supervisors."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status

from alerts.delivery import actions
from alerts.delivery.models import Delivery, Recipient
from alerts.delivery.public import of_channels, of_delivery, of_recipient
from core.severity import Severity
from people import may
from people.signin import EITHER, rights

router = Router(tags=["channels"], auth=EITHER)
MOST = 500


class RecipientIn(Schema):
    """A recipient; on a change an empty address keeps the one that is there."""

    name: str
    channel: str
    address: str = ""
    topics: list[str] = ["warning"]
    least: int = int(Severity.BLUE)
    scope: str = ""
    internal: bool = False
    active: bool = True


class RecipientChange(RecipientIn):
    """A recipient's new content."""

    version: int | None = None


class Filters(Schema):
    """Which deliveries: of a subject such as warning:3, in some states (comma-separated)."""

    subject: str = ""
    state: str = ""
    limit: int = 100
    cursor: int | None = None


def _given(row: RecipientIn) -> actions.Given:
    return actions.Given(**row.dict(exclude={"version"}))


@router.get("/channels")
def channels(request: HttpRequest) -> dict[str, Any]:
    """List the channels, why one is off, and their recipients."""
    may.require(rights(request), "channel.edit")
    rows = Recipient.objects.filter(may.visible(rights(request), "channel.edit"), removed_at=None)
    return {"channels": of_channels(), "recipients": [of_recipient(row) for row in rows]}


@router.post("/channels", response={201: dict[str, Any]})
def add(request: HttpRequest, given: RecipientIn) -> Status[dict[str, Any]]:
    """Add a recipient; `secret` is shown this once only."""
    row, secret = actions.add(_given(given), rights(request))
    return Status(201, {**of_recipient(row), "secret": secret})


@router.put("/channels/{int:recipient_id}")
def change(request: HttpRequest, recipient_id: int, given: RecipientChange) -> dict[str, Any]:
    """Change a recipient."""
    row = actions.change(recipient_id, _given(given), rights(request), given.version)
    return of_recipient(row)


@router.delete("/channels/{int:recipient_id}")
def remove(request: HttpRequest, recipient_id: int) -> dict[str, Any]:
    """Take a recipient out of use."""
    actions.remove(recipient_id, rights(request))
    return {"removed": recipient_id}


@router.post("/channels/{int:recipient_id}/secret")
def renew_secret(request: HttpRequest, recipient_id: int) -> dict[str, Any]:
    """Give a recipient another secret, shown this once only."""
    row, secret = actions.renew_secret(recipient_id, rights(request))
    return {**of_recipient(row), "secret": secret}


@router.post("/channels/{int:recipient_id}/try")
def try_out(request: HttpRequest, recipient_id: int) -> dict[str, Any]:
    """Queue a message that only tries the way."""
    return of_delivery(actions.enqueue_trial(recipient_id, rights(request)))


@router.get("/deliveries")
def deliveries(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """List deliveries, newest first; `next` is the cursor of the next page."""
    may.require(rights(request), "channel.edit")
    seen = may.visible(rights(request), "channel.edit", field="recipient__scope")
    rows = Delivery.objects.select_related("recipient").filter(seen)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if wanted.state:
        rows = rows.filter(state__in=wanted.state.split(","))
    if wanted.cursor is not None:
        rows = rows.filter(pk__lt=wanted.cursor)
    limit = max(1, min(wanted.limit, MOST))
    page = list(rows.order_by("-pk")[: limit + 1])
    following = page[limit - 1].pk if len(page) > limit else None
    return {"items": [of_delivery(row) for row in page[:limit]], "next": following}


@router.post("/deliveries/{int:delivery_id}/resend")
def resend(request: HttpRequest, delivery_id: int) -> dict[str, Any]:
    """Send again what failed; the receiver sees the same delivery id."""
    return of_delivery(actions.resend(delivery_id, rights(request)))
