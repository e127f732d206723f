"""`onhand doctor` after the random schedules of the order tests: races, crashes, late uploads.

It finds nothing to complain of; and when the tables are then damaged at random, what it sends puts them right.
"""

from random import Random
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from check_stock.recheck import recheck
from onhand import doctor
from onhand.differences import Difference
from stock.messages import Recheck, alerts_message
from tests.order.deliveries import Message
from tests.order.machine import SHARDS, Loading
from tests.order.shop import query
from tests.order.world import BUCKET, World, make_world

_SCHEDULES = 8


class Examined(Loading):
    """Schedules at whose end the doctor looks at the stores."""

    stack: Any

    def check(self) -> None:
        super().check()
        assert not self.wrong()
        damage = Damage(self, Random(self.name))
        for store in self._touched():
            damage.to(store)
        self.world.check_stock()
        found = doctor.look(self.stack, set(self._touched()))
        doctor.send_repair(self.stack, found, doctor.to_repair(found, by_hand=True))
        self._deliver(self.stack.sent)
        assert not self.wrong(), damage.done
        super().check()

    def wrong(self) -> list[Difference]:
        """What differs, but for rows that somebody wrote past onhand: these may stay as they were written."""
        found = doctor.look(self.stack, set(self._touched())).differences
        return [one for one in found if (one.store, one.item) not in self.by_hand]

    def _deliver(self, sent: list[tuple[str, str]]) -> None:
        self.waiting += [Message(body) for queue, body in sent if queue == "uploads"]
        self._deliver_all()
        self.world.check_stock()
        for queue, body in sent:
            message = alerts_message(body) if queue == "alerts" else None
            if isinstance(message, Recheck):
                recheck(self.world.alerts, message)
        sent.clear()


class Damage:
    """Breaks what is stored of a store, here and there."""

    def __init__(self, machine: Examined, random: Random) -> None:
        self._world, self._random = machine.world, random
        self.done: list[str] = []

    def to(self, store: str) -> None:
        names, key = self._world.clients.settings, {"Store": {"S": store}}
        for row in query(self._world, names.inventory, store):
            self._row({"Store": row["Store"], "Item": row["Item"]})
        if self._maybe(f"summary of {store}"):
            self._world.dynamodb.update_item(
                TableName=names.stores,
                Key=key,
                UpdateExpression="SET #items=:wrong",
                ExpressionAttributeNames={"#items": "Items"},
                ExpressionAttributeValues={":wrong": {"N": "99"}},
            )
        for alert in query(self._world, self._world.alerts.settings.alerts, store):
            if self._maybe(f"alert {alert['Alert']['S']}"):
                self._world.dynamodb.delete_item(
                    TableName=self._world.alerts.settings.alerts, Key={"Store": alert["Store"], "Alert": alert["Alert"]}
                )
        for scope in (f"store:{store}", "store:*"):
            self._ledger(scope)
        if self._maybe(f"{store} in a group, by the group alone"):
            in_group = {"Group": {"S": "north"}, "Store": {"S": store}}
            self._world.dynamodb.put_item(TableName=names.inventory.removesuffix("Inventory") + "Groups", Item=in_group)
        if self._maybe(f"{store} in a group, by the store alone"):
            self._world.dynamodb.update_item(
                TableName=names.stores,
                Key=key,
                UpdateExpression="ADD #groups :groups",
                ExpressionAttributeNames={"#groups": "Groups"},
                ExpressionAttributeValues={":groups": {"SS": ["south"]}},
            )

    def _row(self, key: dict[str, Any]) -> None:
        table = self._world.clients.settings.inventory
        if self._maybe(f"row {key}"):
            self._world.dynamodb.delete_item(TableName=table, Key=key)
        elif self._maybe(f"count of {key}"):
            self._world.dynamodb.update_item(
                TableName=table,
                Key=key,
                UpdateExpression="SET #count=:wrong",
                ExpressionAttributeNames={"#count": "Count"},
                ExpressionAttributeValues={":wrong": {"N": self._random.choice(("0", "99"))}},
            )

    def _ledger(self, scope: str) -> None:
        table = self._world.clients.settings.uploads
        entries = self._world.dynamodb.query(
            TableName=table,
            KeyConditionExpression="#scope=:scope",
            ExpressionAttributeNames={"#scope": "Scope"},
            ExpressionAttributeValues={":scope": {"S": scope}},
        )["Items"]
        for entry in entries:
            if self._maybe(f"ledger's {entry['Token']['S']}"):
                self._world.dynamodb.delete_item(
                    TableName=table, Key={"Scope": entry["Scope"], "Token": entry["Token"]}
                )

    def _maybe(self, what: str) -> bool:
        if self._random.random() < 0.3:
            self.done.append(what)
            return True
        return False


def stack_of(world: World) -> Any:
    """What the doctor needs of a stack."""
    names = world.clients.settings
    outputs = SimpleNamespace(
        UploadsBucket=BUCKET,
        InventoryTable=names.inventory,
        StoresTable=names.stores,
        UploadsTable=names.uploads,
        ReorderPointsTable=names.reorder_points,
        AlertsTable=world.alerts.settings.alerts,
        GroupsTable=names.inventory.removesuffix("Inventory") + "Groups",
        HistoryTable=names.history,
        CatalogueTable=world.catalogue,
        UploadsQueueUrl="uploads",
        AlertsQueueUrl="alerts",
        DeadLetterQueueUrl="none",
        FailedAlertsQueueUrl="none",
        FailedHistoryQueueUrl="none",
        LoadInventoryFunction="Load-Inventory",
    )
    variables = {"Environment": {"Variables": {"KEEP_UPLOADS_DAYS": "100000", "KEEP_HISTORY_DAYS": "100000"}}}
    sent: list[tuple[str, str]] = []  # queue and body of messages

    def send(QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        sent.extend((QueueUrl, entry["MessageBody"]) for entry in Entries)
        return {}

    return SimpleNamespace(
        outputs=outputs,
        shards=SHARDS,
        is_local=True,
        region="us-east-1",
        sent=sent,
        sqs=SimpleNamespace(send_message_batch=send),
        s3=world.clients.s3,
        dynamodb=world.dynamodb,
        depth=lambda _queue: 0,
        functions=SimpleNamespace(get_function_configuration=lambda **_: variables),
    )


def test_nothing_differs_and_whatever_is_damaged_is_put_right(ministack: str) -> None:
    of_world = make_world("MiniStack", ministack, ministack, part_rows=4, snapshot_remove_limit=0.7)

    class Here(Examined):
        world = of_world
        stack = stack_of(of_world)

    chosen = settings(
        max_examples=_SCHEDULES,
        stateful_step_count=10,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    seed(1)(Here)
    run_state_machine_as_test(Here, settings=chosen)
