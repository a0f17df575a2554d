"""An orthophoto layer by day: tiles, TileJSON, catalogue, WMS and WMTS all tell the same."""

import datetime
import io
import shutil
from collections.abc import Callable
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
from pyproj import Transformer
from rasterio.transform import from_origin

from layers import actions as layers
from layers import catalogue, relief
from layers.history import Renewal
from layers.importing import making
from layers.layer import WORLD
from layers.models import State
from layers.pictures import actions, painting
from people.models import Role

from .conftest import Browser

# a tile by itself does not say where it lies
pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

WEST, NORTH, CELL, SIDE = 12_640_000.0, 4_130_000.0, 4.0, 500  # EPSG:3857
RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (30, 160, 60)
DAYS = {"2024-03-01": RED, "2025-04-01": GREEN, "2026-05-01": BLUE}
Z = 15
X = int((WEST + WORLD / 2 + 1000) / (WORLD / 2**Z))
Y = int((WORLD / 2 - NORTH + 1000) / (WORLD / 2**Z))
MAP = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "STYLES": "", "WIDTH": 64,
       "HEIGHT": 64, "FORMAT": "image/png", "TRANSPARENT": "TRUE", "CRS": "EPSG:3857",
       "LAYERS": "ortho", "BBOX": f"{WEST + 500},{NORTH - 1500},{WEST + 1500},{NORTH - 500}",
       }  # fmt: skip
