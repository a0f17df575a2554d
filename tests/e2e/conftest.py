"""A real Chromium before a real server: signed-in desks that note every fault they see."""

import asyncio
import dataclasses
import datetime
import io
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import shapely
from asgiref.sync import sync_to_async
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from alerts import ingest, ticks
from core import clock
from people.models import User
from places import actions as places
from places.actions import DivisionRow
from places.models import Level
from sensors.models import Datastream, Thing

expect.set_options(timeout=30_000)  # a limit for what never comes; speed is the benches' business

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=user-gesture-required",
]
# a policy that refuses something says so on the document, not always in the console
WATCH_POLICY = """document.addEventListener('securitypolicyviolation',
  (event) => console.error('CSP', event.violatedDirective, event.blockedURI));"""


@dataclasses.dataclass
class Desk:
    """One signed-in browser page, and what went wrong in it."""

    page: Page
    context: BrowserContext
    faults: list[str]

    async def row(self, number: int) -> Any:
        """Return the queue's row of an alert, once it is there."""
        row = self.page.locator(f"#queue-body tr.row[data-key='{number}']")
        await row.wait_for()
        return row

    async def live(self) -> None:
        """Wait until the feed is live."""
        await self.page.locator("#link.live").wait_for()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    assert path, "chromium is not installed: ./zhihui test installs it"
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


def watch(page: Page, faults: list[str], home: str) -> None:
    """Note console errors, exceptions, failing and foreign requests of a page."""

    def asked(url: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws") and urlsplit(url).netloc != home:
            faults.append(f"foreign request: {url}")

    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(f"exception: {error}"))
    page.on("request", lambda request: asked(request.url))


Open = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def open_desk(live, browser: Browser) -> AsyncIterator[Open]:
    """Sign a person in: desk = await open_desk(dispatcher, width=1366, height=768, locale="en-US").

    At the end no desk may have seen an error, a refused script or a request to another house.
    """
    desks: list[Desk] = []

    async def sign_in(
        user: User, *, path: str = "/", base: str = "", width: int = 1440, height: int = 900,
        locale: str = "zh-CN", theme: str = "dark", **more: Any,
    ) -> Desk:  # fmt: skip
        base = base or live.url
        size = {"width": width, "height": height}
        context = await browser.new_context(viewport=size, locale=locale, base_url=base, **more)
        await context.add_cookies([{"name": "zhihui_theme", "value": theme, "url": base}])
        await context.add_init_script(WATCH_POLICY)
        page = await context.new_page()
        desk = Desk(page, context, [])
        watch(page, desk.faults, urlsplit(base).netloc)
        await page.goto(f"/login/?next={path}")
        await page.fill("[name=username]", user.username)
        await page.fill("[name=password]", f"{user.username}-pass-phrase")
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda url: urlsplit(url).path == path)
        desks.append(desk)
        return desk

    yield sign_in
    for desk in desks:
        await desk.context.close()
    assert [fault for desk in desks for fault in desk.faults] == []


Flood = Callable[..., Awaitable[None]]


@pytest.fixture
def post(live, token) -> Flood:
    """Send readings of a station through the front door, a minute apart, the last one now."""
    known: dict[int, str] = {}

    async def send(station: tuple[Thing, Datastream], *values: float) -> None:
        thing, stream = station
        if thing.pk not in known:
            known[thing.pk] = await sync_to_async(token)(thing)
        headers = {"Authorization": f"Bearer {known[thing.pk]}"}
        async with httpx.AsyncClient(base_url=live.url, headers=headers) as client:
            for back, value in enumerate(reversed(values)):
                at = clock.now() - datetime.timedelta(minutes=len(values) - 1 - back)
                body = {"result": values[back], "phenomenonTime": at.isoformat()}
                path = f"/sensorthings/v1.1/Datastreams({stream.pk})/Observations"
                answer = await client.post(path, json=body)
                assert answer.status_code == 201, (answer.text, value)

    return send


