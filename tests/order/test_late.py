"""Late, repeated and interrupted uploads, one example each. What random schedules find is in test_order.py."""

import itertools
from typing import Any

import pytest

from load_inventory import load
from load_inventory.decide import Tally
from load_inventory.services import Services
from tests.order.deliveries import Delivery, Message, Queue, csv_text, s3_event

_names = itertools.count()


class Shop:
    """One store, whose uploads a test announces and delivers as it likes."""

    def __init__(self, services: Services, bucket: str) -> None:
        self.services, self.bucket = services, bucket
        self.name = f"shop {next(_names)}"
        self.queue = Queue(services)

    def upload(self, time: int, counts: dict[str, int], mode: str = "rows") -> Message:
        """Put a file at a time of the day, with a count for each item; return the message that announces it."""
        key = f"uploads/{self.name}/{time}.csv"
        text = csv_text((self.name, item, count) for item, count in counts.items())
        put = self.services.s3.put_object(Bucket=self.bucket, Key=key, Body=text, Metadata={"mode": mode})
        self.queue.put({"Records": [s3_event(self.bucket, key.replace(" ", "+"), put["VersionId"], time)]})
        return self.queue.waiting.pop()

    def load(self, message: Message) -> None:
        """Deliver a message, and all that it causes to be delivered."""
        waiting = [message]
        while waiting:
            delivery = Delivery(self.services, waiting.pop(0))
            while not delivery.done:
                delivery.step()
            self.queue.fetch()
            waiting += self.queue.waiting
            self.queue.clear()

    def load_but_die_after(self, message: Message, call: str) -> None:
        """Deliver a message to a function that dies when it has made a certain call."""
        delivery = Delivery(self.services, message)
        while not delivery.calls or delivery.calls[-1] != call:
            delivery.step()
        delivery.crash(after_call=False)

    def redelivered(self, message: Message) -> list[Message]:
        """Deliver a message; return the messages it sends."""
        delivery = Delivery(self.services, message)
        while not delivery.done:
            delivery.step()
        self.queue.fetch()
        sent = list(self.queue.waiting)
        self.queue.clear()
        return sent

    @property
    def counts(self) -> dict[str, int]:
        return {item["Item"]["S"]: int(item["Count"]["N"]) for item in self._query("Inventory")}

    @property
    def summary(self) -> dict[str, int]:
        return {name: int(self._query("Stores")[0][name]["N"]) for name in ("Items", "Units", "Out")}

    def _query(self, table: str) -> list[dict[str, Any]]:
        values = {":s": {"S": self.name}}
        query = {"KeyConditionExpression": "#s=:s", "ExpressionAttributeNames": {"#s": "Store"}}
        request = query | {"TableName": table, "ExpressionAttributeValues": values, "ConsistentRead": True}
        return [item for page in self.services.dynamodb.pages(request) for item in page]


@pytest.fixture
def shop(world: tuple[Services, str]) -> Shop:
    return Shop(*world)


def test_an_older_upload_that_arrives_late_changes_nothing(shop: Shop) -> None:
    morning, noon = shop.upload(9, {"tea": 5, "milk": 1}), shop.upload(12, {"tea": 7, "milk": 1})
    shop.load(noon)
    shop.load(morning)
    assert shop.counts == {"tea": 7, "milk": 1}


def test_a_count_that_was_skipped_as_equal_comes_back_after_a_late_one(shop: Shop) -> None:
    for message in (shop.upload(9, {"tea": 5}), shop.upload(11, {"tea": 5}), shop.upload(10, {"tea": 7})):
        shop.load(message)
    assert shop.counts == {"tea": 5}
    assert shop.summary == {"Items": 1, "Units": 5, "Out": 0}


def late_and_interrupted(shop: Shop) -> dict[str, int]:
    """A late upload writes its row and dies; then it is delivered again."""
    for message in (shop.upload(9, {"tea": 5}), shop.upload(11, {"tea": 5})):
        shop.load(message)
    late = shop.upload(10, {"tea": 0})
    shop.load_but_die_after(late, "BatchExecuteStatement")
    shop.load(late)
    return shop.counts


