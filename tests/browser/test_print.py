"""Pages on paper: A4, nothing to press, no table cut, and when it was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .support import wait_for_all

Visit = Callable[..., Page]

# A4 without 12 mm at each side, in CSS pixels: narrower than where columns go away on a screen.
WIDTH = 703

CUT = """() => [...document.querySelectorAll("main :is(td, th, td *)")]
  .filter((part) => !part.matches(".unseen, svg, svg *") && part.checkVisibility())
  .filter((part) => {
    const hides = getComputedStyle(part).overflowX !== "visible" && part.scrollWidth > part.clientWidth + 1;
    return hides || part.getBoundingClientRect().right > innerWidth + 1;
  })
  .map((part) => part.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize(
    ("path", "column"), [("/", "Last upload"), ("/alerts?show=log", "Upload"), ("/store?name=Berlin", "Since")]
)
def test_pages_on_paper(visit: Visit, path: str, column: str) -> None:
    page = visit(path, width=WIDTH, dark=True)
    expect(page.get_by_role("main").get_by_role("table").first).to_be_visible()
    wait_for_all(page)
    expect(page.locator("header .sign")).to_contain_text("Live")
    page.emulate_media(media="print")
    for gone in (page.locator(".side, nav, .button"), page.get_by_role("combobox"), page.get_by_role("searchbox")):
        expect(gone.filter(visible=True)).to_have_count(0)
    expect(page.get_by_role("columnheader", name=column).first).to_be_visible()
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.pdf(format="A4")
    expect(page.locator("h1")).to_have_attribute("data-printed", re.compile(r"\b20\d\d, \d\d:\d\d$"))
