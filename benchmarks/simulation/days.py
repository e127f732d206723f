"""What happens to a simulated chain: which files its stores send, and when; and what its rows must be in the end."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.simulation.chain import Size

MORNING_SECONDS = 1_800.0
STOCK_OUT_SECONDS = 300.0
_CHANGED = 0.02
_OUT = 0.06  # of the items: 600,000 in a chain of 10,000 stores
_RECALLED = 20  # items


@dataclass
class Stock:
    """Store → item → count, as the files say that were made last."""

    size: Size
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def first_load(self) -> Iterator[tuple[float, str, bytes]]:
        """Every store sends its list at once."""
        for number in range(self.size.stores):
            items = {f"{4006381000000 + item}": self._count() for item in range(self.size.items)}
            self.counts[f"Store {number:05}"] = items
        yield from self._files([0.0] * self.size.stores)

    def morning(self) -> Iterator[tuple[float, str, bytes]]:
        """Every store sends its list within half an hour; 2 % of the rows changed."""
        for items in self.counts.values():
            for item in self.chance.sample(sorted(items), round(_CHANGED * len(items))):
                items[item] = self._other(items[item])
        yield from self._files(self._times(MORNING_SECONDS))

    def stock_out(self) -> Iterator[tuple[float, str, bytes]]:
        """Every store sends its list within five minutes; the same 20 items ran out in all of them."""
        for items in self.counts.values():
            for item in sorted(items)[:_RECALLED]:
                items[item] = 0
        yield from self._files(self._times(STOCK_OUT_SECONDS))

    def _files(self, times: list[float]) -> Iterator[tuple[float, str, bytes]]:
        """Yield after how many seconds which store sends what."""
        for seconds, (store, items) in zip(times, self.counts.items(), strict=True):
            rows = [f"{store},{item},{count}" for item, count in items.items()]
            yield seconds, store, "\n".join(["store,item,count", *rows, ""]).encode()

    def _times(self, seconds: float) -> list[float]:
        return sorted(self.chance.uniform(0, seconds) for _ in self.counts)

    def _count(self) -> int:
        return 0 if self.chance.random() < _OUT else self.chance.randrange(1, 400)

    def _other(self, count: int) -> int:
        other = self._count()
        return other if other != count else count + 1
