"""Reorder points on screen: which one holds, and setting them in their place, for a selection, or by a file."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .support import Stack, sign_in
from .test_accessibility import check_looks, load_axe

Visit = Callable[..., Page]


@pytest.fixture
def shop(stack: Stack, fresh: str) -> str:
    """A store with tea, jam, and milk, which has a reorder point from its file."""
    store = f"Shop {fresh}"
    rows = f"{store},jam,30,\n{store},milk,3,2\n{store},tea,3,\n"
    stack.put(f"{fresh}.csv", f"store,item,count,reorder_point\n{rows}")
    return store


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def low_at(page: Page, name: str) -> Locator:
    return row(page, name).get_by_role("button", name="Change the reorder point")


def test_a_manager_sets_one_in_its_place_by_keyboard(visit: Visit, shop: str, people: dict[str, str]) -> None:
    page = visit("/", quiet=True)  # S3 says 404 as long as there is no answer
    sign_in(page, people["manager"])
    page.goto(f"/store?name={shop}")
    expect(low_at(page, "milk")).to_have_text("2")
    expect(low_at(page, "milk")).to_have_attribute("title", "from a file")
    low_at(page, "tea").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("soon")
    page.keyboard.press("Enter")
    expect(row(page, "tea").get_by_role("alert")).to_have_text("A whole number, please, or nothing.")
    page.keyboard.press("Escape")
    expect(low_at(page, "tea")).to_be_focused()
    expect(low_at(page, "tea")).to_have_text("none")
    page.keyboard.press("Enter")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(low_at(page, "tea")).to_have_text("4")
    expect(low_at(page, "tea")).to_be_focused()
    expect(low_at(page, "tea")).to_have_attribute("title", re.compile(f"set for this item here by {people['manager']}"))
    expect(row(page, "tea")).to_contain_text("Low")  # recounted
    page.goto("/item?name=tea")
    expect(low_at(page, shop)).to_have_text("4")
    low_at(page, shop).click()
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(low_at(page, shop)).to_have_text("none")
    guest = visit(f"/store?name={shop}")
    expect(row(guest, "milk")).to_contain_text("2")
    expect(guest.get_by_role("button", name="Change the reorder point")).to_have_count(0)


def test_a_selection_and_a_file_are_set_at_once_or_not_at_all(
    visit: Visit, shop: str, people: dict[str, str], tmp_path: Path
) -> None:
    page = visit("/", quiet=True, prepare=load_axe)  # S3 says 404 as long as there is no answer
    sign_in(page, people["manager"])
    page.goto(f"/store?name={shop}")
    page.get_by_role("button", name="Reorder points").click()
    page.get_by_label("Choose jam").check()
    page.get_by_label("Choose milk").check()
    page.get_by_label("Reorder point of 2 rows").fill("5")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text("2 reorder points set.")).to_be_visible()
    expect(low_at(page, "jam")).to_have_text("5")
    expect(low_at(page, "milk")).to_have_text("5")
    low_at(page, "tea").click()
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    check_looks(page, "setting reorder points")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("Escape")
    file = tmp_path / "points.csv"
    file.write_text("item,reorder_point\njam,7\ntae,6\nmilk,\n")
    page.get_by_label("Import CSV").set_input_files(file)
    expect(page.get_by_text("Nothing was set: 1 of the rows cannot be.")).to_be_visible()
    expect(page.get_by_text(f"Line 3: {shop} has no item “tae”")).to_be_visible()
    file.write_text("item,reorder_point\njam,7\nmilk,\n")
    page.get_by_label("Import CSV").set_input_files(file)
    expect(page.get_by_text("1 reorder point set, 1 taken away.")).to_be_visible()
    expect(low_at(page, "jam")).to_have_text("7")
    expect(low_at(page, "milk")).to_have_text("2")
    with page.expect_download() as waiting:
        page.locator("form").get_by_role("button", name="Export CSV").click()
    waiting.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as saved:
        rows = {each["item"]: (each["reorder_point"], each["holds"], each["from"]) for each in csv.DictReader(saved)}
    assert rows == {
        "jam": ("7", "7", "set for this item here"),
        "milk": ("", "2", "from a file"),
        "tea": ("", "", ""),
    }


def test_staff_set_those_of_their_own_store_only(visit: Visit, shop: str, people: dict[str, str]) -> None:
    page = visit("/", quiet=True)  # S3 says 404 as long as there is no answer
    sign_in(page, people["berlin"])
    page.goto(f"/store?name={shop}")
    expect(row(page, "milk")).to_contain_text("2")
    expect(page.get_by_role("button", name="Change the reorder point")).to_have_count(0)
    page.goto("/store?name=Berlin")
    expect(page.get_by_role("button", name="Change the reorder point").first).to_be_visible()
