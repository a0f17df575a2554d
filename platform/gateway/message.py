"""SensorThings observations as they arrive: decoded by type, checked, turned into rows.

OGC 18-088 clauses 8.2.7 (Observation), 10.1 (create), 13 (dataArray). Pure but for the registry.
"""

import datetime
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from alerts.reading import Row, micros
from core import clock
from core.errors import Forbidden, Invalid, Problem, Unknown, quoted
from people.may import Rights, may
from sensors.registry import Snapshot, Stream

MAX_ROWS = 100_000  # in one message
LARGEST = 1e300  # beyond that a number is a fault, not a reading
MAX_RESULT, MAX_LEVELS = 16_384, 32  # of a result that is not a number

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
T = TypeVar("T")


class Link(msgspec.Struct):
    """A reference to an existing entity."""

    id: int = msgspec.field(name="@iot.id")


class Observation(msgspec.Struct):
    """One observation to create; members that are not stored as columns are kept as they came."""

    result: Any
    phenomenonTime: str | None = None
    resultTime: str | None = None
    Datastream: Link | None = None
    FeatureOfInterest: Any = None
    resultQuality: Any = None
    validTime: str | None = None
    parameters: dict[str, Any] | None = None


class Usual(msgspec.Struct, forbid_unknown_fields=True):
    """The usual observation, posted to its own datastream: a time and a number."""

    phenomenonTime: datetime.datetime
    result: float


class DataArray(msgspec.Struct):
    """One group of CreateObservations: rows of the named components."""

    Datastream: Link
    components: list[str]
    dataArray: list[list[Any]]


class Plain(msgspec.Struct):
    """The usual dataArray: times and numbers, decoded and checked in one go."""

    Datastream: Link
    components: list[str]
    dataArray: list[tuple[datetime.datetime, float]]


one = msgspec.json.Decoder(Observation)
usual = msgspec.json.Decoder(Usual)
plain = msgspec.json.Decoder(list[Plain])
groups = msgspec.json.Decoder(list[DataArray])


_REQUIRED = re.compile(r"missing required field `([^`]+)`")
_PLACE = re.compile(r"at `\$\.?([^`]*)`")


def decoded(decoder: "msgspec.json.Decoder[T]", body: bytes) -> T:
    """Read a body; raises Invalid that names the place and the remedy."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _malformed(str(error)) from error
    except RecursionError as error:
        raise Invalid(
            "the message is nested too deeply",
            zh="消息嵌套层数过多",
            remedy="send plain values, not lists in lists",
        ) from error


def _malformed(words: str) -> Invalid:
    places = (_PLACE.search(words), _REQUIRED.search(words))
    field = ".".join(found[1] for found in places if found and found[1])
    remedy = "send valid JSON in UTF-8, with the members that the standard names"
    if "malformed" in words or "invalid character" in words:
        remedy += "; NaN and Infinity are no JSON: leave the reading out"
    return Invalid(words[:200], zh="消息格式有误", field=field[:80], remedy=remedy)


def time_of(text: str, field: str) -> datetime.datetime:
    """Read ISO 8601 with an offset; of an interval the end counts: then the value was known."""
    last = text.rpartition("/")[2]
    try:
        moment = msgspec.convert(last, datetime.datetime)
    except msgspec.ValidationError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _no_time(text, field)
    return believed(moment, text, field)


def believed(moment: datetime.datetime, text: str, field: str) -> datetime.datetime:
    """Return an aware moment in UTC; raises Invalid for one that no device's clock may show."""
    if moment > clock.now() + clock.MAX_AHEAD:
        raise Invalid(
            f"{quoted(text)} lies more than 10 minutes in the future",
            zh=f"时间 {quoted(text)} 超前当前时间 10 分钟以上",
            field=field,
            remedy="set the device's clock",
        )
    if moment < clock.OLDEST:
        raise Invalid(
            f"{quoted(text)} lies before the year 2000",
            zh=f"时间 {quoted(text)} 早于 2000 年",
            field=field,
            remedy="set the device's clock",
        )
    return moment.astimezone(clock.UTC)  # cannot overflow within these years


