"""The scripted dispatcher: what they do when the feed tells them something."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from city.night.casework import Casework
from city.night.cast import Cast, key
from city.night.feed import Ear
from city.night.person import Declined

Event = dict[str, Any]
_INCIDENTS = 8  # that one desk opens by itself in a night
_HUSH = 1.0  # seconds without an event
_DEEP = 27.0  # cm: above it cars stall, which is worth a crew


class Desk:
    """Takes one event after another; crews and cases go on beside."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.book = cast, cast.book
        self.casework = Casework(cast)
        self.red: int | None = None  # the first red rain alert
        self.incidents: dict[int, int] = {}  # alert → incident
        self.dry: set[int] = set()  # alerts whose cause is over
        self._acknowledged: set[tuple[int, int]] = set()  # alert and severity: worse opens it anew
        self._hands = asyncio.Lock()  # one pair: one order after another
        self._beside: set[asyncio.Task[None]] = set()
        self._takes: dict[str, Callable[[Event], Awaitable[None]]] = {
            "alert": self._alert,
            "closure": self._closure,
            "case": self.casework.take,
        }

    async def work(self, events: "asyncio.Queue[Event]") -> None:
        """Work through the feed until cancelled."""
        while True:
            event = await events.get()
            take = self._takes.get(event["topic"])
            if take is not None:
                await take(event)
            events.task_done()

    async def quiet(self, ear: Ear) -> None:
        """Wait until nothing is left to do and nothing more is heard for a while."""
        heard = -1
        while heard != ear.heard:
            heard = ear.heard
            await ear.events.join()
            while self._beside:
                await asyncio.gather(*self._beside, return_exceptions=True)
            await asyncio.sleep(_HUSH)

    # --- alerts ----------------------------------------------------------------------------------

    async def _alert(self, event: Event) -> None:
        alert = event["data"]
        if event["kind"] == "raised":
            told = datetime.fromisoformat(event["known_at"]).timestamp()
            self.book.took("alert", event["heard"] - told)
        if alert["condition"] == "cleared":
            self.dry.add(alert["id"])
        if alert["rule"] == "rainstorm" and alert["severity"] == 1 and self.red is None:
            self.red = alert["id"]
        if alert["state"] == "open" and (alert["id"], alert["severity"]) not in self._acknowledged:
            await self._acknowledge(event)
        if self._needs_a_crew(alert):
            self.incidents[alert["id"]] = 0
            self._aside(self._send_a_crew(event))

    async def _acknowledge(self, event: Event) -> None:
        alert = event["data"]
        self._acknowledged.add((alert["id"], alert["severity"]))
        path = f"/alerts/{alert['id']}/acknowledge"
        if await self.cast.does(self.cast.dispatcher, "acknowledged", path):
            self.book.took("acknowledge", time.time() - event["heard"])
            self.book.kept["alerts"].add(alert["id"])

    def _needs_a_crew(self, alert: dict[str, Any]) -> bool:
        return (
            alert["rule"] == "road_flooding"
            and alert["condition"] == "active"
            and (alert["value"] or 0) >= _DEEP
            and alert["id"] not in self.incidents
            and len(self.incidents) < _INCIDENTS
        )

    # --- incidents -------------------------------------------------------------------------------

    async def _send_a_crew(self, event: Event) -> None:
        alert, person = event["data"], self.cast.dispatcher
        begun = time.time()
        lon, lat = event["geometry"]["coordinates"]
        words = f"{alert['thing_zh']}积水{alert['value']:.0f}厘米，车辆熄火，请求排水和交通管制"
        call = {"alert": alert["id"], "words": words, "lon": lon, "lat": lat, "source": "alert"}
        incident = await self.cast.does(
            person, "incident opened", "/incidents", {**call, "key": key()}
        )
        if incident is None:
            return
        self.incidents[alert["id"]] = incident["id"]
        self.book.kept["incidents"].add(incident["id"])
        await self._plan(incident)
        if await self.dispatch(incident["id"]):
            self.book.took("dispatch", time.time() - begun)

    async def _plan(self, incident: dict[str, Any]) -> None:
        """The first flooded road starts the city's plan."""
        if self.book.done["plan started"]:
            return
        self.book.done["plan started"] += 1
        body = {"incident": incident["id"]}
        path = "/plans/urban_flooding/start"
        if await self.cast.does(self.cast.dispatcher, "plan under way", path, body) is None:
            self.book.done["plan started"] -= 1

    async def dispatch(self, incident: int) -> bool:
        """Send whom the platform recommends; says whether anybody was free."""
        person = self.cast.dispatcher
        async with self._hands:
            found = await person.get(f"/incidents/{incident}/recommendation")
            chosen = [each["unit"] for each in found["chosen"]]
            if not chosen:
                self.book.did("nobody free")
                return False
            body = {"units": chosen}
            path = f"/incidents/{incident}/dispatch"
            if await self.cast.does(person, "dispatched", path, body) is None:
                return False
            await self._order_twice(chosen[0], incident)
        self.book.done["units sent"] += len(chosen)
        for unit in chosen:
            self._aside(self._ride(unit))
        return True

    async def _order_twice(self, unit: int, incident: int) -> None:
        """Once a night somebody orders a crew that is under way already: that must be refused."""
        others = [each for each in self.incidents.values() if each not in (0, incident)]
        if self.book.declined["an order to a busy unit"] or not others:
            return
        path = f"/incidents/{others[0]}/dispatch"
        try:
            await self.cast.dispatcher.post(path, {"units": [unit]})
        except Declined as error:
            self.book.refused("an order to a busy unit", str(error))
        else:
            self.book.surprised(f"unit {unit} was sent to two places at once")

    async def _ride(self, unit: int) -> None:
        """Tell by radio how a crew fares; the dispatcher sets its status."""
        for status, minutes in (("en_route", 2.0), ("on_scene", 9.0)):
            await self.cast.passes(minutes)
            path = f"/units/{unit}/status"
            await self.cast.does(
                self.cast.dispatcher, f"unit {status}", path, {"status": status, "key": key()}
            )

    # --- closures --------------------------------------------------------------------------------

    async def _closure(self, event: Event) -> None:
        closure = event["data"]
        if event["kind"] == "proposed":
            path = f"/closures/{closure['id']}/confirm"
            if await self.cast.does(self.cast.dispatcher, "closure confirmed", path):
                self.book.kept["closures"].add(closure["id"])
                self.book.took("closure", time.time() - event["heard"])

    def _aside(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
