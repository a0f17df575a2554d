"""Uploads of HJ 212 in a play: sent through the gateway's TCP door, and entered in the book."""

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence

from city.scenario import Station, Unplayable
from city.stage.door import Door, Refused
from city.stage.ledger import Ledger
from city.telemetry.line import PATIENCE, Line, Speaker
from city.telemetry.packets import Packet

_SPOILT = 1.0  # seconds in which a spoilt frame is not answered
_NOT_ANSWERED = Refused("HJ 212 no answer", "not acknowledged; see the refusals of the station")


@dataclasses.dataclass(frozen=True, slots=True)
class Gateway:
    """Where the gateway listens, and as whom stations speak by their codes."""

    host: str
    port: int
    speakers: Mapping[str, Speaker]


class Telemetry:
    """The TCP part of a play; answers are kept until the platform's datastreams are known."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._lines: dict[str, Line] = {}  # each station has a connection of its own
        self._answered: list[tuple[Packet, bool]] = []

    @property
    def acknowledged(self) -> int:
        """Return how many values were acknowledged so far."""
        return sum(len(packet.values) for packet, good in self._answered if good)

    async def _line(self, station: str) -> Line:
        """Return a station's connection; raises Unplayable if nobody listens."""
        if station not in self._lines:
            line = Line(self._gateway.host, self._gateway.port)
            try:
                self._lines[station] = await line.__aenter__()
            except OSError as error:
                where = f"{self._gateway.host}:{self._gateway.port}"
                raise Unplayable(
                    f"无法连接设备网关 {where}：请检查 ZHIHUI_HJ212_PORT 与 ZHIHUI_GATEWAY_HOST",
                    f"the gateway does not answer at {where} ({error}):"
                    " check ZHIHUI_HJ212_PORT and ZHIHUI_GATEWAY_HOST",
                ) from error
        return self._lines[station]

    async def close(self) -> None:
        """Hang up."""
        for line in self._lines.values():
            await line.__aexit__(None, None, None)

    async def send(self, packets: Sequence[Packet]) -> None:
        """Let all stations speak at once; each sends a packet when its last one is answered."""
        said: dict[str, list[Packet]] = {}
        for each in packets:
            said.setdefault(each.station, []).append(each)
        await asyncio.gather(*(self._speak(own) for own in said.values()))

    async def _speak(self, packets: Sequence[Packet]) -> None:
        for each in packets:
            speaker = self._gateway.speakers.get(each.station)
            if speaker is None:
                raise Unplayable(
                    f"{each.station} 未登记为 HJ 212 设备",
                    f"{each.station} is not registered as a device of HJ 212",
                )
            line = await self._line(each.station)
            try:
                good = await line.send(speaker, each, _SPOILT if each.broken else PATIENCE)
            except OSError as error:
                raise Unplayable("与设备网关的连接中断", f"the gateway hung up: {error}") from error
            self._answered.append((each, good))

    async def enter(self, door: Door, stations: Sequence[Station], ledger: Ledger) -> None:
        """Enter every value in the book under its datastream."""
        spoken = {packet.station for packet, _ in self._answered}
        found = {each.code: await door.series(each) for each in stations if each.code in spoken}
        for packet, good in self._answered:
            for word, value in packet.values.items():
                stream = found[packet.station].get(packet.series(word), 0)
                ledger.answered(stream, packet.time, value, None if good else _NOT_ANSWERED)
