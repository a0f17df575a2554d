"""What goes to the map process and comes back: MapProxy is loaded there, in no web process."""

import importlib
from typing import NamedTuple

WORKER = "tiles.service.worker"
NEWEST = "default"  # what stands for a day where none is meant


class Asked(NamedTuple):
    """A request: what stood in it, and which layers its sender may see."""

    path: str
    query: str
    host: str
    scheme: str
    allowed: frozenset[str]


class Answer(NamedTuple):
    """Status line, headers and body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def begin() -> None:
    """Make the process that this is called in ready."""
    importlib.import_module(WORKER).begin()


def answer(asked: Asked) -> Answer:
    """Answer one request, in the map process."""
    found: Answer = importlib.import_module(WORKER).answer(asked)
    return found
