"""One store and its uploads, for the tests that tell one story each."""

import itertools
from collections.abc import Iterable
from typing import Any

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
        return self.upload_lines(time, counts.items(), mode)

    def upload_lines(self, time: int, lines: Iterable[tuple[str, int]], mode: str = "rows") -> Message:
        """The same with a line for each (item, count), of which several may be about one item."""
        key = f"uploads/{self.name}/{time}.csv"
        text = csv_text((self.name, item, count) for item, count in lines)
        put = self.services.s3.put_object(Bucket=self.bucket, Key=key, Body=text, Metadata={"mode": mode})
        self.queue.put({"Records": [s3_event(self.bucket, key.replace(" ", "+"), put["VersionId"], time)]})
        return self.queue.waiting.pop()

    def load(self, message: Message) -> None:
        """Deliver a message, and all that it causes to be delivered."""
        waiting = [message]
        while waiting:
            waiting += self.deliver(waiting.pop(0))

    def load_but_die_after(self, message: Message, call: str) -> None:
        """Deliver a message to a function that dies when it has made a certain call."""
        delivery = Delivery(self.services, message)
        while not delivery.calls or delivery.calls[-1] != call:
            delivery.step()
        delivery.crash(after_call=False)

    def deliver(self, message: Message) -> list[Message]:
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
        return {item["Item"]["S"]: int(item["Count"]["N"]) for item in self.query("Inventory")}

    @property
    def summary(self) -> dict[str, int]:
        return {name: int(self.query("Stores")[0][name]["N"]) for name in ("Items", "Units", "Out")}

    def query(self, table: str) -> list[dict[str, Any]]:
        values = {":s": {"S": self.name}}
        query = {"KeyConditionExpression": "#s=:s", "ExpressionAttributeNames": {"#s": "Store"}}
        request = query | {"TableName": table, "ExpressionAttributeValues": values, "ConsistentRead": True}
        return [item for page in self.services.dynamodb.pages(request) for item in page]
