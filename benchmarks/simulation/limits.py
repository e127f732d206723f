"""What DynamoDB lets through: units a second for each partition key, and for each table and index. No AWS in here.

Each key value counts as a partition of its own. So it is on AWS in the end, when the table has split under load
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html); before that, several
keys share a partition. A bucket holds one second's units: AWS saves up more, and does not promise to.
"""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

READ, WRITE = "read", "write"
KEY_UNITS = {READ: 3_000, WRITE: 1_000}
"""Units a second that a partition takes."""

_WINDOW = 10  # seconds
_WHOLE = "(all of it)"


class Key(NamedTuple):
    """A partition key's value in a table or an index, such as (`Alerts.ByTime`, `all`)."""

    place: str
    value: str

    @property
    def whole(self) -> "Key":
        """Stands for all of the table or index."""
        return Key(self.place, _WHOLE)


class _Bucket:
    def __init__(self, limit: float, now: float) -> None:
        self.limit = self.level = limit
        self.at = now

    def refill(self, now: float) -> float:
        self.level = min(self.limit, self.level + (now - self.at) * self.limit)
        self.at = now
        return self.level


class Limits:
    """The buckets of all keys, and what was taken from them and refused.

    `share`: the part of the chain that is simulated. Keys on which the whole chain writes, and whole tables and
    indexes, have that part of the units; a key that `is_own` to one store has all of them, as the store is a whole one.
    `table_writes`: units a second that a table or an index takes; by default the quota of an account.
    """

    def __init__(
        self, clock: Callable[[], float], share: float, is_own: Callable[[str], bool], table_writes: int = 40_000
    ) -> None:
        self._clock, self._share, self._is_own = clock, share, is_own
        self._table_units = {READ: 40_000, WRITE: table_writes}
        self._buckets: dict[tuple[str, Key], _Bucket] = {}
        self.clear()

    def clear(self) -> None:
        """Count anew."""
        self.taken: Counter[tuple[str, Key]] = Counter()  # units by kind and key
        self.refused: Counter[tuple[str, Key]] = Counter()  # requests, by the key that was too busy
        self._windows: Counter[tuple[str, Key, int]] = Counter()

    def take(self, kind: str, units: dict[Key, float]) -> bool:
        """Take units from the buckets of keys, and of their tables and indexes, if all have some; return whether."""
        now = self._clock()
        for key in units:
            for each in (key.whole, key):
                if self._bucket(kind, each, now).refill(now) < 1:
                    self.refused[kind, self._named(each)] += 1
                    return False
        self.add(kind, units)
        return True

    def add(self, kind: str, units: dict[Key, float]) -> None:
        """Take units that turned out to be used, or (below 0) give back what was not."""
        now = self._clock()
        for key, number in units.items():
            for each in (key.whole, key):
                self._bucket(kind, each, now).level -= number
                self.taken[kind, self._named(each)] += number  # type: ignore[assignment]
                self._windows[kind, each, int(now / _WINDOW)] += number  # type: ignore[assignment]

    def most(self, kind: str, key: Key) -> float:
        """Return the units a second that were taken in the busiest ten seconds, for a chain of the whole size."""
        return max(n for (*of, _), n in self._windows.items() if of == [kind, key]) / _WINDOW / self._share

    def _named(self, key: Key) -> Key:
        return Key(key.place, "(one store's)") if self._is_own(key.value) else key

    def _bucket(self, kind: str, key: Key, now: float) -> _Bucket:
        bucket = self._buckets.get((kind, key))
        if bucket is None:
            limit: float = (self._table_units if key.value == _WHOLE else KEY_UNITS)[kind]
            bucket = _Bucket(limit if self._is_own(key.value) else limit * self._share, now)
            self._buckets[kind, key] = bucket
        return bucket
