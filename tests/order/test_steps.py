"""Every step of docs/order.md is needed: a story for each that ends right, and wrong without the step."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from load_inventory import inventory, load_rows, upload_record
from load_inventory.clients import Clients
from load_inventory.load_rows import Loading
from load_inventory.share import Write
from load_inventory.upload import Upload
from stock.shards import upload_scopes
from tests.order.shop import Shop, announce

_WRITE = "BatchExecuteStatement"  # the first one registers the upload, the next ones write rows


def late_behind_a_skipped_one(shop: Shop) -> None:
    shop.load(shop.upload(9, {"tea": 5}), shop.upload(11, {"tea": 5}), shop.upload(10, {"tea": 7}))
    assert shop.counts == {"tea": 5}


def late_while_a_newer_one_is_skipped(shop: Shop) -> None:
    shop.load(shop.upload(9, {"tea": 5}))
    late = shop.stop_before(shop.upload(10, {"tea": 7}), _WRITE, 2)
    shop.load(shop.upload(11, {"tea": 5}))
    shop.run(late)
    assert shop.counts == {"tea": 5}


def late_while_one_after_the_other_is_skipped(shop: Shop) -> None:
    shop.load(shop.upload(9, {"tea": 5}))
    late = shop.stop_before(shop.upload(10, {"tea": 7}), _WRITE, 2)
    shop.load(shop.upload(11, {"tea": 5}))
    while late.calls.count(_WRITE) < 2 or late.next != _WRITE:
        late.step()  # it has written, has looked again, and is about to write what the newer one says
    shop.load(shop.upload(12, {"tea": 7}))
    shop.run(late)
    assert shop.counts == {"tea": 7}


def late_and_dead_after_it_wrote(shop: Shop) -> None:
    shop.load(shop.upload(9, {"tea": 5}))
    late = shop.stop_before(shop.upload(10, {"tea": 0}), _WRITE, 2)
    shop.load(shop.upload(11, {"tea": 5}))
    late.step()
    late.crash(after_call=False)
    shop.load(late.message)
    assert shop.counts == {"tea": 5}


def both_found_no_row(shop: Shop) -> None:
    newer = shop.stop_before(shop.upload(11, {"tea": 6}), _WRITE, 2)
    older = shop.stop_before(shop.upload(10, {"tea": 7}), _WRITE, 2)
    shop.run(newer)
    shop.run(older)
    assert shop.counts == {"tea": 6}


def dead_before_there_were_shards(shop: Shop) -> None:
    shop.world.spread(1)
    shop.load(shop.upload(9, {"tea": 5}))
    while upload_scopes(Upload.of_event(event := shop.put(10, [("tea", 0)])).token, 16) == ["all"]:
        pass  # one of 16 stays where it was
    late = shop.stop_before(announce(event), _WRITE, 2)
    shop.load(shop.upload(11, {"tea": 5}))
    late.step()
    late.crash(after_call=False)
    shop.world.spread(16)
    shop.load(late.message)
    shop.world.spread(1)
    assert shop.counts == {"tea": 5}


def ask_nobody(_clients: Any, _attempt: Any, _questions: Any) -> None:
    """Step 2 without asking newer uploads."""


def look_never(_loading: Loading, _shares: Any) -> list[Any]:
    """No step 4."""
    return []


def look_once(loading: Loading, shares: Any, look: Any = Loading._where_others_came) -> Any:
    """Step 4 once, and not until nothing new came."""
    if loading.__dict__.setdefault("looked", False):
        return []
    loading.__dict__["looked"] = True
    return look(loading, shares)


def never_in_full(loading: Loading, shares: Any, _in_full: bool, load: Any = Loading._load) -> None:
    """No step 5: what an attempt that died has written is not looked at."""
    load(loading, shares, False)


def write_in_any_case(clients: Any, writes: list[Write], write_rows: Any = inventory.write_rows) -> Any:
    """Step 3 without deciding again: a row that is not as it was read is written all the same."""
    held = write_rows(clients, writes)
    missed = [write for write, done in zip(writes, held, strict=True) if not done]
    found = inventory.read_items(clients, [(write.store, write.item) for write in missed])
    write_rows(clients, [write._replace(stored=found.get((write.store, write.item))) for write in missed])
    return [True] * len(writes)


def in_its_shard(clients: Clients, upload: Upload) -> Upload:
    """Not to look for a record that was begun before there were shards."""
    return replace(upload, scope=upload_scopes(upload.token, clients.settings.shards)[0])


STEPS = [
    (late_behind_a_skipped_one, load_rows, "ask", ask_nobody),
    (late_while_a_newer_one_is_skipped, Loading, "_where_others_came", look_never),
    (late_while_one_after_the_other_is_skipped, Loading, "_where_others_came", look_once),
    (late_and_dead_after_it_wrote, Loading, "_load", never_in_full),
    (dead_before_there_were_shards, upload_record, "locate", in_its_shard),
    (both_found_no_row, load_rows, "write_rows", write_in_any_case),
]


@pytest.mark.parametrize(("story", "place", "name", "mutation"), STEPS)
def test_without_one_of_the_steps_an_older_value_would_stay(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    story: Callable[[Shop], None],
    place: Any,
    name: str,
    mutation: Callable[..., Any],
) -> None:
    story(shop)
    monkeypatch.setattr(place, name, mutation)
    with pytest.raises(AssertionError):
        story(Shop(shop.world))