def _no_time(given: object, field: str) -> Invalid:
    return Invalid(
        f"{quoted(given)} is not an ISO 8601 time with an offset",
        zh=f"时间 {quoted(given)} 不是带时区的 ISO 8601 格式",
        field=field,
        remedy="send for example 2026-11-21T08:00:00+08:00",
    )


def stream_of(snapshot: Snapshot, rights: Rights, stream_id: int) -> Stream:
    """Return the datastream, if it exists and the sender may write it."""
    stream = snapshot.streams.get(stream_id)
    if stream is None:
        raise Unknown(
            f"there is no Datastream {stream_id}",
            zh=f"没有编号为 {stream_id} 的数据流",
            field="Datastream.@iot.id",
            remedy="look it up at /sensorthings/v1.1/Datastreams",
        )
    if not may(rights, "observation.write", stream.scope, stream.thing_id):
        raise Forbidden(
            f"this token may not write Datastream {stream_id}",
            zh=f"此令牌无权写入数据流 {stream_id}",
            field="Datastream.@iot.id",
            remedy="a device token writes its own thing only",
        )
    return stream


def value_of(stream: Stream, result: Any) -> tuple[float | None, Any]:
    """Split a result into number and anything else; raises Invalid for rubbish."""
    if isinstance(result, int | float) and not isinstance(result, bool):
        if not abs(result) <= LARGEST:
            raise _rubbish(result)
        return float(result), None
    if stream.numeric or result is None:
        raise _rubbish(result)
    _storable(result, "result")
    return None, result


def _storable(given: Any, field: str) -> None:
    """Raise Invalid for JSON that is too large, too deep, or that no database stores."""
    text = msgspec.json.encode(given).decode()
    if len(text) > MAX_RESULT or _levels(text) > MAX_LEVELS:
        raise Invalid(
            f"{field} has more than {MAX_RESULT} characters or {MAX_LEVELS} levels",
            zh=f"{field} 超过 {MAX_RESULT} 个字符或 {MAX_LEVELS} 层",
            field=field,
            remedy="send what was observed; keep documents elsewhere and send their address",
        )
    if "\\u0000" in text:
        raise Invalid(
            f"{field} holds the character U+0000",
            zh=f"{field} 包含字符 U+0000",
            field=field,
            remedy="leave it out: no database stores it",
        )


TOLD = ("resultTime", "validTime", "resultQuality", "parameters")


def told(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what else the sender told of a reading, as it is kept; raises Invalid."""
    kept = {name: given[name] for name in TOLD if given.get(name) is not None}
    for name, value in kept.items():
        if name in ("resultTime", "validTime"):
            ends = value.split("/") if isinstance(value, str) else [value]
            if len(ends) > (2 if name == "validTime" else 1):
                raise _no_time(value, name)
            moments = [_moment(each, name) for each in ends]
            kept[name] = "/".join(each.isoformat().replace("+00:00", "Z") for each in moments)
        elif name == "parameters" and not isinstance(value, dict):
            raise Invalid(
                "parameters is no object",
                zh="parameters 应为对象",
                field=name,
                remedy="send names with values",
            )
        else:
            _storable(value, name)
    return kept or None


def _moment(given: object, field: str) -> datetime.datetime:
    """Read a time that is not the reading's own: any year will do."""
    try:
        moment = msgspec.convert(given, datetime.datetime)
        if moment.tzinfo is None:
            raise _no_time(given, field)
        return moment.astimezone(clock.UTC)
    except (msgspec.ValidationError, OverflowError) as error:
        raise _no_time(given, field) from error


def _levels(text: str) -> int:
    """Return how deeply a JSON text is nested: whoever reads it back has to follow."""
    level = deepest = 0
    for sign in _STRING.sub("", text):
        level += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, level)
    return deepest


