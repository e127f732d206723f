"""Two stores side by side, and every table on screen as a file."""

import csv
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .support import Stack

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def shops(stack: Stack) -> tuple[str, str]:
    """Two stores, with 60 parts, of which 30 differ; and what is out in one, in one only, and the same in both."""
    here, there = f"Here {time.time_ns():x}", f"There {time.time_ns():x}"
    rows = [(here, "Kettle", 0), (there, "Kettle", 90), (here, "=Broom", 2), (there, "Écran plat", 4)]
    rows += [(store, "Saw", 5) for store in (here, there)]
    rows += [(store, f"Part {n:02}", 7 + (store == here) * (n % 2)) for n in range(60) for store in (here, there)]
    stack.put("side.csv", "store,item,count\n" + "".join(f"{store},{item},{count}\n" for store, item, count in rows))
    return here, there


def _saved(page: Page, button: str = "Export CSV", delimiter: str = ",") -> tuple[str, list[list[str]]]:
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("button", name=button).click()
    data = waiting.value.path().read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    return waiting.value.suggested_filename, list(csv.reader(lines, delimiter=delimiter))


def test_two_stores_side_by_side(visit: Visit, shops: tuple[str, str]) -> None:
    here, there = shops
    page = visit(f"/store?name={here}")
    expect(page.get_by_role("link", name="Kettle")).to_be_visible()
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("combobox", name="Beside it").fill(there)
    page.get_by_role("option", name=there).click()
    rows = page.get_by_role("region", name=f"{here} and {there}").locator("tbody tr")
    # 30 parts, and the three that only one has or that one is out of; the saw is the same in both.
    expect(rows).to_have_count(33)
    expect(rows.filter(has_text="Kettle")).to_have_text(re.compile(r"Kettle\s*0\s*Out\s*90\s*-90"), use_inner_text=True)
    expect(rows.filter(has_text="Broom")).to_have_text(
        re.compile(r"Broom\s*2\s*not carried\s*\+2"), use_inner_text=True
    )
    page.get_by_label("Order").select_option("Largest difference")
    expect(rows.first).to_contain_text("Kettle")
    expect(rows.nth(1)).to_contain_text("Écran plat")
    name, lines = _saved(page)
    assert name == f"{here}-{there}.csv"
    assert lines[1] == ["Kettle", here, "0", "out", there, "90", "ok", "-90"]
    assert ["'=Broom", here, "2", "ok", there, "", "", "2"] in lines
    assert len(lines) == 34
    page.get_by_role("link", name="Short in one").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="All", exact=True).click()
    page.get_by_label("Order").select_option("Item A–Z")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="Next").click()
    expect(rows).to_have_count(14)
    page.get_by_role("link", name="Previous").click()
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="Last", exact=True).click()
    expect(rows.last).to_contain_text("Écran plat")
    page.get_by_role("searchbox", name="Find an item").fill("ECR plat")
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_text(re.compile(r"Écran plat\s*not carried\s*4\s*-4"), use_inner_text=True)


def test_a_saved_table_is_what_the_languages_excel_opens(visit: Visit, shops: tuple[str, str]) -> None:
    page = visit(f"/compare?left={shops[0]}&right={shops[1]}&find=kettle", locale="de-DE")
    _, lines = _saved(page, "Als CSV speichern", ";")
    assert lines[1:] == [["Kettle", shops[0], "0", "out", shops[1], "90", "ok", "-90"]]


def test_every_table_is_saved_with_its_filter(visit: Visit, shops: tuple[str, str]) -> None:
    here, there = shops
    page = visit(f"/alerts?store={here}")
    expect(page.locator("tbody tr")).to_have_count(1)
    name, lines = _saved(page)
    assert (name, lines[0][:3], len(lines)) == (f"alerts-open-{here}.csv", ["store", "item", "event"], 2)
    assert lines[1][:5] == [here, "Kettle", "OUT_OF_STOCK", "", "0"]

    page.goto(f"/alerts?show=log&store={here}&event=OUT_OF_STOCK")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert [line[:3] for line in _saved(page)[1][1:]] == [[here, "Kettle", "OUT_OF_STOCK"]]

    page.goto("/uploads")
    expect(page.get_by_role("link", name="side.csv").first).to_be_visible()
    uploads = [dict(zip(lines[0], line, strict=True)) for lines in [_saved(page)[1]] for line in lines[1:]]
    sent = next(upload for upload in uploads if upload["file"] == "uploads/side.csv")
    assert (sent["stores"], sent["by"], sent["rows"], sent["rejected"]) == (f"{here}, {there}", "", "126", "0")

    page.goto("/")
    page.get_by_role("searchbox", name="Find a store").fill(here)
    expect(page.locator("#stores").get_by_role("link", name=here)).to_be_visible()
    assert [line[:5] for line in _saved(page)[1][1:]] == [[here, "63", "457", "1", "0"]]

    page.goto("/item?name=Saw")
    expect(page.get_by_role("link", name=here)).to_be_visible()
    where = _saved(page)[1]
    assert [line[:3] for line in where if line[0] in shops] == [[store, "Saw", "5"] for store in sorted(shops)]
