"""The contract of outgoing channels: one file each in `alerts/channels/`, found by its name.

A channel is called by the worker's outside lane only, in a thread of its own that never touches
the database; whatever it does ends within its own time limits.
"""

import dataclasses
from abc import ABC, abstractmethod
from functools import cache
from typing import Any, ClassVar

from core.shelf import classes

LONGEST_SEND = 20.0  # seconds that one sending may take, whatever the other side does


@dataclasses.dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one address; `uid` stays the same however often it is tried.

    `kind` is warning.issued, warning.updated, warning.ended, alert.raised, alert.escalated or
    trial; `cap` holds a warning's exact bytes.
    """

    uid: str
    address: str
    secret: str
    kind: str
    made_at: str
    title: str
    text: str
    data: dict[str, Any]
    cap: bytes | None = None


class Undelivered(Exception):
    """It did not arrive; `final` when trying the same again cannot help."""

    def __init__(self, en: str, zh: str, *, final: bool = False) -> None:
        super().__init__(en)
        self.en, self.zh, self.final = en, zh, final


class BadAddress(ValueError):
    """An address that this channel cannot send to, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


class Channel(ABC):
    """A way out of the house."""

    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    signs: ClassVar[bool] = False  # whether recipients need the secret that messages are signed by

    @abstractmethod
    def off(self) -> tuple[str, str] | None:
        """Return why nothing can be sent now (English, Chinese), None if it can."""

    @abstractmethod
    def check(self, address: str) -> None:
        """Raise BadAddress for what is none; asks nobody outside."""

    @abstractmethod
    def shown(self, address: str) -> str:
        """Return an address as a screen may show it, without the secrets in it."""

    @abstractmethod
    def send(self, parcel: Parcel) -> str:
        """Send, and return what the other side answered; raises Undelivered."""


@cache
def channels() -> dict[str, Channel]:
    """Return the shelf by name."""
    found = classes("alerts.channels", Channel)  # type: ignore[type-abstract]
    return {name: channel() for name, channel in found}
