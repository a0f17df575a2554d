"""The public warning of the night: composed at the desk, approved by a second person, ended."""

from typing import Any

from city.night.cast import Cast, key
from city.night.person import Declined


class Alarm:
    """One warning from its draft to its end; the divisions are the districts of the centre."""

    def __init__(self, cast: Cast, divisions: list[str]) -> None:
        self._cast, self._area = cast, {"divisions": divisions}
        self.live: int | None = None

    async def issue(self, source: str) -> None:
        """Compose a red warning, ask for approval, let the supervisor approve it."""
        cast = self._cast
        body = {"event": "rainstorm", "colour": 1, "area": self._area, "source": source}
        draft = await cast.does(cast.dispatcher, "warning drafted", "/warnings", {
            **body, "key": key()
        })  # fmt: skip
        if draft is None:
            return
        number = draft["id"]
        await cast.does(cast.dispatcher, "warning submitted", f"/warnings/{number}/submit")
        await self._not_alone(number)
        if await cast.does(cast.supervisor, "warning issued", f"/warnings/{number}/approve"):
            self.live = number
            cast.book.kept["warnings"].add(number)

    async def _not_alone(self, number: int) -> None:
        """The composer tries to approve their own warning, which must be refused."""
        try:
            await self._cast.dispatcher.post(f"/warnings/{number}/approve")
        except Declined as error:
            self._cast.book.refused("own warning approved by its composer", str(error))
        else:
            self._cast.book.surprised("the composer could approve their own warning")

    async def update(self) -> None:
        """Supersede the warning by one of the same content and a later end."""
        await self._follow("update", "warning updated", {})

    async def end(self) -> None:
        """Call the warning off."""
        await self._follow("end", "warning ended", {"how": "all_clear"})
        self.live = None

    async def _follow(self, how: str, what: str, body: dict[str, Any]) -> None:
        cast = self._cast
        if self.live is None:
            return
        path = f"/warnings/{self.live}/{how}"
        draft = await cast.does(cast.dispatcher, f"{what}: drafted", path, body)
        if draft is None:
            return
        number = draft["id"]
        if draft["state"] == "draft":
            await cast.does(cast.dispatcher, f"{what}: submitted", f"/warnings/{number}/submit")
        if await cast.does(cast.supervisor, what, f"/warnings/{number}/approve"):
            cast.book.kept["warnings"].add(number)
            self.live = number
