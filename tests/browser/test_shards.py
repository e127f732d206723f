"""Lists of what belongs to all stores are merged from all shards, and paged without losing or repeating a row."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from stock.shards import of_store

from .support import Stack, show_configuration

Visit = Callable[..., Page]

SHARDS, STORES = 16, 40


@pytest.fixture
def spread(stack: Stack) -> dict[str, Any]:
    """Tables in which 40 stores are out of tea, ten of them at each of four moments, as config.json names them."""
    names = stack.other_tables("Spread")
    for number in range(STORES):
        store, since = f"Store {number:02}", f"2026-11-22T0{number % 4}:00:00.000Z"
        row = {"Store": store, "Item": "tea", "Since": since, "Short": of_store("out", store, SHARDS)}
        alert = {"Store": store, "Item": "tea", "Alert": f"2026#{number}", "Event": "OUT_OF_STOCK", "At": since}
        alert |= {"State": "sent", "Log": of_store("all", store, SHARDS), "Open": of_store("out", store, SHARDS)}
        for table, item in (("inventoryTable", row), ("alertsTable", alert)):
            told = {name: {"S": value} for name, value in item.items()} | {"Count": {"N": "0"}}
            stack.dynamodb.put_item(TableName=names[table], Item=told)
        summary = {name: {"N": str(count)} for name, count in {"Items": 1, "Units": 0, "Out": 1, "Low": 0}.items()}
        stack.dynamodb.put_item(TableName=names["storesTable"], Item={"Store": {"S": store}, **summary})
    return names | {"shards": SHARDS}


def test_what_is_out_is_paged_through_forth_and_back(visit: Visit, stack: Stack, spread: dict[str, Any]) -> None:
    page = visit("/", prepare=lambda page: show_configuration(page, stack, spread))
    panel = page.get_by_role("region", name="Out of stock right now")
    _forth_and_back(panel, panel.locator("tbody tr"), 8)


def test_open_alerts_of_all_shards_are_one_list(visit: Visit, stack: Stack, spread: dict[str, Any]) -> None:
    page = visit("/alerts", prepare=lambda page: show_configuration(page, stack, spread))
    stores = _stores(page.get_by_role("main").locator("tbody tr"), STORES)
    assert sorted(stores) == [f"Store {number:02}" for number in range(STORES)]
    assert [int(store[-2:]) % 4 for store in stores] == sorted(number % 4 for number in range(STORES)), "longest first"


def test_the_log_is_paged_through_forth_and_back(visit: Visit, stack: Stack, spread: dict[str, Any]) -> None:
    page = visit("/alerts?show=log", prepare=lambda page: show_configuration(page, stack, spread))
    panel = page.get_by_role("main")
    _forth_and_back(panel, panel.locator("tbody tr"), 25)


def _forth_and_back(panel: Locator, rows: Locator, size: int) -> None:
    """Turn all pages to the end and back, and compare what they show."""
    pages = [_stores(rows, min(size, STORES))]
    while sum(map(len, pages)) < STORES:
        panel.get_by_role("link", name="Next").click()
        expect(rows.first).not_to_contain_text(pages[-1][0])
        pages.append(_stores(rows, min(size, STORES - sum(map(len, pages)))))
    assert sorted(store for shown in pages for store in shown) == [f"Store {number:02}" for number in range(STORES)]
    for shown in pages[-2::-1]:
        panel.get_by_role("link", name="Previous").click()
        expect(rows.first).to_contain_text(shown[0])
        assert _stores(rows, size) == shown


def _stores(rows: Locator, count: int) -> list[str]:
    expect(rows).to_have_count(count)
    return [text[text.index("Store ") :][:8] for text in rows.all_inner_texts()]
