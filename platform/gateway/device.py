"""From what a device said in its own terms to rows: who it is, which datastream, which thing."""

import dataclasses
import secrets
from typing import Any

from alerts.reading import Row
from alerts.tracking import Spot
from core.asking import asked
from core.errors import Forbidden, Invalid, Problem, SignIn, Unknown
from gateway import lookup, message, position
from gateway.protocol import Position, Said, Value
from sensors import connecting, registry, units
from sensors.connecting import Series
from sensors.registry import Contact, Named, Snapshot


class UnknownDevice(Unknown):
    """Nobody has registered a device under this address."""

    code, title = "unknown_device", "Unknown device"


class WrongPassword(Forbidden):
    """The device is registered with another password, or has no right to its code."""

    code, title = "wrong_password", "Wrong password"


class NotSignedIn(SignIn):
    """The protocol asks devices to sign in first, and this one has not."""

    code = "not_signed_in"


@dataclasses.dataclass(slots=True)
class Parcel:
    """What is to be stored of one message, and what of it cannot be."""

    said: Said
    thing_id: int
    rows: list[Row] = dataclasses.field(default_factory=list)
    spots: list[Spot] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)


async def contact(protocol: str, said: Said) -> Contact:
    """Return whose message it is; raises UnknownDevice or WrongPassword.

    Before either the database is asked: the device may just have been registered, or changed.
    """
    found = registry.remembered().contacts.get((protocol, said.address))
    if found is None or not _fits(protocol, said, found):
        found = (await lookup.again()).contacts.get((protocol, said.address))
    if found is None:
        raise UnknownDevice(
            f"no device is registered as {protocol} {said.address}",
            zh=f"没有编号为 {said.address} 的 {protocol} 设备",
            field="address",
            remedy=f"register it: ./zhihui manage connect {protocol} {said.address} --thing CODE",
        )
    if not _fits(protocol, said, found):
        raise _wrong_password("password", "密码")
    return found


def _fits(protocol: str, said: Said, known: Contact) -> bool:
    if not known.password or said.password is None:
        return True
    told = connecting.digest(protocol, said.address, said.password)
    return secrets.compare_digest(known.password, told)


def check_code(protocol: str, said: Said) -> None:
    """Raise WrongPassword when a device signs in by a code that was not issued to it."""
    issued = connecting.code(protocol, said.address)
    if not secrets.compare_digest((said.code or "").encode(), issued.encode()):
        raise _wrong_password("authentication code", "鉴权码")


def _wrong_password(what: str, zh: str) -> WrongPassword:
    return WrongPassword(
        f"the {what} is not that of the registered device",
        zh=f"{zh}与登记不符",
        remedy="set it in the device as it was registered",
    )


async def parcel(protocol: str, said: Said, thing_id: int) -> Parcel:
    """Turn a message into rows; series that are heard for the first time get a datastream."""
    made = Parcel(said, thing_id)
    snapshot = registry.remembered()
    if any((thing_id, value.series) not in snapshot.series for value in said.values):
        snapshot = await _grown(protocol, made)
    for value in said.values:
        _put(made, snapshot, value)
    for each in said.positions:
        _place(made, snapshot, each)
    return made


async def _grown(protocol: str, made: Parcel) -> Snapshot:
    wanted = [
        Series(value.series, value.factor, value.value is not None, value.names)
        for value in made.said.values
    ]
    try:
        await asked(connecting.grow, made.thing_id, protocol, wanted)
    except connecting.TooManySeries as problem:
        made.problems.append(problem)
    return await asked(registry.current, 0)


def _place(made: Parcel, snapshot: Snapshot, given: Position) -> None:
    """Add a position, or why it cannot be one."""
    try:
        moment = message.believed(given.time, given.time.isoformat(), "time")
        made.spots.append(position.spot(snapshot.things[made.thing_id], moment, given))
    except Problem as problem:
        made.problems.append(problem)


def _put(made: Parcel, snapshot: Snapshot, value: Value) -> None:
    """Add the value's row, or why it cannot be one."""
    named = snapshot.series.get((made.thing_id, value.series))
    stream = snapshot.streams.get(named.stream_id) if named else None
    if named is None or stream is None:
        return  # said already: too many series
    try:
        moment = message.believed(value.time, value.time.isoformat(), "time")
        given = value.text if value.value is None else _in_unit(value.value, named)
        number, other = message.value_of(stream, given)
    except Problem as problem:
        problem.detail, problem.zh = (
            f"{value.series}: {words}" for words in (problem.detail, problem.zh)
        )
        made.problems.append(problem)
        return
    made.rows.append(Row.of(stream.id, moment, number, other, told(value)))


def _in_unit(value: float, named: Named) -> float:
    if named.scale is None:
        raise Invalid(
            "the unit in which it is sent cannot be converted to the datastream's",
            zh="上报单位无法换算为数据流的单位",
            field="unit",
            remedy="name the unit again: ./zhihui manage connect … --series WORD=PROPERTY:UNIT",
        )
    return units.converted(value, named.scale)


def told(value: Value) -> dict[str, Any] | None:
    """Return what is kept beside a value: its flag, and whether the device itself doubts it."""
    kept: dict[str, Any] = {}
    if value.flag or not value.usable:
        quality: dict[str, Any] = {"flag": value.flag}
        kept["resultQuality"] = quality if value.usable else quality | {"usable": False}
    if value.told:
        kept["parameters"] = dict(value.told)
    return kept or None
