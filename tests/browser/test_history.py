"""The past of an item, and how it will go on: by mouse, by keyboard and for who hears it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from stock.forecast import Forecast

from .past import foresee, looked, remember
from .support import Stack, sign_in
from .test_accessibility import check_looks, load_axe

Visit = Callable[..., Page]


@pytest.fixture
def lamp(stack: Stack, fresh: str) -> str:
    """An item in two stores. In A, 4 are left; it was out for two days, and nobody looked for three. B has 9."""
    item, first, second = f"Lamp {fresh}", f"A {fresh}", f"B {fresh}"
    stack.put(f"{fresh}.csv", f"store,item,count\n{first},{item},4\n{second},{item},9\n")
    remember(stack, first, {item: [(28, 12), (20, 6)]})
    remember(stack, first, {item: [(10, 0), (8, 7), (2, 4)]}, late=1)
    looked(stack, first, [day for day in range(1, 29) if day not in (14, 15, 16)], by="nora@example.com")
    remember(stack, second, {item: [(28, 3), (5, 9)]})
    looked(stack, second, range(1, 29))
    foresee(stack, first, [Forecast(item, 4, 0.6, 1.4, 0.01, 0.56, 3, 13, 1.0, 1.0, "")])
    foresee(stack, second, [Forecast(item, 9, 0.1, 1.0, 0.01, 0.0, None, None, 0.0, 1.0, "little")])
    stack.wait_until_loaded(f"{fresh}.csv")  # the chart begins with the store that has the least when it comes up
    return item


def _chart(page: Page) -> Page:
    """The page, once the chart is on it."""
    expect(page.get_by_role("slider")).to_be_visible()
    return page


def test_the_steps_of_the_store_with_the_least(visit: Visit, stack: Stack, lamp: str, people: dict[str, str]) -> None:
    page = visit("/")
    sign_in(page, people["reader"])
    page.goto(f"/item?name={lamp}&days=30")
    chart = _chart(page).get_by_role("slider")
    store = lamp.replace("Lamp", "A")
    expect(chart).to_have_attribute("aria-label", f"Count of {lamp}, {store}, step by step")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(": 7 → 4$"))
    panel = page.get_by_role("region", name="Counts over time")
    expect(panel.get_by_text("It came late")).to_be_visible()
    expect(panel.get_by_text("2-days-ago.csv, by nora@example.com (as stated)")).to_be_visible()
    chart.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(": 6 → 0$"))
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(": 12$"))
    # Out for 2 of 28 days; those without an upload are not known.
    expect(panel.get_by_text(re.compile(r"^93% 26 of 28 days$"))).to_be_visible()
    expect(panel.get_by_text("A day without an upload counts as the day before it.")).to_be_visible()
    panel.get_by_text("The steps as a table").click()
    rows = panel.locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("late")
    rows.last.get_by_role("link").click()
    expect(page.get_by_text("20-days-ago.csv").first).to_be_visible()
    page.go_back()
    expect(_chart(page).get_by_role("link", name="30 days")).to_have_attribute("aria-current", "true")
    # What comes now is on the chart before it is in the history.
    stack.put("sold-one.csv", f"store,item,count\n{store},{lamp},3\n")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(": 4 → 3$"))
    expect(panel.get_by_role("link", name="Upload sold-one.csv")).to_be_visible()


def test_the_sum_of_all_stores_and_a_time_in_the_address(visit: Visit, lamp: str) -> None:
    page = visit(f"/item?name={lamp}")
    box = _chart(page).get_by_role("combobox", name="Store", exact=True)
    box.click()
    page.get_by_role("option", name="All 2 stores").click()
    chart = page.get_by_role("slider")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(": 16 → 13$"))
    chart.focus()
    for steps in ("10 → 16", "3 → 10", "9 → 3", "15 → 9"):
        page.keyboard.press("ArrowLeft")
        expect(chart).to_have_attribute("aria-valuetext", re.compile(f": {steps}$"))
    page.get_by_role("link", name="7 days").click()
    expect(chart).to_have_attribute("aria-valuemax", "3")
    assert "store=*" in page.url.replace("%2A", "*")
    assert "days=7" in page.url
    page.reload()
    expect(chart).to_have_attribute("aria-label", re.compile("2 stores together"))
    page.get_by_role("link", name="400 days").click()
    expect(page.get_by_text("Nothing is kept of the time before")).to_be_visible()


def test_how_it_will_go_on_or_why_nobody_knows(visit: Visit, lamp: str) -> None:
    page = visit(f"/item?name={lamp}", width=390, height=844)
    chart = _chart(page).get_by_role("slider")
    expect(page.get_by_text("Likely out in 3–13 days.")).to_be_visible()
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("^In 1 day: .* left, with a probability of 80 %"))
    page.keyboard.press("End")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"^In \d+ days: 0 left"))
    # A finger on the left end looks at the beginning.
    chart.tap(position={"x": 45, "y": 100})
    expect(chart).to_have_attribute("aria-valuetext", re.compile(": 12$"))
    page.get_by_role("combobox", name="Store", exact=True).fill(lamp.replace("Lamp", "B"))
    page.get_by_role("option", name=lamp.replace("Lamp", "B")).click()
    expect(page.get_by_text("No forecast: too little was sold")).to_be_visible()


def test_in_german_and_for_everybody(visit: Visit, lamp: str) -> None:
    page = visit(f"/item?name={lamp}", locale="de-DE", prepare=load_axe)
    expect(_chart(page).get_by_text("Wahrscheinlich in 3–13 Tagen ausverkauft.")).to_be_visible()
    page.get_by_text("Die Schritte als Tabelle").click()
    check_looks(page, "the past of an item")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
