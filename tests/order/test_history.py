"""The history is the fold of the uploads, however often they and the records of the stream come, and whoever dies.

Uploads come in the order of their tokens here. What the history has of late ones, the random schedules compare
(machine.py): each of its facts with the file, and its end with the rows.
"""

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from keep_history.handler import keep
from load_inventory.upload import Upload
from stock.history import Past, Step, steps
from stock.messages import Record
from tests.order.deliveries import Delivery
from tests.order.fold import File, Line, fold
from tests.order.shop import Shop, again, announce, ask, history
from tests.order.world import World

ITEMS = ("milk", "rice", "tea")

Counts = dict[str, int]
counts = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from((0, 3, 3, 8)), min_size=1)
uploads = st.lists(st.tuples(counts, st.sampled_from(("rows", "rows", "snapshot"))), min_size=1, max_size=5)


@settings(
    max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)
@given(uploads=uploads, seed=st.integers(0, 2**32))
def test_it_equals_the_fold(world: World, uploads: list[tuple[Counts, str]], seed: int) -> None:
    shop, chance = Shop(world), random.Random(seed)  # how often it is asked depends on how far the functions came
    events: list[Record] = []
    files: list[File] = []
    for time, (told, mode) in enumerate(uploads, 1):
        events.append(shop.put(time, told.items(), mode=mode))
        load_with_mishaps(shop, events, chance)
        lines = tuple(Line(shop.name, item, count) for item, count in told.items())
        if shop.record(events[-1])["State"]["S"] == "loaded":
            files.append(File(lines, mode == "snapshot"))
        else:
            events.pop()  # refused, for what it would remove or set to 0: it says nothing
        keep_with_mishaps(world, chance)
    assert steps(history(world, shop.name)) == folded(
        shop.name, files, [Upload.of_event(event).token for event in events]
    )


def test_it_ends_where_the_row_did_though_the_list_that_delisted_it_is_withdrawn(world: World) -> None:
    shop = Shop(world)
    both, without_milk = shop.put(1, [("milk", 7), ("tea", 7)]), shop.put(2, [("tea", 5)], mode="snapshot")
    without_milk_either = shop.put(3, [("tea", 4)], mode="snapshot")
    shop.load(announce(both), announce(without_milk_either))
    world.keep_history(world.read_stream())
    shop.load(announce(without_milk))  # it comes late, and finds no milk that it could delist
    shop.load(ask(shop, without_milk_either))
    world.keep_history(world.read_stream())
    tokens = [Upload.of_event(event).token for event in (both, without_milk, without_milk_either)]
    past = steps(history(world, shop.name), {tokens[2]})
    assert past["milk"] == Past(None, [Step(tokens[0], 7), Step(tokens[1], None)])
    assert past["tea"].steps[-1] == Step(tokens[1], shop.counts["tea"])


def test_it_ends_where_a_list_ended_it_that_came_while_the_upload_was_withdrawn(world: World) -> None:
    shop = Shop(world)
    first, without_milk = shop.put(1, [("milk", 7)]), shop.put(2, [("tea", 5)], mode="snapshot")
    shop.load(announce(first))
    world.keep_history(world.read_stream())
    shop.load(ask(shop, first), announce(without_milk), ask(shop, first, back=True))
    world.keep_history(world.read_stream())
    tokens = [Upload.of_event(event).token for event in (first, without_milk)]
    assert steps(history(world, shop.name))["milk"] == Past(None, [Step(tokens[0], 7), Step(tokens[1], None)])


def load_with_mishaps(shop: Shop, events: list[Record], chance: random.Random) -> None:
    """Load the newest upload; functions die before that is done, and older ones come once more."""
    while chance.random() < 0.4:
        delivery = Delivery(shop.clients, announce(events[-1]))
        for _ in range(chance.randrange(25)):
            if not delivery.done:
                delivery.step()
        if not delivery.done:
            delivery.crash(after_call=chance.random() < 0.5)
    shop.load(announce(events[-1]))
    if chance.random() < 0.3:
        shop.load(again(chance.choice(events)))


def keep_with_mishaps(world: World, chance: random.Random) -> None:
    """Keep what the stream has; batches come again, whole or from some record on."""
    records = world.read_stream()
    table, days = world.clients.settings.history, world.clients.settings.keep_history_days
    while chance.random() < 0.3:
        keep(world.clients.dynamodb, table, records[: chance.randrange(len(records) + 1)], days)
    half = chance.randrange(len(records) + 1)
    for batch in (records[:half], records[half:]):
        keep(world.clients.dynamodb, table, batch, days)


def folded(store: str, files: list[File], tokens: list[str]) -> dict[str, Past]:
    """Return what files make of the counts of a store, one after the other."""
    pasts: dict[str, Past] = {}
    last: dict[str, int | None] = dict.fromkeys(ITEMS)
    for number, token in enumerate(tokens, 1):
        rows = fold(files[:number]).get(store, {})
        for item in ITEMS:
            count = rows[item].count if item in rows else None
            if count != last[item]:
                pasts.setdefault(item, Past(None, [])).steps.append(Step(token, count))
                last[item] = count
    return pasts
