"""Every page shows what is in the tables, at an address that survives reload and back."""

import re
import unicodedata
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from .support import Stack, begin_search, wait_for_all

Visit = Callable[..., Page]


def test_overview_shows_the_samples(visit: Visit) -> None:
    page = visit("/")
    expect(page).to_have_title("Overview · onhand")
    expect(page.locator("header .sign")).to_contain_text("Live")
    stores = page.get_by_role("region", name="All stores", exact=True)
    expect(stores.locator("tbody tr").first).to_be_visible()
    search = stores.get_by_label("Find a store")  # is there when the stores do not fit one page
    for store in ("Berlin", "Calcutta", "Karachi", "Pusan", "Springfield", "Baldwin Bikes"):
        if search.is_visible():
            search.fill(store)
        expect(stores.get_by_role("link", name=store, exact=True)).to_be_visible()
    figures = page.locator("dl.strip dd a")
    assert [figures.nth(place).get_attribute("href") for place in (0, 1)] == [
        "/alerts?show=all&level=out",
        "/alerts?show=all&level=low",
    ]
    out = page.get_by_role("region", name="Out of stock right now")
    expect(out.get_by_role("row")).to_have_count(9)
    topmost = out.locator("tbody tr").first.locator("a")  # item and store; since when changes by itself
    first = topmost.all_inner_texts()
    out.get_by_role("link", name="Next").click()
    expect(topmost).not_to_have_text(first)
    second = topmost.all_inner_texts()
    page.reload()
    expect(topmost).to_have_text(second)
    out.get_by_role("link", name="Previous").click()
    expect(topmost).to_have_text(first)
    page.get_by_role("region", name="What is short where").scroll_into_view_if_needed()
    heat = page.get_by_role("region", name="Stores in rows")
    expect(heat.get_by_role("cell", name="0 Out of stock").first).to_be_visible()
    expect(page.get_by_role("region", name="Recent uploads").get_by_role("link").first).to_be_visible()


def test_stores_are_sorted_by_the_head_of_a_column(visit: Visit) -> None:
    page = visit("/")
    table = page.get_by_role("region", name="All stores", exact=True).get_by_role("table")
    table.get_by_role("link", name="Store", exact=True).click()
    expect(table.get_by_role("columnheader", name="Store")).to_have_attribute("aria-sort", "ascending")
    shown = table.locator("tbody .name").all_inner_texts()
    assert _initials(shown) == sorted(_initials(shown))
    table.get_by_role("link", name="Store", exact=True).click()
    expect(table.get_by_role("columnheader", name="Store")).to_have_attribute("aria-sort", "descending")
    page.reload()  # it stands in the address
    expect(table.get_by_role("columnheader", name="Store")).to_have_attribute("aria-sort", "descending")
    expect(table.locator("tbody .name").first).to_be_visible()
    shown = table.locator("tbody .name").all_inner_texts()
    assert _initials(shown) == sorted(_initials(shown), reverse=True)


def _initials(names: list[str]) -> list[str]:
    return [unicodedata.normalize("NFD", name.lower().replace("ł", "l"))[0] for name in names]


def test_store_pages_through_its_items_by_keys_of_the_database(visit: Visit) -> None:
    page = visit("/store?name=Baldwin+Bikes")
    table = page.get_by_role("table")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(50)
    first = rows.first.locator(".name").inner_text()
    page.get_by_role("link", name="Next").click()
    expect(rows.first.locator(".name")).not_to_have_text(first)
    second = rows.first.locator(".name").inner_text()
    assert "after=" in page.url
    page.reload()
    expect(rows.first.locator(".name")).to_have_text(second)
    page.go_back()
    expect(rows.first.locator(".name")).to_have_text(first)
    page.get_by_role("link", name="Last").click()
    expect(rows.last.locator(".name")).to_contain_text("Trek XM700+")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_label("Order").select_option("za")
    expect(rows.first.locator(".name")).to_contain_text("Trek XM700+")


def test_store_finds_items_by_their_beginning_and_shows_what_is_out(visit: Visit) -> None:
    page = visit("/store?name=Baldwin+Bikes")
    rows = page.locator("tbody tr")
    page.get_by_label("Item begins with").fill("Heller")
    expect(rows.first).to_contain_text("Heller")
    assert all("Heller" in text for text in rows.all_inner_texts())
    assert "find=Heller" in page.url
    page.get_by_label("Item begins with").fill("no such thing")
    expect(page.get_by_text("No item of this store begins with “no such thing”.")).to_be_visible()
    page.get_by_label("Item begins with").fill("")
    page.get_by_role("navigation", name="Show").get_by_role("link", name=re.compile("^Out")).click()
    expect(rows).to_have_count(8)
    expect(page.locator("tbody .tag")).to_have_text(["Out"] * 8)
    assert "show=out" in page.url


