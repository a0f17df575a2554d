"""A whole night: the desk, the calls and the warning go on while the stations speak."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from city.night.alarm import Alarm
from city.night.book import Book
from city.night.calls import Calls
from city.night.cast import Cast
from city.night.desk import Desk
from city.night.feed import Ear, listening
from city.night.ledger import verify
from city.night.person import Person
from city.scenario import Station
from city.stage.wire import Wire
from city.storm.facts import at

TOPICS = ("alert", "incident", "unit", "task", "case", "closure", "warning")
UPDATE = at(20, 19)


class Night:
    """What people do in a play; `due` is called before the stations speak at each moment."""

    def __init__(self, cast: Cast, stations: Sequence[Station], divisions: list[str]) -> None:
        self.cast, self.book = cast, cast.book
        self.desk = Desk(cast)
        self._calls = Calls(cast, stations)
        self._alarm = Alarm(cast, divisions)
        self._updated = False

    async def due(self, now: datetime.datetime, ear: Ear) -> None:
        """Let the desk come up to date, then let happen what is due by now."""
        await ear.events.join()
        if self.desk.red is not None and not self.book.kept["warnings"]:
            await self._alarm.issue(f"alert:{self.desk.red}")
        await self._calls.due(now)
        for incident in self.book.called:
            await self.desk.dispatch(incident)
        self.book.called.clear()
        if now >= UPDATE and not self._updated:
            self._updated = True
            await self._alarm.update()

    async def end(self, ear: Ear) -> None:
        """Let the night come to its end: crews home, roads open, the warning off."""
        await ear.events.join()
        await self.desk.settle()
        await self._send_home()
        await self._open_roads()
        await self._alarm.end()
        await ear.events.join()
        await self.desk.settle()
        await verify(self.cast)

    async def _send_home(self) -> None:
        person = self.cast.dispatcher
        dry = {self.desk.incidents.get(alert) for alert in self.desk.dry}
        for number in sorted(self.book.kept["incidents"]):
            incident = await person.get(f"/incidents/{number}")
            for order in incident["assignments"]:
                if order["available_at"] is None:
                    path = f"/units/{order['unit']}/status"
                    await self.cast.does(person, "unit available", path, {"status": "available"})
            outcome = "handled" if number in dry else "handed_over"
            body = {"outcome": outcome, "words": "雨势减弱，积水处置移交属地"}
            if await self.cast.does(person, "incident closed", f"/incidents/{number}/close", body):
                continue

    async def _open_roads(self) -> None:
        for number in sorted(self.book.kept["closures"]):
            await self.cast.does(
                self.cast.dispatcher, "closure ended", f"/closures/{number}/end", {}
            )


@asynccontextmanager
async def playing(
    wire: Wire, password: str, stations: Sequence[Station], speed: float
) -> AsyncIterator[tuple[Night, Ear]]:
    """Sign everybody in and let the desk listen for as long as the block lasts."""
    cast = await Cast.sign_in(wire, password, Book(), speed)
    night = Night(cast, stations, await _districts(cast.dispatcher, stations))
    async with listening(Ear(wire.url, cast.dispatcher, TOPICS)) as ear:
        desk = asyncio.get_running_loop().create_task(night.desk.work(ear.events))
        try:
            yield night, ear
        finally:
            desk.cancel()
            await asyncio.gather(desk, return_exceptions=True)


async def _districts(person: Person, stations: Sequence[Station]) -> list[str]:
    """Return the districts where the most roads are watched: the warning's area."""
    counts: dict[str, int] = {}
    for station in stations:
        if "water_depth" in station.streams and len(station.scope) >= 6:
            code = station.scope[:6]
            counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code))[:3]
