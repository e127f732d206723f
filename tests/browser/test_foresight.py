"""When a store's items run out, what was in it, what to count, when to order; and what runs out soon in all stores."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from stock.attributes import item
from stock.forecast import Forecast

from .past import NOW, foresee, looked, moment, remember
from .support import Stack, sign_in
from .test_accessibility import check_looks, load_axe

Visit = Callable[..., Page]

COUNTS = {"Anvil": 40, "Broom": 7, "Kettle": 5, "Ladder": 3, "Lamp": 9, "Pan": 0}


@pytest.fixture
def shop(stack: Stack, fresh: str) -> str:
    """A store. The kettle runs out soon, the broom has been silent for too long, the pan is out, the bolt is gone."""
    store = f"Shop {fresh}"
    stack.put(f"{fresh}.csv", "store,item,count\n" + "".join(f"{store},{name},{n}\n" for name, n in COUNTS.items()))
    remember(stack, store, {name: [(60, count)] for name, count in COUNTS.items() if name not in ("Kettle", "Pan")})
    remember(stack, store, {"Kettle": [(60, 0), (20, 12), (4, 5)], "Pan": [(60, 2), (10, 0)]})
    remember(stack, store, {"Bolt": [(60, 70), (5, None)]})
    looked(stack, store, range(1, 61))
    foresee(
        stack,
        store,
        [
            Forecast("Anvil", 40, 9.0, 2.0, 0.1, 0.0, None, None, 0.0, 1.0, "gaps"),
            Forecast("Broom", 7, 0.3, 1.0, 0.001, 0.02, 12, 40, 0.1, 0.002, ""),
            Forecast("Kettle", 5, 1.0, 1.2, 0.01, 0.9999, 3, 8, 7.4, 1.0, ""),
            Forecast("Ladder", 3, 0.1, 1.0, 0.1, 0.0, None, None, 0.0, 1.0, "little"),
            Forecast("Lamp", 9, 0.1, 1.0, 0.001, 0.0, None, None, 0.0, 1.0, ""),
            Forecast("Pan", 0, 0.1, 1.0, 0.001, 0.0, None, None, 0.0, 1.0, "out"),
        ],
        shelf=0.9,
    )
    stack.wait_until_loaded(f"{fresh}.csv")  # a page that shows the past does not read it again with every upload
    return store


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("row").filter(has_text=name)


def _saved(page: Page, button: str, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("button", name=button).last.click()
    waiting.value.save_as(folder / "saved.csv")
    with (folder / "saved.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_items_run_out_in_a_range_or_nobody_knows_why(visit: Visit, stack: Stack, shop: str, tmp_path: Path) -> None:
    page = visit(f"/store?name={shop}")
    expect(_row(page, "Kettle")).to_contain_text("in 3–8 days")
    expect(_row(page, "Lamp")).to_contain_text("in more than 60 days")
    expect(_row(page, "Anvil")).to_contain_text("counted too rarely")
    expect(_row(page, "Ladder")).to_contain_text("too little known")
    page.get_by_label("Order").select_option("soon")
    names = page.locator("tbody .name")
    expect(names.first).to_have_text("Kettle")
    expect(names.nth(1)).to_have_text("Broom")
    expect(names.nth(2)).to_have_text("Lamp")
    rows = {row["item"]: row for row in _saved(page, "Export CSV", tmp_path)}
    assert rows["Kettle"]["chance_out_in_7_days"] == "1"
    assert rows["Kettle"]["out_from"] < rows["Kettle"]["out_by"]
    assert rows["Ladder"]["why_no_forecast"] == "too little known"
    page.get_by_role("link", name=re.compile("Runs out soon")).click()
    expect(names).to_have_count(1)
    # A delivery: the forecast goes by the count of now.
    stack.put(f"more-{shop}.csv", f"store,item,count\n{shop},Kettle,80\n")
    expect(_row(page, "Kettle")).to_contain_text("in more than 60 days")


def test_what_was_in_a_store(visit: Visit, shop: str, tmp_path: Path) -> None:
    page = visit(f"/store?name={shop}&view=history")
    shelf = page.get_by_role("region", name="On-shelf availability")
    # Of 44 days of items in the last week, the pan was out on 7; the bolt was delisted two days into it.
    expect(shelf).to_contain_text(re.compile(r"Last 7 days\s*84\.1%"))
    expect(shelf).to_contain_text(re.compile(r"Last 90 days\s*\d\d\.\d%\s*known for 60 days"))
    chart = page.get_by_role("slider")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("1 of 6 items out$"))
    chart.focus()
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("1 of 7 items out$"))
    page.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("0 of 7 items out$"))
    then = page.get_by_role("region", name="Stock at a date")
    then.get_by_label("Day").fill(f"{moment(15):.4}-{moment(15)[4:6]}-{moment(15)[6:8]}")
    expect(then.get_by_text("These are the counts of")).to_be_visible()
    expect(_row(page, "Bolt")).to_contain_text(re.compile(r"70\s*not carried"))
    expect(_row(page, "Kettle")).to_contain_text(re.compile(r"12\s*5"))
    saved = {row["item"]: row["count_then"] for row in _saved(page, "Export CSV", tmp_path)}
    assert saved == {"Anvil": "40", "Bolt": "70", "Broom": "7", "Kettle": "12", "Ladder": "3", "Lamp": "9", "Pan": "2"}
    then.get_by_label("Day").fill("2020-01-01")
    expect(then.get_by_text("Nothing is known of that day.")).to_be_visible()
    expect(then.get_by_role("table")).to_have_count(0)


def test_what_was_counted_is_off_the_list(visit: Visit, shop: str, people: dict[str, str]) -> None:
    page = visit("/")
    sign_in(page, people["berlin"])
    page.goto(f"/store?name={shop}&view=plan")
    first = page.get_by_role("region", name="Count these first")
    expect(first.get_by_role("row")).to_have_count(2)
    expect(first).to_contain_text("Sells about 2 a week, but nothing has changed for 60 days.")
    expect(first).to_contain_text("once in 500 times")
    first.get_by_role("button", name="Broom was counted").click()
    expect(first.get_by_text("Nothing to count")).to_be_visible()
    page.reload()
    expect(first.get_by_text("Nothing to count")).to_be_visible()
    # Guests do not see who counts: they are told.
    guest = visit(f"/store?name={shop}&view=plan")
    expect(guest.get_by_text("What others have counted is taken off for those who signed in.")).to_be_visible()


def test_suggested_reorder_points_beside_those_of_today(visit: Visit, stack: Stack, shop: str, tmp_path: Path) -> None:
    stack.cli("threshold", "set", "--store", shop, "--item", "Kettle", "4")
    page = visit(f"/store?name={shop}&view=plan")
    points = page.get_by_role("region", name="Suggested reorder points")
    kettle = points.get_by_role("row").filter(has_text="Kettle")
    expect(kettle).to_contain_text(re.compile(r"Kettle\s*5\s*4\s*22.*24"))
    expect(points.get_by_text("2 items have no suggestion")).to_be_visible()
    points.get_by_label("Days until an order arrives").fill("0")
    expect(kettle).to_contain_text(re.compile(r"Kettle\s*5\s*4\s*1\d.*1\d"))
    points.get_by_label("Days until an order arrives").fill("soon")
    expect(points.get_by_text("A whole number from 0 to 90, please.")).to_be_visible()
    points.get_by_label("Days until an order arrives").fill("7")
    saved = {row["item"]: row for row in _saved(page, "Export CSV", tmp_path)}
    assert saved["Kettle"]["reorder_point_today"] == "4"
    assert saved["Kettle"]["reorder_point_suggested"] == "22"
    assert "Ladder" not in saved


def test_a_suggestion_is_used(visit: Visit, shop: str, people: dict[str, str]) -> None:
    page = visit("/", quiet=True)  # S3 says 404 as long as there is no answer
    sign_in(page, people["manager"])
    page.goto(f"/store?name={shop}&view=plan")
    points = page.get_by_role("region", name="Suggested reorder points")
    points.get_by_role("button", name="Use 22 for Kettle").click()
    expect(points.get_by_text("1 reorder point set.")).to_be_visible()
    kettle = points.get_by_role("row").filter(has_text="Kettle")
    expect(kettle).to_contain_text(re.compile(r"Kettle\s*5\s*22\s*22"))
    expect(kettle.get_by_role("button")).to_have_count(0)
    points.get_by_role("button", name="Use all 4").click()  # but for what holds already
    expect(points.get_by_text("3 reorder points set.")).to_be_visible()


def test_what_runs_out_soon_in_all_stores(visit: Visit, stack: Stack, shop: str) -> None:
    page = visit("/")
    soon = page.get_by_role("region", name="Runs out soon")
    kettle = soon.get_by_role("row").filter(has_text=shop)
    expect(kettle).to_contain_text(re.compile(r"Kettle\s*" + shop + r"\s*5\s*in 3–8 days\s*> 99% within 7 days\s*7\.4"))
    expect(page.get_by_role("region", name="On-shelf availability")).to_contain_text(re.compile(r"Last 30 days\s*9\d"))
    stack.put(f"more-{shop}.csv", f"store,item,count\n{shop},Kettle,80\n")
    expect(kettle).to_contain_text("Delivered since")
    kettle.get_by_role("link", name=shop).click()
    expect(page).to_have_title(f"{shop} · onhand")


def test_alerts_of_what_runs_out_soon(visit: Visit, stack: Stack, shop: str, people: dict[str, str]) -> None:
    at = f"{NOW:%Y-%m-%dT%H:%M:%S}.000Z"
    key = {"Store": shop, "Alert": f"{moment(0)}-morning#RUNS_OUT_SOON#Kettle", "Log": "all"}
    told = {"Event": "RUNS_OUT_SOON", "Item": "Kettle", "Count": 5, "First": 3, "Last": 8, "At": at, "State": "sent"}
    stack.dynamodb.put_item(TableName="Alerts", Item=item(key | told))
    page = visit("/")
    sign_in(page, people["reader"])
    page.goto(f"/alerts?show=log&store={shop}")
    expect(page.get_by_role("row").filter(has_text="Pan")).to_be_visible()
    page.get_by_label("Alert", exact=True).select_option("RUNS_OUT_SOON")
    expect(page.get_by_role("row").filter(has_text="Pan")).to_have_count(0)
    kettle = page.get_by_role("row").filter(has_text="Kettle")
    expect(kettle).to_contain_text("5, out in 3–8 days")
    kettle.get_by_role("button", name="Acknowledge").click()
    page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    expect(kettle).to_contain_text(f"{people['reader']} (as stated)")


def test_in_german_and_for_everybody(visit: Visit, shop: str) -> None:
    page = visit(f"/store?name={shop}", locale="de-DE", prepare=load_axe)
    views = {"items": "in 3–8 Tagen", "history": "1 von 6 Artikeln", "plan": "Verkauft sich etwa 2-mal"}
    for view, words in views.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"/store?name={shop}&view={view}")
        expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()
        check_looks(page, view)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
