"""Datums: published GCJ-02 and BD-09 pairs, and PROJ's Gauss-Krüger values of CGCS2000."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datums
from core.datums import Datum
from core.errors import Invalid

METRE = 1e-5  # degrees, about

# (lon, lat) WGS-84 → GCJ-02: the tests of googollee/eviltransform
PUBLISHED = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    # Zhengzhou: city hall, Erqi tower, airport
    ((113.625328, 34.746611), (113.631374605043, 34.745428383332)),
    ((113.666412, 34.752532), (113.672517574035, 34.751421079209)),
    ((113.8409, 34.5197), (113.846853889897, 34.518375606777)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED)
def test_wgs84_to_gcj02_as_published(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert np.allclose(datums.wgs84_to_gcj02(*wgs84), gcj02, atol=1e-9, rtol=0)


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED)
def test_the_inverse_is_exact_where_one_step_leaves_metres(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert np.allclose(datums.gcj02_to_wgs84(*gcj02), wgs84, atol=1e-9, rtol=0)


def test_bd09_as_published() -> None:
    there = datums.gcj02_to_bd09(116.404, 39.915)
    assert np.allclose(there, (116.41036949371029, 39.92133699351021), atol=1e-12, rtol=0)
    # the published inverse is the closed formula, which is off by some decimetres
    back = datums.bd09_to_gcj02(116.404, 39.915)
    assert np.allclose(back, (116.39762729119315, 39.90865673957631), atol=METRE, rtol=0)
    assert np.allclose(datums.gcj02_to_bd09(*back), (116.404, 39.915), atol=1e-12, rtol=0)


def test_zhengzhou_in_bd09() -> None:
    there = datums.from_wgs84(Datum.BD09, 113.625328, 34.746611)
    assert np.allclose(there, (113.637775455919, 34.751733459084), atol=1e-9, rtol=0)


@pytest.mark.parametrize("place", [(139.6917, 35.6895), (110.0, 0.5)])
def test_outside_the_box_nothing_moves(place: tuple[float, float]) -> None:
    assert np.array_equal(datums.wgs84_to_gcj02(*place), place)


def test_cgcs2000_is_wgs84_by_declaration() -> None:
    assert np.array_equal(datums.to_wgs84(Datum.CGCS2000, 113.6, 34.7), (113.6, 34.7))


@given(
    st.floats(75.0, 134.0),
    st.floats(4.0, 53.0),
    st.sampled_from([Datum.GCJ02, Datum.BD09, Datum.WGS84]),
)
def test_there_and_back_within_a_millimetre(lon: float, lat: float, datum: Datum) -> None:
    back = datums.to_wgs84(datum, *datums.from_wgs84(datum, lon, lat))
    assert np.allclose(back, (lon, lat), atol=1e-8, rtol=0)


def test_arrays_equal_single_points() -> None:
    lons, lats = np.array([p[0][0] for p in PUBLISHED]), np.array([p[0][1] for p in PUBLISHED])
    together = np.column_stack(datums.wgs84_to_gcj02(lons, lats))
    alone = [np.array(datums.wgs84_to_gcj02(*pair[0])) for pair in PUBLISHED]
    assert np.array_equal(together, alone)


# PROJ 9.5: CGCS2000 Gauss-Krüger, easting first
@pytest.mark.parametrize(
    ("epsg", "easting", "northing"),
    [
        (4547, 465691.6898, 3846546.3023),
        (4526, 38465691.6898, 3846546.3023),
        (4546, 740427.5562, 3849623.0991),
    ],
)
def test_gauss_krueger_gives_easting_first(epsg: int, easting: float, northing: float) -> None:
    projected = datums.project(epsg, 113.625328, 34.746611)
    assert np.allclose(projected, (easting, northing), atol=1e-3, rtol=0)
    back = datums.unproject(epsg, *projected)
    assert np.allclose(back, (113.625328, 34.746611), atol=1e-9, rtol=0)


@pytest.mark.parametrize(
    ("lon", "epsg"), [(75.0, 4534), (112.6, 4547), (113.625, 4547), (114.0, 4547), (135.0, 4554)]
)
def test_the_zone_of_a_place(lon: float, epsg: int) -> None:
    assert datums.metric_crs(lon, 34.7) == epsg


@pytest.mark.parametrize(("lon", "lat"), [(34.7, 113.6), (150.0, 30.0), (113.0, -1.0)])
def test_no_zone_outside_china(lon: float, lat: float) -> None:
    with pytest.raises(Invalid):
        datums.metric_crs(lon, lat)