Put = Callable[..., None]


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, ...], Path]:
    """A mosaic of each colour, made once."""
    folder, found = tmp_path_factory.mktemp("painted"), {}
    grid = {"crs": "EPSG:3857", "transform": from_origin(WEST, NORTH, CELL, CELL)}
    size: dict[str, Any] = {"width": SIDE, "height": SIDE, "count": 3, "dtype": "uint8"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(relief, "LEVELS", 2)  # small files are made sooner
        for nth, one in enumerate(DAYS.values()):
            plain, found[one] = folder / f"{nth}.tif", folder / f"{nth}-web.tif"
            bands = np.broadcast_to(np.array(one, np.uint8)[:, None, None], (3, SIDE, SIDE))
            with rasterio.open(plain, "w", driver="GTiff", **grid, **size) as out:
                out.write(bands)
            painting.mosaic([painting.Piece(plain, "EPSG:3857")], found[one])
    return found


@pytest.fixture
def put(painted: dict[tuple[int, ...], Path], tmp_path: Path) -> Put:
    """Put a picture of one colour on a day: put("2026-05-01", RED)."""

    def made(date: str, colour: tuple[int, int, int], sharing: str = "open") -> None:
        code = "ortho" if sharing == "open" else "secret"
        wishes = making.Wishes(title_zh="正射影像", title_en="Orthophoto", sharing=sharing)
        layer = making.raster(
            code, "ortho.tif", "EPSG:4490", wishes, heights=False, order=60, zooms=range(4, 20)
        )
        layers.register(layer, "test")
        target = tmp_path / f"{code}-{date}-web.tif"
        shutil.copyfile(painted[colour], target)
        day = datetime.date.fromisoformat(date)
        piece = {"file": f"{date}.tif", "source": "test", "attribution": f"© {date}"}
        actions.put(code, day, target, [piece], actor="test", more={})
        catalogue.layers()

    return made


@pytest.fixture
def days(real: None, put: Put) -> None:
    for date, one in DAYS.items():
        put(date, one)


def colour(answer: httpx.Response) -> tuple[int, ...]:
    assert answer.status_code == 200, answer.text
    picture = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
    middle = picture[picture.shape[0] // 2, picture.shape[1] // 2]
    return tuple(int(value) for value in middle[:3])


def near(found: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) < 12


def tile(form: str, at: str = "") -> str:
    return f"/tiles/ortho/{Z}/{X}/{Y}.{form}" + (f"?at={at}" if at else "")


@pytest.mark.parametrize("form", ["webp", "png", "jpg"])
def test_tiles_show_the_newest_picture_not_after_the_day(
    days: None, browser: Browser, form: str
) -> None:
    for at, shown in (
        ("", "2026-05-01"), ("2024-03-01", "2024-03-01"), ("2025-03-31", "2024-03-01"),
        ("2025-12-31T23:00:00Z", "2025-04-01"), ("2099-01-01", "2026-05-01"),
    ):  # fmt: skip
        assert near(colour(browser.get(tile(form, at))), DAYS[shown]), (form, at)


def test_before_the_first_picture_there_is_none(days: None, browser: Browser) -> None:
    for path in (tile("webp", "2024-02-29"), "/tiles/ortho.json?at=2024-02-29"):
        answer = browser.get(path)
        told = answer.json()
        assert answer.status_code == 404 and "2024-03-01" in told["detail"]
        assert "2024-03-01" in told["detail_zh"] and told["dates"] == list(DAYS)
    assert browser.get(tile("webp", "long ago")).status_code == 400


def test_tilejson_names_the_days_and_leads_to_one(days: None, browser: Browser) -> None:
    now = browser.get("/tiles/ortho.json").json()
    assert now["dates"] == list(DAYS) and "at=" not in now["tiles"][0]
    then = browser.get("/tiles/ortho.json?at=2025-01-01").json()
    assert then["dates"] == list(DAYS) and then["tiles"][0].endswith("&at=2024-03-01")
    assert (then["attribution"], now["attribution"]) == ("© 2024-03-01", f"© {max(DAYS)}")
    path = then["tiles"][0].removeprefix("http://localhost").format(z=Z, x=X, y=Y)
    answer = browser.get(path)
    assert near(colour(answer), RED) and "immutable" in answer.headers["cache-control"]
    again = browser.get(path, if_none_match=answer.headers["etag"])
    assert again.status_code == 304
    assert browser.get(tile("webp")).headers["etag"] != answer.headers["etag"]


def test_a_day_that_is_added_or_removed_is_seen_at_once(
    days: None, browser: Browser, put: Put
) -> None:
    before = browser.get(tile("png", "2026-11-01"))
    put("2026-10-01", RED)
    browser.until(lambda: near(colour(browser.get(tile("png", "2026-11-01"))), RED))
    assert browser.get(tile("png", "2026-11-01")).headers["etag"] != before.headers["etag"]
    assert near(colour(browser.get(tile("webp"))), RED)
    actions.remove("ortho", datetime.date(2026, 10, 1), "test")
    browser.until(lambda: near(colour(browser.get(tile("webp"))), BLUE))
    assert near(colour(browser.get(tile("png", "2026-11-01"))), BLUE)


def test_rights_hold_for_the_past_too(
    days: None, browser: Browser, put: Put, enrol: Any, bearer: Any
) -> None:
    put("2024-03-01", RED, "staff")
    path = f"/tiles/secret/{Z}/{X}/{Y}.webp?at=2025-01-01"
    browser.until(lambda: browser.get(path).status_code == 401)
    seen = browser.get(path, authorization=bearer(enrol("pan", Role.PLANNER)))
    assert near(colour(seen), RED) and "private" in seen.headers["cache-control"]


def test_the_catalogue_names_the_days(days: None, live: Any, enrol: Any, token: Any) -> None:
    with httpx.Client(base_url=live.url, timeout=60) as anybody:
        listed = {one["code"]: one for one in anybody.get("/api/v1/layers").json()["items"]}
        assert listed["ortho"]["dates"] == list(DAYS)
        assert listed["ortho"]["source_date"] == "2026-05-01" and listed["ortho"]["count"] == 3
        assert anybody.get("/api/v1/layers/ortho").json()["dates"] == list(DAYS)
        assert anybody.get("/api/v1/layers/ortho/pictures").status_code == 401
    bearer = {"Authorization": f"Bearer {token(enrol('pan', Role.PLANNER))}"}
    with httpx.Client(base_url=live.url, timeout=60, headers=bearer) as planner:
        items = planner.get("/api/v1/layers/ortho/pictures").json()["items"]
        assert [one["date"] for one in items] == list(DAYS)
        assert [one["file"] for one in items[0]["pieces"]] == ["2024-03-01.tif"]
        assert planner.delete("/api/v1/layers/ortho/pictures/2024-03-01").status_code == 204
        assert planner.delete("/api/v1/layers/ortho/pictures/2024-03-01").status_code == 404
        assert planner.get("/api/v1/layers/ortho").json()["dates"] == list(DAYS)[1:]
    assert State.objects.get(layer="ortho").count == 2


def test_maps_of_wms_and_wmts_by_time(days: None, live: Any) -> None:
    with httpx.Client(base_url=live.url, timeout=60) as anybody:
        asked = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetCapabilities"}
        body = etree.fromstring(anybody.get("/service", params=asked).content)
        (told,) = body.xpath("//*[local-name()='Layer'][*[local-name()='Name']='ortho']"
                             "/*[local-name()='Dimension']")  # fmt: skip
        assert told.get("name") == "time" and told.text.split(",") == list(DAYS)
        assert told.get("default") == "2026-05-01"
        for at, wanted in (
            ({}, BLUE),
            ({"TIME": "2025-01-01"}, RED),
            ({"TIME": "2025-05-01"}, GREEN),
        ):
            assert near(colour(anybody.get("/service", params={**MAP, **at})), wanted), at
        before = anybody.get("/service", params={**MAP, "TIME": "2020-01-01"})
        assert not np.asarray(Image.open(io.BytesIO(before.content)).convert("RGBA"))[..., 3].any()
        one = {"SERVICE": "WMTS", "VERSION": "1.0.0", "REQUEST": "GetTile", "LAYER": "ortho",
               "STYLE": "", "TILEMATRIXSET": "webmercator", "TILEMATRIX": Z, "TILECOL": X,
               "TILEROW": Y, "FORMAT": "image/png"}  # fmt: skip
        assert near(colour(anybody.get("/service", params=one)), BLUE)
        assert near(colour(anybody.get("/service", params={**one, "TIME": "2024-03-01"})), RED)
        named = {"SERVICE": "WMTS", "VERSION": "1.0.0", "REQUEST": "GetCapabilities"}
        capabilities = anybody.get("/service", params=named).content
        path = Path(mapproxy.__file__).parent / "test" / "schemas"
        schema = etree.XMLSchema(file=str(path / "wmts/1.0/wmtsGetCapabilities_response.xsd"))
        schema.assertValid(etree.fromstring(capabilities))
        assert b"<Value>2025-04-01</Value>" in capabilities


def test_maps_of_wmts_by_path_and_day(days: None, fill: Callable[..., int], live: Any) -> None:
    fill("waters", [(shapely.box(113.6, 34.7, 113.606, 34.706), {"name_zh": "月湖"})])
    with httpx.Client(base_url=live.url, timeout=60) as anybody:
        capabilities = anybody.get("/service/wmts/1.0.0/WMTSCapabilities.xml").content
        path = Path(mapproxy.__file__).parent / "test" / "schemas"
        schema = etree.XMLSchema(file=str(path / "wmts/1.0/wmtsGetCapabilities_response.xsd"))
        body = etree.fromstring(capabilities)
        schema.assertValid(body)
        told = {}
        for layer in body.xpath("//*[local-name()='Layer']"):
            (code,) = layer.xpath("./*[local-name()='Identifier']/text()")
            (at,) = layer.xpath("./*[local-name()='ResourceURL']/@template")
            values = layer.xpath("./*[local-name()='Dimension']/*[local-name()='Value']/text()")
            told[code] = at.removeprefix(live.url), values
        tile = "/{TileMatrixSet}/{TileMatrix}/{TileCol}/{TileRow}.png"
        assert told["ortho"] == ("/service/wmts/ortho/{time}" + tile, list(DAYS))
        assert told["waters"] == ("/service/wmts/waters" + tile, [])
        place = f"webmercator/{Z}/{X}/{Y}.png"
        for day, wanted in (
            ("", BLUE), ("default/", BLUE), ("2026-05-01/", BLUE),
            ("2025-04-01/", GREEN), ("2024-03-01/", RED),
        ):  # fmt: skip
            assert near(colour(anybody.get(f"/service/wmts/ortho/{day}{place}")), wanted), day
        assert anybody.get(f"/service/wmts/ortho/2020-01-01/{place}").status_code == 400
        assert anybody.get(f"/service/wmts/waters/2025-04-01/{place}").status_code == 400
        assert anybody.get(f"/service/wmts/waters/{place}").status_code == 200


def test_a_map_of_no_day_is_refused(days: None, live: Any) -> None:
    with httpx.Client(base_url=live.url, timeout=60) as anybody:
        for day in ("last year", "2025-13-01", "2024-03-01/2025-04-01", "2024-03-01,2025-04-01"):
            refused = anybody.get("/service", params={**MAP, "TIME": day})
            assert refused.status_code == 400 and refused.json()["field"] == "TIME", day
        assert near(colour(anybody.get("/service", params={**MAP, "TIME": "default"})), BLUE)


def test_a_map_of_features_is_of_its_day(real: None, live: Any) -> None:
    lake = shapely.box(*shapely.transform(shapely.box(WEST, NORTH - 2000, WEST + 2000, NORTH),
                       Transformer.from_crs(3857, 4326, always_xy=True).transform,
                       interleaved=False).bounds)  # fmt: skip
    for year, rows in ((2020, [lake]), (2022, [shapely.affinity.translate(lake, 1)])):
        since = datetime.datetime(year, 5, 1, tzinfo=datetime.UTC)
        held = [(1, shapely.to_wkb(one), {"name_zh": "月湖", "class": "lake"}) for one in rows]
        layers.renew_features("waters", iter(held), Renewal(since=since))
    both = shapely.union(lake, shapely.affinity.translate(lake, 1)).bounds
    assert State.objects.get(layer="waters").extent.extent[0] > both[0] + 0.9

    def wet(**when: str) -> bool:
        asked = {**MAP, "LAYERS": "waters", **when}
        answer = anybody.get("/service", params=asked)
        assert answer.status_code == 200, answer.text
        picture = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
        return bool(picture[32, 32, 3])

    with httpx.Client(base_url=live.url, timeout=60) as anybody:
        assert (wet(), wet(TIME="2021-01-01"), wet(TIME="2019-01-01")) == (False, True, False)
        assert not wet(TIME="2023-01-01") and not wet(TIME="default")
