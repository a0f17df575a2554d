"""Taking a selection out: features, what was asked, and the file in the form that was wished."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from core import clock
from layers.exporting.form import Form, Taken, form
from layers.models import State
from layers.selection import Selection
from people.may import Rights

log = logging.getLogger(__name__)


class Handed(NamedTuple):
    """A file as it goes out."""

    name: str
    media: str
    content: bytes


def hand_out(chosen: Selection, question: dict[str, str], wished: str, who: Rights) -> Handed:
    """Return a selection as a file; raises Invalid for an unknown form, TooLarge for too many."""
    made = form(wished)
    taken = _taken(chosen, question)
    log.info(
        "%s exports %d features of %s as %s: %s",
        who.actor, len(taken.features), chosen.layer.code, made.code, question,
    )  # fmt: skip
    return _written(taken, made)


def _taken(chosen: Selection, question: dict[str, str]) -> Taken:
    layer = chosen.layer
    state = State.objects.filter(pk=layer.code).first()
    about = {
        "layer": layer.code,
        "title": layer.title_zh,
        "attribution": layer.attribution,
        "source": state.source if state and state.source else layer.source,
        "query": question,
        "version": state.version if state else 0,
        "exported_at": clock.now().isoformat(),
        "datum": "EPSG:4326",
    }
    return Taken(layer, chosen.all(), about)


def _written(taken: Taken, made: Form) -> Handed:
    with TemporaryDirectory() as folder:
        path = made.write(taken, Path(folder))
        return Handed(f"{taken.layer.code}{made.suffix}", made.media, path.read_bytes())
