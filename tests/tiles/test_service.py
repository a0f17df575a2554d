"""WMS and WMTS behind /service: real maps of real layers, axis order, rights."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import mapproxy
import numpy as np
import pytest
import rasterio
import shapely
from lxml import etree
from PIL import Image
from rasterio.transform import from_origin

from layers import actions, catalogue, relief
from layers.importing import making
from people.models import Role

WEST, NORTH, CELL, SIDE = 113.60, 34.80, 0.0001, 1000
RED, BLUE = (200, 30, 30), (30, 30, 200)
NS = {"wms": "http://www.opengis.net/wms", "wmts": "http://www.opengis.net/wmts/1.0",
      "ows": "http://www.opengis.net/ows/1.1"}  # fmt: skip
MAP = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "STYLES": "", "WIDTH": 200,
       "HEIGHT": 200, "FORMAT": "image/png", "TRANSPARENT": "TRUE"}  # fmt: skip


@pytest.fixture
def city(live: Any, fill: Callable[..., int], tmp_path: Path) -> Iterator[Any]:
    """An orthophoto whose northern half is red, southern blue; a street; a part for staff."""
    plain, target = tmp_path / "plain.tif", tmp_path / "ortho.tif"
    picture = np.empty((3, SIDE, SIDE), np.uint8)
    for band in range(3):
        picture[band, : SIDE // 2], picture[band, SIDE // 2 :] = RED[band], BLUE[band]
    grid = {"transform": from_origin(WEST, NORTH, CELL, CELL), "crs": "EPSG:4326"}
    size: dict[str, Any] = {"width": SIDE, "height": SIDE, "count": 3, "dtype": "uint8"}
    with rasterio.open(plain, "w", driver="GTiff", **grid, **size) as out:
        out.write(picture)
    relief.to_web_cog(plain, target)
    for code, sharing in (("ortho", "open"), ("secret", "staff")):
        wishes = making.Wishes(title_zh="正射影像", title_en="Orthophoto", sharing=sharing)
        layer = making.raster(
            code, "ortho.tif", "EPSG:4490", wishes, heights=False, order=60, zooms=range(4, 20)
        )
        actions.register(layer, "test")
        actions.register_raster(code, target, date=None, source="test", simulated=False)
    fill("streets", [(shapely.LineString([(113.6, 34.75), (113.7, 34.75)]), {"class": "arterial"})])
    catalogue.layers()
    with httpx.Client(base_url=live.url, timeout=60) as client:
        yield client


def image(answer: httpx.Response) -> Any:
    assert answer.headers["content-type"] == "image/png", answer.text[:400]
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel[:3].astype(int) - colour).max() < 12)


def valid(document: bytes, schema: str) -> Any:
    body = etree.fromstring(document)
    path = Path(mapproxy.__file__).parent / "test" / "schemas" / schema
    etree.XMLSchema(file=str(path)).assertValid(body)
    return body


def test_maps_in_all_frames_and_axis_orders(city: httpx.Client, eventually: Any) -> None:
    boxes = {
        "EPSG:4326": "34.7,113.6,34.8,113.7",
        "EPSG:4490": "34.7,113.6,34.8,113.7",
        "CRS:84": "113.6,34.7,113.7,34.8",
        "EPSG:3857": "12645894.1,4123669.3,12657026.1,4137211.8",
    }
    for crs, box in boxes.items():
        asked = {**MAP, "LAYERS": "ortho", "CRS": crs, "BBOX": box}
        if crs == "CRS:84":
            asked |= {"VERSION": "1.1.1", "SRS": "EPSG:4326"}
            del asked["CRS"]
        picture = image(city.get("/service", params=asked))
        assert near(picture[50, 100], RED) and near(picture[150, 100], BLUE), crs


def test_axes_in_the_wrong_order_show_nothing(city: httpx.Client) -> None:
    asked = {**MAP, "LAYERS": "ortho", "CRS": "EPSG:4326", "BBOX": "113.6,34.7,113.7,34.8"}
    answer = city.get("/service", params=asked)
    if answer.headers["content-type"] == "image/png":
        assert not image(answer)[..., 3].any()


def test_features_are_drawn_by_their_style(city: httpx.Client) -> None:
    asked = {**MAP, "LAYERS": "streets", "CRS": "EPSG:4326", "BBOX": "34.745,113.64,34.755,113.65"}
    picture = image(city.get("/service", params=asked))
    assert near(picture[100, 100], (0xFB, 0xE8, 0xB4)) and not picture[10, 10, 3]


def test_a_feature_may_have_a_colour_of_its_own(
    city: httpx.Client, fill: Callable[..., int], eventually: Any
) -> None:
    lines = {34.748: "#FF3333", 34.752: "javascript:red"}
    fill(
        "metro_lines",
        [
            (
                shapely.LineString([(113.63, lat), (113.66, lat)]),
                {"name_zh": "线", "colour": colour},
            )
            for lat, colour in lines.items()
        ],
    )
    asked = {**MAP, "LAYERS": "metro_lines", "CRS": "EPSG:4326"}
    asked["BBOX"] = "34.745,113.64,34.755,113.65"

    def drawn() -> set[tuple[int, ...]]:
        picture = image(city.get("/service", params=asked)).astype(int)
        return {tuple(one) for one in picture[picture[..., 3] > 150][:, :3]}

    def has(colour: tuple[int, int, int]) -> bool:
        return any(
            max(abs(a - b) for a, b in zip(one, colour, strict=True)) < 12 for one in drawn()
        )

    eventually(lambda: has((0xFF, 0x33, 0x33)))
    assert has((0x88, 0x88, 0x88)), "what is no colour is grey"


def test_capabilities_are_valid_and_hold_what_one_may_see(
    city: httpx.Client, enrol: Any, token: Any
) -> None:
    asked = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetCapabilities"}
    open_body = valid(
        city.get("/service", params=asked).content, "wms/1.3.0/capabilities_1_3_0.xsd"
    )
    names = set(open_body.xpath("//wms:Layer/wms:Name/text()", namespaces=NS))
    assert {"ortho", "streets"} <= names and "secret" not in names
    urls = open_body.xpath("//wms:GetMap//@*[local-name()='href']", namespaces=NS)
    assert all("/service" in url for url in urls)
    bearer = {"Authorization": f"Bearer {token(enrol('pan', Role.PLANNER))}"}
    staff = etree.fromstring(city.get("/service", params=asked, headers=bearer).content)
    assert "secret" in staff.xpath("//wms:Layer/wms:Name/text()", namespaces=NS)


def test_a_stranger_draws_no_closed_layer(city: httpx.Client, enrol: Any, token: Any) -> None:
    asked = {**MAP, "LAYERS": "secret", "CRS": "EPSG:4326", "BBOX": "34.7,113.6,34.8,113.7"}
    refused = city.get("/service", params=asked)
    assert "image" not in refused.headers["content-type"] or not image(refused)[..., 3].any()
    bearer = {"Authorization": f"Bearer {token(enrol('pan', Role.PLANNER))}"}
    assert near(image(city.get("/service", params=asked, headers=bearer))[50, 100], RED)
    tile = "/service/wmts/secret/webmercator/13/6681/3255.png"
    assert city.get(tile).status_code in (401, 403, 404)


def test_wmts_by_query_and_by_path(city: httpx.Client) -> None:
    asked = {"SERVICE": "WMTS", "VERSION": "1.0.0", "REQUEST": "GetCapabilities"}
    body = valid(
        city.get("/service", params=asked).content, "wmts/1.0/wmtsGetCapabilities_response.xsd"
    )
    assert "ortho" in body.xpath("//wmts:Layer/ows:Identifier/text()", namespaces=NS)
    z = 13
    x = int((113.65 + 180) / 360 * 2**z)
    y = int((1 - np.arctanh(np.sin(np.radians(34.79))) / np.pi) / 2 * 2**z)
    tile = {"SERVICE": "WMTS", "VERSION": "1.0.0", "REQUEST": "GetTile", "LAYER": "ortho",
            "STYLE": "", "TILEMATRIXSET": "webmercator", "TILEMATRIX": z, "TILECOL": x,
            "TILEROW": y, "FORMAT": "image/png"}  # fmt: skip
    by_query = image(city.get("/service", params=tile))
    by_path = image(city.get(f"/service/wmts/ortho/webmercator/{z}/{x}/{y}.png"))
    assert by_query.shape == (256, 256, 4) and (by_query == by_path).all()
    assert near(by_query[128, 128], RED)


@pytest.mark.parametrize(
    "asked",
    [
        {"LAYERS": "nope", "CRS": "EPSG:4326", "BBOX": "34,113,35,114"},
        {"LAYERS": "ortho", "CRS": "EPSG:9999", "BBOX": "34,113,35,114"},
        {"LAYERS": "ortho", "CRS": "EPSG:4326", "BBOX": "x"},
        {"LAYERS": "ortho", "CRS": "EPSG:4326", "BBOX": "34,113,35,114", "WIDTH": 99999},
    ],
)
def test_bad_maps_are_refused(city: httpx.Client, asked: dict[str, Any]) -> None:
    answer = city.get("/service", params={**MAP, **asked})
    assert answer.status_code == 400, answer.text
    kind = answer.headers["content-type"]
    assert "xml" in kind or kind.startswith("application/problem+json")


def test_a_new_layer_is_there_at_once(city: httpx.Client, fill: Callable[..., int]) -> None:
    asked = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetCapabilities"}
    assert b"<Name>greens</Name>" not in city.get("/service", params=asked).content
    fill("greens", [(shapely.box(113.6, 34.7, 113.61, 34.71), {})])
    assert b"<Name>greens</Name>" in city.get("/service", params=asked).content
    assert city.post("/service").status_code == 405


@pytest.mark.parametrize(
    ("name", "value"),
    [("BBOX", ""), ("WIDTH", "0"), ("WIDTH", "-1"), ("HEIGHT", "1.5"), ("BGCOLOR", "zz")],
)
def test_what_mapproxy_stumbles_over_is_refused(city: httpx.Client, name: str, value: str) -> None:
    asked = {**MAP, "LAYERS": "ortho", "CRS": "EPSG:4326", "BBOX": "34.7,113.6,34.8,113.7"}
    answer = city.get("/service", params=asked | {name: value})
    assert answer.status_code == 400 and answer.json()["field"] == name
    assert city.get("/service", params=asked | {"BGCOLOR": "0xFFEEDD"}).status_code == 200
