"""The worker's part: what is due goes out, in threads that never touch the database."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from alerts.channel import Parcel, Undelivered, channels
from alerts.delivery import actions
from alerts.delivery.models import Delivery
from alerts.delivery.secret import secret
from alerts.warning import actions as warnings

log = logging.getLogger(__name__)

AT_ONCE = 16


def deliver_due() -> int:
    """Send what is due and note what came of each; returns how many were tried."""
    claimed = actions.claim(AT_ONCE)
    if not claimed:
        return 0
    with ThreadPoolExecutor(len(claimed), "delivery") as threads:
        sent = {threads.submit(_send, row.recipient.channel, _parcel(row)): row for row in claimed}
        for future in as_completed(sent):
            _note(sent[future], future)
    return len(claimed)


def _parcel(row: Delivery) -> Parcel:
    return Parcel(
        uid=str(row.uid),
        address=row.recipient.address,
        secret=secret(row.recipient),
        kind=row.kind,
        made_at=row.made_at.isoformat(),
        title=row.content["title"],
        text=row.content["text"],
        data=row.content["data"],
        cap=bytes(row.message.raw) if row.message is not None else None,
    )


def _send(channel: str, parcel: Parcel) -> str:
    return channels()[channel].send(parcel)


def _note(row: Delivery, future: "Future[str]") -> None:
    try:
        answer = future.result()
    except Undelivered as error:
        _failed(row, error)
        return
    except Exception as error:
        log.exception("delivery %s by %s went wrong", row.uid, row.recipient.channel)
        _failed(row, Undelivered(f"a fault in the channel: {type(error).__name__}", "渠道内部出错"))
        return
    actions.delivered(row, answer)
    _tell(row)


def _failed(row: Delivery, error: Undelivered) -> None:
    if actions.failed(row, error):
        log.warning("delivery %s to %s given up: %s", row.uid, row.recipient, error.en)
        _tell(row)


def _tell(row: Delivery) -> None:
    """Let a warning say how many of its deliveries were given up."""
    kind, _, number = row.subject.partition(":")
    if kind == "warning":
        warnings.tell_undelivered(int(number))
