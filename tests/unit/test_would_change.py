"""What an answer to a check shows of many changes: exact counts, and only the greatest."""

from load_inventory.rules import Stored, Wanted
from load_inventory.share import Write
from load_inventory.would_change import SHOWN, WouldChange


def write(item: int, before: int | None, after: int | None) -> Write:
    stored = None if before is None else Stored(before, "t1")
    wanted = None if after is None else Wanted(after, "t2", None, "", quiet=False)
    return Write("Berlin", f"item {item:02}", stored, wanted, None)


def test_counts_are_exact_and_the_greatest_are_shown() -> None:
    found = WouldChange()
    for n in range(SHOWN + 10):
        found.add(write(n, 100, 100 + n + 1))
        found.add(write(n, 100 + n, None))
    found.add(write(99, None, 0))

    answer = found.answer()

    assert {kind: some["Count"] for kind, some in answer.items()} == {
        "NewItems": 1, "ToZero": 1, "OtherCounts": SHOWN + 10, "Delisted": SHOWN + 10,
    }  # fmt: skip
    assert [row["Count"] for row in answer["OtherCounts"]["First"]] == [130 - n for n in range(SHOWN)]
    assert [row["Previous"] for row in answer["Delisted"]["First"]] == [129 - n for n in range(SHOWN)]
    assert "Count" not in answer["Delisted"]["First"][0]
    assert answer["ToZero"]["First"] == [{"Store": "Berlin", "Item": "item 99", "Count": 0}]
