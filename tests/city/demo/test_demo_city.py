"""The commands: load once, load nothing twice, remove all that is simulated and nothing else."""

import json
import math
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import rasterio
import shapely
from django.core.management import CommandError, call_command
from django.test import override_settings

from alerts.models import Fence
from city.demo import frame, load, shared, site
from city.demo.locate import Locator
from layers.models import Feature, State
from people.models import Department, Role, User
from places import divisions
from places.models import Division, GridCell, PatrolGrid, PlaceName
from sensors.models import Thing
from tests.city.conftest import RealData
from tests.city.demo.conftest import SMALL, Drawn
from urban.models import Case, Photo


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, real: None) -> Iterator[Path]:
    """A ZHIHUI_DATA of its own."""
    monkeypatch.setenv("ZHIHUI_DATA", str(tmp_path))
    monkeypatch.delenv("ZHIHUI_DEMO_PASSWORD", raising=False)
    with override_settings(DATA=tmp_path, SHARED_DATA=None):
        yield tmp_path


def _run(command: str, **options: object) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_a_city_is_loaded_once_and_removed_whole(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as power_cut:
        power_cut.setattr(load.Loader, "build", _fail)
        with pytest.raises(ConnectionError):
            _run("demo_city", city=SMALL)
    assert GridCell.objects.exists()  # half a city stands there

    said = _run("demo_city", city=SMALL)
    lines = said.splitlines()
    steps = [line for line in lines if line.startswith("[")]
    assert [line.split("]")[0] for line in steps] == [
        f"[{number}/{len(steps)}" for number in range(1, len(steps) + 1)
    ]
    assert "单元网格 unit grid" in said

    for layer in ("streets", "waters", "buildings", "greens", "parts", "hospitals", "schools"):
        assert State.objects.get(layer=layer).simulated
        rows = Feature.objects.filter(layer=layer)
        assert rows.exists() and not rows.exclude(properties__simulated=True).exists()
    assert GridCell.objects.count() > 10_000
    assert Thing.objects.filter(simulated=True, kind="unit").count() >= 50
    assert Fence.objects.filter(active=True, simulated=True).exists()
    assert PatrolGrid.objects.exists() and PlaceName.objects.exists()
    cases = Case.objects.all()
    assert cases.count() >= 12 and len({case.state for case in cases}) >= 8
    assert not cases.filter(simulated=False).exists() and Photo.objects.exists()
    _check_people(data)
    _check_elevation(data)
    _check_places()

    again = _run("demo_city", city=SMALL)
    assert "already there" in again and "[1/" not in again
    with pytest.raises(CommandError, match="--remove"):
        call_command("demo_city", city="460100")

    mine = User.objects.create_user("somebody", password="of-the-real-staff", role=Role.PLANNER)
    _run("demo_city", remove=True)
    assert list(User.objects.all()) == [mine]
    for table in (Case, GridCell, PatrolGrid, PlaceName, Thing, Department):
        assert not table._default_manager.exists()
    assert not Fence.objects.filter(active=True).exists()
    # the real division stays
    assert [row.code for row in Division.objects.all()] == [SMALL]
    assert not Feature.objects.exclude(layer="divisions").exists()
    assert not list((data / "rasters").iterdir())


def _fail(loader: load.Loader) -> str:
    raise ConnectionError


def _check_people(data: Path) -> None:
    password = data / "secrets" / "demo_password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    word = password.read_text().strip()
    people = {user.username: user for user in User.objects.all()}
    roles = {"dispatcher", "inspector", "planner", "responder", "supervisor", "admin"}
    assert set(people) == roles
    for name, user in people.items():
        assert user.role == name and user.simulated and user.check_password(word)
        assert user.areas == [SMALL]
        assert user.department is not None


def _check_elevation(data: Path) -> None:
    with rasterio.open(data / "rasters" / f"dem-{SMALL}.tif") as dem:
        assert dem.crs.to_epsg() == 4326 and dem.dtypes == ("float32",)
        assert "1985" in dem.tags()["VERTICAL_DATUM"] and dem.tags()["SIMULATED"] == "YES"
        assert dem.overviews(1)
    assert State.objects.get(layer="relief").simulated


def _check_places() -> None:
    divisions.forget()
    station = Thing.objects.filter(kind="rain").first()
    assert station is not None and station.geom is not None
    assert divisions.at(station.geom.x, station.geom.y).startswith(station.scope)
    city = Division.objects.get(code=SMALL)
    assert not city.simulated and city.boundary is not None
    assert not Division.objects.exclude(code=SMALL).filter(simulated=False, boundary__isnull=False)


def test_an_unknown_city_is_refused_with_a_remedy(data: Path) -> None:
    with pytest.raises(CommandError, match="410100"):
        call_command("demo_city", city="999900")


def test_the_real_layers_of_zhengzhou(small: Drawn, real_data: RealData) -> None:
    zhengzhou = frame.read("410100")
    path = shared.folder(zhengzhou)
    assert path == real_data.zhengzhou
    lines, stations = list(shared.metro_lines(path)), list(shared.metro_stations(path))
    assert len(lines) == real_data.metro_lines and len(stations) == real_data.metro_stations
    raw = json.loads((path / "metro_stations_gcj02.geojson").read_text(encoding="utf-8"))
    told, moved = raw["features"][0]["geometry"]["coordinates"], shapely.from_wkb(stations[0][0])
    assert 0.004 < math.dist(told, (moved.x, moved.y)) < 0.008  # half a kilometre from GCJ-02
    rail = list(shared.rail_stations(path))
    assert rail and all(row["attribution"] == shared.OSM for _, row in rail)
    plane = site.survey(zhengzhou).plane
    locator = Locator(zhengzhou, plane, small.partition, [])
    air = shared.air_stations(path, zhengzhou, locator)
    assert len(air) == real_data.air_stations and not any(each.simulated for each in air)
    assert shared.folder(frame.read("320500")) is None
