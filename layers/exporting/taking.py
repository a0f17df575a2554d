"""Taking a selection out: features, what was asked, and the file in the form that was wished."""

import asyncio
import dataclasses
import logging
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from core import clock
from layers import asof
from layers.exporting import widening
from layers.exporting.form import Batch, Form, Taken, form
from layers.models import State
from layers.selection import Selection
from people.may import Rights

log = logging.getLogger(__name__)

WHOLE = 4 << 20  # bytes: larger files go out in pieces
_PIECE = 1 << 18


@dataclasses.dataclass(frozen=True, slots=True)
class Handed:
    """A file as it goes out: open, and already without a name on the disk."""

    name: str
    media: str
    size: int
    file: BinaryIO

    def answer(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Return the response; a large file is never in memory as a whole."""
        made: HttpResponse | StreamingHttpResponse
        if self.size <= WHOLE:
            with self.file:
                made = HttpResponse(self.file.read(), content_type=self.media)
        else:
            own_loop = isinstance(request, ASGIRequest)
            pieces: Any = _later(self.file) if own_loop else _now(self.file)
            made = StreamingHttpResponse(pieces, content_type=self.media)
            made["Content-Length"] = str(self.size)
        made["Content-Disposition"] = f'attachment; filename="{self.name}"'
        return made


def hand_out(chosen: Selection, question: dict[str, str], wished: str, who: Rights) -> Handed:
    """Return a selection as a file; raises Invalid for an unknown form, TooLarge for too many."""
    made = form(wished)
    log.info("%s exports %s as %s: %s", who.actor, chosen.layer.code, made.code, question)
    with transaction.atomic():
        return _written(_taken(chosen, question), made)


def _taken(chosen: Selection, question: dict[str, str]) -> Taken:
    layer = chosen.layer
    state = State.objects.filter(pk=layer.code).first()
    about = {
        "layer": layer.code,
        "title": layer.title_zh,
        "attribution": layer.attribution,
        "source": state.source if state and state.source else layer.source,
        "query": question,
        **({"as_of": chosen.when or "now"} if "at" in question else {}),
        "version": state.version if state else 0,
        "exported_at": clock.now().isoformat(),
        "datum": "EPSG:4326",
    }
    return Taken(widening.fitting(chosen), map(Batch, chosen.batches()), about)


def _written(taken: Taken, made: Form) -> Handed:
    with TemporaryDirectory() as folder:
        path = made.write(taken, Path(folder))
        name = f"{taken.layer.code}{_day(taken)}{made.suffix}"
        return Handed(name, made.media, path.stat().st_size, path.open("rb"))


def _day(taken: Taken) -> str:
    """Return the day that a file is of, as its name tells it; nothing for now."""
    when = taken.about.get("as_of", "now")
    return "" if when == "now" else f"-{asof.moment(when).date()}"


def _now(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from iter(partial(file.read, _PIECE), b"")


async def _later(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
