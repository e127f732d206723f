"""What an answer to a check shows of many changes: exact counts, and only the greatest."""

import pytest

from load_inventory.rules import Stored, Wanted
from load_inventory.share import Write
from load_inventory.would_change import SHOWN, WouldChange


def write(item: int, before: int | None, after: int | None) -> Write:
    stored = None if before is None else Stored(before, "t1")
    wanted = None if after is None else Wanted(after, "t2", None, "", quiet=False)
    return Write("Berlin", f"item {item:02}", stored, wanted, None)


def kinds(*writes: Write) -> dict[str, list[str]]:
    """The items that are shown of each kind that has any, by their numbers."""
    found = WouldChange()
    for one in writes:
        found.add(one)
    shown = {
        kind: [row["Item"].removeprefix("item ") for row in some["First"]] for kind, some in found.answer().items()
    }
    return {kind: items for kind, items in shown.items() if items}


@pytest.mark.parametrize(
    ("before", "after", "of"),
    [
        (None, 7, ["NewItems"]),
        (None, 0, ["NewItems", "ToZero"]),
        (7, 0, ["ToZero"]),
        (1, 0, ["ToZero"]),
        (7, 9, ["OtherCounts"]),
        (9, 7, ["OtherCounts"]),
        (0, 7, ["OtherCounts"]),
        (7, None, ["Delisted"]),
        (0, None, ["Delisted"]),
        # A row whose reorder point or mark changes, or what a table returned: equal, but not the same object.
        (7, 7, []),
        (0, 0, []),
        (int("1000"), int("1000"), []),
    ],
)
def test_of_what_kind_a_change_is(before: int | None, after: int | None, of: list[str]) -> None:
    assert [*kinds(write(1, before, after))] == of


def test_a_count_that_nobody_can_read_changes_as_soon_as_a_file_has_one() -> None:
    unreadable = write(1, 7, 0)._replace(stored=Stored(None, "t1"))
    assert [*kinds(unreadable)] == ["ToZero"]
    only_its_point = unreadable._replace(wanted=Wanted(None, "t1", 9, "t2", quiet=False))
    assert kinds(only_its_point) == {}


@pytest.mark.parametrize(
    ("writes", "shown"),
    [
        ([write(1, 200, 210), write(2, 5, 50)], {"OtherCounts": ["02", "01"]}),
        ([write(1, 0, 5), write(2, 1, 7)], {"OtherCounts": ["02", "01"]}),
        ([write(1, None, 0), write(2, None, 1)], {"NewItems": ["02", "01"], "ToZero": ["01"]}),
        ([write(1, 1, None), write(2, 0, None)], {"Delisted": ["01", "02"]}),
        ([write(2, 7, 9), write(1, 7, 5)], {"OtherCounts": ["01", "02"]}),  # as great: by name
    ],
)
def test_the_greatest_differences_come_first(writes: list[Write], shown: dict[str, list[str]]) -> None:
    assert kinds(*writes) == shown


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


@pytest.mark.parametrize("number", [SHOWN + 10, 2 * SHOWN, 4 * SHOWN + 3])
def test_of_equal_differences_those_with_the_first_names_are_shown_in_whatever_order_they_come(number: int) -> None:
    for items in (range(number), reversed(range(number))):
        assert kinds(*(write(item, 7, None) for item in items)) == {"Delisted": [f"{item:02}" for item in range(SHOWN)]}
