"""A whole night: the desk, the calls and the warning go on while the stations speak."""

import asyncio
import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable, Sequence

from city.night import homecoming
from city.night.alarm import Alarm
from city.night.book import Book
from city.night.calls import Calls
from city.night.cast import Cast
from city.night.desk import Desk
from city.night.feed import Ear
from city.night.ledger import verify
from city.performance import Account, Wishes, performances
from city.scenario import Station
from city.stage.wire import Wire
from city.storm.facts import at

TOPICS = ("alert", "incident", "unit", "task", "case", "closure", "warning")
UPDATE = at(20, 19)
FLEET = Wishes(count=40, every=5.0, minutes=0)
Say = Callable[[str, str], None]


@dataclasses.dataclass
class Night:
    """The company of a rainstorm: people at the desk, in the field, at home, and vehicles."""

    url: str
    password: str
    speed: float
    say: Say
    book: Book = dataclasses.field(default_factory=Book)
    vehicles: Account | None = None

    @property
    def lost(self) -> bool:
        """Say whether anything acknowledged was not found again."""
        return bool(self.book.lost) or bool(self.vehicles and self.vehicles.lost)

    async def open(self, stations: Sequence[Station]) -> None:
        """Sign everybody in, let the desk listen and the vehicles drive; raises Unplayable."""
        self._wire = Wire(self.url.rstrip("/"))
        self._cast = await Cast.sign_in(self._wire, self.password, self.book, self.speed)
        self._desk = Desk(self._cast)
        self._calls = Calls(self._cast, stations)
        self._alarm = Alarm(self._cast, districts(stations))
        self._ear = Ear(self.url.rstrip("/"), self._cast.dispatcher, TOPICS)
        self._stop = asyncio.Event()
        start = asyncio.get_running_loop().create_task
        self._tasks = [start(self._ear.listen()), start(self._desk.work(self._ear.events))]
        self._drive = start(performances()["vehicles"]().play(FLEET, self.say, self._stop))
        await self._ear.live.wait()

    async def due(self, now: datetime.datetime) -> None:
        """Let the desk come up to date, then let happen what is due by now."""
        await self._ear.events.join()
        self._look_after()
        if self._desk.red is not None and not self.book.kept["warnings"]:
            await self._alarm.issue(f"alert:{self._desk.red}")
        await self._calls.due(now)
        for incident in self.book.called:
            await self._desk.dispatch(incident)
        self.book.called.clear()
        if now >= UPDATE and not self.book.done["warning updated"]:
            await self._alarm.update()

    def _look_after(self) -> None:
        """Raise what ended somebody: nobody goes home before the night is over."""
        for task in (*self._tasks, self._drive):
            if task.done() and (trouble := task.exception()) is not None:
                raise trouble

    async def end(self) -> None:
        """Let the night come to its end: crews home, roads open, the warning off."""
        await self._desk.quiet(self._ear)
        await homecoming.everybody(self._cast, self._desk)
        await self._alarm.end()
        await self._desk.quiet(self._ear)
        self._stop.set()
        self.vehicles = await self._drive
        await verify(self._cast)

    async def close(self) -> None:
        """Let go of everything, however it ended."""
        self._stop.set()
        for task in (*self._tasks, self._drive):
            task.cancel()
        await asyncio.gather(*self._tasks, self._drive, return_exceptions=True)
        self._wire.close()


def districts(stations: Sequence[Station]) -> list[str]:
    """Return the districts where the most roads are watched: the warning's area."""
    counts = Counter(
        station.scope[:6]
        for station in stations
        if "water_depth" in station.streams and len(station.scope) >= 6
    )
    return sorted(counts, key=lambda code: (-counts[code], code))[:3]
