"""The dispatcher by keyboard alone: from the call to units on their way, and to the end."""

import asyncio
import re
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.gis.geos import Point
from playwright.async_api import Page, Route, expect

from emergency.actions import incidents
from emergency.actions.units import UnitSpec, found
from emergency.models import Assignment, Incident, Unit
from people import may
from places.models import PlaceName

pytestmark = pytest.mark.browser


class Hands:
    """Two hands on a keyboard, that count what they press."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            await self.page.keyboard.press(key)

    async def type(self, words: str) -> None:
        self.keys += len(words)
        await self.page.keyboard.type(words)

    async def command(self, line: str) -> None:
        await self.press("/")
        await self.type(line)
        await self.press("Enter")


@pytest.fixture
def crews(real: None) -> list[Unit]:
    """Fire engines, an ambulance, pumps and police at their stations, and a street to name."""
    PlaceName.objects.create(
        name_zh="农业路", name_en="Nongye Road", pinyin="nongyelu", kind="street",
        point=Point(113.66, 34.78, srid=4326), division="410105",
    )  # fmt: skip
    kinds = [("F1", "fire"), ("F2", "fire"), ("F3", "fire"), ("A1", "ambulance"), ("D1", "pump")]
    return found(
        [
            UnitSpec(code, f"单位{code}", f"Unit {code}", kind, 113.65 + n / 100, 34.75)
            for n, (code, kind) in enumerate(kinds)
        ]
    )


async def sync(call: Any) -> Any:
    """Ask the database from the test's event loop."""
    return await sync_to_async(call, thread_sensitive=True)()


async def test_from_the_call_to_units_alerted_in_thirty_keys(open_desk, crews, dispatcher) -> None:
    desk = await open_desk(dispatcher, locale="en-US")
    await desk.live()
    page, hands = desk.page, Hands(desk.page)
    await hands.press("n")
    await hands.type("smoke 2nd floor")
    await hands.press("Tab")
    await expect(page.locator(".type-proposed b")).to_have_text("Fire")
    await expect(page.locator(".type-proposed mark")).to_have_text("smoke")
    await hands.type("nongy")
    await expect(page.locator("#place-offers li")).to_contain_text("Nongye Road")
    await hands.press("Enter", "Control+Enter")
    await expect(page.locator(".advice .advised-row input:checked").first).to_be_focused()
    await hands.press("Enter")
    await expect(page.locator("#work .orders .order")).to_have_count(3)
    assert hands.keys <= 30, hands.keys
    incident = await sync(lambda: Incident.objects.get())
    assert (incident.nature, incident.address) == ("fire", "Nongye Road")
    codes = await sync(lambda: {a.unit.code for a in Assignment.objects.select_related("unit")})
    assert codes == {"F1", "F2", "A1"} or codes == {"F2", "F3", "A1"}


async def test_the_whole_night_without_a_mouse(open_desk, crews, dispatcher, supervisor) -> None:
    one, two = await open_desk(dispatcher), await open_desk(supervisor, locale="en-US")
    for desk in (one, two):
        await desk.live()
        await desk.page.keyboard.press("q")
        await desk.page.keyboard.press("b")
    hands = Hands(one.page)
    await _report(hands, two.page)
    number = (await sync(lambda: Incident.objects.get())).pk
    await _send_units_with_a_form_half_filled(hands, two.page, number)
    await _plan_and_note(hands, number)
    await _close(hands, two.page, number)
    assert (await sync(lambda: Incident.objects.get())).outcome == "handled"
    one.faults.clear()  # the browser's own line about the refusals


async def _report(hands: Hands, other: Page) -> None:
    await hands.press("n")
    await hands.type("隧道积水，有车熄火")
    await expect(hands.page.locator(".type-proposed b")).to_have_text("内涝积水")
    await hands.press("Control+Enter")
    await expect(other.locator("#queue tr.incident.open")).to_contain_text("Street flooding")


async def _send_units_with_a_form_half_filled(hands: Hands, other: Page, number: int) -> None:
    page = hands.page
    await page.locator(".advice .primary").wait_for()
    await hands.press("Escape", "n")
    await hands.type("第二个电话")
    await hands.press("Escape")
    await hands.command(f"d D1 F3 {number}")
    await expect(page.locator("#command .command-said")).to_contain_text("D1 F3")
    await hands.command("os d1 f3")
    board = other.locator("#board tr.row", has_text="D1")
    await expect(board.locator(".unit-chip")).to_have_class(re.compile("OS"))
    await expect(page.locator("textarea[name=words]")).to_have_value("第二个电话")
    await expect(page.locator("#command .command-said")).to_contain_text("现场；按 z 撤回")
    await hands.press("z")  # a slip is taken back
    await expect(board.locator(".unit-chip")).to_have_class(re.compile("DI"))
    await hands.command(f"d X9 {number}")
    await expect(page.locator("#command .failed")).to_contain_text("没有单位“X9”")
    await page.locator("#command-input").fill("")
    await hands.press("Escape")


async def _plan_and_note(hands: Hands, number: int) -> None:
    work = hands.page.locator("#work")
    await hands.command(f"i {number}")
    await hands.press("a")
    await expect(work.locator(".chip.holder")).to_have_text("ding")
    await hands.press("p")
    await expect(work.locator(".tasks .task")).to_have_count(8 + 4)
    await hands.press("c")
    await hands.type("水深六十厘米")
    await hands.press("Control+Enter")
    await expect(work.locator(".step.noted")).to_contain_text("水深六十厘米")


async def _close(hands: Hands, other: Page, number: int) -> None:
    work = hands.page.locator("#work")
    await hands.press("Escape", "x", "Control+Enter")
    await expect(work.locator(".resolve .failed")).to_contain_text("尚未撤离")
    await hands.press("Escape")
    await hands.command("av d1 f3")
    await expect(work.locator(".order.over")).to_have_count(2)
    await hands.command(f"cl {number} handled")
    await expect(other.locator("#queue tr.incident.closed")).to_have_count(1)


async def test_the_next_line_is_typed_while_one_is_under_way(open_desk, crews, dispatcher) -> None:
    rights = await sync(lambda: may.of_user(dispatcher))
    made = await sync(lambda: incidents.report(incidents.Call("隧道积水"), rights)[0])
    desk = await open_desk(dispatcher)
    await desk.live()
    page, hands, released = desk.page, Hands(desk.page), asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route("**/notes", hold)
    await hands.command(f"nt i{made.pk} 水深")
    await hands.press("/")
    await hands.type(f"i {made.pk}")
    released.set()
    await expect(page.locator("#command .command-said")).to_contain_text("已记录")
    await hands.press("Enter")
    await expect(page.locator("#work .step.noted")).to_contain_text("水深")


async def test_a_draft_survives_a_reload(open_desk, crews, dispatcher) -> None:
    desk = await open_desk(dispatcher)
    await desk.live()
    page = desk.page
    await page.keyboard.press("n")
    await page.keyboard.type("还没问完")
    await page.reload()
    await desk.live()
    await expect(page.locator("textarea[name=words]")).to_have_value("还没问完")


async def test_a_unit_by_its_six_keys(open_desk, crews, dispatcher) -> None:
    desk = await open_desk(dispatcher)
    await desk.live()
    page = desk.page
    await page.keyboard.press("b")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#work .unit-key")).to_have_count(6)
    await page.keyboard.press("6")
    await expect(page.locator("#work .work-title .unit-chip")).to_have_class(re.compile("OOS"))
    await page.keyboard.press("1")
    await expect(page.locator("#work .work-title .unit-chip")).to_have_class(re.compile("AV"))
