"""The loop at the console: an alert comes in, is heard of by everybody, worked on and closed."""

import re

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import expect

from core import clock

pytestmark = pytest.mark.browser

RED, YELLOW = (60, 60), (20, 20)  # cm of water on a road, two minutes long


@pytest.fixture
def roads(station, shelf_rules):
    """Two underpasses with gauges."""
    return station("D1", "water_depth"), station("D2", "water_depth")


async def test_an_alert_comes_in_and_everybody_sees_each_step(
    open_desk, post, roads, dispatcher, supervisor
) -> None:
    one, two = await open_desk(dispatcher), await open_desk(supervisor, locale="en-US")
    for desk in (one, two):
        await desk.live()
        waiting = desk.page.locator("#counters .counter").first
        await expect(waiting).to_have_class(re.compile("zero"))

    await post(roads[0], *RED)
    row = one.page.locator("#queue-body tr.pending")
    await expect(row).to_contain_text("R1")
    await expect(row).to_contain_text("60")
    await expect(one.page.locator("#counters .alarm b").first).to_have_text("1")
    await expect(one.page.locator("#said-now")).to_contain_text("站点D1")
    await expect(two.page.locator("#queue-body tr.pending")).to_contain_text("Station D1")

    await one.page.keyboard.press("ArrowDown")
    await one.page.keyboard.press("a")
    for desk in (one, two):
        await expect(desk.page.locator("#queue-body tr.active")).to_have_count(1)
        await expect(desk.page.locator("#queue-body tr.pending")).to_have_count(0)
    await expect(one.page.locator("#work .work-said")).to_have_text("已受理")

    await one.page.keyboard.press("c")
    await one.page.keyboard.type("已派泵车")
    await one.page.keyboard.press("Control+Enter")
    await two.page.keyboard.press("ArrowDown")
    await expect(two.page.locator("#work .step.commented")).to_contain_text("已派泵车")

    await one.page.keyboard.press("Escape")
    await one.page.keyboard.press("x")
    await one.page.keyboard.press("Control+Enter")
    await expect(two.page.locator("#work .chip.resolved")).to_have_text("Resolved")


async def test_typed_words_and_the_choice_survive_a_reload(
    open_desk, post, roads, dispatcher
) -> None:
    await post(roads[0], *YELLOW)
    desk = await open_desk(dispatcher)
    page = desk.page
    await page.locator("#queue-body tr.pending").click()
    await page.locator("#work textarea").fill("还没写完")
    await page.keyboard.press("Escape")
    await page.keyboard.press("t")
    await page.reload()
    await expect(page.locator("#work textarea")).to_have_value("还没写完")
    await expect(page.locator("#queue-body tr[aria-selected=true]")).to_have_count(1)
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def test_the_cable_is_pulled_and_put_back(cable, open_desk, post, roads, dispatcher) -> None:
    desk = await open_desk(dispatcher, base=cable.url)
    await desk.live()
    await cable.pull()
    await expect(desk.page.locator("#link.lost")).to_have_text(re.compile(r"断线 0:\d\d"))
    await post(roads[0], *RED)
    await post(roads[1], *YELLOW)
    await cable.plug()
    await desk.live()
    await expect(desk.page.locator("#queue-body tr.pending")).to_have_count(2)
    desk.faults.clear()  # the browser itself complains about the sockets that could not open


async def test_a_refused_step_says_why_and_keeps_the_words(
    open_desk, post, roads, dispatcher, live
) -> None:
    await post(roads[0], *YELLOW)
    desk = await open_desk(dispatcher)
    page = desk.page
    await page.locator("#queue-body tr.pending").click()
    await page.route("**/comment", lambda route: route.abort())
    await page.locator("#work textarea").fill("不能丢")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#work .work-said.failed")).to_contain_text("无法连接服务器")
    await expect(page.locator("#work textarea")).to_have_value("不能丢")
    await page.unroute("**/comment")
    await page.locator("#work .work-said button").click()
    await expect(page.locator("#work .step.commented")).to_contain_text("不能丢")
    desk.faults.clear()  # the aborted request


async def test_the_command_bar_does_the_same_without_a_mouse(
    open_desk, post, roads, dispatcher, supervisor
) -> None:
    await post(roads[0], *YELLOW)
    desk = await open_desk(dispatcher)
    page = desk.page
    row = page.locator("#queue-body tr.row")
    await row.wait_for()
    number = await row.get_attribute("data-key")
    await page.keyboard.press("/")
    await page.keyboard.type("b 1")
    await page.keyboard.press("Enter")
    await expect(page.locator("#command .failed")).to_contain_text("没有“b”这个命令")
    await page.locator("#command-input").fill("")
    await page.keyboard.type(f"a {number}")
    await page.keyboard.press("Enter")
    await expect(page.locator("#queue-body tr.active")).to_have_count(1)
    await page.keyboard.press("/")
    await page.keyboard.type(f"as {number} su")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#queue-body tr.active .c-who")).to_have_text("sun")
    await page.keyboard.type(number or "")
    await page.keyboard.press("Enter")
    await expect(page.locator("#work .number")).to_have_text(f"#{number}")


