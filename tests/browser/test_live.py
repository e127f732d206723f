"""What one person does, another sees within three seconds, without reload, flicker or lost scroll."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .support import Stack, allowed

Visit = Callable[..., Page]
SECONDS = 3000

# The other pages' code is fetched when nothing else is to do, and with that of Alerts what it shows.
FETCHED = """() => {
    const fetched = new Set(performance.getEntriesByType("resource").map(({name}) => name));
    const code = [...document.querySelectorAll("link[href*='/assets/']")].map(({href}) => href);
    return code.some((href) => href.includes("/AllAlerts-")) && code.every((href) => fetched.has(href));
}"""


def test_an_upload_is_on_another_screen_within_three_seconds(visit: Visit, stack: Stack, fresh: str) -> None:
    shop, kettle = f"Shop {fresh}", f"Kettle {fresh}"
    paths = ("/", f"/store?name={shop}", f"/item?name={kettle}", "/uploads", f"/alerts?show=log&store={shop}")
    overview, store, item, uploads, alerts = (visit(path) for path in paths)
    stores = _newest_first(overview)
    stack.put(f"{fresh}-1.csv", f"store,item,count\n{shop},{kettle},7\n{shop},Toaster,3\n")
    expect(store.get_by_role("row", name=kettle)).to_contain_text("7")
    for page in (overview, item, uploads, alerts):
        expect(page.locator("header .sign")).to_contain_text("Live")
    # The first change also warmed the functions up: the second is timed.
    stack.put(f"{fresh}-2.csv", f"store,item,count\n{shop},{kettle},0\n{shop},Toaster,3\n")
    loaded = stack.wait_until_loaded(f"{fresh}-2.csv")
    expect(store.get_by_role("row", name=kettle)).to_contain_text("Out", timeout=allowed(SECONDS))
    expect(item.get_by_role("row", name=shop)).to_contain_text("Out", timeout=allowed(SECONDS))
    expect(uploads.get_by_role("link", name=f"{fresh}-2.csv")).to_be_visible(timeout=allowed(SECONDS))
    expect(stores.get_by_role("row", name=shop).get_by_role("cell").nth(3)).to_have_text("1", timeout=allowed(SECONDS))
    assert time.monotonic() - loaded < allowed(SECONDS) / 1000
    expect(alerts.get_by_role("row", name=kettle).first).to_contain_text("Out of stock")
    # And back again: the alert closes by itself.
    stack.put(f"{fresh}-3.csv", f"store,item,count\n{shop},{kettle},9\n")
    expect(store.get_by_role("row", name=kettle)).to_contain_text("In stock")
    expect(alerts.get_by_role("row", name=kettle).filter(has_text="closed")).to_be_visible()


def test_a_change_moves_nothing_that_stays(visit: Visit, stack: Stack, fresh: str) -> None:
    stack.put(f"{fresh}.csv", "store,item,count\n" + "".join(f"Scroll {fresh},Item {n:03},{n}\n" for n in range(60)))
    stack.wait_until_loaded(f"{fresh}.csv")
    page = visit("/store?name=Scroll+" + fresh, height=500)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(50)
    page.evaluate("scrollTo(0, 900)")
    # Rows that stay are the same elements, and the list is never empty in between.
    page.evaluate(
        """() => {
            const body = document.querySelector('tbody');
            body.rows[30].dataset.mark = 'same';
            window.least = body.rows.length;
            new MutationObserver(() => { window.least = Math.min(window.least, body.rows.length); })
                .observe(body, { childList: true });
        }"""
    )
    stack.put("scroll-2.csv", f"store,item,count\nScroll {fresh},Item 030,4711\n")
    expect(rows.nth(30)).to_contain_text("4,711")
    assert rows.nth(30).get_attribute("data-mark") == "same"
    assert page.evaluate("window.least") == 50
    assert page.evaluate("scrollY") == 900


def test_says_that_it_is_offline_and_catches_up_by_itself(visit: Visit, stack: Stack, fresh: str) -> None:
    page = visit("/", quiet=True)  # Chromium reports every failed request
    expect(page.locator("header .sign")).to_contain_text("Live")
    stores = _newest_first(page)
    page.context.set_offline(True)
    expect(page.get_by_text("No connection. You see the state of")).to_be_visible()
    expect(page.locator("header .sign")).to_contain_text("Offline")
    expect(stores.locator("tbody tr").first).to_be_visible()
    stack.put(f"{fresh}.csv", f"store,item,count\nAway {fresh},Lamp,1\n")
    stack.wait_until_loaded(f"{fresh}.csv")
    page.context.set_offline(False)
    expect(page.locator("header .sign")).to_contain_text("Live", timeout=allowed(SECONDS))
    expect(stores.get_by_role("row", name=f"Away {fresh}")).to_be_visible(timeout=allowed(SECONDS))
    expect(page.get_by_text("No connection.")).to_have_count(0)


def test_a_part_that_could_not_be_fetched_comes_with_its_style_when_the_connection_is_back(visit: Visit) -> None:
    search = re.compile(r"/assets/(Find|Combobox)-.*\.css")
    page = visit("/account", quiet=True)
    page.route(search, lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: bool(search.search(request.url))):
        page.goto("/")
    expect(page.locator("header .sign")).to_contain_text("Live")
    expect(page.get_by_role("search").get_by_role("combobox")).to_have_count(0)
    page.unroute_all()
    page.context.set_offline(True)
    expect(page.locator("header .sign")).to_contain_text("Offline")
    page.context.set_offline(False)
    expect(page.get_by_role("search").get_by_role("combobox")).to_be_visible()
    expect(page.get_by_role("search").get_by_role("combobox")).to_have_css("padding-left", "36px")


def test_pages_can_be_visited_offline_once_they_were_fetched(visit: Visit) -> None:
    page = visit("/", quiet=True)
    expect(page.locator("header .sign")).to_contain_text("Live")
    page.wait_for_function(FETCHED)
    page.context.set_offline(True)
    page.get_by_role("link", name="Alerts").click()
    expect(page.get_by_role("heading", name="Alerts", level=1)).to_be_visible()
    expect(page.get_by_role("main").get_by_text("No connection").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def _newest_first(page: Page) -> Locator:
    """The overview's table of stores, the store that sent the last file on top."""
    stores = page.get_by_role("region", name="All stores")
    for way in ("ascending", "descending"):
        stores.get_by_role("link", name="Last upload").click()
        expect(stores.get_by_role("columnheader", name="Last upload")).to_have_attribute("aria-sort", way)
    return stores
