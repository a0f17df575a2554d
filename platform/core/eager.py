"""Running a coroutine up to its first wait at once, without a task or a timer around it.

What is usually ready (a body that came with its headers, a socket that can be written to) costs no
turn of the event loop then; what is not goes on where it stopped.
"""

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Rest(Generic[T]):
    """What is left of a coroutine after its first step; await it to go on."""

    def __init__(self, started: Coroutine[Any, Any, T], waits_for: Any) -> None:
        self._started, self._waits_for = started, waits_for

    def __await__(self) -> Generator[Any, Any, T]:
        waits_for = self._waits_for
        while True:
            failure: BaseException | None = None
            sent = None
            try:
                sent = yield waits_for
            except BaseException as error:
                failure = error
            try:
                waits_for = (
                    self._started.send(sent) if failure is None else self._started.throw(failure)
                )
            except StopIteration as done:
                answer: T = done.value
                return answer


def begin(coroutine: Coroutine[Any, Any, T]) -> "tuple[Rest[T] | None, T | None]":
    """Run the first step: (None, its answer) if that was all, else (what is left, None)."""
    try:
        waits_for = coroutine.send(None)
    except StopIteration as done:
        return None, done.value
    return Rest(coroutine, waits_for), None
