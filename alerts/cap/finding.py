"""What is wrong with a message, or was translated in it, in both languages."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A breach of the schema or of the standard's text; `code` is a stable word for programs."""

    code: str
    path: str
    en: str
    zh: str


@dataclasses.dataclass(frozen=True, slots=True)
class Translated:
    """What the China profile wrote, and what CAP 1.2 has for it."""

    path: str
    before: str
    after: str


class BadCap(ValueError):
    """A message that cannot be taken, with everything that was found."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(findings[0].en)
        self.findings = findings
