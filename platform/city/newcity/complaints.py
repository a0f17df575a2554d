"""What is wrong with a city's files, collected row by row so that all is mended at once."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Complaints:
    """Sentences that each name file, row, column and remedy."""

    lines: list[str] = field(default_factory=list)

    def add(self, file: str, row: int, column: str, zh: str, en: str) -> None:
        """Note one mistake; `row` is the line in the file, the heading being line 1."""
        self.lines.append(f"{file}:{row} {column}: {zh} {en}")

    def __bool__(self) -> bool:
        return bool(self.lines)
