"""A public warning at two desks: one writes it, the other approves it, both see it end."""

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Page, expect

from alerts.models import PublicWarning

pytestmark = pytest.mark.browser

CORNERS = [(0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6)]
AREAS = "#map path.warning-area"


async def draw(page: Page) -> None:
    """Draw four corners on the map and take them."""
    box = await page.locator("#map").bounding_box()
    assert box
    for x, y in CORNERS:
        await page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    await page.keyboard.press("Enter")


async def chosen(page: Page, tab: str) -> None:
    """Bring the list of warnings to the front."""
    await page.locator("#queue-tabs .list-tab", has_text=tab).click()


async def test_written_by_one_approved_by_another_and_ended(
    open_desk, dispatcher, supervisor
) -> None:
    one = await open_desk(dispatcher)
    two = await open_desk(supervisor, locale="en-US", theme="light")
    for desk in (one, two):
        await desk.live()
    await chosen(one.page, "预警")
    await expect(one.page.locator("#queue")).to_contain_text("当前没有预警")
    await one.page.keyboard.press("w")
    work = one.page.locator("#work")
    await work.get_by_role("button", name="在地图上画").click()
    await draw(one.page)
    await expect(work).to_contain_text("约有人口")
    await work.locator("label.colour.sev1").click()
    await expect(work.locator("[name=headline_zh]")).to_have_value("本区域暴雨红色预警")
    await work.locator("[name=headline_zh]").fill("金水路积水，请立即避险")
    await one.page.reload()  # what was typed is not lost
    await expect(work.locator("[name=headline_zh]")).to_have_value("金水路积水，请立即避险")
    await work.locator("[name=headline_zh]").press("Control+Enter")
    await expect(work).to_contain_text("须由另一位有审批权的人员批准")

    await two.page.locator("#counters .counter.alarm", has_text="To approve").click()
    panel = two.page.locator("#work")
    await expect(panel.locator(".warning-steps")).to_contain_text("Approve and issue")
    await expect(two.page.locator(f"{AREAS}.awaiting")).to_have_count(1)
    await panel.locator("details.cap summary").click()
    await expect(panel).to_contain_text("Valid CAP 1.2")
    await panel.locator("h2").click()
    await two.page.keyboard.press("y")
    await expect(panel).to_contain_text("cannot be called back")
    await two.page.keyboard.press("Enter")
    await expect(panel.locator(".work-title .chip.issued")).to_be_visible()
    await expect(work.locator(".work-title .chip.issued")).to_be_visible()
    await expect(one.page.locator(f"{AREAS}.issued.sev1")).to_have_count(1)

    await work.locator("h2").click()
    await one.page.keyboard.press("x")
    await one.page.keyboard.press("Enter")
    await expect(work.locator("h2")).to_contain_text("解除：")
    await two.page.locator("#counters .counter.alarm", has_text="To approve").click()
    await panel.get_by_role("button", name="Approve and issue").click()
    await panel.get_by_role("button", name="Issue now").click()
    await expect(one.page.locator(AREAS)).to_have_count(0)
    states = await sync_to_async(
        lambda: set(PublicWarning.objects.values_list("state", flat=True))
    )()
    assert states == {"ended"}


async def test_a_supervisor_keeps_the_recipients(open_desk, supervisor) -> None:
    desk = await open_desk(supervisor, width=390, height=844)
    await desk.live()
    await chosen(desk.page, "预警")
    await desk.page.get_by_role("button", name="接收方与发送").click()
    work = desk.page.locator("#work")
    await expect(work).to_contain_text("邮件未启用")
    await work.locator("[name=name]").fill("电视台")
    await work.locator("[name=channel]").select_option("webhook")
    await work.locator("[name=address]").fill("http://127.0.0.1/hook")
    await work.get_by_role("button", name="保存").click()
    await expect(work).to_contain_text("不允许本机或内网地址")
    desk.faults[:] = [fault for fault in desk.faults if "400" not in fault]  # that was meant
    await work.locator("[name=address]").fill("https://tv.example/hook?token=abc")
    await work.get_by_role("button", name="保存").click()
    await expect(work.locator(".secret")).to_contain_text("zhs_")
    await expect(work).to_contain_text("https://tv.example/hook?…")
