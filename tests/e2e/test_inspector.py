"""The inspector's app on a phone: three taps, with the network cut, and nothing lost or doubled."""

import re
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Page, Route, expect

from frontend.context import THEMES
from people.models import Role
from urban.models import Case

pytestmark = pytest.mark.browser

NO_LINE = "net::ERR_INTERNET_DISCONNECTED"
OUTSIDE = {"latitude": 31.23, "longitude": 121.47, "accuracy": 8}


@pytest.fixture
def inspector(enrol, city):
    """Xun walks one district."""
    return enrol("xun", Role.INSPECTOR, ("410105",))


@pytest.fixture
async def app(open_phone, inspector) -> Any:
    """The app, open, with its shell on the phone."""
    desk = await open_phone(inspector, "/inspect/")
    await desk.page.locator(".tile").first.wait_for()
    await on_the_phone(desk.page)
    return desk


async def on_the_phone(page: Page) -> None:
    """Wait until the worker has the shell and serves it."""
    await page.evaluate(
        """new Promise((done) => navigator.serviceWorker.controller ? done() :
          navigator.serviceWorker.addEventListener('controllerchange', () => done()))"""
    )


async def cut(desk: Any) -> None:
    """Take the network away; what the browser then says of it is no fault of the page."""
    await desk.context.set_offline(True)
    await expect(desk.page.locator(".phone-bar .link")).to_have_class(re.compile("offline"))


async def join(desk: Any) -> None:
    await desk.context.set_offline(False)
    await expect(desk.page.locator(".phone-bar .link")).to_have_class(re.compile("online"))
    desk.faults[:] = [fault for fault in desk.faults if NO_LINE not in fault]


async def report(page: Page, kind: str, photo: dict[str, Any]) -> None:
    """Kind, photo, send: the three taps."""
    await page.locator(".tile", has_text=kind).tap()
    await expect(page.locator(".place-line")).to_contain_text("±8")
    await page.set_input_files(".photo-take input", [photo])
    await page.locator(".photo img").wait_for()
    await page.locator(".foot .primary").tap()
    await page.locator(".tiles").wait_for()


def cases() -> list[Case]:
    return list(Case.objects.order_by("pk"))


async def test_a_report_made_without_a_network_arrives_once(app, photo) -> None:
    page = app.page
    await cut(app)
    await page.reload()  # from the phone alone
    await report(page, "雨水井盖", photo)
    await page.locator(".tab", has_text="发件箱").tap()
    await expect(page.locator(".sent .state")).to_have_text(re.compile("待发送"))
    await page.reload()
    await page.locator(".tab", has_text="发件箱").tap()
    await expect(page.locator(".sent img.row-thumb")).to_be_visible()
    assert await sync_to_async(cases)() == []

    await join(app)
    await expect(page.locator(".sent .state")).to_have_text("已收到")
    (case,) = await sync_to_async(cases)()
    await expect(page.locator(".sent")).to_contain_text(case.number)
    assert (case.code, case.source, case.photo_count) == ("01003", "inspector", 1)
    assert (round(case.geom.x, 5), round(case.geom.y, 5), case.accuracy) == (113.66, 34.75, 8)
    await page.reload()
    await page.locator(".tab", has_text="发件箱").tap()
    await expect(page.locator(".sent .state")).to_have_text("已收到")
    assert len(await sync_to_async(cases)()) == 1


async def test_an_answer_that_was_lost_on_the_way_doubles_nothing(app, photo) -> None:
    page, sent = app.page, []

    async def lose(route: Route) -> None:
        sent.append(await route.fetch())  # the server has it
        await route.abort() if len(sent) == 1 else await route.fulfill(response=sent[-1])

    await page.route("**/api/v1/cases/reports", lose)
    await report(page, "路灯", photo)
    await page.locator(".tab", has_text="发件箱").tap()
    await expect(page.locator(".sent .state")).to_have_text("已收到")
    assert [answer.status for answer in sent] == [201, 200]
    assert len(await sync_to_async(cases)()) == 1
    app.faults.clear()  # the browser notes the broken answer


