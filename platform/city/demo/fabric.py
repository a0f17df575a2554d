"""The woven ground of a town: a lattice of 100 m that bends gently, and how densely it is built.

Streets run along lattice lines, blocks and unit cells lie between them, so that no cell is cut
by a street. (u, v) are metres along the lattice's own axes, (i, j) its line numbers.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from city.demo.plane import Floats

STEP = 100.0  # metres between lattice lines: a unit cell is about 10,000 m²


@dataclass(frozen=True)
class Fabric:
    """A square lattice of 2·half cells each way, turned and bent about its origin."""

    origin: tuple[float, float]
    half: int
    angle: float
    waves: Floats  # one a row: wave vector (2), phase, displacement (2)

    def place(self, uv: ArrayLike) -> Floats:
        """Turn (…, 2) lattice metres into plane metres; (0, 0) is the origin to the last digit."""
        at = np.asarray(uv, float)
        bent, still = at.copy(), np.zeros(2)
        for kx, ky, phase, dx, dy in self.waves:
            swing = np.sin(at[..., 0] * kx + at[..., 1] * ky + phase)[..., None]
            bent += swing * np.array([dx, dy])
            still += np.sin(phase) * np.array([dx, dy])
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        turn = np.array([[cos, sin], [-sin, cos]])
        return np.asarray((bent - still) @ turn + np.array(self.origin))

    def lattice(self, ij: ArrayLike) -> Floats:
        """Turn (…, 2) line numbers, which may be fractions, into plane metres."""
        return self.place((np.asarray(ij, float) - self.half) * STEP)

    @cached_property
    def vertices(self) -> Floats:
        """Plane metres of all crossings, (2·half+1, 2·half+1, 2), on a grid of a millimetre."""
        lines = np.arange(2 * self.half + 1)
        return np.round(self.lattice(np.stack(np.meshgrid(lines, lines, indexing="ij"), -1)), 3)

    @cached_property
    def centres(self) -> Floats:
        """Plane metres of the cells' centres, (2·half, 2·half, 2)."""
        cells = np.arange(2 * self.half) + 0.5
        return self.lattice(np.stack(np.meshgrid(cells, cells, indexing="ij"), -1))


def weave(origin: tuple[float, float], half: int, turn: float, rng: np.random.Generator) -> Fabric:
    """Make a lattice turned by up to `turn` radians, bent so that streets curve but never twist."""
    rows = []
    for _ in range(4):
        length, heading, push = rng.uniform(9_000, 22_000), *rng.uniform(0.0, 2 * np.pi, 2)
        reach = 0.0065 * length
        number = 2 * np.pi / length
        rows.append(
            [
                number * np.cos(heading),
                number * np.sin(heading),
                rng.uniform(0.0, 2 * np.pi),
                reach * np.cos(push),
                reach * np.sin(push),
            ]
        )
    return Fabric(origin, half, float(rng.uniform(-turn, turn)), np.array(rows))


def density(
    fabric: Fabric,
    radius: float,
    barred: NDArray[np.bool_],
    satellites: int,
    rng: np.random.Generator,
) -> Floats:
    """Return how densely each cell is built, 0 to 1: a core, sub-centres, ragged edges.

    `radius` (m) is where the core has thinned out by half; `barred` cells (water, slopes,
    outside the city) stay empty.
    """
    at = (np.arange(2 * fabric.half) + 0.5 - fabric.half) * STEP
    u, v = np.meshgrid(at, at, indexing="ij")
    stretch = rng.uniform(0.82, 1.0), rng.uniform(1.0, 1.2)
    east, north = stretch if rng.random() < 0.5 else stretch[::-1]
    far = (np.abs(u * east) ** 2.3 + np.abs(v * north) ** 2.3) ** (1 / 2.3)
    heading = np.arctan2(v, u)
    for lobes in (2, 3, 5):
        far *= 1.0 + rng.uniform(0.02, 0.09) * np.cos(lobes * heading + rng.uniform(0.0, 6.3))
    built = np.exp(-np.log(2.0) * (far / radius) ** 2.2)
    for bearing in np.linspace(0.0, 2 * np.pi, satellites, endpoint=False):
        bearing += rng.uniform(-0.4, 0.4)
        away, size = rng.uniform(0.8, 1.35) * radius, rng.uniform(0.16, 0.28) * radius
        gap = (u - away * np.cos(bearing)) ** 2 + (v - away * np.sin(bearing)) ** 2
        built = np.maximum(built, rng.uniform(0.6, 0.85) * np.exp(-gap / (2 * size * size)))
    ragged = sum(
        np.sin(u * rng.normal(0, 1 / 900) + v * rng.normal(0, 1 / 900) + rng.uniform(0, 6.3))
        for _ in range(9)
    )
    built = np.clip(built * (1.0 + 0.11 * ragged), 0.0, 1.0)
    built[barred] = 0.0
    return np.asarray(built)
