"""How much an upload takes from stores, and from where on that is too much."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from load_inventory import losses
from load_inventory.attempt import Attempt
from load_inventory.clients import Settings
from load_inventory.keys import WHOLE_STORE, KeyRange
from load_inventory.losses import Loss, count_losses, first_refusal, is_suspect, suspects
from load_inventory.rules import Stored
from load_inventory.share import Share
from load_inventory.summaries import Store
from load_inventory.upload import Upload
from read_file.csv_rows import Row
from read_file.reasons import Reason


def clients(**settings: Any) -> Any:
    """A fifth of a store may be removed at once, and half of it emptied if it has 20 items."""
    limits: dict[str, Any] = {"snapshot_remove_limit": 0.2, "zero_limit": 0.5, "zero_limit_items": 20}
    return SimpleNamespace(
        settings=Settings("", "", "", "", "", "", **limits | settings),
        each=lambda do, things: [do(thing) for thing in things],
    )


ANY_ZEROS = clients(zero_limit=0.0)


# ---- Whether zeros have to be counted --------------------------------------------------------------------------------


def test_a_file_alone_tells_whether_its_zeros_have_to_be_counted() -> None:
    assert is_suspect(clients(), {"Berlin": 11})
    assert is_suspect(clients(), {"Karachi": 2, "Berlin": 11})
    assert not is_suspect(clients(), {"Berlin": 10})  # half of the smallest store that is asked about
    assert not is_suspect(clients(), {"Berlin": 9})
    assert not is_suspect(clients(), {})
    assert not is_suspect(ANY_ZEROS, {"Berlin": 1000})


@pytest.mark.parametrize(
    ("zeros", "items", "counted"),
    [
        (11, 21, True),
        (11, 20, True),
        (11, 19, False),  # too small to be asked about
        (11, 22, False),  # no more than half
        (11, 23, False),
        (10, 10, False),
        (1000, 1000, True),
    ],
)
def test_the_rows_of_a_store_are_counted_if_its_summary_too_says_that_it_may_be_too_much(
    monkeypatch: pytest.MonkeyPatch, zeros: int, items: int, counted: bool
) -> None:
    def read_stores(_clients: Any, names: list[str]) -> dict[str, Store]:
        return {name: Store(name, items) for name in names}

    monkeypatch.setattr("load_inventory.summaries.read_stores", read_stores)
    assert suspects(clients(), {"Karachi": 1, "Berlin": zeros}) == ({"Berlin"} if counted else set())


# ---- Counting --------------------------------------------------------------------------------------------------------

OF_T5 = {item: Row(2, "Berlin", item, count, None) for item, count in (("tea", 0), ("milk", 4))}
ROWS = [
    [("tea", Stored(7, "t3")), ("milk", Stored(7, "t3"))],
    [("rice", Stored(7, "t3")), ("salt", Stored(0, "t3")), ("soap", Stored(7, "t7")), ("wine", Stored(7, "t5"))],
]


def lost(
    monkeypatch: pytest.MonkeyPatch, rows: list[list[tuple[str, Stored]]], keys: KeyRange = WHOLE_STORE, **facts: Any
) -> Loss:
    """What t5 takes from a store that has these rows."""

    def read_store(_clients: Any, store: str, among: KeyRange) -> Iterator[list[tuple[str, Stored]]]:
        assert (store, among) == ("Berlin", keys)
        return iter(rows)

    monkeypatch.setattr(losses, "read_store", read_store)
    attempt = Attempt(Upload("t5", "bucket", "uploads/a.csv", "1", 0, {}), "a mark")
    (loss,) = count_losses(clients(), [Share(attempt, "Berlin", OF_T5, keys=keys, **facts)])
    return loss


def test_a_snapshot_removes_what_is_older_and_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, ROWS, snapshot=True) == Loss("Berlin", items=6, removed=2, emptied=1)
    assert lost(monkeypatch, ROWS) == Loss("Berlin", items=6, removed=0, emptied=1)
    assert lost(monkeypatch, []) == Loss("Berlin", 0, 0, 0) == Loss("Berlin")


def test_a_range_of_a_store_is_counted_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, ROWS[:1], KeyRange(None, "n"), snapshot=True) == Loss("Berlin", items=2, emptied=1)


@pytest.mark.parametrize(
    ("stored", "emptied"),
    [
        (Stored(7, "t3"), 1),
        (Stored(1, "t3"), 1),
        (Stored(None), 1),
        (Stored(0, "t3"), 0),
        (Stored(7, "t7"), 0),  # a newer upload counts
        (Stored(7, "t5"), 0),  # an earlier attempt has counted it
    ],
)
def test_what_is_older_and_not_zero_yet_is_emptied(
    monkeypatch: pytest.MonkeyPatch, stored: Stored, emptied: int
) -> None:
    assert lost(monkeypatch, [[("tea", stored)]]) == Loss("Berlin", items=1, emptied=emptied)


def test_ranges_of_a_store_add_up() -> None:
    assert Loss("Berlin", 10, 3, 5) + Loss("Berlin", 7, 1, 3) == Loss("Berlin", 17, 4, 8)


# ---- Too much --------------------------------------------------------------------------------------------------------


def refusal(loss: Loss, asked: Any, is_replay: bool = False) -> tuple[str, dict[str, Any]] | None:
    """The key and the values of the reason."""
    reason = first_refusal(asked, [loss], is_replay)
    assert reason is None or isinstance(reason, Reason)
    return None if reason is None else (reason.key, reason.values)


@pytest.mark.parametrize(
    ("removed", "items", "limit", "may"),
    [
        (0, 0, 0.2, True),
        (2, 10, 0.2, True),
        (3, 10, 0.2, False),
        (3, 14, 0.2, False),
        (1, 1, 0.2, False),
        (1, 1000, 0.0, False),
        (0, 1000, 0.0, True),
        (10, 10, 0.9, False),
        (10, 10, 1.0, True),
        (29, 100, 0.29, True),
        (30, 100, 0.29, False),
    ],
)
def test_a_fifth_of_a_store_may_be_removed(removed: int, items: int, limit: float, may: bool) -> None:
    values = {"removed": removed, "items": items, "store": "Berlin", "limit": round(limit * 100)}
    for is_replay in (False, True):
        said = refusal(Loss("Berlin", items, removed), clients(snapshot_remove_limit=limit), is_replay)
        assert said == (None if may else ("removes-too-much", values))


@pytest.mark.parametrize(
    ("emptied", "items", "limit", "may"),
    [
        (10, 20, 0.5, True),
        (11, 20, 0.5, False),
        (11, 21, 0.5, False),
        (19, 19, 0.5, True),  # a small store
        (1000, 1000, 0.0, True),  # no limit
        (20, 20, 0.9, False),
        (20, 20, 1.0, True),
        (29, 100, 0.29, True),
    ],
)
def test_half_of_a_store_may_be_emptied_and_a_replay_may_empty_all(
    emptied: int, items: int, limit: float, may: bool
) -> None:
    asked, loss = clients(zero_limit=limit), Loss("Berlin", items, emptied=emptied)
    values = {"emptied": emptied, "items": items, "store": "Berlin", "limit": round(limit * 100)}
    assert refusal(loss, asked) == (None if may else ("empties-too-much", values))
    assert refusal(loss, asked, is_replay=True) is None


def test_the_first_reason_is_said_of_whichever_store_it_is() -> None:
    harmless, emptied, removed = Loss("Aachen", 20), Loss("Berlin", 20, 0, 20), Loss("Karachi", 20, 20, 20)
    assert first_refusal(clients(), []) is first_refusal(clients(), [harmless]) is None
    assert "“Berlin”" in str(first_refusal(clients(), [harmless, emptied, removed]))
    assert "“Karachi”" in str(first_refusal(clients(), [harmless, emptied, removed], is_replay=True))
