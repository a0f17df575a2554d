"""HJ 212's data segment: its fields, and the values of its CP as devices really write them."""

import dataclasses
import datetime
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import quoted
from gateway.protocol import Garbled, Value
from gateway.protocols.hj212.factors import NAMES

BEIJING = datetime.timezone(datetime.timedelta(hours=8))

# what the numbers of a command are about: one factor's means of an hour and of a day are two series
PERIODS = {"2011": "", "2021": "", "2051": "minute", "2061": "hour", "2031": "day", "2041": "day"}

_USUAL = {"", "N"}
_USUAL_2005 = {"", "N", "1", "3"}  # air stations of 2005: 1 weather, 3 normal
_BESIDE = {"Flag", "EFlag", "SampleTime"}  # said of a factor's values, no values themselves
_MN = re.compile(r"[!-~]{1,64}")
_TIME = re.compile(r"\d{14}(\d{3})?", re.ASCII)
_EPOCH_MS = re.compile(r"\d{13}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_BETWEEN = re.compile("[;,]")
_LONGEST_NAME, _LONGEST_TEXT = 60, 1000


@dataclasses.dataclass(slots=True)
class Content:
    """A CP: its plain fields, and per factor what was said of it."""

    fields: dict[str, str] = dataclasses.field(default_factory=dict)
    factors: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)

    def add(self, more: "Content") -> None:
        """Take in the content of a further sub-packet."""
        self.fields.update(more.fields)
        for factor, said in more.factors.items():
            self.factors.setdefault(factor, {}).update(said)


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """One data segment; fields that were not sent are empty, `flag` is then None."""

    qn: str
    st: str
    cn: str
    pw: str
    mn: str
    flag: int | None
    packets: int
    packet: int
    content: Content
    resent: bool = False

    @property
    def wants_answer(self) -> bool:
        """Return bit A of Flag; without Flag nobody waits for an answer."""
        return self.flag is not None and bool(self.flag & 1)

    @property
    def version(self) -> int:
        """Return the edition: 0 is 2005 (and before Flag), 1 is 2017, 2 is 2025."""
        return (self.flag or 0) >> 2

    @property
    def period_of(self) -> str:
        """Return the period that the command's numbers are of; a rare command is its own."""
        return PERIODS.get(self.cn, self.cn)


def parsed(data: bytes) -> Segment:
    """Read a data segment; raises Garbled."""
    text = _text(data)
    front, mark, rest = text.partition("CP=&&")
    if not mark:
        raise _missing("CP=&&")
    head = dict(_pairs(front))
    for name in ("MN", "CN"):
        if not head.get(name):
            raise _missing(name)
    if not _MN.fullmatch(head["MN"]):
        raise Garbled(
            f"MN {quoted(head['MN'])} is no device number",
            zh=f"MN {quoted(head['MN'])} 不是有效的设备编号",
            field="MN",
            remedy="send up to 64 visible ASCII characters",
        )
    body = rest.rpartition("&&")[0] if "&&" in rest else rest
    if body.startswith("{0x"):
        raise Garbled(
            "CP is encrypted (SM4), which is not taken here",
            zh="CP 已加密（SM4），本平台不接收加密数据",
            field="CP",
            remedy="switch the encryption of HJ 212-2025 off, or send through a private network",
        )
    return Segment(
        qn=head.get("QN", "")[:40],
        st=head.get("ST", "")[:10],
        cn=head["CN"][:10],
        pw=head.get("PW", "")[:40],
        mn=head["MN"],
        flag=_flag(head.get("Flag", "")),
        packets=_count(head.get("PNUM", "")) or 0,
        packet=_count(head.get("PNO", "")) or 0,
        content=_content(body),
        resent=head.get("RF") == "1",
    )


