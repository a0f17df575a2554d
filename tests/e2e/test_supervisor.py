"""A supervisor's morning: how the city stands, what waits for approval, who was late and why."""

import datetime

import pytest
import shapely
from asgiref.sync import sync_to_async
from playwright.async_api import expect

from alerts.models import PublicWarning
from alerts.warning import actions as warnings
from alerts.warning.content import Given
from core import clock
from emergency.actions import incidents
from people import actions as people
from people import may
from people.models import User
from places import actions as places
from places.actions import DivisionRow
from places.models import Level
from urban import actions as cases
from urban import kind
from urban.intake import Filing, Spot
from urban.models import Source

pytestmark = pytest.mark.browser
BOX = [[113.5, 34.6], [113.7, 34.6], [113.7, 34.8], [113.5, 34.8], [113.5, 34.6]]


@pytest.fixture
def night(real, dispatcher: User) -> None:
    """A call that nobody was sent to, a case, and a warning that waits for a second person."""
    whole = shapely.to_wkb(shapely.MultiPolygon([shapely.box(113.0, 34.2, 114.2, 35.2)]))
    places.register_divisions(
        [
            DivisionRow("410100", "郑州市", Level.CITY, None, whole),
            DivisionRow("410105", "金水区", Level.DISTRICT, None, whole),
        ]
    )
    people.found("sanitation", "环境卫生管理中心", "Sanitation Centre")
    ding = may.of_user(dispatcher)
    incidents.report(incidents.Call("农业路积水，车辆被困", lon=113.65, lat=34.75), ding)
    spot = Spot(113.65, 34.75, "4101", "")
    at = clock.now() - datetime.timedelta(hours=2)
    cases.report(Filing(kind=kind.find("matter", "06010"), spot=spot, source=Source.SENSOR, at=at))
    given = Given("rainstorm", 1, {"type": "Polygon", "coordinates": [BOX]})
    draft = warnings.compose(given, ding)
    warnings.submit(draft.pk, ding)


async def test_a_supervisor_looks_approves_and_reviews(night, open_desk, supervisor) -> None:
    desk = await open_desk(supervisor, width=1366, height=768, locale="en-US", theme="light")
    await desk.live()
    page, work = desk.page, desk.page.locator("#work")
    await expect(work.locator(".figure", has_text="Incidents not closed")).to_contain_text(
        "1 without units"
    )
    await expect(work.locator(".figure", has_text="Cases in hand").locator("b")).to_have_text("1")
    await work.locator(".figure", has_text="Warnings").click()
    await expect(page.locator("#queue-tabs [aria-selected=true]")).to_contain_text("Warnings")

    await page.keyboard.press("ArrowDown")
    await expect(work.locator(".warning-steps")).to_contain_text("Approve and issue")
    await page.keyboard.press("y")
    await page.keyboard.press("Enter")
    await expect(work.locator(".work-title .chip.issued")).to_be_visible()
    issued = await sync_to_async(PublicWarning.objects.get)()
    assert issued.approved_by_id == supervisor.pk != issued.composed_by_id

    await page.locator("#queue-tabs .list-tab", has_text="Cases").click()
    await page.keyboard.press("Escape")
    await page.keyboard.press("i")
    await expect(work).to_contain_text("Reported")

    await page.goto("/review/")
    await expect(page.locator("main")).to_contain_text("In short")
    for topic in ("Incidents", "Warnings", "Cases"):
        await expect(page.locator("main")).to_contain_text(topic)
    await expect(page.locator("main")).to_contain_text("issued")


async def test_the_same_in_chinese_at_night_on_a_phone(night, open_desk, supervisor) -> None:
    desk = await open_desk(supervisor, width=390, height=844)
    await desk.live()
    page = desk.page
    await page.locator("#tabs button[data-view=work]").click()
    work = page.locator("#work")
    await expect(work.locator(".figure", has_text="预警")).to_contain_text("1 条待批")
    await work.locator(".figure", has_text="未结事件").click()
    row = page.locator("#queue .list:not([hidden]) tr.row").first
    await expect(row).to_contain_text("内涝积水")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
