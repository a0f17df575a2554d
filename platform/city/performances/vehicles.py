"""Vehicles that drive about and report by JT/T 808 over real TCP, as terminals do."""

import asyncio
import contextlib
import dataclasses
import datetime
import time
from collections.abc import Coroutine, Sequence
from typing import NoReturn

import numpy as np
from asgiref.sync import sync_to_async

from city import env
from city.launch import probe
from city.performance import Account, Performance, Say, Wishes
from city.scenario import Unplayable
from city.stage import driving, fleet
from city.stage.jt808 import Fix, Refused, Tally, Terminal
from city.stage.table import table
from traffic import roads
from traffic.roads import NoRoads

_SEED = 20210720
_TOWN_M = 9_000.0  # metres from the network's middle within which the vehicles begin
_HEARTBEAT = 30.0  # seconds
_A_WORD = 10.0  # seconds between two lines of progress


class Vehicles(Performance):
    """So many vehicles drive along the streets, each reporting every few seconds."""

    title_zh = "车辆行驶上报（模拟数据，JT/T 808-2013）"
    title_en = "vehicles on the move (simulated, by JT/T 808-2013)"

    async def play(self, wishes: Wishes, say: Say, stop: asyncio.Event) -> Account:
        """Muster, drive, and read back."""
        try:
            network = (await sync_to_async(roads.current)()).graph
        except NoRoads as trouble:
            raise Unplayable(trouble.zh, trouble.detail) from trouble
        vehicles = await sync_to_async(fleet.muster)(wishes.count)
        rng = np.random.default_rng(_SEED)
        tally, begun = Tally(), time.monotonic()
        drivers = [
            _Driver(_terminal(vehicle, tally), home, np.random.default_rng(rng.integers(1 << 31)))
            for vehicle, home in zip(
                vehicles, driving.homes(network, wishes.count, _TOWN_M, rng), strict=True
            )
        ]
        say(f"{len(drivers)} 辆车出发", f"{len(drivers)} vehicles set out")
        try:
            drives = [driver.drive(wishes.every) for driver in drivers]
            await _until(stop, wishes, drives, tally, say)
        finally:
            await asyncio.gather(*(driver.terminal.close() for driver in drivers))
        found = await sync_to_async(fleet.stored)(vehicles, tally.acknowledged)
        return _account(tally, len(drivers), found, time.monotonic() - begun)


@dataclasses.dataclass
class _Driver:
    """One vehicle at the wheel: trip after trip, from where the last one ended."""

    terminal: Terminal
    spot: tuple[int, float]
    rng: np.random.Generator
    driven_m: float = 0.0

    async def drive(self, every: float) -> NoReturn:
        """Drive for ever; reports are spread so that all vehicles do not speak at once."""
        await asyncio.sleep(float(self.rng.random()) * every)
        spoken = time.monotonic()
        while True:
            trip = await sync_to_async(self._plan)()
            begun = time.monotonic()
            while (gone := time.monotonic() - begun) < trip.takes:
                where = trip.at(gone)
                await self.terminal.report(self._fix(where))
                if time.monotonic() - spoken > _HEARTBEAT:
                    await self.terminal.heartbeat()
                    spoken = time.monotonic()
                await asyncio.sleep(max(0.0, every - (time.monotonic() - begun - gone)))
            self.spot, self.driven_m = trip.end, self.driven_m + float(trip.metres[-1])

    def _plan(self) -> driving.Trip:
        """Plan the next trip on today's roads; where there is none, from another place."""
        load = roads.current().load
        while (found := driving.trip(load, self.spot, self.rng)) is None:
            (self.spot,) = driving.homes(load.graph, 1, _TOWN_M, self.rng)
        return found

    def _fix(self, where: driving.Moment) -> Fix:
        at = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        return Fix(
            at,
            where.lon,
            where.lat,
            where.speed_kmh,
            where.course,
            (self.driven_m + where.metres) / 1000.0,
        )


def _terminal(vehicle: fleet.Vehicle, tally: Tally) -> Terminal:
    host, port = probe.local_host().strip("[]"), env.number("ZHIHUI_JT808_PORT", 9808)
    if not port:
        raise Unplayable("JT/T 808 网关已关闭", "the JT/T 808 door is turned off")
    return Terminal(host, port, vehicle.phone, vehicle.plate, vehicle.identity, tally)


async def _until(
    stop: asyncio.Event,
    wishes: Wishes,
    drives: Sequence[Coroutine[None, None, NoReturn]],
    tally: Tally,
    say: Say,
) -> None:
    """Let everybody drive until somebody says stop or the time is over."""
    tasks = [asyncio.create_task(each) for each in drives]
    ends = time.monotonic() + wishes.minutes * 60 if wishes.minutes else float("inf")
    try:
        while not stop.is_set() and (left := ends - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), min(left, _A_WORD))
            _fail_early(tasks)
            say(f"已确认 {len(tally.acknowledged):,} / {tally.sent:,}", "acknowledged / sent")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _fail_early(tasks: Sequence[asyncio.Task[NoReturn]]) -> None:
    """Raise what ended a driver: nobody stops driving by himself."""
    for task in tasks:
        if task.done() and (trouble := task.exception()) is not None:
            if isinstance(trouble, Refused):
                raise Unplayable(f"网关拒绝：{trouble}", f"the gateway refused: {trouble}")
            raise trouble


def _account(tally: Tally, count: int, found: int, took: float) -> Account:
    told = len(tally.acknowledged)
    lost = len(set(tally.acknowledged)) - found
    rows = [
        ["车辆上报 Vehicle reports", ""],
        ["车辆 vehicles", f"{count:,}"],
        ["用时 took (s)", f"{took:.0f}"],
        ["鉴权成功 signed in", f"{tally.signed_in:,}"],
        ["心跳 heartbeats", f"{tally.heartbeats:,}"],
        ["已发送 sent", f"{tally.sent:,}"],
        ["已确认 acknowledged", f"{told:,}"],
        ["被拒绝 refused", f"{tally.refused:,}"],
        ["重发 sent again", f"{tally.repeated:,}"],
        ["已入库 stored", f"{found:,}"],
        ["最慢应答 slowest answer (ms)", f"{tally.slowest * 1000:.0f}"],
        ["已确认而未入库 acknowledged but not stored", f"{lost:,}"],
    ]
    return Account(table(rows, right=[1]), lost)
