"""While a tile's source is away or slow its last state is shown, with its age, to whom it may."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import shapely
from django.conf import settings

from core.errors import Away, Busy
from layers.models import State
from people import access
from tiles import cache, known, pool, stale
from tiles.asgi import Parts, Tiles

from .conftest import Browser

LAKE = shapely.box(113.600, 34.700, 113.606, 34.706)
AT = "13/6681/3253"  # the tile that holds the lake
LAKES, PARTS = f"/tiles/waters/{AT}.mvt", f"/tiles/parts/{AT}.mvt"


@pytest.fixture
def lake(fill: Callable[..., int]) -> None:
    fill("waters", [(LAKE, {"name_zh": "月湖", "class": "lake"})])


@pytest.fixture
def post(fill: Callable[..., int]) -> None:
    fill("parts", [(shapely.Point(113.603, 34.703), {"code": "1"})])


def opened(browser: Browser) -> Parts:
    parts = browser.run(browser.app.open())
    return parts


def break_pool(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let tiles fail, as soon as the event is set."""
    fail = asyncio.Event()

    async def none(*asked: Any) -> bytes:
        await fail.wait()
        raise Busy("away", zh="断开")

    monkeypatch.setattr(parts.pool, "tile", none)
    return fail


def lose(parts: Parts) -> None:
    """Let the last look at the layers' state be an hour ago, and no other follow."""
    assert parts.known._task is not None
    parts.known._task.cancel()
    parts.known._looked = time.monotonic() - 3600


def change(browser: Browser, fill: Callable[..., int]) -> None:
    fill("waters", [(LAKE, {"name_zh": "日湖"})])
    version = State.objects.get(layer="waters").version
    browser.until(lambda: opened(browser).known.state("waters").version == version)


def check_stale(answer: Any, least: int = 1) -> None:
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["zhihui-stale"]) == int(answer.headers["age"]) >= least
    assert answer.headers["warning"].startswith("110 ")
    assert answer.headers["cache-control"] == "no-store" and "etag" not in answer.headers


@pytest.mark.parametrize("slow", [False, True])
def test_what_changed_is_shown_as_it_was(
    browser: Browser, lake: None, fill: Any, monkeypatch: pytest.MonkeyPatch, slow: bool
) -> None:
    monkeypatch.setattr(stale, "PATIENCE", 0.05)
    before = browser.get(LAKES)
    fail = break_pool(opened(browser), monkeypatch)
    if not slow:
        fail.set()
    change(browser, fill)
    after = browser.get(LAKES, if_none_match=before.headers["etag"])
    check_stale(after)
    assert after.content == before.content
    fail.set()
    assert browser.get(LAKES.replace("3253", "3254")).status_code == 503, "never made"
    monkeypatch.undo()
    monkeypatch.setattr(stale, "PATIENCE", 60.0)
    monkeypatch.setattr(known, "LOST", 600.0)
    fresh = browser.get(LAKES)
    assert "zhihui-stale" not in fresh.headers
    assert browser.layers(fresh.content)["waters"][0]["name_zh"] == "日湖"


def test_what_nobody_can_vouch_for_says_so(browser: Browser, lake: None) -> None:
    before = browser.get(LAKES)
    lose(opened(browser))
    quick = browser.quick
    after = browser.get(LAKES)
    check_stale(after, 3599)
    assert after.content == before.content and browser.quick == quick, "not the short way"
    plain = browser.get(LAKES, accept_encoding="identity")
    check_stale(plain)
    assert plain.content == before.content


def test_an_earlier_process_left_it_on_disk(
    browser: Browser, lake: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "WORTH_KEEPING", 0)
    before = browser.get(LAKES)
    browser.run(browser.app.close())
    for module in (known, pool):
        monkeypatch.setattr(module, "FIRST", 0.05)
    path = browser.folder / "cache" / "tiles.sqlite"
    browser.app = Tiles("host=127.0.0.1 port=1 dbname=none connect_timeout=1", path, 1 << 24)
    browser._client._transport.app = browser.app  # type: ignore[attr-defined]
    after = browser.get(LAKES)
    check_stale(after)
    assert after.content == before.content
    assert browser.get(LAKES.replace("3253", "3254")).status_code == 503
    assert browser.get(f"{LAKES}?at=2021-01-01").status_code == 503, "the past is another"
    assert browser.get("/tiles/waters.json").status_code == 503
    assert browser.get("/tiles/wells.json").status_code == 503, "nobody knows whether it is one"


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let nobody's rights be looked up any more, and nothing be believed that was a moment ago."""

    def go() -> None:
        async def none(*asked: Any) -> Any:
            raise Away

        monkeypatch.setattr(access, "asked", none)
        monkeypatch.setattr(access, "remembered", lambda key: None)

    yield go


def test_a_closed_layer_only_for_those_who_might_lately(
    browser: Browser, post: None, dispatcher: Any, supervisor: Any, citizen: Any, bearer: Any,
    away: Callable[[], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    seen, unseen, outside = bearer(dispatcher), bearer(supervisor), bearer(citizen)
    before = browser.get(PARTS, authorization=seen)
    assert browser.get(PARTS, authorization=outside).status_code == 403
    away()
    lose(opened(browser))
    after = browser.get(PARTS, authorization=seen)
    check_stale(after)
    assert after.content == before.content and "Authorization" in after.headers["vary"]
    assert browser.get(PARTS, authorization=unseen).status_code == 503, "never confirmed here"
    assert browser.get(PARTS, authorization=outside).status_code == 403
    assert browser.get(PARTS, authorization="Bearer zu_nonsense").status_code == 503
    assert browser.get(PARTS).status_code == 401
    for other in ("/tiles/parts.json", f"{PARTS}?at=2021-01-01"):
        assert browser.get(other, authorization=seen).status_code == 503, "tiles alone"
    monkeypatch.setattr(access, "LATELY", 0.0)
    assert browser.get(PARTS, authorization=seen).status_code == 503, "too long ago"


def test_rights_that_cannot_be_asked_make_a_tile_stale(
    browser: Browser, post: None, dispatcher: Any, bearer: Any, away: Callable[[], None]
) -> None:
    header = bearer(dispatcher)
    tag = browser.get(PARTS, authorization=header).headers["etag"]
    away()
    check_stale(browser.get(PARTS, authorization=header, if_none_match=tag))


def test_a_session_is_believed_as_long(
    browser: Browser, post: None, dispatcher: Any, client: Any, away: Callable[[], None]
) -> None:
    client.force_login(dispatcher, settings.AUTHENTICATION_BACKENDS[-1])
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    assert browser.get(PARTS, cookie=cookie).status_code == 200
    away()
    check_stale(browser.get(PARTS, cookie=cookie))
    assert browser.get(PARTS, cookie=cookie + "x").status_code == 503


def test_a_revoked_token_is_not_believed(
    browser: Browser, post: None, dispatcher: Any, bearer: Any, away: Callable[[], None]
) -> None:
    header = bearer(dispatcher)
    assert browser.get(PARTS, authorization=header).status_code == 200
    dispatcher.token_set.all().delete()
    for key, (_, rights) in list(access._cache.items()):
        access._cache[key] = 0.0, rights  # no longer remembered: it is looked up again
    assert browser.get(PARTS, authorization=header).status_code == 401, "seen to be revoked"
    away()
    assert browser.get(PARTS, authorization=header).status_code == 503
