"""Elevation models to ask: made-up ones always, real ones where they were given."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio

from layers.terrain.grid import Grid

Rough = Callable[..., Grid]


@pytest.fixture(scope="session")
def rough() -> Rough:
    """Make hills without order: `rough(rows, columns, cell, seed)`, 300 m high."""

    def make(rows: int = 300, columns: int = 340, cell: float = 30.0, seed: int = 7) -> Grid:
        noise = np.random.default_rng(seed).standard_normal((rows, columns))
        waves = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None])
        waves[0, 0] = 1
        hills = np.fft.irfft2(np.fft.rfft2(noise) / waves**1.8, s=(rows, columns))
        return Grid.plane((hills - hills.min()) / np.ptp(hills) * 300, cell)

    return make


def given() -> list[Path]:
    """Return the elevation models of the shared data, if there are any."""
    folder = Path(os.environ.get("ZHIHUI_SHARED_DATA", "")) / "dem"
    return sorted([*folder.glob("*dem*.tif"), *folder.glob("*.hgt.zip")])


@pytest.fixture(scope="session")
def models(rough: Rough) -> list[Grid]:
    """Return a made-up model, and those that were given; their cells are taken as 90 m squares."""
    found = [rough()]
    for path in given():
        name = f"/vsizip/{path}/{path.name.removesuffix('.zip')}" if path.suffix == ".zip" else path
        with rasterio.open(name) as source:
            read = source.read(1, masked=True)
        found.append(Grid.plane(read.filled(0), 90.0, known=~np.ma.getmaskarray(read)))
    return found
