"""What is kept of the past: packing it, and reading it as a set of facts."""

import json
import re

import pytest

from stock.history import Change, Past, Step, by_hand, is_by_hand, kept, pack, steps, unpack
from stock.packs import Columns, in_packs

MON, TUE, WED = (f"202611{day}T080000.000Z-000000000000000001-0a0b0c0d" for day in (23, 24, 25))


def test_packed_and_unpacked() -> None:
    changes = [Change("Ünï ☕", MON, None, 5), Change("milk", TUE, 4, None), Change("tea", MON, 3, 0)]
    (packed,) = pack(changes)
    assert set(unpack(packed)) == set(changes)


def test_a_pack_has_the_uploads_of_an_item_as_they_happened() -> None:
    changes = [Change("tea", WED, 4, 5), Change("tea", MON, None, 3), Change("milk", TUE, 2, 1)]
    (packed,) = pack(changes)
    assert unpack(packed) == [changes[2], changes[1], changes[0]]


def test_a_pack_that_lacks_a_count_is_not_read() -> None:
    columns: Columns = {"tokens": [MON], "items": ["tea", "milk"], "by": [0, 0], "before": [1, 2], "after": [3]}
    (packed,) = in_packs([("tea", "milk")], lambda _: columns)
    with pytest.raises(ValueError, match="shorter"):
        unpack(packed)


def test_it_is_kept_for_so_many_days_from_now_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stock.history.time.time", lambda: 1_795_336_612.7)
    (item,) = kept("Berlin", MON, [Change("tea", MON, 3, 4)], days=400)
    assert item["Expires"] == {"N": str(1_795_336_612 + 400 * 24 * 60 * 60)}
    assert item["Store"] == {"S": "Berlin"}
    assert re.fullmatch(f"{MON}#[0-9a-f]{{16}}", item["Pack"]["S"])


def test_a_pack_never_comes_near_what_dynamodb_takes() -> None:
    names = [f"{number:0>4}" + chr(0x4E00 + number) * 300 for number in range(2000)]  # 900 bytes each
    changes = [Change(name, MON, 1, number) for number, name in enumerate(names)]
    items = kept("Berlin", MON, changes, days=400)
    assert max(len(json.dumps(item)) for item in items) < 400_000
    assert len({item["Pack"]["S"] for item in items}) == len(items) > 1
    assert {change for packed in pack(changes) for change in unpack(packed)} == set(changes)


def test_a_change_takes_about_fifteen_bytes() -> None:
    changes = [Change(f"Article {number * 7919 % 10_000:05}", TUE, number % 40, number % 37) for number in range(200)]
    assert len(pack(changes)[0]) / len(changes) < 15


def test_facts_may_come_twice_and_in_any_order() -> None:
    facts = [Change("tea", WED, 5, 7), Change("tea", MON, None, 5), Change("tea", MON, None, 5)]
    assert steps(facts) == {"tea": Past(None, [Step(MON, 5), Step(WED, 7)])}


def test_what_did_not_change_is_no_step() -> None:
    assert steps([Change("tea", MON, 5, 5), Change("tea", TUE, 5, 6)]) == {"tea": Past(5, [Step(TUE, 6)])}
    many, as_many = int("700"), int("700")  # two objects, as read from two packs
    assert steps([Change("tea", MON, many, as_many)]) == {"tea": Past(700, [])}


def test_what_a_withdrawn_upload_said_is_left_out() -> None:
    facts = [Change("tea", MON, None, 5), Change("tea", TUE, 5, 50), Change("new", TUE, None, 1)]
    assert steps(facts, {TUE}) == {"tea": Past(None, [Step(MON, 5)])}


def test_a_withdrawn_upload_tells_what_was_before_it() -> None:
    facts = [Change("tea", MON, 5, 99), Change("tea", TUE, 99, 4)]
    assert steps(facts, {MON}) == {"tea": Past(5, [Step(TUE, 4)])}


def test_what_was_before_an_upload_is_not_what_was_withdrawn_after_it() -> None:
    """The row is the older upload's again, from 50."""
    facts = [Change("tea", MON, 7, 5), Change("tea", TUE, 5, 50), Change("tea", MON, 50, 5)]
    assert steps(facts, {TUE}) == {"tea": Past(7, [Step(MON, 5)])}


def test_a_change_by_hand_has_its_place_among_uploads() -> None:
    token = by_hand("20261124T070000", "123")
    assert is_by_hand(token)
    assert not is_by_hand(MON)
    assert MON < token < TUE
    assert token == f"20261124T070000.000Z-hand-{'123':0>40}"
    assert token > by_hand("20261124T070000", "99")
    assert steps([Change("tea", token, 5, 6), Change("tea", MON, None, 5)])["tea"].steps[-1] == Step(token, 6)


def test_of_a_fact_that_is_there_twice_the_first_one_stays_the_first() -> None:
    """After an upload was withdrawn, rows have an older token again: what was before that is no count of this one."""
    twice = [Change("tea", MON, None, 5), *(Change("tea", MON, before, 5) for before in range(50, 58))]
    (packed,) = pack(twice)
    assert unpack(packed) == twice
    assert steps(unpack(packed)) == {"tea": Past(None, [Step(MON, 5)])}