def test_store_exports_what_is_shown(visit: Visit) -> None:
    page = visit("/store?name=Karachi")
    expect(page.locator("tbody tr")).to_have_count(6)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == "Karachi.csv"
    assert text.splitlines()[0].startswith("store,item,count")
    assert "Karachi,Echo Plus,0" in text
    assert len(text.splitlines()) == 7


def test_back_and_reload_return_to_the_same_place_of_the_page(visit: Visit) -> None:
    page = visit("/store?name=Baldwin+Bikes")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.mouse.wheel(0, 900)
    page.wait_for_function("() => history.state?.y > 500")
    y = page.evaluate("scrollY")
    page.locator("tbody .name").nth(14).click()  # one that is in sight: a click would scroll to another
    expect(page.get_by_role("heading", name="Where else is it?")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_function("y => scrollY === y", arg=y)
    page.reload()
    page.wait_for_function("y => scrollY === y", arg=y)


def test_figures_that_come_after_the_rows_move_nothing(visit: Visit) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if '"TableName":"Stores"' in (route.request.post_data or ""):
            held.append(route)
        else:
            route.fallback()

    page = visit("/store?name=Baldwin+Bikes", prepare=lambda page: page.route("http://127.0.0.1:*/", hold))
    table, out = page.get_by_role("table"), page.locator("dl.strip dd a").first
    expect(table.locator("tbody tr")).to_have_count(50)
    expect(out).to_have_text("–")
    before = table.bounding_box()
    for route in held:
        route.continue_()
    expect(out).to_have_text("8")
    assert table.bounding_box() == before
    page.unroute_all(behavior="ignoreErrors")


def test_unknown_store_item_and_page_say_so(visit: Visit) -> None:
    page = visit("/store?name=Atlantis")
    expect(page.get_by_text("There is no store “Atlantis”")).to_be_visible()
    page.goto("/item?name=Unobtainium")
    expect(page.get_by_text("No store carries “Unobtainium”")).to_be_visible()
    page.goto("/nowhere/at/all")
    expect(page.get_by_role("heading", name="No such page", level=1)).to_be_visible()
    page.get_by_role("link", name="To the overview").click()
    expect(page).to_have_title("Overview · onhand")


def test_item_shows_every_store_that_carries_it(visit: Visit) -> None:
    page = visit("/item?name=Echo+Plus")
    table = page.get_by_role("region", name="Where else is it?").get_by_role("table")
    expect(table.locator("tbody tr")).to_have_count(5)
    expect(table.get_by_role("row").filter(has_text="Karachi")).to_contain_text("Out")
    history = page.get_by_role("region", name="Alerts of this item")
    expect(history).to_contain_text("Karachi")
    expect(history).to_contain_text("Out of stock")


def test_search_finds_stores_and_items_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit("/")
    expect(page.locator("header .sign")).to_contain_text("Live")
    begin_search(page)
    box = page.get_by_role("combobox", name="Find an item or a store")
    expect(box).to_be_focused()
    page.keyboard.type("kara")
    expect(page.get_by_role("option", name="Karachi")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Karachi · onhand")
    expect(page.get_by_role("heading", name="Karachi", level=1)).to_be_focused()
    begin_search(page)
    page.keyboard.type("heller b")
    expect(page.get_by_role("option", name=re.compile("Heller B")).first).to_be_visible()
    page.keyboard.press("Escape")
    box.fill("Echo Plus")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Echo Plus · onhand")


def test_german_with_german_numbers_and_a_choice_that_stays(visit: Visit, stack: Stack) -> None:
    stack.put("numbers.csv", "store,item,count\nNumbers,Rice,12345\n")
    page = visit("/store?name=Numbers", locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("row", name="Rice")).to_contain_text("12.345")
    page.goto("/")
    expect(page).to_have_title("Übersicht · onhand")
    page.goto("/account")
    page.get_by_label("Sprache").select_option("en")
    expect(page.get_by_role("heading", name="Account", level=1)).to_be_visible()
    page.get_by_label("Appearance").select_option("dark")
    page.reload()
    expect(page.get_by_role("heading", name="Account", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_nothing_runs_over_the_edge_at_360_pixels_and_zoomed_in(visit: Visit) -> None:
    # 640×400 is a 1280×800 window at 200 %; 320×256 is what WCAG's reflow asks for.
    for width, height, own_font in ((360, 740, True), (640, 400, True), (320, 256, True), (320, 256, False)):
        block = _nothing if own_font else _block_fonts  # until the font has come, another one is shown
        page = visit("/", width=width, height=height, prepare=block, quiet=not own_font)
        paths = (
            "/",
            "/store?name=Baldwin+Bikes",
            "/item?name=Echo+Plus",
            "/items",
            "/uploads",
            "/alerts?show=log",
            "/account",
        )
        for path in paths:
            page.goto(path)
            page.locator("h2").first.wait_for()
            wait_for_all(page)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over == 0, f"{path} at {width} pixels"


def _nothing(_page: Page) -> None:
    """Leave the page as it is."""


def _block_fonts(page: Page) -> None:
    page.route("**/*.woff2", lambda route: route.abort())
