"""What somebody asks a case to do: one step with what it needs."""

import dataclasses
import datetime
import uuid

from urban.photos import Picture


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """One step; `version` is the one looked at, `key` makes repeating it harmless."""

    step: str
    version: int | None = None
    key: uuid.UUID | None = None
    words: str = ""
    outcome: str = ""
    department: str = ""
    condition: str = ""
    until: datetime.datetime | None = None
    into: int | None = None
    photos: tuple[Picture, ...] = ()
