"""One random generator per city and step, so that a change in one step moves no other."""

import zlib

import numpy as np


def generator(seed: int, city: str, step: str) -> np.random.Generator:
    """Return the generator of a step; the same three answers give the same numbers for ever."""
    return np.random.Generator(np.random.PCG64([seed, int(city), zlib.crc32(step.encode())]))
