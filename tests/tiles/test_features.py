"""Feature pages in front of Django: the same answers, rights, tags, and what goes wrong."""

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import shapely
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from core import clock
from core.shortcut import Request
from layers import actions, history
from layers.ogc import documents
from people.models import Role
from tiles.asgi import Tiles, conninfo
from tiles.features.asgi import Features
from tiles.features.wire import numbered, written

ITEMS = "/ogc/collections/waters/items"
DJANGO = Client()
GK = "http://www.opengis.net/def/crs/EPSG/0/4547"


class Asker:
    """Asks the application over ASGI; time passes for it only while one asks."""

    def __init__(self, folder: Any) -> None:
        self._runner = asyncio.Runner()
        self.quick = 0  # answers that could be had the short way
        self.tiles = Tiles(conninfo(), folder / "tiles.sqlite", 0)
        self.app = Features(conninfo(), self.tiles)
        transport = httpx.ASGITransport(app=self._pass)  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=transport, base_url="http://testserver")

    async def _pass(self, scope: Any, receive: Any, send: Any) -> None:
        assert self.app.answers(scope), "this goes to Django"
        await self.app(scope, send)

    def get(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def ask() -> httpx.Response:
            long = await self._client.request(method, path, headers=named)
            await self._alike(long)
            return long

        return self._runner.run(ask())

    async def _alike(self, long: httpx.Response) -> None:
        """See that the short way, where it is open, answers as the long one did."""
        asked, came = long.request, asyncio.get_running_loop().create_future()
        request = Request(
            asked.method.encode(), asked.url.raw_path.partition(b"?")[0], asked.url.query,
            {name.lower(): value for name, value in asked.headers.raw}, b"", "http", "127.0.0.1",
        )  # fmt: skip
        if b"%" in asked.url.raw_path or not self.app.shortcut(
            request, lambda *answer: came.set_result(answer)
        ):
            return
        self.quick += 1
        status, head, body = await came
        told = dict(line.split(b": ", 1) for line in head.split(b"\r\n") if line)
        theirs = {name.lower(): value for name, value in long.headers.raw}
        assert (status, told.keys()) == (long.status_code, theirs.keys())
        assert told.get(b"content-crs") == theirs.get(b"content-crs")
        if told.get(b"content-encoding") == b"gzip":
            body = gzip.decompress(body)
        if body:
            assert json.loads(body)["features"] == long.json()["features"]

    def close(self) -> None:
        async def end() -> None:
            await self._client.aclose()
            await self.app.close()
            await self.tiles.close()
            await sync_to_async(connections.close_all)()

        self._runner.run(end())
        self._runner.close()


@pytest.fixture
def asker(real: None, tmp_path: Any) -> Iterator[Asker]:
    one = Asker(tmp_path)
    yield one
    one.close()


def lakes(count: int) -> list[tuple[shapely.Geometry, dict[str, object]]]:
    return [
        (shapely.box(113.5 + at / 100, 34.7, 113.505 + at / 100, 34.705),
         {"name_zh": f"{at}号湖", "class": "lake" if at % 2 else "pond"})
        for at in range(count)
    ]  # fmt: skip


QUESTIONS = (
    "", "?limit=3", "?limit=25", "?limit=2&after=7", "?after=99", "?f=json",
    "?bbox=113.5,34.6,113.52,34.8",
    "?filter=class%20%3D%20'lake'", "?filter=name_zh%20LIKE%20'1%25'&limit=4", f"?crs={GK}&limit=2",
    f"?bbox-crs={GK}&bbox=3800000,400000,3900000,457000", "?datetime=2026-01-01T00:00:00Z/..",
    "?filter=S_INTERSECTS(geometry,BBOX(113.5,34.6,113.53,34.8))%20AND%20fid%20%3E%201",
    "?filter=open", "?foo=1", "?limit=0", "?crs=x", "?filter=fid%20%5E%2099999%20%3E%201",
    "?filter=name_zh%20%3D%20'%00'", "?filter=valid_from%20%3E%20DATE('2022-01-01')&limit=1",
    "?filter=name_zh%20IN%20('1%E5%8F%B7%E6%B9%96','x')", "?f=xml",
)  # fmt: skip


def test_answers_are_those_of_django(asker: Asker, fill: Callable[..., int]) -> None:
    fill("waters", lakes(25))
    for query in QUESTIONS:
        here, there = asker.get(ITEMS + query), DJANGO.get(ITEMS + query)
        assert here.status_code == there.status_code, (query, here.text)
        mine, other = here.json(), there.json()
        for body in (mine, other):
            body.pop("timeStamp", None)
        assert mine == other, query
        for name in ("Content-Type", "Content-Crs", "Access-Control-Allow-Origin", "Vary"):
            if here.status_code == 200:
                assert set(here.headers[name].split(", ")) <= set(there[name].split(", ")), name
        assert here.headers["access-control-allow-origin"] == "*"
    assert asker.quick >= 8


def test_layers_that_cannot_be_asked(asker: Asker) -> None:
    for code, status in (("greens", 200), ("nope", 404), ("relief", 404), ("parts", 401)):
        here = asker.get(f"/ogc/collections/{code}/items")
        assert here.status_code == status == DJANGO.get(here.url.path).status_code
    assert asker.get("/ogc/collections/greens/items").json()["features"] == []


def test_rights(asker: Asker, fill: Callable[..., int], enrol: Any, token: Any) -> None:
    fill("parts", [(shapely.Point(113.6, 34.7), {"code": "1", "class": "01001"})])
    path = "/ogc/collections/parts/items"
    assert asker.get(path).status_code == 401
    assert asker.get(path, authorization="Bearer nonsense").status_code == 401
    answer = asker.get(path, authorization=f"Bearer {token(enrol('pan', Role.PLANNER))}")
    assert answer.status_code == 200 and answer.json()["numberReturned"] == 1
    assert answer.headers["cache-control"] == "private, no-cache"
    citizen = asker.get(path, authorization=f"Bearer {token(enrol('cai', Role.CITIZEN, ()))}")
    assert citizen.status_code == 403


def test_a_page_that_the_client_has_is_not_sent_again(
    asker: Asker, fill: Callable[..., int], eventually: Any
) -> None:
    fill("waters", lakes(3))
    first = asker.get(ITEMS)
    tag = first.headers["etag"]
    again = asker.get(ITEMS, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert asker.get(f"{ITEMS}?limit=1", if_none_match=tag).status_code == 200
    fill("waters", lakes(4))
    changed = eventually(lambda: (now := asker.get(ITEMS, if_none_match=tag)).content and now)
    assert changed.json()["numberReturned"] == 4


def test_packed_and_head(asker: Asker, fill: Callable[..., int]) -> None:
    fill("waters", lakes(25))
    plain = asker.get(ITEMS, accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    zipped = asker.get(ITEMS, accept_encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
    assert zipped.json()["features"] == plain.json()["features"]
    head = asker.get(ITEMS, "HEAD", accept_encoding="identity")
    assert head.content == b"" and head.headers["content-type"] == documents.GEOJSON


def test_who_wants_a_page_for_people_is_sent_to_django(asker: Asker) -> None:
    def goes(query: bytes = b"", accept: bytes = b"*/*", method: str = "GET") -> bool:
        scope = {"method": method, "path": ITEMS, "query_string": query,
                 "headers": [(b"accept", accept)]}  # fmt: skip
        return asker.app.answers(scope)

    assert goes() and goes(b"f=json", b"text/html") and goes(b"f=xml") and goes(method="HEAD")
    assert not goes(b"f=html") and not goes(accept=b"text/html,*/*") and not goes(method="POST")
    assert goes(b"filter=a%3D'f=html'") and not goes(b"filter=a%3D'f=json'", b"text/html")
    assert not asker.app.answers({"method": "GET", "path": f"{ITEMS}/1"})


def test_a_host_that_is_not_ours_is_refused(asker: Asker) -> None:
    assert asker.get(ITEMS, host="evil.example").status_code == 400


def test_values_on_the_wire() -> None:
    assert numbered("a = %s AND b IN (%s, %s)") == b"a = $1 AND b IN ($2, $3)"
    assert [written(one) for one in (None, True, 1.5, "水")] == [
        None,
        b"True",
        b"1.5",
        "水".encode(),
    ]


def test_the_running_city_answers_so(live: Any, fill: Callable[..., int], eventually: Any) -> None:
    fill("waters", lakes(12))
    with live.client() as client:
        # what was there before a test is forgotten by the running city a moment later
        eventually(lambda: client.get(ITEMS).json()["numberMatched"] == 12)
        body = client.get(ITEMS).json()
        seen = [one["id"] for one in body["features"]]
        following = next(one["href"] for one in body["links"] if one["rel"] == "next")
        seen += [one["id"] for one in client.get(following).json()["features"]]
        assert seen == list(range(1, 13))
        assert client.get(f"{ITEMS}?f=html").headers["content-type"].startswith("text/html")
        assert client.get(f"{ITEMS}/3").json()["id"] == 3
        assert client.post(ITEMS).status_code == 405


def test_the_layer_as_it_was(asker: Asker, eventually: Any) -> None:
    """What is asked for a moment that has gone is answered from the past, once each."""

    def renew(shapes: list[tuple[shapely.Geometry, dict[str, object]]]) -> None:
        rows = ((row, shapely.to_wkb(shape), held) for row, (shape, held) in enumerate(shapes, 1))
        actions.renew_features("waters", rows, history.Renewal("name_zh"))

    renew(lakes(3))
    before = clock.now().isoformat().replace("+00:00", "Z")
    renew([*lakes(1), (shapely.box(113.8, 34.7, 113.81, 34.71), {"name_zh": "新湖"})])
    asked = "/ogc/collections/waters/items?"
    eventually(lambda: asker.get(asked).json()["numberMatched"] == 2)

    def names(query: str) -> list[str]:
        mine, other = asker.get(asked + query).json(), DJANGO.get(asked + query).json()
        assert mine["features"] == other["features"]
        return [one["properties"]["name_zh"] for one in mine["features"]]

    assert names(f"datetime={before}") == ["0号湖", "1号湖", "2号湖"]
    assert names("datetime=../..") == ["0号湖", "1号湖", "2号湖", "新湖"]
    assert names("datetime=../..&limit=2&after=2") == ["2号湖", "新湖"]
    assert names("") == ["0号湖", "新湖"]
