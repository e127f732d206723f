"""One store and its uploads, for the tests that tell one story each."""

import itertools
import json
from collections.abc import Iterable
from typing import Any

from load_inventory.upload import Upload
from load_inventory.upload_record import locate
from stock.history import Change, changes_of
from stock.messages import LoadAgain, Record, Recount
from stock.shards import name_of
from tests.order.deliveries import Delivery, Message, csv_text, s3_event
from tests.order.world import BUCKET, World

_names = itertools.count()
_requests = itertools.count(1000)  # each is newer than all uploads, and than the one before


class Shop:
    """One store, whose uploads a test announces and delivers as it likes."""

    def __init__(self, world: World) -> None:
        self.world, self.clients = world, world.clients
        self.name = f"shop {next(_names)}"
        self.files: list[str] = []  # keys of the uploads that were read
        self.longest_chain = 0

    def put(self, time: int, rows: Iterable[Iterable[Any]], columns: str = "item,count", mode: str = "rows") -> Record:
        """Put a file with rows of this store at a time (in seconds); return S3's event."""
        lines = [(self.name, *row) for row in rows]
        return self.put_file(f"uploads/{self.name}/{time}.csv", time, csv_text(lines, f"store,{columns}"), mode)

    def put_file(self, key: str, time: int, content: bytes, mode: str = "rows", **asked: str) -> Record:
        """Put any file; return S3's event. `asked`: what else its metadata says."""
        put = self.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=content, Metadata={"mode": mode, **asked})
        return s3_event(BUCKET, key.replace(" ", "+"), put["VersionId"], time)

    def upload(self, time: int, counts: dict[str, Any], mode: str = "rows") -> Message:
        """Put a file with a count for each item; return the message that announces it."""
        return announce(self.put(time, counts.items(), mode=mode))

    def load(self, *messages: Message) -> None:
        """Deliver messages, one after the other, and all that they cause to be delivered."""
        waiting = list(messages)
        while waiting:
            waiting += self.deliver(waiting.pop(0))

    def deliver(self, message: Message) -> list[Message]:
        """Deliver a message; return the messages it sends."""
        self.longest_chain = max(self.longest_chain, message.links)
        return self.run(Delivery(self.clients, message))

    def run(self, delivery: Delivery) -> list[Message]:
        """Let a delivery run to its end; return the messages it sends."""
        sent = delivery.finish()
        self.files += delivery.files
        return sent

    def stop_before(self, message: Message, call: str, number: int = 1) -> Delivery:
        """Deliver a message to a function that stands still when it is to make a certain call for the n-th time."""
        delivery = Delivery(self.clients, message)
        while delivery.next != call or delivery.calls.count(call) < number - 1:
            delivery.step()
        return delivery

    def load_but_die_after(self, message: Message, call: str, number: int = 1) -> None:
        """Deliver a message to a function that dies when it has made a certain call for the n-th time."""
        delivery = Delivery(self.clients, message)
        while delivery.calls.count(call) < number:
            delivery.step()
        delivery.crash(after_call=False)

    @property
    def counts(self) -> dict[str, int]:
        return {item["Item"]["S"]: int(item["Count"]["N"]) for item in self.rows}

    @property
    def points(self) -> dict[str, int]:
        return {item["Item"]["S"]: int(item["ReorderPoint"]["N"]) for item in self.rows if "ReorderPoint" in item}

    @property
    def short(self) -> dict[str, str]:
        return {item["Item"]["S"]: name_of(item["Short"]["S"]) for item in self.rows if "Short" in item}

    @property
    def loud(self) -> set[str]:
        """The items whose rows raise alerts: they were not written by a replay."""
        return {item["Item"]["S"] for item in self.rows if "Quiet" not in item}

    @property
    def rows(self) -> list[dict[str, Any]]:
        return query(self.world, self.clients.settings.inventory, self.name)

    @property
    def summary(self) -> dict[str, int]:
        (found,) = query(self.world, self.clients.settings.stores, self.name)
        return {name: int(found[name]["N"]) for name in ("Items", "Units", "Out", "Low")}

    def record(self, event: Record) -> dict[str, Any]:
        """The record of an upload."""
        upload = locate(self.clients, Upload.of_event(event))
        key = {"Scope": {"S": upload.scope}, "Token": {"S": upload.token}}
        return self.clients.dynamodb.get(self.clients.settings.uploads, key) or {}

    def set_point(self, item: str, point: int) -> None:
        """Set the reorder point of an item in this store, as the command line does."""
        names, key = self.clients.settings, {"Store": {"S": self.name}}
        row = key | {"Item": {"S": item}, "ReorderPoint": {"N": str(point)}}
        self.world.dynamodb.put_item(TableName=names.reorder_points, Item=row)
        self.world.dynamodb.update_item(
            TableName=names.stores,
            Key=key,
            UpdateExpression="ADD PointsVersion :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    def recount(self) -> None:
        """Have the store recounted."""
        self.load(Message(Recount(self.name).body()))

    def empty(self) -> None:
        """Lose the rows of the store; the ledger stays."""
        for row in self.rows:
            key = {"Store": row["Store"], "Item": row["Item"]}
            self.world.dynamodb.delete_item(TableName=self.clients.settings.inventory, Key=key)

    def forget_uploads(self, *events: Record) -> None:
        """Lose the records of uploads, and the ledger of the store."""
        tokens = [Upload.of_event(event).token for event in events]
        for scope in ("all", f"store:{self.name}"):
            for token in tokens:
                key = {"Scope": {"S": scope}, "Token": {"S": token}}
                self.world.dynamodb.delete_item(TableName=self.clients.settings.uploads, Key=key)

    def put_by_hand(self, item: str, **attributes: Any) -> None:
        """Write a row as people do, past onhand."""
        row = {"Store": {"S": self.name}, "Item": {"S": item}, **attributes}
        self.world.dynamodb.put_item(TableName=self.clients.settings.inventory, Item=row)


def announce(event: Record) -> Message:
    """Return the message with which S3 announces an upload."""
    return Message(json.dumps({"Records": [event]}))


def ask(shop: Shop, event: Record, back: bool = False, folder: str | None = None, why: str = "wrong file") -> Message:
    """Put a request to withdraw an upload, or to take that back; return the message that announces it."""
    store = shop.name if folder is None else folder
    key = f"withdrawals/{f'{store}/' if store else ''}{Upload.of_event(event).token}"
    metadata = {"uploaded-by": "Ann"} | ({"take-back": "true"} if back else {})
    put = shop.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=why.encode(), Metadata=metadata)
    return announce(s3_event(BUCKET, key.replace(" ", "+"), put["VersionId"], next(_requests)))


def again(event: Record, quiet: bool = True) -> Message:
    """Return the message with which a replay asks for an upload."""
    return Message(LoadAgain(event, quiet).body())


def query(world: World, table: str, store: str) -> list[dict[str, Any]]:
    """Return the items of a table that have a store as their partition key."""
    request = {
        "TableName": table,
        "KeyConditionExpression": "#s=:s",
        "ExpressionAttributeNames": {"#s": "Store"},
        "ExpressionAttributeValues": {":s": {"S": store}},
        "ConsistentRead": True,
    }
    return [item for page in world.clients.dynamodb.pages(request) for item in page]


def history(world: World, store: str) -> list[Change]:
    """Return what the history keeps of a store, pack by pack."""
    packs = query(world, world.clients.settings.history, store)
    return [change for pack in packs for change in changes_of(pack)]
