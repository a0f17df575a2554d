"""A small city of two districts, departments, people at every post, photos, and an HTTP client."""

import io
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client, override_settings
from PIL import Image

from people import actions as people
from people.models import Department, Role, User
from places import actions as places
from places.actions import CellRow, DivisionRow
from places.models import Level

VECTORS = Path(__file__).with_name("vectors.json")
_fresh = itertools.count()  # a place of its own for every report that names none


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """The worked cases of the standards, as given."""
    return json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def city(shared: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """郑州 with one district and one unit cell; photos are kept in a folder of the module."""
    whole, part = shapely.box(113.5, 34.6, 113.9, 34.9), shapely.box(113.6, 34.7, 113.8, 34.85)
    multi = [shapely.to_wkb(shapely.MultiPolygon([each])) for each in (whole, part)]
    places.register_divisions(
        [
            DivisionRow("410100", "郑州市", Level.CITY, None, multi[0]),
            DivisionRow("410105", "金水区", Level.DISTRICT, "410100", multi[1]),
        ]
    )
    cell = shapely.to_wkb(shapely.box(113.659, 34.759, 113.661, 34.761))
    places.add_cells([CellRow("410105001001001", "410105001001", cell, 1e4)], simulated=False)
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="module")
def departments(city: None) -> dict[str, Department]:
    """Two departments that cases go to."""
    names = {"drainage": "排水管理中心", "sanitation": "环境卫生管理中心"}
    return {code: people.found(code, zh, code.title()) for code, zh in names.items()}


Staff = dict[str, User]


@pytest.fixture(scope="module")
def staff(departments: dict[str, Department]) -> Staff:
    """One person at each post, and a responder of another department."""
    posts = {
        "desk": (Role.DISPATCHER, None),
        "inspector": (Role.INSPECTOR, None),
        "supervisor": (Role.SUPERVISOR, None),
        "planner": (Role.PLANNER, None),
        "citizen": (Role.CITIZEN, None),
        "drainer": (Role.RESPONDER, departments["drainage"]),
        "sweeper": (Role.RESPONDER, departments["sanitation"]),
    }
    return {
        name: people.enrol(name, role, password=None, areas=["4101"], department=department)
        for name, (role, department) in posts.items()
    }


class Caller:
    """Somebody at the API's front door."""

    def __init__(self, token: str = "") -> None:
        self.client = Client()
        self.more = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.more)

    def post(self, path: str, **given: Any) -> Any:
        return self.client.post(
            f"/api/v1{path}", json.dumps(given), content_type="application/json", headers=self.more
        )

    def form(self, path: str, **given: Any) -> Any:
        return self.client.post(f"/api/v1{path}", given, headers=self.more)

    def report(self, code: str = "06010", kind: str = "matter", **more: Any) -> dict[str, Any]:
        east, north = divmod(next(_fresh), 40)
        fresh = {"lon": round(113.61 + 0.004 * east, 6), "lat": round(34.71 + 0.003 * north, 6)}
        given = {"kind": kind, "code": code, **fresh, **more}
        answer = self.post("/cases/reports", **given)
        assert answer.status_code == 201, answer.content
        return answer.json()["case"]

    def take(self, case: dict[str, Any], step: str, **more: Any) -> dict[str, Any]:
        answer = self.post(f"/cases/{case['id']}/{step}", **more)
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture(scope="module")
def callers(staff: Staff) -> dict[str, Caller]:
    """The staff at the front door, and a stranger."""
    known = {name: Caller(people.issue_token(user)[0]) for name, user in staff.items()}
    return known | {"stranger": Caller()}


@pytest.fixture
def photo() -> Callable[..., io.BytesIO]:
    """Make a photo: photo("PNG", (800, 600))."""

    def make(form: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> io.BytesIO:
        out = io.BytesIO()
        Image.new("RGB", size, (40, 90, 120)).save(out, form, **more)
        out.seek(0)
        out.name = f"photo.{form.lower()}"
        return out

    return make
