"""A warning's row and the event that tells of it, always together."""

from typing import Any

from alerts.warning.models import PublicWarning
from alerts.warning.public import public
from core import clock
from feed.log import Happening, changes, ewkb, record


def tell(
    row: PublicWarning,
    before: dict[str, Any] | None,
    kind: str,
    actor: str,
    did: dict[str, Any] | None = None,
) -> PublicWarning:
    """Save the row with its next version and write the event that tells of it.

    `before` is the public picture of what was there, None for a new one; in a transaction.
    """
    row.changed_at = clock.now()
    if before is not None:
        row.version += 1
    row.save()
    now = public(row)
    body: dict[str, Any] = {"now": now, "did": did or {}, "gone": row.closed}
    if before is not None:
        body["changed"] = sorted(changes(before, now))
    record(
        Happening(
            topic="warning",
            kind=kind,
            entity="warning",
            entity_id=str(row.pk),
            actor=actor,
            at=row.changed_at,
            scope=row.scope,
            geom=ewkb(row.geom),
            body=body,
        )
    )
    return row
