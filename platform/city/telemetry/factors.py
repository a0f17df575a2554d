"""What a demo station measures: the item, HJ 212's word for it, its unit, and how it behaves."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Factor:
    """One item: usual value, how far it swings in a day, and by what an episode multiplies it.

    `peak` is the hour of the city's day at which it is highest; `digits` are the decimal places.
    """

    item: str
    word: str
    unit: str
    usual: float
    swing: float
    peak: int
    digits: int
    episode: float = 1.0


AIR = (
    Factor("pm25", "a34004", "µg/m3", 36, 0.28, 8, 0, 5.6),
    Factor("pm10", "a34002", "µg/m3", 66, 0.26, 9, 0, 3.4),
    Factor("so2", "a21026", "µg/m3", 8, 0.3, 10, 0, 1.5),
    Factor("no2", "a21004", "µg/m3", 36, 0.4, 20, 0, 1.6),
    Factor("co", "a21005", "mg/m3", 0.7, 0.3, 8, 2, 2.0),
    Factor("o3", "a05024", "µg/m3", 58, 0.6, 15, 0, 0.4),
)
WATER = (
    Factor("ph", "w01001", "1", 7.8, 0.02, 15, 2),
    Factor("dissolved_oxygen", "w01009", "mg/L", 7.4, 0.12, 15, 2, 0.25),
    Factor("codmn", "w01019", "mg/L", 4.6, 0.1, 12, 2, 2.1),
    Factor("cod", "w01018", "mg/L", 16.5, 0.1, 12, 1, 2.2),
    Factor("ammonia_n", "w21003", "mg/L", 0.66, 0.14, 7, 3, 3.9),
    Factor("total_p", "w21011", "mg/L", 0.13, 0.12, 9, 3, 2.6),
    Factor("water_temperature", "w01010", "Cel", 12.5, 0.06, 16, 1),
)


def of_kind(kind: str) -> tuple[Factor, ...]:
    """Return the factors of a kind of station."""
    return WATER if kind == "water" else AIR
