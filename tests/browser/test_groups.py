"""A group of stores: every figure is the sum over its stores, on every page, and the address keeps it."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .support import Stack, sign_in

Visit = Callable[..., Page]

GROUP, THERE = "Nord & Süd", ("Group A", "Group B", "Group C")
ELSEWHERE = ("Group D", "Group E")
ITEMS = [f"grouped {number:02}" for number in range(30)]
POINT = 3
A_PAGE = 8  # rows of what is out of stock right now


@pytest.fixture(scope="module")
def counts(stack: Stack) -> dict[str, dict[str, int]]:
    """Random counts of five stores, of which three are in a group."""
    chosen = random.Random(12)
    counts = {store: {item: chosen.randrange(9) for item in ITEMS} for store in THERE + ELSEWHERE}
    for store, items in counts.items():
        rows = "".join(f"{store},{item},{count},{POINT}\n" for item, count in items.items())
        stack.put(f"{store}/all.csv", f"store,item,count,reorder_point\n{rows}")
    for store in THERE:
        for group in (GROUP, "*"):
            row = {"Group": {"S": group}, "Store": {"S": store if group != "*" else GROUP}}
            stack.dynamodb.put_item(TableName="Groups", Item=row)
    for store in counts:
        stack.wait_until_loaded(f"{store}/all.csv")
    return {store: counts[store] for store in THERE}


def figure(page: Page, name: str) -> str:
    """What stands under a name in the strip of figures."""
    text = page.locator("dl.strip > *").filter(has_text=re.compile(f"^{name}")).first.inner_text()
    return text.split("\n")[1].strip()


def test_the_overview_sums_up_the_group(visit: Visit, counts: dict[str, dict[str, int]]) -> None:
    every = [count for items in counts.values() for count in items.values()]
    out, low = every.count(0), sum(0 < count <= POINT for count in every)
    page = visit("/")
    page.get_by_label("Group of stores").select_option(GROUP)
    expect(page).to_have_url(re.compile(r"group=Nord"))
    page.reload()  # no list is turning from all stores to these
    stores = page.get_by_role("region", name=GROUP)
    expect(stores.locator("tbody tr")).to_have_count(len(THERE))
    expect(page.locator("dl.strip")).to_contain_text(str(sum(every)))
    found = [figure(page, name) for name in ("Out of stock", "Low", "Items in stores", "Units", "Stores")]
    assert found == [str(number) for number in (out, low, len(every), sum(every), len(THERE))]
    table = page.get_by_role("region", name="Out of stock right now")
    seen: set[tuple[str, str]] = set()
    rows, following = table.locator("tbody tr"), table.get_by_role("link", name="Next")
    while len(seen) < out:
        expect(rows).to_have_count(min(A_PAGE, out - len(seen)))  # read again once all stores are known
        links = [row.locator("a").all_inner_texts() for row in rows.all()]
        seen |= {(store, item) for item, store in links}
        if len(seen) < out:
            following.click()
            expect(rows.first.locator("a")).not_to_have_text(links[0])
    assert seen == {(store, item) for store, items in counts.items() for item, count in items.items() if count == 0}


def _touches(row: dict[str, Any]) -> bool:
    """Return whether an upload is shown in the group: by its stores, else by its folder; else it is not known."""
    folder = row["Key"]["S"].split("/")[1:-1]
    named = [store["S"] for store in row["Stores"]["L"]] or folder
    return not named or any(store in THERE for store in named)


def test_every_link_keeps_the_group_and_other_pages_are_about_it(
    visit: Visit, stack: Stack, counts: dict[str, dict[str, int]]
) -> None:
    page = visit("/")
    page.get_by_label("Group of stores").select_option(GROUP)
    expect(page.get_by_role("region", name=GROUP).locator("tbody tr")).to_have_count(len(THERE))
    links = page.locator("main a[href^='/'], nav a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert [link for link in links if "group=Nord" not in link] == []
    page.get_by_role("navigation").get_by_role("link", name="Uploads").click()
    records = [row for row in stack.dynamodb.scan(TableName="Uploads")["Items"] if row["Scope"]["S"] == "all"]
    theirs = [row for row in records if _touches(row)]
    assert len(theirs) < len(records)
    expect(page.locator("tbody tr")).to_have_count(len(theirs))
    page.goto(page.url.replace("/uploads", "/item").replace("?", f"?name={ITEMS[0]}&"))
    expect(page.locator("dl.strip")).to_contain_text(f"of {len(THERE)} stores that carry it")
    assert figure(page, "Units") == str(sum(items[ITEMS[0]] for items in counts.values()))
    page.reload()
    expect(page.get_by_role("region", name="Where else").locator("tbody tr")).to_have_count(len(THERE))
    page.goto(re.sub("name=[^&]*", "name=Unobtainium", page.url))
    expect(page.get_by_text("None of these stores carries it")).to_be_visible()
    page.go_back()
    page.get_by_label("Group of stores").select_option("All stores")
    expect(page).not_to_have_url(re.compile("group="))
    expect(page.get_by_role("region", name="Where else").locator("tbody tr")).to_have_count(len(THERE) + len(ELSEWHERE))


def test_the_open_alerts_are_those_of_the_group(visit: Visit, counts: dict[str, dict[str, int]]) -> None:
    short = sum(count <= POINT for items in counts.values() for count in items.values())
    page = visit(f"/alerts?group={GROUP.replace(' ', '+').replace('&', '%26')}")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(short)
    assert {row.locator("a").nth(1).inner_text() for row in rows.all()} <= set(THERE)


def test_pages_open_with_the_home_group(visit: Visit, counts: dict[str, dict[str, int]]) -> None:
    page = visit("/account")
    page.get_by_label("Group that pages open with").select_option(GROUP)
    page.goto("/")
    expect(page.get_by_role("region", name=GROUP).locator("tbody tr")).to_have_count(len(THERE))
    page.goto("/alerts?show=log")
    expect(page.get_by_role("region", name="Log")).to_be_visible()
    expect(page).not_to_have_url(re.compile("group="))
    unknown = visit("/?group=Nowhere")
    expect(unknown.get_by_text("There is no group “Nowhere”.")).to_be_visible()


def test_who_was_given_a_group_begins_with_it(
    visit: Visit, stack: Stack, counts: dict[str, dict[str, int]], fresh: str
) -> None:
    email = f"nora-{fresh}@example.com"
    stack.add_person(email, "--group", GROUP)
    page = visit("/account")
    sign_in(page, email)
    expect(page.get_by_label("Group that pages open with")).to_have_value(GROUP)
    page.goto("/")
    expect(page.get_by_role("region", name=GROUP).locator("tbody tr")).to_have_count(len(THERE))