def test_a_late_upload_that_dies_after_it_wrote_looks_again_all_the_same(shop: Shop) -> None:
    assert late_and_interrupted(shop) == {"tea": 5}
    assert shop.summary == {"Items": 1, "Units": 5, "Out": 0}


def test_looking_again_only_if_this_attempt_wrote_is_not_enough(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_if_it_wrote(tally: Tally, _open_before: bool, snapshot: bool) -> bool:
        return tally.wrote

    monkeypatch.setattr(load, "must_look_again", only_if_it_wrote)
    assert late_and_interrupted(shop) == {"tea": 0}


def test_a_late_upload_has_one_upload_delivered_again_not_a_year_of_them(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 0}))
    late = shop.upload(2, {"tea": 7, "milk": 7})
    for day in range(3, 30):
        shop.load(shop.upload(day, {"tea": 5, "milk": day % 2, f"new {day}": 1}))
    first = shop.redelivered(late)
    assert len(first) == 1
    assert shop.redelivered(first[0]) == []
    assert (shop.counts["tea"], shop.counts["milk"]) == (5, 1)


def test_a_request_to_settle_is_passed_on_until_every_row_is_settled(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 5}))
    shop.load(shop.upload(3, {"tea": 5}))
    shop.load(shop.upload(4, {"milk": 5}))
    late = shop.upload(2, {"tea": 7, "milk": 7})
    first = shop.redelivered(late)
    assert len(first) == 1
    assert shop.redelivered(first[0]) != [], "the newest upload does not speak of tea"
    shop.load(first[0])
    assert shop.counts == {"tea": 5, "milk": 5}


def test_the_same_upload_again_neither_writes_nor_redelivers(shop: Shop) -> None:
    messages = [shop.upload(day, {"tea": day % 3, "milk": 2}) for day in range(5)]
    for message in messages:
        shop.load(message)
    before = shop._query("Inventory")
    for message in messages:
        assert shop.redelivered(message) == []
    assert shop._query("Inventory") == before


def test_a_snapshot_removes_what_it_does_not_mention(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 0, "salt": 3}))
    shop.load(shop.upload(2, {"tea": 5, "milk": 1}, "snapshot"))
    assert shop.counts == {"tea": 5, "milk": 1}
    assert shop.summary == {"Items": 2, "Units": 6, "Out": 0}


def test_an_older_upload_does_not_bring_back_a_delisted_item(shop: Shop) -> None:
    late = shop.upload(2, {"salt": 9, "tea": 4})
    shop.load(shop.upload(1, {"tea": 5, "salt": 3}))
    shop.load(shop.upload(3, {"tea": 5}, "snapshot"))
    shop.load(late)
    assert shop.counts == {"tea": 5}


def test_a_late_snapshot_leaves_what_a_newer_upload_speaks_of(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "salt": 3}))
    shop.load(shop.upload(3, {"salt": 3}))
    shop.load(shop.upload(2, {"tea": 5}, "snapshot"))
    assert shop.counts == {"tea": 5, "salt": 3}


def test_a_split_upload_ends_with_the_last_line_of_every_item(world: tuple[Services, str]) -> None:
    services, bucket = world  # splits files of more than four rows
    shop = Shop(services, bucket)
    lines = [(shop.name, f"item {n % 6}", n) for n in range(30)]
    put = services.s3.put_object(Bucket=bucket, Key="uploads/split.csv", Body=csv_text(lines))
    shop.queue.put({"Records": [s3_event(bucket, "uploads/split.csv", put["VersionId"], 7)]})
    shop.load(shop.queue.waiting.pop())
    assert shop.counts == {f"item {n}": 24 + n for n in range(6)}
    assert shop.summary == {"Items": 6, "Units": sum(range(24, 30)), "Out": 0}
