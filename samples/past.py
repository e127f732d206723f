"""Makes up 120 days of four stores, the same for the same day: `python samples/past.py FOLDER` writes them as files.

Nothing in it was ever sold. Every item of every store is drawn by itself: customers come by weekday, more or fewer than
expected; the store orders when its records say that little is left, and what it ordered comes on its delivery days, but
when no lorry came. Records are not always true: sometimes one is wrong for a day, and some goods are long gone (stolen,
broken, put elsewhere) while the records still have them, so nobody orders any.
"""

import csv
import io
import math
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

DAYS = 120
SEED = 11

# What a large store sells a day.
ITEMS = {
    "Toilet paper, 8 rolls": 17, "Kitchen roll, 4": 14.5, "Hand soap": 12, "Toothpaste": 11, "Washing powder 2 kg": 10,
    "Washing-up liquid": 9.5, "Nappies, size 4": 9, "Shower gel": 8.5, "Bin bags 35 l": 8, "Shampoo": 7.5,
    "Ground coffee 500 g": 7, "Paper tissues, 30": 6.5, "Batteries AA, 4": 6, "Cat food, 12": 5.5, "Deodorant": 5,
    "All-purpose cleaner": 4.8, "Wet wipes": 4.5, "Fabric softener": 4.2, "Dishwasher tabs, 40": 4, "Sponges, 5": 3.8,
    "Toothbrush, medium": 3.6, "Dark chocolate": 3.4, "Black tea, 50 bags": 3.2, "Cotton pads": 3, "Sun cream": 2.8,
    "Dog food 2 kg": 2.6, "Razor blades, 8": 2.5, "Face cream": 2.4, "Muesli 750 g": 2.3, "Cling film": 2.2,
    "Baking paper": 2.1, "Mouthwash": 2, "Candles, 6": 1.9, "Hand cream": 1.8, "Olive oil 500 ml": 1.7,
    "Plasters": 1.6, "Honey 500 g": 1.5, "Glass cleaner": 1.4, "Hair spray": 1.3, "Baby food, carrot": 1.25,
    "Vitamin C": 1.2, "Almonds 200 g": 1.15, "Lip balm": 1.1, "Rubber gloves": 1, "Freezer bags": 0.95,
    "Drain cleaner": 0.9, "Nail polish remover": 0.85, "Limescale remover": 0.8, "Vacuum bags": 0.75, "Soy sauce": 0.7,
    "Light bulb E27": 0.65, "Batteries AAA, 4": 0.6, "Dental floss": 0.55, "Notebook A5": 0.5, "Door mat": 0.45,
    "Tights, black": 0.4, "Hair dye, brown": 0.36, "Shoe polish": 0.33, "Thermometer": 0.3, "Umbrella": 0.28,
    "Sewing kit": 0.25, "Playing cards": 0.22, "Reading glasses": 0.2, "Mop head": 0.18, "Bath mat": 0.15,
    "Extension lead": 0.13, "Hot-water bottle": 0.11, "Picture hooks": 0.09, "Kitchen scales": 0.07, "Foot spa": 0.05,
}  # fmt: skip
_NEW_ITEM, _NEW_DAYS = "Bamboo toothbrush", 9
_BY_WEEKDAY = (0.85, 0.85, 0.9, 1.0, 1.25, 1.5, 0.65)
_PHANTOM_DAYS = 30
_MISCOUNTED = 0.004


class Store(NamedTuple):
    """A store: how much it sells of what a large one does, and on which weekdays goods come (0: Monday).

    `items`: how many of ITEMS it has. `every`: it sends a file every so many days; if that is not each day, a file of
    its own, else one that stores share. `shut`, `no_lorry`: days on which it was closed, and on which no goods came,
    counted back from today. `phantoms`: items that are gone, and are on record.
    """

    name: str
    scale: float
    deliveries: tuple[int, ...]
    items: int
    every: int = 1
    shut: range = range(0)
    no_lorry: range = range(0)
    phantoms: tuple[str, ...] = ()


STORES = (
    Store("Quayside (made up)", 1, (0, 3), 40, no_lorry=range(66, 78), phantoms=("Muesli 750 g", "Face cream")),
    Store("Millbrook (made up)", 0.6, (1, 4), 32, no_lorry=range(1, 11), phantoms=("Dark chocolate",)),
    Store("Old Town (made up)", 0.35, (2,), 24, shut=range(53, 62), phantoms=("Ground coffee 500 g",)),
    Store("Kiosk (made up)", 0.2, (4,), 14, every=4),
)


