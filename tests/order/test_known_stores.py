"""A deployment that takes only the stores that it knows: those that have items."""

import copy
from dataclasses import replace

import pytest

from tests.order.shop import Shop, again, announce
from tests.order.world import World


@pytest.fixture
def shop(world: World) -> Shop:
    """A store that no other test has, in such a deployment."""
    clients = copy.copy(world.clients)
    clients.settings = replace(clients.settings, known_stores_only=True)
    return Shop(replace(world, clients=clients))


@pytest.mark.parametrize("rows", [1, 9])  # nine do not fit one invocation
def test_a_new_store_is_refused_by_its_name_unless_its_sender_insists(shop: Shop, rows: int) -> None:
    lines = [(f"item {number}", 5) for number in range(rows)]
    first = shop.put(1, lines)
    shop.load(announce(first))
    assert shop.rows == []
    assert shop.record(first)["Reason"]["S"].startswith(
        f"The file names a store that onhand does not know: “{shop.name}”."
    )
    body = "store,item,count\n" + "".join(f"{shop.name},{item},{count}\n" for item, count in lines)
    insisted = shop.put_file(f"uploads/{shop.name}/2.csv", 2, body.encode(), force="true")
    shop.load(announce(insisted))
    assert len(shop.rows) == rows
    shop.load(shop.upload(3, {"item 0": 7}))
    assert shop.counts["item 0"] == 7


def test_a_replay_loads_what_was_loaded_and_refuses_what_was_refused(shop: Shop) -> None:
    refused = shop.put(1, [("tea", 5)])
    body = f"store,item,count\n{shop.name},milk,5\n"
    insisted = shop.put_file(f"uploads/{shop.name}/2.csv", 2, body.encode(), force="true")
    later = shop.put(3, [("milk", 6)])
    shop.load(*map(announce, (refused, insisted, later)))
    shop.empty()
    shop.recount()
    shop.load(again(refused), again(later), again(insisted))
    assert shop.counts == {"milk": 6}
