"""The play itself: stations found or registered, readings sent at the wished speed, read back."""

import asyncio
import dataclasses
import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from city.scenario import Reading, Scenario, Station, Step, Unplayable
from city.stage.door import Door
from city.stage.ledger import Ledger, Outcome, settle
from city.stage.telemetry import Gateway, Telemetry

Tokens = Callable[[Sequence[str]], Mapping[str, str]]  # codes of stations → their device tokens
Say = Callable[[str, str], None]
_A_WORD = 5.0  # seconds between two lines of progress


@dataclasses.dataclass(frozen=True, slots=True)
class Played:
    """All that an account is made of."""

    stations: Sequence[Station]
    begin: datetime.datetime
    end: datetime.datetime
    shift: datetime.timedelta
    took: float
    behind: float  # seconds by which the play was late at most
    ledger: Ledger
    outcome: Outcome
    alerts: Sequence[dict[str, Any]]
    known_alerts: frozenset[int]  # those that were there before


class Company(Protocol):
    """The people of a scenario; `due` is called with its own time before the stations speak."""

    async def open(self, stations: Sequence[Station]) -> None:
        """Begin; raises Unplayable."""

    async def due(self, now: datetime.datetime) -> None:
        """Let happen what is due."""

    async def end(self) -> None:
        """Bring everything to its end."""

    async def close(self) -> None:
        """Let go, however it ended."""


@dataclasses.dataclass
class Player:
    """Plays one scenario; `speed` is scenario seconds in a second, 0 as fast as possible."""

    door: Door
    scenario: Scenario
    tokens: Tokens
    say: Say
    speed: float = 0.0
    ends_now: bool = False
    gateway: Gateway | None = None
    company: Company | None = None

    async def play(self) -> Played:
        """Play from the first reading to the last, then read everything back."""
        stations = await self._cast()
        steps = list(self.scenario.steps(stations))
        if not steps:
            raise Unplayable("此情景没有数据", "this scenario has nothing to say")
        packets = [packet for step in steps for packet in step.packets]
        begin = min([steps[0].at, *(packet.time for packet in packets)])
        end = steps[-1].at
        shift = self._shift(end)
        used = self._used(stations, steps)
        tokens = await asyncio.to_thread(self.tokens, [each.code for each in used])
        before = await self._stored(used, begin + shift, end + shift)
        known = frozenset(each["id"] for each in await self.door.alerts(s.id for s in used))
        begun = time.monotonic()
        ledger = Ledger()
        telemetry = self._telemetry(bool(packets))
        if self.company:
            await self.company.open(used)
        try:
            by_code = {each.code: each for each in used}
            behind = await self._send(steps, by_code, tokens, shift, ledger, telemetry)
            if self.company:
                await self.company.end()
        finally:
            if telemetry:
                await telemetry.close()
            if self.company:
                await self.company.close()
        took = time.monotonic() - begun
        if telemetry:
            await telemetry.enter(self.door, used, ledger)
        self.say("读回核对", "reading back")
        after = await self._stored(used, begin + shift, end + shift)
        alerts = await self.door.alerts(station.id for station in used)
        outcome = settle(ledger, before, after)
        return Played(used, begin, end, shift, took, behind, ledger, outcome, alerts, known)

    def _telemetry(self, wanted: bool) -> Telemetry | None:
        """Return the way to the gateway if a scenario speaks through it; raises Unplayable."""
        if not wanted:
            return None
        if self.gateway is None:
            raise Unplayable(
                "此情景经 HJ 212 网关上报，只能在平台所在机器上演示",
                "this scenario speaks through the HJ 212 gateway: play it on its machine",
            )
        return Telemetry(self.gateway)

    def _shift(self, end: datetime.datetime) -> datetime.timedelta:
        if not (self.ends_now and self.scenario.moves):
            return datetime.timedelta(0)
        now = datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0)
        return now - end

    async def _cast(self) -> list[Station]:
        """Return the stations, after registering those that are missing."""
        stations = await self.door.stations(self.scenario.kinds)
        wanted = self.scenario.wanted()
        by_name = {each.name_zh: each for each in stations}
        properties = await self.door.observed_properties() if wanted else {}
        made = 0
        for each in wanted:
            there = by_name.get(each.name_zh)
            if there is None:
                await self.door.register(each, properties)
                made += 1
            else:
                for name in set(each.properties) - set(there.streams):
                    await self.door.add_stream(there, each, name, properties)
                    made += 1
            if made:
                properties = await self.door.observed_properties()
        if made:
            self.say(f"已登记 {made} 个站点或数据流", f"{made} stations or datastreams registered")
            stations = await self.door.stations(self.scenario.kinds)
        return stations

    def _used(self, stations: Sequence[Station], steps: Sequence[Step]) -> list[Station]:
        speaking = {reading.station for step in steps for reading in step.readings}
        speaking |= {packet.station for step in steps for packet in step.packets}
        return [station for station in stations if station.code in speaking]

    async def _stored(
        self, stations: Sequence[Station], since: datetime.datetime, until: datetime.datetime
    ) -> dict[int, Mapping[datetime.datetime, float]]:
        streams = [stream for station in stations for stream in station.streams.values()]
        for station in stations:
            if station.about.get("speaks"):
                streams += (await self.door.series(station)).values()
        streams = list(dict.fromkeys(streams))
        found = await asyncio.gather(*(self.door.stored(s, since, until) for s in streams))
        return dict(zip(streams, found, strict=True))

    async def _send(
        self,
        steps: Sequence[Step],
        stations: Mapping[str, Station],
        tokens: Mapping[str, str],
        shift: datetime.timedelta,
        ledger: Ledger,
        telemetry: Telemetry | None = None,
    ) -> float:
        """Send step after step; a step begins when the one before is acknowledged."""
        begun = spoken = time.monotonic()
        behind = 0.0
        for count, step in enumerate(steps, start=1):
            due = begun
            if self.speed:
                due += (step.at - steps[0].at).total_seconds() / self.speed
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                behind = max(behind, time.monotonic() - due)
            if self.company:
                await self.company.due(step.at)
            ledger.gaps += step.gaps
            groups: dict[str, list[Reading]] = {}
            for reading in step.readings:
                groups.setdefault(reading.station, []).append(reading)
            await asyncio.gather(
                *(
                    self._speak(stations[code], tokens[code], step.at + shift, said, ledger)
                    for code, said in groups.items()
                )
            )
            if telemetry:
                moved = [dataclasses.replace(each, time=each.time + shift) for each in step.packets]
                await telemetry.send(moved)
            if time.monotonic() - spoken > _A_WORD:
                spoken = time.monotonic()
                told = ledger.accepted + (telemetry.acknowledged if telemetry else 0)
                progress = f"{step.at:%m-%d %H:%M} · {count}/{len(steps)} · {told:,}"
                self.say(progress, "acknowledged")
        return behind

    async def _speak(
        self,
        station: Station,
        token: str,
        moment: datetime.datetime,
        said: Sequence[Reading],
        ledger: Ledger,
    ) -> None:
        """Let one station send what it has; rubbish goes in messages of its own."""
        good = [each for each in said if not each.rubbish]
        rows = [(station.streams[each.property], moment, each.value) for each in good]
        if rows:
            answers = await self.door.send(token, rows)
            for row, refused in zip(rows, answers, strict=True):
                ledger.answered(*row, refused)
        for each in said:
            if each.rubbish:
                stream = station.streams[each.property]
                refused = await self.door.send_raw(token, stream, moment, each.rubbish)
                ledger.answered(stream, moment, each.value, refused)
