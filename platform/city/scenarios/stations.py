"""A bad night for air and water: stations speak HJ 212 through the gateway, ending now."""

import dataclasses
import datetime
from collections.abc import Iterator, Sequence

from city.scenario import Scenario, Station, Step, Unplayable
from city.telemetry import packets
from city.telemetry.packets import Packet
from core import clock

_SPAN = datetime.timedelta(hours=12)
_HOUR = datetime.timedelta(hours=1)


class Stations(Scenario):
    """Haze gathers over the city for twelve hours, and something runs into the river.

    With `rubbish` each station also sends a frame a night whose check sum is wrong.
    """

    title_zh = "一夜污染：空气站与水质站经 HJ 212 上报（模拟数据）"
    title_en = "A night of pollution: air and water stations speak HJ 212 (simulated)"
    kinds = ("air", "water")
    moves = False  # it speaks of whole hours, and ends now anyway

    def steps(self, stations: Sequence[Station]) -> Iterator[Step]:
        """Yield what falls due every five minutes until now."""
        speaking = [each for each in stations if each.about.get("speaks") == "hj212"]
        if not speaking:
            raise Unplayable(
                "没有会说 HJ 212 的演示站：请先用 ./zhihui up 载入演示城市",
                "no demo station speaks HJ 212: load the demo city by ./zhihui up first",
            )
        end = clock.now().replace(second=0, microsecond=0)
        begin = end.replace(minute=0) - _SPAN
        said: dict[datetime.datetime, list[Packet]] = {}
        for each in speaking:
            fully = bool(each.about.get("speaks_fully"))
            for packet in packets.due(each.code, each.kind, begin, end, fully):
                since = (packet.time - begin) / _SPAN
                worse = packets.packet(
                    each.code, each.kind, packet.cn, packet.time, min(max(since, 0.0), 1.0)
                )
                said.setdefault(_told_at(packet), []).append(worse)
        for moment in sorted(said):
            yield Step(moment, packets=said[moment] + self._spoilt(said[moment], moment))

    def _spoilt(self, said: Sequence[Packet], moment: datetime.datetime) -> list[Packet]:
        if not self.rubbish or moment.minute:
            return []
        return [dataclasses.replace(each, broken=True) for each in said[:1]]

    def notes(self, stations: Sequence[Station]) -> Sequence[tuple[str, str]]:
        """Say through which door they spoke."""
        return [
            (
                "各站经 TCP 网关以 HJ 212-2017 上报：2011 实时、2051 分钟、2061 小时、2031 日数据",
                "stations spoke HJ 212-2017 at the TCP door: 2011, 2051, 2061 and 2031",
            )
        ]


def _told_at(packet: Packet) -> datetime.datetime:
    length = {packets.MINUTE: _HOUR / 6, packets.HOUR: _HOUR, packets.DAY: 24 * _HOUR}
    return packet.time + length.get(packet.cn, datetime.timedelta(0))
