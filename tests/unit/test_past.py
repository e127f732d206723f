"""The samples' past: files that load whole, and in them what samples/README.md says there is to find."""

import io
from datetime import date, timedelta
from itertools import pairwise

import pytest

from load_inventory.upload import only_store
from read_file.csv_rows import Row, read_rows
from samples.past import DAYS, STORES, files

Series = dict[tuple[str, str], dict[date, int]]

TODAY = date(2026, 11, 28)
QUAYSIDE, MILLBROOK, OLD_TOWN, KIOSK = STORES


def counts(today: date) -> Series:
    """Store and item → day → count, as read from the files."""
    found: Series = {}
    for file in files(today):
        for row in read_rows(io.BytesIO(file.text.encode()), only_store(f"uploads/{file.name}")):
            assert isinstance(row, Row), row
            found.setdefault((row.store, row.item), {})[file.at.date()] = row.count
    return found


@pytest.fixture(scope="module")
def series() -> Series:
    return counts(TODAY)


def of(series: Series, store: str) -> dict[str, dict[date, int]]:
    return {item: days for (name, item), days in series.items() if name == store}


def test_the_same_day_makes_the_same_files_oldest_first_and_all_of_the_past() -> None:
    made = list(files(TODAY))
    assert made == list(files(TODAY))
    assert [file.at for file in made] == sorted(file.at for file in made)
    assert {file.at.date() for file in made} == {TODAY - timedelta(ago) for ago in range(1, DAYS + 1)}
    assert len({file.name for file in made}) == len(made) == DAYS + DAYS // KIOSK.every


@pytest.mark.parametrize("weekday", range(7))
def test_where_no_lorry_came_much_is_out_and_elsewhere_little(weekday: int) -> None:
    today = TODAY + timedelta(weekday)
    series = counts(today)
    out = {store.name: 0 for store in STORES}
    for (store, _), days in series.items():
        out[store] += days[max(days)] == 0
    assert out[MILLBROOK.name] > 5
    assert all(out[store.name] < 5 for store in STORES if store != MILLBROOK)


def test_phantoms_sold_until_a_day_and_then_stand_still(series: Series) -> None:
    for store in STORES:
        for item in store.phantoms:
            past = list(of(series, store.name)[item].values())
            assert sum(later < earlier for earlier, later in pairwise(past[:-30])) > 40
            moved = [later - earlier for earlier, later in pairwise(past[-20:])]
            assert sum(moved) == 0, item
            assert all(abs(step) <= 1 for step in moved), item  # a miscount at most


def test_a_store_that_was_shut_sent_nothing(series: Series) -> None:
    looked = {day for days in of(series, OLD_TOWN.name).values() for day in days}
    assert {TODAY - timedelta(ago) for ago in range(1, DAYS + 1)} - looked == {
        TODAY - timedelta(ago) for ago in OLD_TOWN.shut
    }


def test_the_kiosk_is_counted_every_four_days_up_to_the_last(series: Series) -> None:
    days = sorted({day for days in of(series, KIOSK.name).values() for day in days})
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(4)}
    assert days[-1] == TODAY - timedelta(1)
