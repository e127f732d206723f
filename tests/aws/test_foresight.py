"""What the command line makes of forecasts: reorder points that fit, and what to count first."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from look_ahead.chances import no_sale_within
from onhand.history_table import History
from onhand.items import of_store
from onhand.stack import Stack
from stock.forecast import LITTLE, Forecast, pack

from .conftest import Cli, Upload, wait_for

NewStore = Callable[[], str]

SELLS = Forecast("tea", 30, 4.0, 1.5, 0.1, 0.5, 5, 10, 3.0, 1.0, "")
NEW = SELLS._replace(item="new", count=5, why=LITTLE)
SILENT = SELLS._replace(item="jam", count=8, silent=no_sale_within(SELLS, 20))


@pytest.fixture
def shop(stack: Stack, upload: Upload, new_store: NewStore) -> str:
    """A store that was looked ahead for: tea sells, jam used to, and of one item too little is known."""
    store = new_store()
    rows = "".join(f"{store},{item},{count},5\n" for item, count in (("tea", 30), ("jam", 8), ("new", 5)))
    upload(f"{store}/today.csv", f"store,item,count,reorder_point\n{rows}")
    (packed,) = pack([SELLS, NEW, SILENT])
    key = {"Store": {"S": store}, "Part": {"S": "0"}}
    stack.dynamodb.put_item(TableName=stack.outputs.ForecastsTable, Item=key | {"Items": {"B": packed}})
    return store


def test_reorder_points_that_fit_beside_those_of_today(cli: Cli, shop: str) -> None:
    options = ("threshold", "suggest", "--store", shop, "--lead-days", "3", "--review-days", "4")
    jam, tea = json.loads(cli(*options, "--json").stdout)
    assert (tea["item"], tea["count"], tea["reorder_point"]) == ("tea", 30, 5)
    assert 28 < tea["suggested"] < 45, "seven days of four, and some more"
    assert jam["order"] > 20, "it has eight"
    (surer, *_) = json.loads(cli(*options, "--service", "0.99", "--json").stdout)
    assert surer["suggested"] > jam["suggested"]
    found = list(csv.DictReader(io.StringIO(cli(*options, "--csv").stdout)))
    assert [(row["item"], row["suggested"]) for row in found] == [
        ("jam", str(jam["suggested"])),
        ("tea", str(tea["suggested"])),
    ]
    said = cli(*options).stdout
    assert "None for 1 item: too little was seen so far" in said


def test_what_is_suggested_can_be_applied(cli: Cli, stack: Stack, shop: str) -> None:
    cli("threshold", "suggest", "--store", shop, "--lead-days", "3", "--review-days", "4", "--apply")
    points = {row["Item"]: row["ReorderPoint"] for row in of_store(stack, stack.outputs.ReorderPointsTable, shop)}
    assert set(points) == {"tea", "jam"}

    def low() -> bool:
        rows = {row["Item"]: row.get("Short", "") for row in of_store(stack, stack.outputs.InventoryTable, shop)}
        return str(rows["tea"]).startswith("low")

    wait_for(low, "tea is low")
    again = cli("threshold", "suggest", "--store", shop, "--lead-days", "3", "--review-days", "4", "--apply")
    assert "0 reorder points set in 0 stores" in again.stdout


def test_what_stands_still_is_to_be_counted_until_somebody_has(cli: Cli, stack: Stack, shop: str) -> None:
    wait_for(lambda: "jam" in dict(History(stack).facts(shop)), "its history, which says since when")
    (found,) = json.loads(cli("recount-list", "--store", shop, "--json").stdout)
    assert (found["item"], found["count"]) == ("jam", 8)
    assert "about 4 a day, but nothing has changed for 0 days." in found["why"], "it was sent just now"
    cli("recount-list", "--counted", "jam", expect=1)  # in which store?
    cli("recount-list", "--store", shop, "--counted", "jma", expect=1)
    cli("recount-list", "--store", shop, "--counted", "jam")
    assert json.loads(cli("recount-list", "--store", shop, "--json").stdout) == []


def test_a_row_in_which_somebody_wrote_no_count_troubles_nobody(cli: Cli, stack: Stack, shop: str) -> None:
    stack.dynamodb.put_item(TableName=stack.outputs.InventoryTable, Item={"Store": {"S": shop}, "Item": {"S": "tea"}})
    (found,) = json.loads(cli("recount-list", "--store", shop, "--json").stdout)
    assert found["item"] == "jam"
    options = ("--store", shop, "--lead-days", "3", "--review-days", "4", "--json")
    assert [row["item"] for row in json.loads(cli("threshold", "suggest", *options).stdout)] == ["jam"]


def test_what_has_sold_since_the_morning_is_not_silent(cli: Cli, upload: Upload, shop: str) -> None:
    upload(f"{shop}/later.csv", f"store,item,count\n{shop},jam,7\n")
    assert json.loads(cli("recount-list", "--store", shop, "--json").stdout) == []


def test_without_any_forecast_it_says_what_makes_one(cli: Cli, upload: Upload, new_store: NewStore) -> None:
    store = new_store()
    upload(f"{store}/today.csv", f"store,item,count\n{store},tea,3\n")
    for command in (("recount-list",), ("threshold", "suggest", "--lead-days", "3", "--review-days", "4")):
        assert "onhand look-ahead --now" in cli(*command, "--store", store, expect=1).stderr
