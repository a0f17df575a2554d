"""The crew's page: an order arrives, statuses keep their own times through a dead spot."""

import datetime
import re

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import expect

from core import clock
from emergency import whereabouts
from emergency.actions import incidents, orders, units
from emergency.models import Assignment, Stamp, Unit
from frontend.context import THEMES
from people import may
from people.models import Role
from sensors.actions import register
from sensors.thing import ThingSpec

pytestmark = pytest.mark.browser

NO_LINE = "net::ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def crew(enrol, city):
    """Che rides on a pump unit with a vehicle."""
    user = enrol("che", Role.RESPONDER)
    (thing,) = register([ThingSpec("V-D1", "泵车", "Pump truck", "vehicle", 113.65, 34.75, "")])
    spec = units.UnitSpec("D1", "排水一队", "Drainage 1", "pump", 113.65, 34.75, crew=("che",),
                          thing_id=thing.pk)  # fmt: skip
    units.found([spec])
    return user


@pytest.fixture
def send(dispatcher):
    """Let the dispatcher send the unit to a flooded underpass."""

    def order() -> int:
        rights = may.of_user(dispatcher)
        call = incidents.Call(
            nature="flooding", words="隧道口积水四十厘米", lon=113.67, lat=34.76, address="隧道南口"
        )
        incident, _ = incidents.report(call, rights)
        orders.dispatch(incident.pk, [orders.Order(Unit.objects.get().pk)], rights)
        return incident.pk

    return order


async def test_an_order_arrives_and_is_worked_through_a_dead_spot(open_phone, crew, send) -> None:
    desk = await open_phone(crew, "/unit/")
    page = desk.page
    await expect(page.locator(".unit-status")).to_contain_text("待命")
    await sync_to_async(send)()
    await expect(page.locator(".order-type")).to_have_text("内涝积水")
    await expect(page.locator(".facts")).to_contain_text("隧道口积水四十厘米")
    await page.get_by_role("button", name="出发").tap()
    await expect(page.locator(".toast.good")).to_have_text("已送达：途中")

    await desk.context.set_offline(True)
    said = clock.now()
    await page.get_by_role("button", name="到达现场").tap()
    await expect(page.locator(".unit-status")).to_contain_text("待发送")
    await page.locator(".note-row textarea").fill("已架泵")
    await page.get_by_role("button", name="添加").tap()
    await page.get_by_role("button", name="占用").tap()
    await expect(page.locator(".unit-status")).to_contain_text("占用")
    await page.reload()
    await expect(page.locator(".unit-status")).to_contain_text("占用")
    await expect(page.locator(".remarks")).to_contain_text("已架泵")

    await desk.context.set_offline(False)
    await expect(page.locator(".unit-status")).not_to_contain_text("待发送")
    desk.faults[:] = [fault for fault in desk.faults if NO_LINE not in fault]
    order = await sync_to_async(Assignment.objects.select_related("incident").get)()
    assert order.on_scene_at is not None and order.left_at is not None
    assert order.en_route_at < order.on_scene_at < order.left_at
    assert abs(order.on_scene_at - said) < datetime.timedelta(seconds=4)
    said_by_crew = Stamp.objects.filter(by=crew).order_by("at").values_list("status", flat=True)
    assert await sync_to_async(list)(said_by_crew) == ["en_route", "on_scene", "committed"]
    assert await sync_to_async(order.incident.remarks.filter(kind="note").count)() == 1


async def test_a_slip_is_taken_back(open_phone, crew, send) -> None:
    await sync_to_async(send)()
    desk = await open_phone(crew, "/unit/")
    page = desk.page
    await page.get_by_role("button", name="现场").tap()
    await expect(page.locator(".toast.good")).to_be_visible()
    await page.get_by_role("button", name="撤回“现场”").tap()
    await expect(page.locator(".unit-status")).to_contain_text("已派")
    await expect(page.get_by_role("button", name=re.compile("撤回"))).to_have_count(0)


async def test_the_phone_says_where_the_crew_is(open_phone, crew, eventually) -> None:
    desk = await open_phone(crew, "/unit/")
    await expect(desk.page.locator(".unit-status")).to_be_visible()
    await desk.context.set_geolocation({"latitude": 34.77, "longitude": 113.68, "accuracy": 5})

    def place() -> whereabouts.Where:
        return whereabouts.of_unit(Unit.objects.get())

    where = await sync_to_async(eventually)(lambda: (at := place()).lat == 34.77 and at)
    assert where.lon == 113.68 and not where.stale


async def test_who_rides_on_nothing_is_told_so(open_phone, enrol, city) -> None:
    nobody = await sync_to_async(enrol)("kong", Role.RESPONDER)
    desk = await open_phone(nobody, "/unit/", locale="en-US")
    await expect(desk.page.get_by_text("You ride on no unit")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
async def test_the_page_is_readable(complaints, open_phone, crew, send, theme) -> None:
    await sync_to_async(send)()
    how = {"bypass_csp": True, "reduced_motion": "reduce", "width": 360, "height": 640}
    page = (await open_phone(crew, "/unit/", theme=theme, **how)).page
    await page.locator(".order-type").wait_for()
    await page.get_by_role("button", name="出发").tap()
    await expect(page.locator(".unit-status")).to_contain_text("途中")
    await expect(page.locator(".toast")).to_have_count(0)
    assert await complaints(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
