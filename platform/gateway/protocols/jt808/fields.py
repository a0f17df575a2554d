"""The fields of a message's body, read one after the other: big-endian, GBK, BCD."""

import datetime

from core.errors import Invalid

CHINA = datetime.timezone(datetime.timedelta(hours=8))  # every time of the protocol


class Fields:
    """A place in a body; each reading moves it on and raises Invalid where the body ends."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    @property
    def left(self) -> int:
        """Return how many bytes have not been read."""
        return len(self._body) - self._at

    def take(self, size: int, name: str) -> bytes:
        """Return the next `size` bytes."""
        if size > self.left:
            raise Invalid(
                f"the body ends within {name}: {size} bytes expected, {self.left} there",
                zh=f"消息体在 {name} 处中断：应有 {size} 字节，实有 {self.left} 字节",
                field=name,
                remedy="send the body in the layout of the header's edition",
            )
        start, self._at = self._at, self._at + size
        return self._body[start : self._at]

    def number(self, size: int, name: str) -> int:
        """Return an unsigned number of `size` bytes: BYTE, WORD, DWORD."""
        return int.from_bytes(self.take(size, name))

    def text(self, size: int, name: str) -> str:
        """Return a padded string: some pad behind, some with 00 in front."""
        return self.take(size, name).decode("gbk", "replace").strip("\x00 ")

    def rest(self, name: str) -> str:
        """Return everything that is left as a string."""
        return self.text(self.left, name)

    def time(self, name: str) -> datetime.datetime | None:
        """Return BCD[6] YYMMDDhhmmss; None if all of it is zero, as before the first fix."""
        raw = self.take(6, name)
        return moment(raw, name) if any(raw) else None


def moment(raw: bytes, name: str) -> datetime.datetime:
    """Read BCD[6] YYMMDDhhmmss, GMT+8; raises Invalid for what no calendar has."""
    try:
        year, month, day, hour, minute, second = (int(f"{byte:02x}") for byte in raw)
        return datetime.datetime(2000 + year, month, day, hour, minute, second, tzinfo=CHINA)
    except ValueError as error:
        raise Invalid(
            f"{raw.hex()} is no time",
            zh=f"{raw.hex()} 不是有效时间",
            field=name,
            remedy="send BCD YYMMDDhhmmss in GMT+8",
        ) from error
