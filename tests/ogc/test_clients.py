"""Programs of others as clients of `/ogc` and `/service`: GDAL and OWSLib.

GDAL comes with the wheels of pyogrio (features) and rasterio (tiles).
"""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records
from owslib.wms import WebMapService
from owslib.wmts import WebMapTileService
from PIL import Image
from rasterio.windows import from_bounds

from layers import actions, catalogue

from .conftest import SOUTH, STEP, WEST, lakes, register

BLUE_ISH = 40  # how much more blue than red water is drawn
GK = "http://www.opengis.net/def/crs/EPSG/0/4547"


@pytest.fixture(scope="module")
def url(shared: None, start_web: Callable[..., Any]) -> Iterator[str]:
    """A running city with lakes, a layer of more features than one page, one for staff."""
    actions.replace_features("waters", lakes(), simulated=True)
    numbers = range(1, 2501)
    points = shapely.to_wkb(shapely.points([113.5 + at / 1e4 for at in numbers], 34.7))
    many = ((at, points[at - 1], {"name": f"P{at}", "floors": at}) for at in numbers)
    actions.replace_features(register("places").code, many, simulated=True)
    secret = [(1, shapely.to_wkb(shapely.Point(113.6, 34.7)), {"name": "secret"})]
    actions.replace_features(register("secret", sharing="staff").code, secret, simulated=True)
    catalogue.layers()
    live = start_web()
    yield live.url
    live.process.terminate()
    live.process.wait(60)


def test_gdal_lists_what_is_open(url: str) -> None:
    named = {name for name, _ in pyogrio.list_layers(f"OAPIF:{url}/ogc")}
    assert {"waters", "places"} <= named and "secret" not in named


def test_gdal_reads_all_pages(url: str) -> None:
    for root in ("/ogc", "/ogc/"):
        frame = pyogrio.read_dataframe(f"OAPIF:{url}{root}", layer="places")
        assert sorted(frame["floors"]) == list(range(1, 2501)), root
        assert frame.crs.to_string() == "OGC:CRS84"
        assert frame.geometry.iloc[0].x == pytest.approx(113.5001)


def test_gdal_asks_by_box_and_attribute(url: str) -> None:
    boxed = pyogrio.read_dataframe(
        f"OAPIF:{url}/ogc", layer="waters", bbox=(113.5, 34.6, 113.512, 34.8)
    )
    assert sorted(boxed["name_zh"]) == ["0号湖", "1号湖"]
    chosen = pyogrio.read_dataframe(
        f"OAPIF:{url}/ogc", layer="places", where="floors > 2497 AND name <> 'P2499'"
    )
    assert sorted(chosen["floors"]) == [2498, 2500]


def test_gdal_reads_gauss_krueger_the_right_way_round(url: str) -> None:
    there = pyogrio.read_dataframe(f"OAPIF:{url}/ogc", layer="waters", CRS="EPSG:4547")
    assert there.crs.to_epsg() == 4547
    back = there.to_crs(4326).geometry.iloc[0].bounds
    assert back == pytest.approx((WEST, SOUTH, WEST + STEP / 2, SOUTH + STEP / 2), abs=1e-7)


def test_gdal_reads_wmts(url: str) -> None:
    source = f"WMTS:{url}/service/wmts/1.0.0/WMTSCapabilities.xml,layer=waters"
    with rasterio.open(source) as tiles:
        assert tiles.crs.to_epsg() == 3857
        x, y = 12_634_888.0, 4_123_500.0  # inside the first lake (113.5 E, 34.7 N), in metres
        level = next(one for one in tiles.overviews(1) if one >= 8)
        window = from_bounds(x, y, x + 400, y + 400, tiles.transform)
        shape = (tiles.count, max(1, int(window.height / level)), max(1, int(window.width / level)))
        picture = tiles.read(window=window, out_shape=shape)
    red, _, blue, alpha = (picture[band].astype(int) for band in range(4))
    assert alpha.max() == 255 and (blue - red)[alpha == 255].mean() > BLUE_ISH


def test_owslib_features(url: str) -> None:
    client = Features(f"{url}/ogc/")
    assert client.links and client.conformance()["conformsTo"]
    assert {"waters", "places"} <= set(client.feature_collections())
    assert client.collection("waters")["itemType"] == "feature"
    assert "floors" in client.collection_queryables("places")["properties"]
    body = client.collection_items("places", limit=7, bbox=[113.5, 34.6, 113.6, 34.8])
    assert body["numberReturned"] == 7
    filtered = client.collection_items("places", filter="floors = 12")
    assert [one["id"] for one in filtered["features"]] == [12]
    one = client.collection_item("waters", "3")
    assert shapely.from_geojson(json.dumps(one["geometry"])).area > 0
    assert client.api()["openapi"].startswith("3.0")


def test_owslib_records(url: str) -> None:
    client = Records(f"{url}/ogc/")
    assert client.records() == ["catalogue"]
    body = client.collection_items("catalogue", q="水体")
    assert [one["id"] for one in body["features"]] == ["waters"]
    assert client.collection_item("catalogue", "waters")["id"] == "waters"


@pytest.mark.parametrize("version", ["1.1.1", "1.3.0"])
def test_owslib_wms(url: str, version: str) -> None:
    client = WebMapService(f"{url}/service", version=version)
    assert {"waters", "places"} <= set(client.contents) and "secret" not in client.contents
    answer = client.getmap(
        layers=["waters"], styles=[""], srs="EPSG:4326", bbox=(113.5, 34.7, 113.505, 34.705),
        size=(64, 64), format="image/png", transparent=True,
    )  # fmt: skip
    picture = np.asarray(Image.open(io.BytesIO(answer.read())).convert("RGBA")).astype(int)
    assert picture[32, 32, 3] == 255 and picture[32, 32, 2] - picture[32, 32, 0] > BLUE_ISH


def test_owslib_wmts(url: str) -> None:
    client = WebMapTileService(f"{url}/service/wmts/1.0.0/WMTSCapabilities.xml")
    assert "waters" in client.contents and "secret" not in client.contents
    (matrix,) = client["waters"].tilematrixsetlinks
    tile = client.gettile(
        layer="waters", tilematrixset=matrix, tilematrix="16", row=26016, column=53430,
        format="image/png",
    )  # fmt: skip
    assert Image.open(io.BytesIO(tile.read())).size == (256, 256)
