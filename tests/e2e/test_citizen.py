"""A citizen reports on a phone and follows the link to what was done; nobody sees who it was."""

import io
import re
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from PIL import Image
from playwright.async_api import Page, expect

from frontend.context import THEMES
from people.models import Department, Role
from urban.models import Case

pytestmark = pytest.mark.browser

NAME, NUMBER = "张三丰", "13900001234"


async def fill_in(page: Page, photo: dict[str, Any]) -> None:
    """Say what, where, with a photo, in words, and how to be reached."""
    await page.locator(".tile", has_text="道路破损").tap()
    await expect(page.locator(".place-line")).to_contain_text("±8")
    await page.set_input_files(".photo-take input", [photo])
    await page.locator(".photo img").wait_for()
    await page.get_by_label("地址或旁边的标志").fill("花园路 12 号门前")
    await page.get_by_label("4. 说明（可不填）").last.fill("路面塌了一块")
    await page.get_by_label("称呼").fill(NAME)
    await page.get_by_label("电话").fill(NUMBER)


def handle(live, token, enrol) -> None:
    """Let the house take all steps, with words and a photo of what was done."""
    people = {
        role: enrol(role.value, role) for role in (Role.DISPATCHER, Role.INSPECTOR, Role.SUPERVISOR)
    }
    department = Department.objects.create(code="roads", name_zh="道路所", name_en="Roads")
    case, out = Case.objects.get(), io.BytesIO()
    Image.new("RGB", (640, 480), "gray").save(out, "JPEG")
    steps: list[tuple[Role, str, dict[str, Any]]] = [
        (Role.INSPECTOR, "verify", {"found": True, "words": f"{NAME}所报属实"}),
        (Role.DISPATCHER, "accept", {}),
        (Role.DISPATCHER, "register", {}),
        (Role.DISPATCHER, "dispatch", {"department": department.code}),
        (Role.SUPERVISOR, "handle", {}),
        (Role.SUPERVISOR, "answer", {"words": "已铣刨重铺"}),
        (Role.INSPECTOR, "check", {"passed": True}),
        (Role.DISPATCHER, "close", {"words": "办结"}),
    ]
    for role, step, body in steps:
        with live.client(token(people[role])) as client:
            photo = {"photo": ("after.jpg", out.getvalue(), "image/jpeg")}
            sent: dict[str, Any] = (
                {"data": body, "files": photo} if step == "answer" else {"json": body}
            )
            client.post(f"/api/v1/cases/{case.pk}/{step}", **sent).raise_for_status()


async def test_a_report_is_followed_to_its_end(live, city, pocket, photo, token, enrol) -> None:
    desk = await pocket("/report/")
    page = desk.page
    await fill_in(page, photo)
    await page.get_by_role("button", name="提交").tap()
    await expect(page.locator("h1")).to_have_text("已收到，谢谢您！")
    case = await sync_to_async(Case.objects.get)()
    await expect(page.locator(".number b")).to_have_text(case.number)
    assert (case.source, case.photo_count) == ("public", 1)

    await page.get_by_role("link", name="查看进展").tap()
    await expect(page.locator(".state-words")).to_have_text("已收到，正在核实")
    await sync_to_async(handle)(live, token, enrol)
    await page.reload()
    await expect(page.locator(".state-words")).to_have_text("已办结")
    await expect(page.locator(".answer")).to_contain_text("已铣刨重铺")
    await expect(page.locator(".answer img")).to_be_visible()
    await expect(page.locator(".steps li").first).to_contain_text("结案")
    shown = await page.inner_text("body")
    for private in (NAME, NUMBER, "花园路", "路面塌了一块", "inspector", "supervisor"):
        assert private not in shown


async def test_outside_the_city_is_refused_in_words_and_nothing_typed_is_lost(
    city, pocket, photo
) -> None:
    desk = await pocket(
        "/report/", geolocation={"latitude": 31.23, "longitude": 121.47, "accuracy": 8}
    )
    page = desk.page
    await fill_in(page, photo)
    await page.get_by_role("button", name="提交").tap()
    await expect(page.locator(".note.bad")).to_contain_text("上报位置不在本市范围内")
    await expect(page.get_by_label("称呼")).to_have_value(NAME)
    desk.faults.clear()  # the browser notes every answer above 399
    assert not await sync_to_async(Case.objects.exists)()


async def test_without_a_network_it_says_so_and_can_be_sent_again(city, pocket, photo) -> None:
    desk = await pocket("/report/")
    page = desk.page
    await fill_in(page, photo)
    await desk.context.set_offline(True)
    await page.get_by_role("button", name="提交").tap()
    await expect(page.locator(".note.bad")).to_contain_text("您填写的内容都还在")
    await desk.context.set_offline(False)
    desk.faults.clear()
    await page.get_by_role("button", name="提交").tap()
    await expect(page.locator(".number b")).to_be_visible()
    assert await sync_to_async(Case.objects.count)() == 1


async def test_a_map_that_did_not_come_is_told_and_comes_later(city, pocket) -> None:
    desk = await pocket("about:blank")
    page = desk.page
    await page.route("**/map/place_map.js", lambda route: route.abort())
    await page.goto("/report/")
    await expect(page.locator(".no-map")).to_contain_text("地图暂时打不开")
    await expect(page.get_by_role("button", name="提交")).to_be_enabled()
    assert [fault for fault in desk.faults if "ERR_FAILED" not in fault] == []

    await page.unroute("**/map/place_map.js")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.locator(".place-view .leaflet-tile-pane").wait_for(state="attached")
    await expect(page.locator(".no-map")).to_have_count(0)
    desk.faults.clear()


async def test_what_is_missing_is_named(city, pocket) -> None:
    desk = await pocket("/report/", locale="en-US", permissions=[])
    page = desk.page
    send = page.get_by_role("button", name="Send")
    await send.tap()
    await expect(page.locator(".note.bad")).to_have_text("Say first what it is.")
    await page.locator(".tile").first.tap()
    await send.tap()
    await expect(page.locator(".note.bad")).to_contain_text("choose the place on the map")
    await page.get_by_role("button", name="Choose the place on the map").tap()
    await page.locator(".pick-view").click(position={"x": 120, "y": 160})
    await page.get_by_role("button", name="Use this place").tap()
    await expect(page.locator(".place-line")).to_have_text("Chosen on the map")
    await send.tap()
    await expect(page.locator("h1")).to_have_text("Received. Thank you!")
    assert not re.findall(r"[\u4e00-\u9fff]", (await page.inner_text("main")))


async def test_a_link_that_is_none_says_so(city, pocket) -> None:
    desk = await pocket("/report/not-a-token/")
    await expect(desk.page.locator(".nothing")).to_contain_text("没有找到这份上报")
    desk.faults.clear()  # 404


@pytest.mark.parametrize("theme", THEMES)
async def test_the_form_and_the_link_are_readable(complaints, city, pocket, photo, theme) -> None:
    how = {"bypass_csp": True, "reduced_motion": "reduce"}
    page = (await pocket("/report/", theme=theme, **how)).page
    await page.locator(".tile").first.wait_for()
    assert await complaints(page) == []
    await fill_in(page, photo)
    assert await complaints(page) == []
    await page.get_by_role("button", name="提交").tap()
    await page.locator(".number").wait_for()
    assert await complaints(page) == []
    await page.get_by_role("link", name="查看进展").tap()
    await page.locator(".state-words").wait_for()
    assert await complaints(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
