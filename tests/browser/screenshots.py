"""Takes the pictures of every page for README: `python -m tests.browser.screenshots`.

A local stack of its own gets the samples and a few days' worth of small events; a person signs in. The pictures go to
docs/images.
"""

import os
import sys
import time

from playwright.sync_api import Browser, Page, expect, sync_playwright

from .support import CHROMIUM_FLAGS, ROOT, Stack, chromium, running_stack, sign_in, wait_for_all

IMAGES = ROOT / "docs/images"
EMAIL = "nora@example.com"
DESKTOP = (1280, 800)
PHONE = (390, 844)

# Name, address, size, dark or not.
PICTURES = (
    ("overview", "/", DESKTOP, False),
    ("overview-dark", "/", DESKTOP, True),
    ("overview-phone", "/", PHONE, False),
    ("overview-phone-dark", "/", PHONE, True),
    ("store", "/store?name=Rowlett+Bikes", DESKTOP, False),
    ("store-phone", "/store?name=Rowlett+Bikes&show=low", PHONE, False),
    ("item", "/item?name=Wet+wipes&days=90", DESKTOP, False),
    ("uploads", "/uploads", DESKTOP, False),
    ("alerts", "/alerts?show=log", DESKTOP, False),
    ("alerts-phone-dark", "/alerts", PHONE, True),
    ("account", "/account", DESKTOP, True),
)


def main() -> None:
    """Takes all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_stack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        _tell_a_story(stack)
        state = _sign_in(browser, stack)
        for name, path, size, dark in PICTURES:
            page = _open(browser, stack, path, size, dark=dark, state=state)
            if name == "uploads":
                page.get_by_role("link", name="november-count.csv").first.click()
                expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible()
            _shoot(page, name)
            page.context.close()
        browser.close()


def _tell_a_story(stack: Stack) -> None:
    """Reorder points, a file with mistakes, an item that came back."""
    for item, count in (
        ("Trek 820 - 2016", 15),
        ("Surly Wednesday Frameset - 2016", 6),
        ("Trek Slash 8 27.5 - 2016", 3),
    ):
        stack.cli("threshold", "set", "--item", item, str(count))
    stack.put("karachi-evening.csv", "store,item,count\nKarachi,Echo Plus,12\n", by="imran@example.com")
    rows = "Berlin,Echo Dot,zwölf\nBerlin,Echo Show,14\nBerlin,,7\nBerlin,Echo Look,3\nBerlin,Echo Spot,-2\n"
    stack.put("Berlin/november-count.csv", f"store,item,count\n{rows}", by="jana@example.com")
    stack.put("Berlin/stocktake.xlsx", "PK\x03\x04 not a CSV", by="jana@example.com")
    time.sleep(8)  # until all of it was loaded, and alerts were recorded


def _sign_in(browser: Browser, stack: Stack) -> str:
    stack.add_person(EMAIL, "--manager")
    page = _open(browser, stack, "/account", DESKTOP, dark=False, state=None)
    sign_in(page, EMAIL)
    page.goto("/alerts")
    page.get_by_role("button", name="Acknowledge").nth(1).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("Reordered, arrives Tuesday")
    dialog.get_by_role("button", name="Acknowledge").click()
    expect(dialog).to_have_count(0)
    kept = str(stack.data / "signed-in.json")
    page.context.storage_state(path=kept)
    page.context.close()
    return kept


def _open(browser: Browser, stack: Stack, path: str, size: tuple[int, int], *, dark: bool, state: str | None) -> Page:
    context = browser.new_context(
        base_url=stack.url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        has_touch=size == PHONE,
        storage_state=state,
    )
    page = context.new_page()
    page.goto(path)
    page.locator("h1").wait_for()
    expect(page.locator("header .sign")).to_contain_text("Live")
    wait_for_all(page)
    page.wait_for_timeout(500)
    return page


def _shoot(page: Page, name: str) -> None:
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    sys.stdout.write(f"{os.path.relpath(path, ROOT)}  {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