async def test_the_photo_is_made_small_on_the_phone(app, photo) -> None:
    await report(app.page, "路灯", photo)
    await expect(app.page.locator(".toast.good")).to_be_visible()
    (case,) = await sync_to_async(cases)()
    kept = await sync_to_async(case.photos.get)()
    assert (kept.width, kept.height) == (1600, 1200)


async def test_a_refusal_says_why_and_can_be_mended(app, photo) -> None:
    page = app.page
    await app.context.set_geolocation(OUTSIDE)
    await report(page, "路灯", photo)
    await expect(page.locator(".refusal p")).to_have_text("上报位置不在本市范围内")
    app.faults.clear()  # the browser notes every answer above 399

    await app.context.set_geolocation({"latitude": 34.751, "longitude": 113.661, "accuracy": 5})
    await page.get_by_role("button", name="修改后重发").tap()
    await page.get_by_role("button", name="调整位置").tap()
    await page.get_by_role("button", name="我的位置").tap()
    await page.get_by_role("button", name="使用此位置").tap()
    await expect(page.locator(".place-line")).to_have_text("已在地图上选定")
    await page.locator(".foot .primary").tap()
    await page.locator(".tab", has_text="发件箱").tap()
    await expect(page.locator(".sent .state")).to_have_text("已收到")
    (case,) = await sync_to_async(cases)()
    assert (round(case.geom.x, 3), case.accuracy, case.photo_count) == (113.661, None, 1)


async def test_a_session_that_ended_loses_nothing(app, inspector, photo) -> None:
    page = app.page
    await app.context.clear_cookies(name="sessionid")
    await report(page, "路灯", photo)
    await expect(page.locator(".banners")).to_contain_text("登录已过期")
    app.faults.clear()  # 401
    await page.locator(".banners a").tap()
    await page.fill("[name=username]", "xun")
    await page.fill("[name=password]", "xun-pass-phrase")
    await page.keyboard.press("Enter")
    await page.locator(".tab", has_text="发件箱").tap()
    await expect(page.locator(".sent .state")).to_have_text("已收到")
    assert len(await sync_to_async(cases)()) == 1


async def test_a_report_half_made_survives_a_reload(app, photo) -> None:
    page = app.page
    await page.locator(".tile", has_text="行道树").tap()
    await page.set_input_files(".photo-take input", [photo])
    await page.locator(".photo img").wait_for()
    await page.fill("textarea", "树枝压线")
    await page.goto("/inspect/")
    await expect(page.locator(".note")).to_contain_text("未完成：行道树")
    await page.get_by_role("button", name="继续填写").tap()
    await expect(page.locator("textarea")).to_have_value("树枝压线")
    await expect(page.locator(".photo img")).to_be_visible()


WRITES_NOTHING = """() => {
  IDBObjectStore.prototype.put = function () { return this.get("nothing"); };
}"""


async def test_words_survive_a_page_that_goes_before_the_phones_database_wrote(app) -> None:
    page = app.page
    await page.locator(".tile", has_text="行道树").tap()
    await page.evaluate(WRITES_NOTHING)
    await page.fill("textarea", "树枝压线")
    await page.goto("/inspect/")
    await expect(page.locator(".note")).to_contain_text("未完成：行道树")
    await page.get_by_role("button", name="继续填写").tap()
    await expect(page.locator("textarea")).to_have_value("树枝压线")


def told_by_a_citizen(live) -> int:
    """Let a citizen report something, and return the case's id."""
    with live.client() as client:
        place = {"lon": 113.662, "lat": 34.752, "words": "垃圾没人清理", "name": "张三"}
        body = {"kind": "matter", "code": "06010", **place}
        client.post("/api/v1/public/reports", json=body).raise_for_status()
    return Case.objects.get().pk