def _rubbish(result: Any) -> Invalid:
    return Invalid(
        f"result {quoted(result)} is not a finite number",
        zh=f"结果 {quoted(result)} 不是有限数值",
        field="result",
        remedy="send a number; for a reading that failed send nothing",
    )


def row(stream: Stream, given: Observation) -> Row:
    """Turn one observation into a row."""
    field = "resultTime" if given.phenomenonTime is None else "phenomenonTime"
    when = given.resultTime if given.phenomenonTime is None else given.phenomenonTime
    moment = clock.now() if when is None else time_of(when, field)
    value, other = value_of(stream, given.result)
    beside = told(msgspec.structs.asdict(given))
    return Row.of(stream.id, moment, value, other, beside)


def usual_row(snapshot: Snapshot, rights: Rights, stream_id: int, body: bytes) -> Row | None:
    """Return the row of a message in which all is as usual and good; None for any other."""
    try:
        given = usual.decode(body)
        stream = stream_of(snapshot, rights, stream_id)
        moment, value = given.phenomenonTime, given.result
        latest = clock.now() + clock.MAX_AHEAD
        if not (clock.OLDEST <= moment <= latest and -LARGEST <= value <= LARGEST):
            return None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError, Problem):
        return None  # TypeError: a time without offset cannot be compared
    return Row.of(stream.id, moment, value)


USUAL = ["phenomenonTime", "result"]


def plain_rows(snapshot: Snapshot, rights: Rights, body: bytes) -> list[Row] | None:
    """Return the rows of a message in which all is as usual and good; None for any other.

    This is the way of nearly every batch; whatever it does not take is looked at row by row.
    """
    try:
        groups = plain.decode(body)
        rows: list[Row] = []
        for group in groups:
            stream = stream_of(snapshot, rights, group.Datastream.id)
            if group.components != USUAL or not group.dataArray:
                return None
            if not _usual(group.dataArray):
                return None
            rows += [Row(stream.id, micros(at), value) for at, value in group.dataArray]
        return rows
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError, Problem):
        return None


def _usual(rows: list[tuple[datetime.datetime, float]]) -> bool:
    """Say whether all lie within bounds; times without offset raise TypeError here."""
    oldest, latest = clock.OLDEST, clock.now() + clock.MAX_AHEAD
    return all(oldest <= at <= latest and -LARGEST <= value <= LARGEST for at, value in rows)


def array_rows(snapshot: Snapshot, rights: Rights, group: DataArray) -> list[Row | Problem]:
    """Turn one dataArray into rows, a problem in the place of each that cannot be taken."""
    try:
        stream = stream_of(snapshot, rights, group.Datastream.id)
        for name in USUAL:
            group.components.index(name)
    except Problem as problem:
        return [problem] * len(group.dataArray)
    except ValueError:
        unnamed = Invalid(
            "components must name phenomenonTime and result",
            zh="components 须包含 phenomenonTime 与 result",
            field="components",
            remedy='send "components": ["phenomenonTime", "result"]',
        )
        return [unnamed] * len(group.dataArray)
    return [_array_row(stream, group.components, cells) for cells in group.dataArray]


def _array_row(stream: Stream, components: list[str], cells: list[Any]) -> Row | Problem:
    try:
        given = dict(zip(components, cells, strict=True))
        when = given["phenomenonTime"]
        if not isinstance(when, str):
            raise _no_time(when, "phenomenonTime")
        value, other = value_of(stream, given["result"])
        moment = time_of(when, "phenomenonTime")
        return Row.of(stream.id, moment, value, other, told(given))
    except ValueError:
        return Invalid(
            "a row has more or fewer cells than there are components",
            zh="该行的数据列与 components 不符",
            field="dataArray",
            remedy="send a cell for each component",
        )
    except Problem as problem:
        return problem
