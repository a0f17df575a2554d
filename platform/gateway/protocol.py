"""The contract of a device protocol over TCP; a new one is one file in `gateway/protocols/`.

The shelf is pure: bytes in, values out, no Django and no sockets. The door (`gateway.tcp`) owns the
connections, looks devices up, stores what they say and only then sends the answer.
"""

import abc
import dataclasses
import datetime
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from core.errors import Problem


class Garbled(Problem):
    """The bytes are no message of this protocol."""

    code, title = "garbled", "Not a message"


class BadCheck(Problem):
    """The message's check sum does not fit its bytes."""

    code, title = "bad_checksum", "Wrong check sum"


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """One value of one series of a device, in the device's own terms.

    Units are not told: they stand on the datastream. `names` is what the factor is called in
    Chinese and English, where that is known. `usable` is False where the device itself says
    that the value is no measurement (fault, calibration, …): stored, but no rule judges it. `told`
    is whatever else came with it, as plain JSON.
    """

    factor: str
    quantity: str
    time: datetime.datetime
    value: float | None
    text: str | None = None
    period: str = ""
    flag: str = ""
    usable: bool = True
    told: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    names: tuple[str, str] = ("", "")

    @property
    def series(self) -> str:
        """Return the device's own name of the series, such as a34004-Avg@hour."""
        name = f"{self.factor}-{self.quantity}" if self.quantity else self.factor
        return f"{name}@{self.period}" if self.period else name


@dataclasses.dataclass(frozen=True, slots=True)
class Position:
    """Where a device was: degrees in the device's own datum, km/h, degrees from north, metres."""

    time: datetime.datetime
    lon: float
    lat: float
    speed: float | None = None
    course: float | None = None
    accuracy: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """What a device answers to a request of the platform's; `step` says how far that has come.

    `request` is the request's own number; steps: accepted, data, done, refused, failed.
    """

    request: str
    step: str
    code: str = ""
    told: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """One message of a device and the bytes to answer it with; b"" is no answer.

    The door sends `stored` once all values and positions are committed (at once if there are none),
    `unknown` if no device is registered at `address`, `refused` if the message is refused for good,
    and nothing if it cannot be stored now: the device then repeats itself.

    `fault` is a message that could not be read; `sample` its bytes for whoever mends the device.
    `password` is checked against the registered one, where there is one; None: this kind of message
    cannot tell it, and another one did. `signs_in`: the device
    says who it is; `code`, unless None, must be the one that was issued to this address. `word` and
    `answer` are what the protocol calls the message and the answer to it, for those who look on.
    """

    address: str = ""
    values: tuple[Value, ...] = ()
    positions: tuple[Position, ...] = ()
    reply: Reply | None = None
    fault: Problem | None = None
    sample: bytes = b""
    password: str | None = ""
    signs_in: bool = False
    code: str | None = None
    stored: bytes = b""
    unknown: bytes = b""
    refused: bytes = b""
    word: str = ""
    answer: str = ""


class Conversation(abc.ABC):
    """One connection's side of the protocol; the module's name is the protocol's.

    Whatever comes, `feed` never raises, never blocks and holds a bounded number of bytes. How the
    bytes are split over calls makes no difference.
    """

    port: ClassVar[int]  # the usual TCP port; ZHIHUI_<NAME>_PORT sets another
    must_sign_in: ClassVar[bool] = False  # values and positions only after a good sign-in

    def __init__(self, issue: Callable[[str], str]) -> None:
        self.issue = issue  # the code by which the device at an address signs in

    @abc.abstractmethod
    def feed(self, data: bytes, now: datetime.datetime) -> list[Said]:
        """Take bytes as they came, and return the messages that are complete, in order.

        Without bytes it is only told that time has passed.
        """

    @property
    def waiting(self) -> bool:
        """Say whether `feed` should be called within a second even if no bytes come."""
        return False

    def end(self, now: datetime.datetime) -> list[Said]:
        """Return what was held back when the connection ends."""
        return []
