"""OGC API - Features Part 2 (OGC 18-058r1), annex A: abstract tests by their names."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from pyproj import Transformer

from layers import crs

Read = Callable[..., Any]
ITEMS = "/collections/places/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def known_place(uri: str) -> tuple[float, float]:
    """Return where the first place lies, by PROJ itself, axes in the authority's order."""
    code = uri.rpartition("/")[2]
    if code == "CRS84":
        return 113.60, 34.70
    there: tuple[float, float] = Transformer.from_crs("EPSG:4326", f"EPSG:{code}").transform(
        34.70, 113.60
    )
    return there


def offered(read: Read) -> list[str]:
    listed: list[str] = read("/collections/places")["crs"]
    return listed


def test_crs_crs_uri(read: Read) -> None:
    listed = offered(read)
    assert listed[:4] == [CRS84, f"{EPSG}4326", f"{EPSG}4490", f"{EPSG}3857"]
    # Zhengzhou: three degrees round 114 E (with and without zone number), six degrees round 111 E
    assert listed[4:] == [f"{EPSG}{code}" for code in (4547, 4526, 4508, 4497)]


def test_crs_default_crs(read: Read) -> None:
    assert offered(read)[0] == CRS84


def test_crs_storage_crs(read: Read) -> None:
    body = read("/collections/places")
    assert body["storageCrs"] in body["crs"]


def test_crs_crs_parameter(read: Read) -> None:
    for uri in offered(read):
        read(ITEMS, crs=uri)
        read(f"{ITEMS}/1", crs=uri)


def test_crs_crs_parameter_invalid(read: Read) -> None:
    for bad in (f"{EPSG}2437", "EPSG:4547", "", f"{EPSG}4548"):
        assert read(ITEMS, 400, crs=bad)["field"] == "crs"
        assert read(f"{ITEMS}/1", 400, crs=bad)["field"] == "crs"


def test_crs_crs_parameter_default(ask: Read) -> None:
    for path in (ITEMS, f"{ITEMS}/1"):
        assert ask(path)["Content-Crs"] == f"<{CRS84}>"


def test_crs_crs_parameter_transform(read: Read, ask: Read) -> None:
    for uri in offered(read):
        answer = ask(f"{ITEMS}/1", crs=uri)
        assert answer["Content-Crs"] == ask(ITEMS, crs=uri)["Content-Crs"] == f"<{uri}>"
        given = answer.json()["geometry"]["coordinates"]
        exact = 2e-3 if abs(given[0]) > 1000 else 2e-7
        assert given == pytest.approx(known_place(uri), abs=exact), uri
        assert "crs" not in answer.json()["geometry"]


def test_crs_axis_order_is_the_authoritys(read: Read) -> None:
    for uri in offered(read):
        x, y = read(f"{ITEMS}/1", crs=uri)["geometry"]["coordinates"]
        code = uri.rpartition("/")[2]
        north_first = code in ("4326", "4490", "4547", "4526", "4508", "4497")
        east_first = {"CRS84": x > y, "3857": x > y}.get(code, False)
        assert north_first != east_first
        if north_first and code not in ("4326", "4490"):
            assert 3_800_000 < x < 3_900_000


def test_crs_bbox_crs_parameter(read: Read, fids: Read) -> None:
    for uri in offered(read):
        x, y = known_place(uri)
        by = 10.0 if max(x, y) > 1000 else 1e-4
        box = f"{x - by},{y - by},{x + by},{y + by}"
        assert fids(bbox=box, bbox_crs=uri) == [1], uri
        assert fids(bbox=box, bbox_crs=uri, crs=CRS84) == [1]


def test_crs_bbox_crs_parameter_invalid(read: Read) -> None:
    assert read(ITEMS, 400, bbox="1,2,3,4", bbox_crs=f"{EPSG}2437")["field"] == "bbox-crs"
    for bad in ("3,4,1,2", "1e300,1e300,1e301,1e301", "nan,1,2,3"):
        read(ITEMS, 400, bbox=bad, bbox_crs=f"{EPSG}4547")
    # longitude first, where the standard wants latitude
    read(ITEMS, 400, bbox="113.5,34.6,113.7,34.8", bbox_crs=f"{EPSG}4326")


def test_crs_bbox_crs_parameter_default(fids: Read) -> None:
    box = "113.59,34.69,113.605,34.705"
    assert fids(bbox=box) == fids(bbox=box, bbox_crs=CRS84) == [1]


def test_crs_bbox_of_a_projection_is_not_cut_as_one_of_degrees(read: Read) -> None:
    """A box of metres is a bent one in degrees: its corners, not its hull, decide."""
    to_metres = Transformer.from_crs(4326, 4547, always_xy=True)
    x, y = to_metres.transform(113.60, 34.70)
    # the place lies just beyond the western edge of the box, but inside the box's hull in degrees
    box = f"{y - 50000},{x + 0.5},{y + 50000},{x + 200000}"
    inside = read(ITEMS, bbox=box, bbox_crs=f"{EPSG}4547")["features"]
    assert 1 not in [one["id"] for one in inside] and len(inside) == 5
    drawn = f"{y - 50000},{x - 0.5},{y + 50000},{x + 200000}"
    assert len(read(ITEMS, bbox=drawn, bbox_crs=f"{EPSG}4547")["features"]) == 6


def test_filter_crs(read: Read, fids: Read) -> None:
    for uri in offered(read):
        x, y = known_place(uri)
        by = 10.0 if max(x, y) > 1000 else 1e-4
        ring = [(x - by, y - by), (x + by, y - by), (x + by, y + by), (x - by, y + by)]
        area = ", ".join(f"{a!r} {b!r}" for a, b in (*ring, ring[0]))
        text = f"S_INTERSECTS(geometry, POLYGON(({area})))"
        assert fids(filter=text, filter_crs=uri) == [1], uri
        box = f"BBOX({x - by!r}, {y - by!r}, {x + by!r}, {y + by!r})"
        assert fids(filter=f"S_INTERSECTS(geometry, {box})", filter_crs=uri) == [1], uri


def test_shapes_keep_their_form_in_every_system(read: Read) -> None:
    for uri in read("/collections/areas")["crs"]:
        body = read("/collections/areas/items/1", crs=uri)
        shape = shapely.from_geojson(json.dumps(body["geometry"]))
        assert shape.geom_type == "Polygon" and shape.is_valid and len(shape.exterior.coords) == 5


def test_zones_of_a_place() -> None:
    def codes(west: float, east: float) -> list[int]:
        return [one.srid for one in crs.of([west, 30, east, 31])[4:]]

    # Shanghai lies round 120 and 123 E by three degrees, 123 E by six (from 120 E on)
    assert codes(120.9, 122.0) == [4549, 4550, 4528, 4529, 4510, 4499]
    assert codes(73.5, 73.6)[0] == 4534 and codes(134.9, 135.0)[0] == 4554
    assert crs.of(None) == crs.of([None] * 4) == crs.WORLD
