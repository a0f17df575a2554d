"""Nothing acknowledged may be lost: every id that the people were given is read back."""

from collections.abc import Iterable

from city.night.cast import Cast
from city.night.person import Declined

_PATHS = {
    "alerts": "/alerts/{}",
    "incidents": "/incidents/{}",
    "cases": "/cases/{}",
    "closures": "/closures/{}",
    "warnings": "/warnings/{}",
}


async def verify(cast: Cast) -> None:
    """Read back all that was acknowledged; what is missing stands in the book as lost."""
    for topic, path in _PATHS.items():
        await _read(cast, topic, (path.format(number) for number in sorted(cast.book.kept[topic])))
    await _read(cast, "follow-up", (f"/public/reports/{token}" for token in cast.book.tokens))


async def _read(cast: Cast, topic: str, paths: Iterable[str]) -> None:
    for path in paths:
        try:
            await cast.dispatcher.get(path)
        except Declined as error:
            cast.book.lost.append(f"{topic} {path}: {error}")
        else:
            cast.book.done["found again"] += 1
