"""The end of the night: crews home, incidents closed, roads open, alerts resolved."""

from typing import Any

from city.night.cast import Cast, key
from city.night.desk import Desk


async def everybody(cast: Cast, desk: Desk) -> None:
    """Close every incident of this night, open every road that it closed, resolve its alerts."""
    dry = {desk.incidents.get(alert) for alert in desk.dry}
    for number in sorted(cast.book.kept["incidents"]):
        await _close(cast, number, "handled" if number in dry else "handed_over")
    for number in sorted(cast.book.kept["closures"]):
        if (await cast.dispatcher.get(f"/closures/{number}"))["state"] != "ended":
            await cast.does(cast.dispatcher, "closure ended", f"/closures/{number}/end")
    for number in sorted(cast.book.kept["alerts"]):
        if (await cast.dispatcher.get(f"/alerts/{number}"))["state"] != "resolved":
            body = {"outcome": "handled", "words": "雨势减弱"}
            await cast.does(cast.dispatcher, "resolved", f"/alerts/{number}/resolve", body)


async def _close(cast: Cast, number: int, outcome: str) -> None:
    person = cast.dispatcher
    incident: dict[str, Any] = await person.get(f"/incidents/{number}")
    for order in incident["assignments"]:
        if order["available_at"] is None:
            body = {"status": "available", "key": key()}
            await cast.does(person, "unit available", f"/units/{order['unit']}/status", body)
    words = "现场已处置" if outcome == "handled" else "雨势减弱，积水处置移交属地"
    body = {"outcome": outcome, "words": words}
    await cast.does(person, f"incident closed: {outcome}", f"/incidents/{number}/close", body)
