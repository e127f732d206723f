"""Files that would set most of a store to 0 at once. Here the limit is 60 %, for stores of at least three items."""

from tests.order.shop import Shop, again, announce

FULL = {"tea": 5, "milk": 3, "salt": 2}


def test_such_a_file_is_refused_with_the_numbers_in_words(shop: Shop) -> None:
    wrong = shop.put(2, [("tea", 0), ("milk", 0), ("salt", 2)])
    shop.load(shop.upload(1, FULL), announce(wrong))
    assert shop.counts == FULL
    assert shop.record(wrong)["Reason"]["S"].startswith(
        f"The file would set 2 of the 3 items of “{shop.name}” to 0 at once, more than 60%."
    )


def test_so_is_a_snapshot_of_that_kind(shop: Shop) -> None:
    shop.load(shop.upload(1, FULL), shop.upload(2, dict.fromkeys(FULL, 0), "snapshot"))
    assert shop.counts == FULL


def test_who_insists_has_it_loaded(shop: Shop) -> None:
    empty = dict.fromkeys(FULL, 0)
    lines = "".join(f"{shop.name},{item},0\n" for item in empty)
    content = f"store,item,count\n{lines}".encode()
    event = shop.put_file(f"uploads/{shop.name}/2.csv", 2, content, force="true")
    shop.load(shop.upload(1, FULL), announce(event))
    assert shop.counts == empty


def test_what_was_out_already_does_not_count_nor_what_a_newer_upload_has_set(shop: Shop) -> None:
    shop.load(shop.upload(1, FULL), shop.upload(2, {"tea": 0}), shop.upload(3, {"tea": 0, "milk": 0}))
    assert shop.counts == {"tea": 0, "milk": 0, "salt": 2}
    shop.load(shop.upload(5, {"milk": 9, "salt": 9}), shop.upload(4, dict.fromkeys(FULL, 0)))
    assert shop.counts == {"tea": 0, "milk": 9, "salt": 9}


def test_a_small_store_is_not_bothered(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 3}), shop.upload(2, {"tea": 0, "milk": 0}))
    assert shop.counts == {"tea": 0, "milk": 0}


def test_a_replay_of_what_was_loaded_does_not_ask(shop: Shop) -> None:
    """As of a file that was loaded before there was the limit, or when the store had more items."""
    full, rest = shop.upload(1, {"tea": 5, "milk": 3}), shop.put(2, [("tea", 0), ("milk", 0)])
    shop.load(full, announce(rest), shop.upload(3, {"salt": 1}))
    shop.empty()
    shop.recount()
    shop.load(shop.upload(0, {"tea": 5, "milk": 3, "salt": 1}), again(rest))
    assert (shop.counts["tea"], shop.counts["milk"]) == (0, 0)


def test_a_file_that_is_split_is_guarded_too_and_its_replay_is_not_asked(shop: Shop) -> None:
    """Nine rows do not fit one invocation; items of the store lie before, between and behind them."""
    full = {f"item {number}": 5 for number in range(9)} | {"apples": 1, "zinc": 1}
    empty = {f"item {number}": 0 for number in range(9)}
    wrong = shop.put(2, empty.items())
    shop.load(shop.upload(1, full))
    shop.load(announce(wrong))
    assert shop.counts == full
    assert shop.record(wrong)["Reason"]["S"].startswith(
        f"The file would set 9 of the 11 items of “{shop.name}” to 0 at once, more than 60%."
    )
    lines = "".join(f"{shop.name},{item},0\n" for item in empty)
    insisted = shop.put_file(f"uploads/{shop.name}/3.csv", 3, f"store,item,count\n{lines}".encode(), force="true")
    shop.load(announce(insisted))
    assert shop.counts == full | empty
    shop.empty()
    shop.recount()
    shop.load(again(insisted))
    shop.load(again(wrong))
    assert shop.counts == empty


def test_a_split_file_with_many_zeros_of_which_few_are_new_is_loaded(shop: Shop) -> None:
    stock = {f"item {number}": 5 * (number > 6) for number in range(9)}
    shop.load(shop.upload(1, stock | {"zinc": 1}))
    shop.load(shop.upload(2, dict.fromkeys(stock, 0)))
    assert shop.counts == dict.fromkeys(stock, 0) | {"zinc": 1}