@pytest.fixture
def fall_silent(
    station, shelf_rules: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], None]:
    """Let devices that were heard ten minutes ago be found silent: fall_silent(12)."""
    before = clock.now() - datetime.timedelta(minutes=10)
    monkeypatch.setattr(ticks, "_began", before)

    def fall(count: int) -> None:
        streams = [station(f"R{n}", "rain", interval_s=60)[1] for n in range(count)]
        with clock.fixed(before):
            ingest.commit([ingest.Row.of(stream.pk, before, 0.0) for stream in streams])
        assert ticks.look() == count

    return fall


class Cable:
    """A forwarded port that can be pulled out of the wall and put back."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self.server: asyncio.Server | None = None
        self.ends: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def plug(self) -> None:
        """Forward connections."""
        self.server = await asyncio.start_server(self._join, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def pull(self) -> None:
        """Cut every connection and take no new one."""
        if self.server:
            self.server.close()
        for end in list(self.ends):
            end.transport.abort()
        self.ends.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self.ends |= {writer, back}
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self.ends -= {writer, back}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@pytest.fixture
async def cable(live) -> AsyncIterator[Cable]:
    """A cable to the server; name it before `open_desk`: desks are closed while it holds."""
    cable = Cable(live.port)
    await cable.plug()
    yield cable
    await cable.pull()


# --- pages for phones ----------------------------------------------------------------------------

HERE = {"latitude": 34.75, "longitude": 113.66, "accuracy": 8}
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE: dict[str, Any] = {
    "has_touch": True, "is_mobile": True, "geolocation": HERE, "permissions": ["geolocation"],
}  # fmt: skip


@pytest.fixture
def city(real: None) -> None:
    """郑州 with one district, round the place where the phones are."""
    whole, part = shapely.box(113.4, 34.5, 113.9, 34.9), shapely.box(113.6, 34.7, 113.8, 34.85)
    multi = [shapely.to_wkb(shapely.MultiPolygon([each])) for each in (whole, part)]
    places.register_divisions(
        [
            DivisionRow("410100", "郑州市", Level.CITY, None, multi[0]),
            DivisionRow("410105", "金水区", Level.DISTRICT, "410100", multi[1]),
        ]
    )


@pytest.fixture
def open_phone(open_desk: Open) -> Open:
    """Sign a person in on a phone that knows where it is: open_phone(inspector, "/inspect/")."""

    async def sign_in(user: User, path: str, **more: Any) -> Desk:
        how = {"width": 390, "height": 844, "theme": "light", **PHONE, **more}
        return await open_desk(user, path=path, **how)

    return sign_in


@pytest.fixture
async def pocket(live, browser: Browser) -> AsyncIterator[Open]:
    """Open a page on a stranger's phone: pocket("/report/"); the page must see no fault."""
    desks: list[Desk] = []

    async def take_out(path: str, *, locale: str = "zh-CN", theme: str = "", **more: Any) -> Desk:
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, locale=locale, base_url=live.url, **PHONE | more
        )
        if theme:
            await context.add_cookies([{"name": "zhihui_theme", "value": theme, "url": live.url}])
        await context.add_init_script(WATCH_POLICY)
        desk = Desk(await context.new_page(), context, [])
        watch(desk.page, desk.faults, urlsplit(live.url).netloc)
        await desk.page.goto(path)
        desks.append(desk)
        return desk

    yield take_out
    for desk in desks:
        await desk.context.close()
    assert [fault for desk in desks for fault in desk.faults] == []


@pytest.fixture
def photo() -> dict[str, Any]:
    """A photo as a camera hands it over: 12 megapixels."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize((4000, 3000)).convert("RGB").save(out, "JPEG", quality=92)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture
def complaints() -> Callable[[Page], Awaitable[list[str]]]:
    """Return what axe finds wrong with a page by WCAG 2.1 A and AA."""

    async def look(page: Page) -> list[str]:
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
        found = await page.evaluate(f"axe.run(document, {json.dumps(options)})")
        return [
            f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    return look
