"""The one severity scale: China's four warning colours (突发事件应对法 art. 42), 1 is worst."""

import enum


class Severity(enum.IntEnum):
    """Grade of a warning; the smaller the number, the worse."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4

    @property
    def zh(self) -> str:
        """Return the colour as a Chinese warning names it."""
        return {1: "红色", 2: "橙色", 3: "黄色", 4: "蓝色"}[self.value]

    @property
    def en(self) -> str:
        """Return the colour in English."""
        return self.name.lower()


def worst(severities: frozenset[Severity]) -> Severity | None:
    """Return the worst of some grades, None of none."""
    return min(severities, default=None)
