"""Who acts in a night: the demo city's people signed in, and citizens who are nobody."""

import asyncio
import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

from city.night.book import Book
from city.night.person import Declined, Person
from city.stage.wire import Wire

NAMES = ("dispatcher", "supervisor", "inspector", "responder")


@dataclasses.dataclass
class Cast:
    """The people, their shared book, and how fast time passes (0: as fast as possible)."""

    dispatcher: Person
    supervisor: Person
    inspector: Person
    responder: Person
    citizen: Person
    book: Book
    speed: float = 0.0

    @classmethod
    async def sign_in(cls, wire: Wire, password: str, book: Book, speed: float) -> "Cast":
        """Sign everybody in; raises Unplayable."""
        dispatcher, supervisor, inspector, responder = await asyncio.gather(
            *(Person(wire, name).sign_in(password) for name in NAMES)
        )
        nobody = Person(wire)
        return cls(dispatcher, supervisor, inspector, responder, nobody, book, speed)

    async def passes(self, minutes: float) -> None:
        """Wait for some minutes of the night; flat out, only let the others have their turn."""
        await asyncio.sleep(minutes * 60 / self.speed if self.speed else 0)

    async def does(
        self, who: Person, what: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """Do one thing; what was not expected to fail stands in the book."""
        try:
            answer: dict[str, Any] = await who.post(path, body or {})
        except Declined as error:
            self.book.surprised(f"{who.name or 'citizen'} {what} {path}: {error}")
            return None
        self.book.did(what)
        return answer


def key() -> str:
    """Return what makes a repeated message harmless."""
    return str(uuid.uuid4())
