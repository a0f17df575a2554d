"""Invented values of demo stations: the same station and hour give the same for ever. Pure."""

import datetime
import math
import zlib

import numpy as np

from city.telemetry.factors import Factor

ZONE = datetime.timezone(datetime.timedelta(hours=8))
_SEED = 212
_NOISE = 0.05  # of the value, from one moment to the next


def value(code: str, factor: Factor, moment: datetime.datetime, episode: float = 0.0) -> float:
    """Return what a station measures at a moment; `episode` is 0 (none) to 1 (at its worst)."""
    own = float(_random(code, factor.item).uniform(0.5, 1.12))
    local = moment.astimezone(ZONE)
    turn = math.cos((local.hour + local.minute / 60 - factor.peak) / 24 * math.tau)
    noise = float(_random(code, factor.item, moment.isoformat()).normal(0, _NOISE))
    steady = factor.swing < 0.1  # pH and temperature differ little from station to station
    share = 1 + factor.swing * turn + noise * (0.1 if steady else 1)
    base = factor.usual * (1 if steady else own)
    return round(base * share * (1 + (factor.episode - 1) * episode), factor.digits)


def _random(*words: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([_SEED, zlib.crc32(" ".join(words).encode())]))
