"""The catalogue as a sum over rows: what records of the stream add to it, and how it is packed."""

import random
from typing import Any

import pytest

from keep_catalogue.fold import is_worth_it
from onhand.catalogue import Look, lasting
from stock.catalogue import Entry, Totals, added_up, difference, entry_of, folded, pack, totals, unpack
from stock.packs import Columns, in_packs

Row = dict[str, Any]


def row(item: str, count: Any, short: str = "") -> Row:
    image: Row = {"Store": {"S": "Berlin"}, "Item": {"S": item}, "AsOf": {"S": "x"}}
    if count is not None:
        image["Count"] = {"N": str(count)}
    return image | ({"Short": {"S": short}} if short else {})


def record(old: Row | None, new: Row | None) -> Row:
    known = new or old or {}
    images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
    return {"dynamodb": {"Keys": {"Store": known["Store"], "Item": known["Item"]}, "SequenceNumber": "1", **images}}


def test_a_row_that_comes_changes_and_goes() -> None:
    there, out, low = row("Dot", 9), row("Dot", 0, "out.07"), row("Dot", 2, "low")
    assert difference(record(None, there)) == Entry("Dot", 1, 0, 0, 9)
    assert difference(record(there, out)) == Entry("Dot", 0, 1, 0, -9)
    assert difference(record(out, low)) == Entry("Dot", 0, -1, 1, 2)
    assert difference(record(low, None)) == Entry("Dot", -1, 0, -1, -2)


def test_what_is_the_same_in_the_end_is_no_difference() -> None:
    there, out = row("Dot", 9), row("Dot", 0, "out")
    assert difference(record(there, there | {"AsOf": {"S": "y"}})) is None
    both = [difference(record(there, out)), difference(record(out, there))]
    assert added_up(filter(None, both)) == {}


def test_a_row_by_hand_has_no_units() -> None:
    assert entry_of("Dot", row("Dot", None)) == Entry("Dot", 1)
    assert entry_of("Dot", row("Dot", "-3")) == Entry("Dot", 1)
    assert entry_of("Dot", row("Dot", "0")) == Entry("Dot", 1, out=1)  # out without being marked so


@pytest.mark.parametrize(
    ("entry", "is_short"),
    [
        (Entry("Dot", 5, units=90), False),
        (Entry("Dot", 5, out=1), True),
        (Entry("Dot", 5, low=1), True),
        (Entry("Dot", 0, out=-1), True),  # a difference
        (Entry("Dot", 0, low=-1), True),
    ],
)
def test_an_item_is_short_if_it_is_so_in_any_store(entry: Entry, is_short: bool) -> None:
    assert entry.is_short is is_short


def test_totals_have_an_item_if_a_store_carries_it() -> None:
    entries = [Entry("Dot", 1, 0, 1, 9), Entry("Show", 3, 2, 0, 7), Entry("gone", 0, units=4), Entry("taken away", -1)]
    assert totals(entries) == Totals(items=2, rows=3, out=2, low=1, units=20)


def test_the_sum_of_differences_is_a_plain_count() -> None:
    choose = random.Random(12)
    rows: dict[tuple[int, str], Row] = {}
    differences: list[Entry] = []
    for _ in range(400):
        key = choose.randrange(5), choose.choice("abc")
        count = choose.choice([0, 1, 2, 9])
        new = row(key[1], count, {0: "out", 1: "low"}.get(count, "")) if choose.random() < 0.7 else None
        if new or key in rows:
            differences += filter(None, [difference(record(rows.get(key), new))])
        rows = {other: each for other, each in rows.items() if other != key} | ({key: new} if new else {})
    counted = added_up(entry_of(item, each) for (_, item), each in rows.items())
    assert added_up(differences) == counted
    assert totals(counted.values())[:2] == (3, len(rows))


def test_packs_hold_all_sorted_by_folded_names() -> None:
    names = ["Zebra", "écran", "Eclair", "łódź", "lodge"]
    packed = pack(Entry(name, 3, 1, 0, 70) for name in names)
    assert [entry.item for each in packed for entry in unpack(each)] == ["Eclair", "écran", "lodge", "łódź", "Zebra"]
    many = [Entry(f"Item {number:06}", -1, 0, 1, number) for number in range(20_000)]
    assert [entry for each in pack(many) for entry in unpack(each)] == many
    assert len(pack(many)) > 1


def test_a_pack_that_lacks_a_number_is_not_read() -> None:
    columns: Columns = {"items": ["Dot"], "stores": [1], "out": [0], "low": [0], "units": []}
    (packed,) = in_packs([("Dot",)], lambda _: columns)
    with pytest.raises(ValueError, match="shorter"):
        unpack(packed)


def test_folded() -> None:
    assert [folded(name) for name in ("Zürich", "ŁÓDŹ", "Écran", "Straße", "Køge", "ﬁt")] == [
        "zurich", "lodz", "ecran", "strasse", "koge", "fit",
    ]  # fmt: skip


def test_it_is_folded_when_the_news_are_half_of_it() -> None:
    assert not is_worth_it(deltas=15, size=1_000, base=0)
    assert is_worth_it(deltas=16, size=1_000, base=2_000)
    assert not is_worth_it(deltas=89, size=999, base=2_000)
    assert is_worth_it(deltas=90, size=1, base=1_000_000)  # a transaction deletes no more
    assert is_worth_it(deltas=1, size=2_000_000, base=9_000_000)


def test_only_what_stands_still_and_differs_is_wrong() -> None:
    def look(rows: Entry | None, kept: Entry | None) -> Look:
        return Look({"Dot": rows} if rows else {}, {"Dot": kept} if kept else {})

    one, two, three = (Entry("Dot", 1, units=units) for units in (5, 6, 7))
    assert lasting(look(one, two), look(one, two)) == [Entry("Dot", units=-1)]
    assert lasting(look(None, two), look(None, two)) == [Entry("Dot", -1, units=-6)]
    assert lasting(look(one, None), look(one, None)) == [one]
    assert lasting(look(one, two), look(one, one)) == []  # it was on its way
    assert lasting(look(one, two), look(three, two)) == []  # something is on its way
    assert lasting(look(one, two), look(one, three)) == []
