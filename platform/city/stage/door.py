"""The public doors of a running system, as a device and as a member of staff use them (HTTP)."""

import asyncio
import dataclasses
import datetime
import json
import urllib.parse
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from city.scenario import Station, Unplayable, Wanted
from city.stage.wire import Answer, Unreachable, Wire
from sensors.thing import properties

ROOT = "/sensorthings/v1.1"
_MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """Why a reading was not taken: a stable word, and the sentence of this one."""

    reason: str
    sentence: str


class Door:
    """One running system; messages are repeated while it cannot be reached: that is harmless."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._own = ""

    async def sign_in(self, username: str, password: str) -> None:
        """Get a person's token; raises Unplayable if the system or the password is wrong."""
        body = json.dumps({"username": username, "password": password}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            answer = await self._wire.request("POST", "/api/v1/auth/token", headers, body)
        except Unreachable as error:
            raise Unplayable(
                f"无法连接 {self._wire.url}：请先运行 ./zhihui up，或用 --url 指定地址",
                f"nothing answers at {self._wire.url} ({error}):"
                " start it by ./zhihui up, or give another --url",
            ) from error
        if answer.status != 200:
            raise Unplayable(
                f"以 {username} 登录失败（{answer.status}）：请检查 ZHIHUI_DEMO_PASSWORD 或 --user",
                f"cannot sign in as {username}: {_sentence(answer)}."
                " Check ZHIHUI_DEMO_PASSWORD or --user",
            )
        self._own = answer.json()["token"]

    async def _ask(
        self, method: str, path: str, token: str = "", body: bytes | None = None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token or self._own}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return await self._wire.patiently(method, path, headers, body)

    async def _get(self, path: str) -> Any:
        answer = await self._ask("GET", path)
        if answer.status != 200:
            raise Unplayable(f"读取失败：{path}", f"{path}: {_sentence(answer)}")
        return answer.json()

    # --- stations -------------------------------------------------------------------------------

    async def stations(self, kinds: Sequence[str]) -> list[Station]:
        """Return the stations of some kinds, by code."""
        found = await self._get(f"/api/v1/things?kind={','.join(kinds)}")
        return sorted((_station(item) for item in found["items"]), key=lambda each: each.code)

    async def observed_properties(self) -> dict[str, int]:
        """Return the ids of the observed properties by code."""
        found = await self._get(f"{ROOT}/ObservedProperties?$select=id,properties&$top=1000")
        return {each["properties"]["code"]: each["@iot.id"] for each in found["value"]}

    async def register(self, wanted: Wanted, known: dict[str, int]) -> None:
        """Make a station with its location and datastreams, whole or not at all."""
        streams = [_stream(wanted, name, known) for name in wanted.properties]
        body: dict[str, Any] = {
            "name": wanted.name_zh,
            "description": wanted.name_en,
            "properties": {
                **wanted.about,
                "code": wanted.code,
                "kind": wanted.kind,
                "name_en": wanted.name_en,
            },
            "Datastreams": streams,
        }
        if wanted.lon is not None:
            body["Locations"] = [_location(wanted)]
        await self._make("Things", body)

    async def add_stream(
        self, station: Station, wanted: Wanted, name: str, known: dict[str, int]
    ) -> None:
        """Give a station one more datastream."""
        await self._make(f"Things({station.id})/Datastreams", _stream(wanted, name, known))

    async def _make(self, collection: str, body: Any) -> None:
        answer = await self._ask("POST", f"{ROOT}/{collection}", body=json.dumps(body).encode())
        if answer.status != 201:
            raise Unplayable("无法登记站点", f"{collection}: {_sentence(answer)}")

    async def series(self, station: Station) -> dict[str, int]:
        """Return a station's datastreams by the device's own word for them."""
        path = f"{ROOT}/Things({station.id})/Datastreams?$select=id,properties&$top=1000"
        rows = (await self._get(path))["value"]
        return {
            each["properties"]["series"]: each["@iot.id"]
            for each in rows
            if "series" in each["properties"]
        }

    # --- readings -------------------------------------------------------------------------------

    async def send(
        self, token: str, readings: Sequence[tuple[int, datetime.datetime, float]]
    ) -> list[Refused | None]:
        """Send one station's readings in one message; returns for each None or why not."""
        groups = [
            {
                "Datastream": {"@iot.id": stream},
                "components": ["phenomenonTime", "result"],
                "dataArray": [[time.isoformat(), value]],
            }
            for stream, time, value in readings
        ]
        body = json.dumps(groups).encode()
        answer = await self._ask("POST", f"{ROOT}/CreateObservations", token, body)
        if answer.status != 201:
            return [_refused(answer)] * len(readings)
        return [_cell(each) for each in answer.json()]

    async def send_raw(
        self, token: str, stream: int, time: datetime.datetime, raw: str
    ) -> Refused | None:
        """Send a value as a broken station would, without making JSON of it."""
        body = f'{{"phenomenonTime":"{time.isoformat()}","result":{raw}}}'
        path = f"{ROOT}/Datastreams({stream})/Observations"
        answer = await self._ask("POST", path, token, body.encode())
        return None if answer.status == 201 else _refused(answer)

    async def stored(
        self, stream: int, since: datetime.datetime, until: datetime.datetime
    ) -> dict[datetime.datetime, float]:
        """Read back what a datastream holds between two moments."""
        span = f"phenomenonTime ge {_iso(since)} and phenomenonTime le {_iso(until)}"
        path = f"{ROOT}/Datastreams({stream})/Observations?" + urllib.parse.urlencode(
            {
                "$filter": span,
                "$resultFormat": "dataArray",
                "$select": "phenomenonTime,result",
                "$top": "5000",
            }
        )
        found: dict[datetime.datetime, float] = {}
        while path:
            page = await self._get(path)
            for group in page["value"]:
                found |= {datetime.datetime.fromisoformat(t): v for t, v in group["dataArray"]}
            path = _within(page.get("@iot.nextLink", ""))
        return found

    async def alerts(self, things: Iterable[int]) -> list[dict[str, Any]]:
        """Return the alerts of some things with their histories."""
        lists = await asyncio.gather(*(self._alerts_of(thing) for thing in things))
        ids = [each["id"] for found in lists for each in found]
        return list(await asyncio.gather(*(self._get(f"/api/v1/alerts/{each}") for each in ids)))

    async def _alerts_of(self, thing: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self._get(f"/api/v1/alerts?thing={thing}&limit=500{cursor}")
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Door]:
    """Open a system's doors for as long as the block lasts."""
    wire = Wire(url.rstrip("/"))
    try:
        yield Door(wire)
    finally:
        wire.close()


def _station(item: dict[str, Any]) -> Station:
    times = [each["latest"]["time"] for each in item["datastreams"] if each["latest"]]
    return Station(
        id=item["id"],
        code=item["code"],
        name_zh=item["name_zh"],
        name_en=item["name_en"],
        kind=item["kind"],
        lon=item["lon"],
        lat=item["lat"],
        scope=item["scope"],
        streams={each["property"]: each["id"] for each in item["datastreams"]},
        newest=max(map(datetime.datetime.fromisoformat, times), default=None),
        about=item["properties"],
    )


def _stream(wanted: Wanted, name: str, known: dict[str, int]) -> dict[str, Any]:
    about = properties()[name]
    observed: dict[str, Any] = {
        "name": about.name,
        "definition": about.definition,
        "properties": {"code": name, "name_en": about.name_en},
    }
    return {
        "name": f"{wanted.name_zh} {about.name}",
        "description": about.name_en,
        "observationType": _MEASUREMENT,
        "unitOfMeasurement": {"name": about.unit_name, "symbol": about.unit, "definition": ""},
        "properties": {"interval_s": wanted.interval_s},
        "ObservedProperty": {"@iot.id": known[name]} if name in known else observed,
        "Sensor": {
            "name": f"{name} sensor",
            "description": "",
            "encodingType": "text/plain",
            "metadata": "not stated by the source",
        },
    }


def _location(wanted: Wanted) -> dict[str, Any]:
    return {
        "name": wanted.name_zh,
        "description": wanted.name_en,
        "encodingType": "application/geo+json",
        "location": {"type": "Point", "coordinates": [wanted.lon, wanted.lat]},
    }


def _cell(text: str) -> Refused | None:
    """Read a row's answer of CreateObservations: its address, or `error: field: sentence`."""
    if not text.startswith("error"):
        return None
    field, _, sentence = text.removeprefix("error:").strip().partition(":")
    return Refused(f"row {field}", sentence.strip())


def _refused(answer: Answer) -> Refused:
    try:
        problem = answer.json()
    except ValueError:
        return Refused(str(answer.status), answer.body[:200].decode("utf-8", "replace"))
    words = [str(answer.status), problem.get("code", problem.get("title", ""))]
    sentence = ". ".join(filter(None, (problem.get("detail"), problem.get("remedy"))))
    return Refused(" ".join(filter(None, [*words, problem.get("field", "")])), sentence)


def _sentence(answer: Answer) -> str:
    refused = _refused(answer)
    return f"{refused.reason}: {refused.sentence}"


def _within(link: str) -> str:
    """Return a link's path and query, for the connection that is open."""
    parts = urllib.parse.urlsplit(link)
    return f"{parts.path}?{parts.query}" if link else ""


def _iso(time: datetime.datetime) -> str:
    return time.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