class File(NamedTuple):
    """A file as a store sent it: when, under which name in uploads/, and what is in it."""

    at: datetime
    name: str
    text: str


def files(today: date) -> Iterator[File]:
    """Yield the files that would have come in the 120 days before today, oldest first."""
    days = [today - timedelta(ago) for ago in range(DAYS, 0, -1)]
    shelves = {store: _shelves(store, days) for store in STORES}
    for number, day in enumerate(days):
        ago = DAYS - number
        sending = [one for one in STORES if (ago - 1) % one.every == 0 and ago not in one.shut]
        minute = Random(f"{SEED} {number}").randrange(30)  # not all evenings are alike
        at = datetime.combine(day, time(20, minute), UTC)
        yield File(at, f"made-up-{day}.csv", _text([one for one in sending if one.every == 1], shelves, number))
        for store in sending:
            if store.every != 1:
                name = f"{store.name}/made-up-count-{day}.csv"
                yield File(at + timedelta(minutes=40), name, _text([store], shelves, number))


_Shelves = dict[str, list[int | None]]


def _text(stores: list[Store], shelves: dict[Store, _Shelves], number: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["store", "item", "count", "reorder_point"])
    for store in stores:
        for item, counts in shelves[store].items():
            if (count := counts[number]) is not None:
                writer.writerow([store.name, item, count, _rule_of_thumb(store, item)])
    return text.getvalue()


def _rule_of_thumb(store: Store, item: str) -> int:
    """Return the reorder point that the store has in its books: the same for all that sells alike, and seldom right."""
    expected = store.scale * ITEMS.get(item, 3)
    return next(point for least, point in ((6, 40), (2, 15), (0.5, 5), (0, 1)) if expected >= least)


def _shelves(store: Store, days: list[date]) -> _Shelves:
    """Return what the store's records say at the end of each day, by item; None: it did not have the item yet."""
    kept = sorted(ITEMS, key=lambda item: Random(f"{SEED} {item}").random())[: store.items]
    chosen = [item for item in ITEMS if item in {*kept, *store.phantoms}]
    shelves: _Shelves = {item: [*_records(store, item, ITEMS[item], days)] for item in chosen}
    shelves[_NEW_ITEM] = [None] * (DAYS - _NEW_DAYS) + [*_records(store, _NEW_ITEM, 3, days[-_NEW_DAYS:])]
    return shelves


def _records(store: Store, item: str, rate: float, days: list[date]) -> Iterator[int]:
    """Yield the count in the records of an item at the end of each day."""
    chance = Random(f"{SEED} {store.name} {item}")
    mean = rate * store.scale
    spread = chance.uniform(1.2, 2.2)  # variance of a day's demand by its mean
    least, most = _order_rule(store, mean, chance)
    shelf, ghosts = chance.randint(least, most), 0
    coming = 0
    for number, day in enumerate(days):
        ago = len(days) - number
        if day.weekday() in store.deliveries and ago not in store.no_lorry:
            shelf, coming = shelf + coming, 0
        if ago not in store.shut:
            shelf -= min(shelf, _demand(chance, mean * _BY_WEEKDAY[day.weekday()], spread))
        if item in store.phantoms and ago <= _PHANTOM_DAYS and not ghosts and shelf > least:
            shelf, ghosts = 0, shelf
        record = shelf + ghosts
        if record <= least and not coming:
            coming = most - record
        yield max(0, record + chance.choice((-1, 1))) if chance.random() < _MISCOUNTED else record


def _order_rule(store: Store, mean: float, chance: Random) -> tuple[int, int]:
    """Return at which count the store orders more, and up to how many: it cares more about some items than others."""
    wait = max(later - earlier for earlier, later in pairwise((*store.deliveries, store.deliveries[0] + 7)))
    least = math.ceil(mean * wait * chance.uniform(0.4, 2.6))
    return least, least + max(2, math.ceil(mean * chance.uniform(10, 30)))


def _demand(chance: Random, mean: float, spread: float) -> int:
    """Draw how many customers want one: Poisson, with a mean that itself is drawn (negative binomial)."""
    expected = chance.gammavariate(mean / (spread - 1), spread - 1)
    number, left = 0, chance.expovariate(1)
    while left < expected:
        number, left = number + 1, left + chance.expovariate(1)
    return number


def main(folder: Path) -> None:
    """Write the files, each in a folder named for when it would have come."""
    for file in files(datetime.now(UTC).date()):
        path = folder / f"{file.at:%Y%m%dT%H%M%SZ}" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