async def test_a_task_is_answered_without_a_network(live, app, photo) -> None:
    page = app.page
    number = await sync_to_async(told_by_a_citizen)(live)
    await page.locator(".tab", has_text="任务").tap()
    await page.locator(f"[data-case='{number}']").wait_for()
    await expect(page.locator(".badge")).to_have_text("1")
    await expect(page.locator(".as-of")).to_contain_text("内容已存到手机")

    await cut(app)
    await page.reload()
    await page.locator(".tab", has_text="任务").tap()
    await expect(page.locator(".as-of")).to_contain_text("内容已存到手机")
    await page.locator(f"[data-case='{number}']").tap()
    await expect(page.locator(".facts")).to_contain_text("垃圾没人清理")
    await page.set_input_files(".photo-take input", [photo])
    await page.locator(".photo img").wait_for()
    await page.fill("textarea", "已到现场")
    await page.reload()  # as a camera does that pushes the page out
    await page.locator(".photo img").wait_for()
    await expect(page.locator("textarea")).to_have_value("已到现场")
    await page.get_by_role("button", name="属实", exact=True).tap()
    await expect(page.locator(f"[data-case='{number}']")).to_contain_text("待发送")

    await join(app)
    await page.locator(f"[data-case='{number}']").wait_for(state="detached")
    case = await sync_to_async(Case.objects.get)()
    assert (case.state, case.verified, case.photo_count) == ("verified", True, 1)


async def test_a_task_whose_words_are_not_on_the_phone_says_so(live, app) -> None:
    page = app.page
    files = re.compile(r"/api/v1/cases/\d+$")
    await page.route(files, lambda route: route.abort())
    number = await sync_to_async(told_by_a_citizen)(live)
    await page.locator(".tab", has_text="任务").tap()
    await expect(page.locator(".as-of")).to_contain_text("还有 1 件的内容没存到手机")
    await page.locator(f"[data-case='{number}']").tap()
    await expect(page.locator(".seen")).to_contain_text("描述和照片需联网查看")

    await page.unroute(files)
    await page.locator(".screen-bar button").first.tap()
    await expect(page.locator(".as-of")).to_contain_text("内容已存到手机")
    app.faults[:] = [fault for fault in app.faults if "ERR_FAILED" not in fault]


async def test_the_language_changes_without_a_network(app) -> None:
    page = app.page
    await cut(app)
    await page.get_by_role("button", name="设置").tap()
    await page.get_by_role("button", name="English").tap()
    await expect(page.locator("h1")).to_have_text("What have you found?")
    await page.get_by_role("button", name="Settings").tap()
    await expect(page.locator(".sheet")).to_contain_text("Works without a network: yes")
    assert not re.findall(r"[\u4e00-\u9fff]", (await page.inner_text(".sheet")).replace("中文", ""))
    await page.get_by_role("button", name="Close").tap()
    await join(app)


@pytest.mark.parametrize("theme", THEMES)
async def test_every_screen_is_readable(
    complaints, open_phone, inspector, live, photo, theme
) -> None:
    number = await sync_to_async(told_by_a_citizen)(live)
    how = {"bypass_csp": True, "reduced_motion": "reduce", "width": 360, "height": 640}
    app = await open_phone(inspector, "/inspect/", theme=theme, **how)
    page = app.page
    await page.locator(".tile").first.wait_for()
    assert await complaints(page) == []
    await report(page, "路灯", photo)
    await page.locator(".tab", has_text="发件箱").tap()
    await expect(page.locator(".sent .state")).to_have_text("已收到")
    assert await complaints(page) == []
    await page.locator(".tab", has_text="任务").tap()
    await page.locator(f"[data-case='{number}']").tap()
    await page.locator(".asks").wait_for()
    assert await complaints(page) == []
    small = await page.evaluate(SMALL_TARGETS)
    assert small == [] and await page.evaluate("document.documentElement.scrollWidth") <= 360


# what a thumb is to hit has 48 px both ways
SMALL_TARGETS = """[...document.querySelectorAll('button, a, .photo-take')]
  .filter((one) => one.offsetParent)
  .map((one) => [one.className, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 48 || box.height < 48)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
