"""Items over all stores: found by any part of their names, listed, and counted as a plain count over the rows does."""

import re
import time
from collections import defaultdict
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from .support import Stack, begin_search, sign_in
from .test_accessibility import check_looks, load_axe

Visit = Callable[..., Page]


def _figures(stack: Stack) -> dict[str, tuple[int, int, int, int]]:
    """In how many stores each item is, is out, is low, and its units: counted over the rows of all stores."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for page in stack.dynamodb.get_paginator("scan").paginate(TableName="Inventory", ConsistentRead=True):
        for row in page["Items"]:
            short = row.get("Short", {"S": ""})["S"].split(".")[0]
            count = int(row["Count"]["N"])
            for at, more in enumerate((1, short == "out", short == "low", count)):
                sums[row["Item"]["S"]][at] += more
    return {item: (stores, out, low, units) for item, (stores, out, low, units) in sums.items()}


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@pytest.fixture(scope="module")
def counted(stack: Stack) -> None:
    """Items whose names have accents, in the catalogue."""
    stack.put(
        "shop-a.csv", "store,item,count\nŁódź,Écran plat 24,0\nŁódź,Organic oat milk (1 l),4\nŁódź,Spülbürste,0\n"
    )
    stack.put("shop-b.csv", "store,item,count\nZürich,Écran plat 24,0\nZürich,Organic oat milk (1 l),0\n")
    # `onhand up` has counted; the catalogue is some seconds behind the rows.
    for _ in range(60):
        if '"out": 2' in stack.cli("items", "--find", "ecran plat", "--json"):
            return
        time.sleep(2)
    raise TimeoutError("The catalogue does not have what was uploaded two minutes ago")


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("oat milk", "Organic oat milk (1 l)"),
        ("OAT ORGANIC", "Organic oat milk (1 l)"),
        ("ecran", "Écran plat 24"),
        ("spulbruste", "Spülbürste"),
        ("orgnaic", "Organic oat milk (1 l)"),
        ("lodz", "Łódź"),
        ("zurich", "Zürich"),
    ],
)
def test_search_finds_by_any_part_of_a_name(visit: Visit, typed: str, found: str) -> None:
    page = visit("/account")
    expect(page.locator("header .sign")).to_contain_text("Live")
    begin_search(page)
    page.keyboard.type(typed)
    option = page.get_by_role("option", name=re.compile(rf"^{re.escape(found)}( \d+ stores?)?$"))
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=found, level=1)).to_be_focused()


@pytest.mark.usefixtures("counted")
def test_every_figure_of_the_list_is_a_plain_count(visit: Visit, stack: Stack) -> None:
    page = visit("/items?sort=item")
    shown: dict[str, tuple[int, ...]] = {}
    table = page.get_by_role("region", name="Items").get_by_role("table")
    while True:
        expect(table.locator("tbody tr").first).to_be_visible()
        for row in table.locator("tbody tr").all_inner_texts():
            name, *figures = row.split("\t")
            shown[name.strip()] = tuple(map(_number, figures))
        if not page.get_by_role("link", name="Next").is_visible():
            break
        page.get_by_role("link", name="Next").click()
        expect(page).to_have_url(re.compile(f"page={len(shown) // 50 + 1}$"))
    assert shown == _figures(stack)


@pytest.mark.usefixtures("counted")
def test_what_is_asked_for_stands_in_the_address_and_figures_lead_on(visit: Visit) -> None:
    page = visit("/items")
    field = page.get_by_label("Find an item", exact=True)
    field.press_sequentially("oat ")
    expect(page).to_have_url(re.compile(r"find=oat\+$"))
    field.press_sequentially("milk")
    row = page.get_by_role("row").filter(has_text="Organic oat milk (1 l)")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Low somewhere").click()
    expect(page.get_by_text("No item of any store has “oat milk” in its name.")).to_be_visible()
    page.go_back()
    page.get_by_role("columnheader", name="Units").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Units")).to_have_attribute("aria-sort", "descending")
    assert "find=oat+milk" in page.url
    page.reload()
    expect(page.get_by_role("columnheader", name="Units")).to_have_attribute("aria-sort", "descending")
    row.get_by_role("cell").nth(2).get_by_role("link", name="1").click()
    stores = page.get_by_role("region", name="Where else is it?").locator("tbody tr")
    expect(stores).to_have_count(1)
    expect(stores).to_contain_text("Zürich")
    page.get_by_role("region", name="Where else is it?").get_by_role("link", name="All 2").click()
    expect(stores).to_have_count(2)


@pytest.mark.usefixtures("counted")
def test_the_map_shows_what_is_missing_in_most_stores(visit: Visit, stack: Stack) -> None:
    page = visit("/")
    page.get_by_role("region", name="What is short where").scroll_into_view_if_needed()
    heat = page.get_by_role("region", name="Stores in rows")
    figures = _figures(stack).items()
    wanted = sorted(figures, key=lambda each: (-each[1][1] - each[1][2], -each[1][1]))[:10]
    expect(heat.get_by_role("columnheader")).to_have_count(10)
    shown = heat.get_by_role("columnheader").all_inner_texts()
    totals = {name: (out + low, out) for name, (_, out, low, _) in figures}
    assert [totals[name] for name in shown] == [(out + low, out) for _, (_, out, low, _) in wanted]
    expect(page.get_by_role("link", name=re.compile(f"^{len(figures):,} different items$"))).to_be_visible()


@pytest.mark.usefixtures("counted")
def test_an_item_that_no_other_store_has_is_told_with_the_one_it_is_like(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    stack.put("known.csv", f"store,item,count\nŁódź,Nähgarn {fresh},3\nZürich,Nähgarn {fresh},3\n")
    page = visit("/", quiet=True)  # until a check is answered, S3 answers 404
    sign_in(page, people["manager"])
    page.goto("/uploads")
    text = f"store,item,count\nBerlin,Nahgarn {fresh},5\n"
    file: FilePayload = {"name": "typo.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check").click()
    told = page.get_by_text("New everywhere: 1 item that no other store has.")
    expect(told).to_be_visible()
    expect(page.get_by_text(f"Nahgarn {fresh}, like Nähgarn {fresh} (2 stores)")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("1 changed", exact=True).first).to_be_visible()
    expect(told).to_be_visible(timeout=90_000)


@pytest.mark.usefixtures("counted")
def test_what_nobody_counted_is_not_shown_as_known(visit: Visit, stack: Stack) -> None:
    key = {"Catalogue": {"S": "head"}, "Part": {"S": "head"}}
    stack.dynamodb.update_item(TableName="Catalogue", Key=key, UpdateExpression="REMOVE Counted")
    try:
        page = visit("/items")
        expect(page.get_by_text("The items are not known yet")).to_be_visible()
        page.goto("/")
        page.get_by_role("region", name="What is short where").scroll_into_view_if_needed()
        expect(page.get_by_text("is known once the items were counted over all stores")).to_be_visible()
        page.get_by_role("combobox", name="Find an item or a store").fill("oat")
        expect(page.get_by_text("Items are not known yet")).to_be_visible()
    finally:
        counted = {":yes": {"BOOL": True}}
        stack.dynamodb.update_item(
            TableName="Catalogue", Key=key, UpdateExpression="SET Counted = :yes", ExpressionAttributeValues=counted
        )


def test_a_store_is_chosen_by_a_part_of_its_name(visit: Visit) -> None:
    page = visit("/store?name=Baldwin+Bikes")
    box = page.get_by_role("combobox", name="Store", exact=True)
    expect(box).to_have_value("Baldwin Bikes")
    box.click()
    box.fill("ALCUT")
    expect(page.get_by_role("listbox", name="Store", exact=True).get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_title("Calcutta · onhand")
    box.fill("nowhere")
    expect(page.get_by_text("No store with such a name")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_value("Calcutta")


@pytest.mark.usefixtures("counted")
def test_what_the_search_and_a_choice_offer_is_for_everybody(visit: Visit) -> None:
    page = visit("/store?name=Calcutta", prepare=load_axe)
    page.get_by_role("combobox", name="Find an item or a store").fill("orgnaic oat")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Organic oat milk (1 l)")).to_have_attribute("aria-selected", "true")
    check_looks(page, "what the search offers")
    page.get_by_role("combobox", name="Store", exact=True).click()
    expect(page.get_by_role("listbox", name="Store").get_by_role("option", name="All stores")).to_be_visible()
    check_looks(page, "a choice of stores")
