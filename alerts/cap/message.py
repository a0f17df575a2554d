"""A CAP 1.2 message as values; `compose` writes it, `read` makes it of a tree without findings."""

import dataclasses
import datetime

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

Pair = tuple[str, str]  # valueName and value
Ring = tuple[tuple[float, float], ...]  # (longitude, latitude) in degrees WGS 84, closed


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """Another message, named as `references` names it."""

    sender: str
    identifier: str
    sent: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Circle:
    """A centre in degrees WGS 84 and a radius in kilometres."""

    lon: float
    lat: float
    km: float


@dataclasses.dataclass(frozen=True, slots=True)
class Area:
    """Where: altitude and ceiling in feet above mean sea level."""

    description: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Info:
    """What, how bad, how sure and what to do, in one language (default of the standard: en-US)."""

    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    language: str = "en-US"
    responses: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Pair, ...] = ()
    effective: datetime.datetime | None = None
    onset: datetime.datetime | None = None
    expires: datetime.datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """The whole alert; `restriction` goes with Restricted, `addresses` with Private."""

    identifier: str
    sender: str
    sent: datetime.datetime
    status: str
    msg_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = ()
