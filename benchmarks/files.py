"""The files that are loaded: made by rule from a seed, so that every contender gets the same."""

import random
from dataclasses import dataclass

Counts = dict[str, dict[str, int]]
"""Store → item → count."""

_OUT_OF_STOCK = 0.01
_LARGEST = 400


@dataclass(frozen=True)
class Shape:
    """How many stores a file is about, and how many items each of them has."""

    stores: int
    items: int

    @property
    def rows(self) -> int:
        return self.stores * self.items


def base(shape: Shape) -> Counts:
    """Return the counts of a first file. One item in a hundred is out of stock; an item's name is as long as an EAN."""
    chance = random.Random(1)
    return {
        f"Store {store:03}": {f"{4006381000000 + item}": _count(chance) for item in range(shape.items)}
        for store in range(shape.stores)
    }


def change(counts: Counts, share: float, seed: int = 2) -> Counts:
    """Return counts of which that share, chosen at random in every store, are others."""
    chance = random.Random(seed)
    changed = {}
    for store, items in counts.items():
        chosen = chance.sample(sorted(items), round(share * len(items)))
        changed[store] = items | {item: _other(items[item], chance) for item in chosen}
    return changed


def index_moves(before: Counts, after: Counts) -> int:
    """Return the write units of the two indexes of what is short: one in each for a row that enters or leaves them."""
    return 2 * sum(
        (count == 0) != (before.get(store, {}).get(item) == 0)
        for store, items in after.items()
        for item, count in items.items()
    )


def csv(counts: Counts, share: float = 1) -> bytes:
    """Return the file with the first `share` of the rows."""
    rows = [f"{store},{item},{count}" for store, items in counts.items() for item, count in items.items()]
    return "\n".join(["store,item,count", *rows[: round(share * len(rows))], ""]).encode()


def _count(chance: random.Random) -> int:
    return 0 if chance.random() < _OUT_OF_STOCK else chance.randrange(1, _LARGEST)


def _other(count: int, chance: random.Random) -> int:
    other = _count(chance)
    return other if other != count else count + 1