async def test_replay_shows_the_past_unmistakably_and_returns(
    open_desk, post, roads, dispatcher
) -> None:
    desk = await open_desk(dispatcher)
    page = desk.page
    await post(roads[0], *YELLOW)
    await page.locator("#queue-body tr.pending").wait_for()
    await page.keyboard.press("[")
    await expect(page.locator("#replay-banner")).to_contain_text("您看到的不是现在")
    await expect(page.locator("#queue-body tr.row")).to_have_count(0)
    await expect(page.locator("#counters .alarm b").first).to_have_text("1")
    await page.keyboard.press("\\")
    await expect(page.locator("#replay-banner")).to_be_hidden()
    await expect(page.locator("#queue-body tr.pending")).to_have_count(1)


async def test_sound_is_armed_by_hand_and_says_when_it_is_not(open_desk, dispatcher) -> None:
    desk = await open_desk(dispatcher)
    arm = desk.page.locator("#shift .arm")
    await expect(arm).to_have_class(re.compile("silent"))
    await arm.click()
    await expect(arm).not_to_have_class(re.compile("silent"))
    await expect(arm).to_contain_text("声音已启用")


async def test_the_alerts_own_page_tells_the_whole_story(
    open_desk, post, roads, dispatcher
) -> None:
    before = clock.now()
    await post(roads[0], *YELLOW)
    desk = await open_desk(dispatcher)
    row = desk.page.locator("#queue-body tr.row")
    await row.wait_for()
    number = await row.get_attribute("data-key")
    await desk.page.goto(f"/alerts/{number}/")
    await expect(desk.page.locator(".file-steps tbody tr")).to_have_count(1)
    await expect(desk.page.locator(".file-plot .uplot")).to_be_visible()
    await expect(desk.page.locator("#file")).to_contain_text("GB 50014")
    assert clock.now() > before


async def test_a_console_that_cannot_start_says_so_and_starts_by_itself(
    open_desk, post, roads, dispatcher
) -> None:
    await post(roads[0], *YELLOW)
    desk = await open_desk(dispatcher)
    page = desk.page
    await page.route("**/api/v1/things", lambda route: route.abort())
    await page.reload()
    await expect(page.locator(".start-failed")).to_contain_text("指挥台未能启动")
    await page.unroute("**/api/v1/things")
    await expect(page.locator("#queue-body tr.pending")).to_have_count(1)
    await expect(page.locator(".start-failed")).to_have_count(0)
    desk.faults.clear()  # the aborted requests


async def test_many_silent_devices_are_one_row_and_are_taken_in_one_step(
    open_desk, roads, fall_silent, dispatcher
) -> None:
    desk = await open_desk(dispatcher)
    page = desk.page
    await desk.live()
    await sync_to_async(fall_silent)(12)
    fold = page.locator("#queue-body tr.fold")
    await expect(fold).to_contain_text("×12")
    await expect(page.locator("#queue-body tr.row")).to_have_count(1)
    await expect(page.locator("#counters .alarm b").first).to_have_text("12")

    await page.keyboard.press("ArrowDown")
    await expect(fold).to_have_attribute("aria-selected", "true")
    await expect(page.locator("#work .device")).to_have_count(12)
    await page.keyboard.press("ArrowRight")
    await expect(fold.locator(".turn")).to_have_attribute("aria-expanded", "true")
    await expect(page.locator("#queue-body tr.inside")).to_have_count(12)
    await page.reload()
    await expect(page.locator("#queue-body tr.inside")).to_have_count(12)
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#work .number")).to_contain_text("#")
    for _ in range(2):
        await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#queue-body tr.inside")).to_have_count(0)

    await page.keyboard.press("a")
    taken = page.locator("#queue-body tr.fold.active")
    await expect(taken).to_contain_text("×12")
    await expect(taken.locator(".c-who")).to_have_text("ding")
    await expect(page.locator("#queue-body tr.row")).to_have_count(1)
    await expect(taken).to_have_attribute("aria-selected", "true")
    await expect(page.locator("#work .work-said")).to_have_text("受理 12/12")


async def test_what_a_step_for_all_could_not_do_is_counted_and_tried_again(
    open_desk, roads, fall_silent, dispatcher
) -> None:
    await sync_to_async(fall_silent)(6)
    desk = await open_desk(dispatcher)
    page = desk.page
    await page.locator("#queue-body tr.fold").click()
    await page.route("**/resolve", lambda route: route.abort())
    await page.keyboard.press("x")
    await page.locator("#work .resolve input:not([type=radio])").fill("网关断电")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#work .work-said.failed")).to_contain_text("6 条未成功")
    await page.unroute("**/resolve")
    await page.locator("#work .work-said.failed button").click()
    taken = page.locator("#queue-body tr.fold.active")
    await expect(taken.locator(".c-who")).to_have_text("未恢复")
    await page.locator("#work .device").first.click()
    await expect(page.locator("#work .step.resolved")).to_contain_text("网关断电")
    desk.faults.clear()  # the aborted requests