def _text(data: bytes) -> str:
    """Decode: UTF-8 by the standard of 2017, GB 18030 as the editions before had it."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding).replace("\x00", "�")  # which no database stores
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace").replace("\x00", "�")


def _missing(name: str) -> Garbled:
    return Garbled(
        f"the data segment has no {name}",
        zh=f"数据段缺少 {name}",
        field=name.rstrip("=&"),
        remedy="send QN, ST, CN, PW, MN, Flag and CP=&&…&&",
    )


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _flag(text: str) -> int | None:
    number = _count(text)
    return number if number is not None and number <= 255 else None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and value; the standard's own tables mix ; and , up."""
    for item in _BETWEEN.split(text):
        name, mark, value = item.partition("=")
        if mark and name.strip():
            yield name.strip(), value.strip()


def _content(body: str) -> Content:
    content = Content()
    last = ""
    for name, value in _pairs(body):
        factor, dash, quantity = name.partition("-")
        if dash and factor:
            last = factor
            content.factors.setdefault(factor, {})[quantity] = value
        elif name == "Flag" and last:  # an item of its own: it means the factor in front of it
            content.factors[last]["Flag"] = value
        else:
            content.fields[name] = value
    return content


def moment(text: str) -> datetime.datetime:
    """Read yyyyMMddHHmmss[zzz], Beijing time; raises Garbled."""
    try:
        if not _TIME.fullmatch(text):
            raise ValueError
        naive = datetime.datetime.strptime(text[:14], "%Y%m%d%H%M%S")
    except ValueError as error:
        raise Garbled(
            f"{quoted(text)} is no time",
            zh=f"时间 {quoted(text)} 无效",
            field="DataTime",
            remedy="send yyyyMMddHHmmss, Beijing time",
        ) from error
    return naive.replace(tzinfo=BEIJING, microsecond=int(text[14:] or 0) * 1000)


def time_of(segment: Segment, now: datetime.datetime) -> datetime.datetime:
    """Return the time of a segment's values: DataTime, else when it was made; raises Garbled."""
    told = segment.content.fields.get("DataTime", "")
    if told:
        return moment(told)
    if _EPOCH_MS.fullmatch(segment.qn):
        return datetime.datetime.fromtimestamp(int(segment.qn) / 1000, BEIJING)
    return moment(segment.qn) if _TIME.fullmatch(segment.qn) else now.astimezone(BEIJING)


def values(segment: Segment, now: datetime.datetime, whole: bool = True) -> tuple[Value, ...]:
    """Return what a segment measured; raises Garbled for a time that is none.

    `whole` is False for sub-packets whose others have not come.
    """
    time = time_of(segment, now)
    beside = {"RF": "1"} if segment.resent else {}
    if not whole:
        beside["incomplete"] = f"{segment.packet}/{segment.packets}"
    found = [
        _value(segment, factor, quantity, raw, time, said, beside)
        for factor, said in segment.content.factors.items()
        for quantity, raw in said.items()
        if quantity not in _BESIDE and raw
    ]
    found += [
        _value(segment, name, "", raw, time, {}, beside)
        for name, raw in segment.content.fields.items()
        if name != "DataTime" and raw
    ]
    return tuple(found)


def _value(
    segment: Segment,
    factor: str,
    quantity: str,
    raw: str,
    time: datetime.datetime,
    said: Mapping[str, str],
    beside: Mapping[str, str],
) -> Value:
    number = float(raw) if quantity and _NUMBER.fullmatch(raw) else None
    if number is not None and not math.isfinite(number):
        number = None
    flag = said.get("Flag", "").upper()[:8]
    more: dict[str, Any] = {
        name: said[name][:40] for name in ("EFlag", "SampleTime") if said.get(name)
    }
    return Value(
        factor=factor[:_LONGEST_NAME],
        quantity=quantity[:_LONGEST_NAME],
        time=time,
        value=number,
        text=raw[:_LONGEST_TEXT] if number is None else None,
        period=segment.period_of,
        flag=flag,
        usable=flag in (_USUAL if segment.version else _USUAL_2005),
        told=more | dict(beside),
        names=NAMES.get(factor, ("", "")),
    )
