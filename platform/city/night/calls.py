"""What reaches the city besides its sensors: citizens, inspectors, calls, and some nonsense."""

import datetime
from collections.abc import Sequence

import numpy as np

from city.night.casework import report_by_citizen, report_by_inspector
from city.night.cast import Cast, key
from city.night.person import Declined
from city.scenario import Station
from city.storm.facts import at

FIRST, LAST, EVERY = at(20, 15), at(20, 22), datetime.timedelta(minutes=40)
GAS = at(20, 18, 30)
NONSENSE = at(20, 16, 10)
_OUTSIDE = (116.397, 39.909)


class Calls:
    """Says at each moment of the night who reports what; the same stations give the same calls."""

    def __init__(self, cast: Cast, stations: Sequence[Station]) -> None:
        self._cast = cast
        roads = [
            each
            for each in stations
            if "water_depth" in each.streams and each.lon is not None and each.lat is not None
        ]
        self._places = [(each.lon or 0.0, each.lat or 0.0) for each in roads]
        areas = cast.inspector.areas
        self._walked = [
            place
            for each, place in zip(roads, self._places, strict=True)
            if any(each.scope.startswith(area) for area in areas)
        ]  # where the inspector may report from
        self._random = np.random.Generator(np.random.PCG64(20210720))
        self._next = FIRST
        self._number = 0
        self._gas_done = self._nonsense_done = False

    async def due(self, now: datetime.datetime) -> None:
        """Let happen whatever is due by now."""
        while self._places and self._next <= min(now, LAST):
            await self._report()
            self._next += EVERY
        if now >= NONSENSE and not self._nonsense_done:
            self._nonsense_done = True
            await self._nonsense()
        if now >= GAS and not self._gas_done:
            self._gas_done = True
            await self._gas()

    def _place(self, among: Sequence[tuple[float, float]] = ()) -> tuple[float, float]:
        places = among or self._places
        lon, lat = places[int(self._random.integers(len(places)))]
        away = self._random.uniform(-0.0012, 0.0012, 2)
        return lon + float(away[0]), lat + float(away[1])

    async def _report(self) -> None:
        self._number += 1
        walks = self._number % 3 == 0 and bool(self._walked)
        teller = report_by_inspector if walks else report_by_citizen
        place = self._place(self._walked if walks else ())
        try:
            await teller(self._cast, self._number, *place)
        except Declined as error:
            self._cast.book.surprised(f"report {self._number}: {error}")

    async def _nonsense(self) -> None:
        """Send what must be refused: a place in another city, and a photo that is none."""
        lon, lat = self._place()
        fields = {"kind": "matter", "code": "10999", "datum": "wgs84", "words": "积水"}
        away = {**fields, "lon": _OUTSIDE[0], "lat": _OUTSIDE[1], "key": key()}
        here = {**fields, "lon": lon, "lat": lat, "key": key()}
        fake = [("photo", ("photo.jpg", "image/jpeg", b"this is no picture"))]
        for what, form, files in (("outside the city", away, []), ("no photo", here, fake)):
            try:
                await self._cast.citizen.upload("/public/reports", form, files)
            except Declined as error:
                self._cast.book.refused(what, str(error))
            else:
                self._cast.book.surprised(f"{what} was accepted")

    async def _gas(self) -> None:
        """A call comes in by telephone: its type is proposed from the words, its plume drawn."""
        cast = self._cast
        lon, lat = self._place()
        words = "小区里闻到很浓的燃气味，怀疑煤气管道泄漏"
        proposal = await cast.does(
            cast.dispatcher, "type proposed", "/incidents/proposal", {"words": words}
        )
        if proposal is None or not proposal["items"]:
            cast.book.surprised("no type was proposed for a gas leak")
            return
        call = {"words": words, "nature": proposal["items"][0]["nature"], "lon": lon, "lat": lat}
        incident = await cast.does(
            cast.dispatcher, "call taken", "/incidents", {**call, "source": "call", "key": key()}
        )
        if incident is None:
            return
        cast.book.kept["incidents"].add(incident["id"])
        cast.book.called.append(incident["id"])
        path = f"/incidents/{incident['id']}/hazards/gas_plume"
        given = {
            "rate_g_s": 60.0,
            "wind_m_s": 3.0,
            "wind_from_deg": 45.0,
            "danger_mg_m3": 500.0,
            "caution_mg_m3": 50.0,
            "un": 1075,
        }
        await cast.does(cast.dispatcher, "plume run", path, {"given": given})
