"""The map on paper, in a browser: its parts, its sheets, a legend of any length, live marks."""

import re

from playwright.async_api import Page, expect

_LONG = """for (let n = 0; n < 60; n += 1) {
  const key = document.createElement("p");
  key.className = "paper-key paper-long";
  key.textContent = "图层 " + n;
  document.querySelector(".paper-side").append(key);
}"""


async def lay_out(page: Page) -> None:
    """Look at a map that is being laid out, on several sheets, and close it."""
    paper = page.locator(".paper")
    await page.get_by_label("标题").fill("内涝风险建筑")
    await expect(paper.locator("h1")).to_have_text("内涝风险建筑")
    for part in (".paper-north", ".leaflet-control-scale-line", ".paper-side", ".paper-foot"):
        await expect(paper.locator(part).first).to_be_visible()
    await expect(paper.locator(".paper-side")).to_contain_text("建筑")
    printed = await page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1
    await page.get_by_label("纸张").select_option("a3-portrait")
    upright = await page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", upright)) == 1
    west, south, east, north = map(float, re.findall(rb"MediaBox \[(.*?)\]", upright)[0].split())
    assert round(east - west) == 842 and round(north - south) == 1191  # points: A3, upright
    await _long_legend(page)
    marks = page.locator("#map .leaflet-marker-pane")
    await expect(marks).to_be_hidden()
    await page.get_by_label("实时业务标记").check()
    await expect(paper.locator(".paper-live")).to_contain_text("告警级别")
    await page.locator(".paper-bar").get_by_role("button", name="关闭").click()
    await expect(page.locator("#map-pane > #map")).to_be_visible()


async def _long_legend(page: Page) -> None:
    """A legend that is too long for its place has a second sheet, as long as it is."""
    paper = page.locator(".paper").first
    await page.get_by_label("纸张").select_option("a4-landscape")
    await page.evaluate(_LONG)
    await page.get_by_label("纸张").select_option("a4-portrait")
    await page.get_by_label("纸张").select_option("a4-landscape")
    await expect(paper.locator(".paper-over")).to_be_visible()
    await expect(page.locator(".paper-keys .paper-side")).to_contain_text("建筑")
    both = await page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", both)) == 2
    await page.evaluate("document.querySelectorAll('.paper-long').forEach((one) => one.remove())")
    await page.get_by_label("纸张").select_option("a3-portrait")
    await expect(page.locator(".paper-keys")).to_be_hidden()
