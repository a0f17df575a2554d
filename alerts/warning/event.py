"""Events that one can warn of: `events/x.toml` each, with the words that a colour begins with."""

import dataclasses
from functools import cache
from pathlib import Path

from core.severity import Severity
from core.shelf import tables

SHELF = Path(__file__).with_name("events")


@dataclasses.dataclass(frozen=True, slots=True)
class Advice:
    """What is expected and what people should do; {area} and {hours} are filled in."""

    description_zh: str
    description_en: str
    instruction_zh: str
    instruction_en: str
    responses: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """A kind of event. `event_code` is the national system's, empty where none is known to us."""

    code: str
    title_zh: str
    title_en: str
    category: str
    grave: Advice
    mild: Advice
    event_code: str = ""

    def advice(self, colour: Severity) -> Advice:
        """Return the advice of red and orange, or of yellow and blue."""
        return self.grave if colour <= Severity.ORANGE else self.mild


@dataclasses.dataclass(frozen=True, slots=True)
class Grade:
    """What a colour begins with: the three words of CAP, and for how many hours it holds."""

    urgency: str
    severity: str
    certainty: str
    hours: int


GRADES = {
    Severity.RED: Grade("Immediate", "Extreme", "Likely", 3),
    Severity.ORANGE: Grade("Immediate", "Severe", "Likely", 6),
    Severity.YELLOW: Grade("Expected", "Moderate", "Likely", 12),
    Severity.BLUE: Grade("Future", "Minor", "Possible", 24),
}
WORDS = {Severity.RED: "Red", Severity.ORANGE: "Orange", Severity.YELLOW: "Yellow",
         Severity.BLUE: "Blue"}  # fmt: skip
COLOUR_OF = {grade.severity: colour for colour, grade in GRADES.items()}


@cache
def events() -> dict[str, Event]:
    """Return the shelf by code."""
    return tables(SHELF, Event)


def draft_texts(
    event: Event, colour: Severity, area_zh: str, area_en: str, hours: int | None = None
) -> dict[str, str]:
    """Return headline, description and instruction in both languages to begin with."""
    advice, lasting = event.advice(colour), hours or GRADES[colour].hours
    texts = {
        "headline_zh": f"{{area}}{event.title_zh}{colour.zh}预警",
        "headline_en": f"{WORDS[colour]} warning of {event.title_en.lower()}: {{area}}",
        "description_zh": advice.description_zh,
        "description_en": advice.description_en,
        "instruction_zh": advice.instruction_zh,
        "instruction_en": advice.instruction_en,
    }
    places = {"zh": area_zh or "本区域", "en": area_en or "this area"}
    return {
        name: text.replace("{area}", places[name[-2:]]).replace("{hours}", str(lasting))
        for name, text in texts.items()
    }
