"""Who subscribes to a group of stores gets the alerts of these stores: SNS's own filters, by the attribute `group`."""

import json

from tests.alerts.conftest import NewWorld
from tests.alerts.world import World

EVERYTHING = "everything"


def subscribe(world: World, policy: dict[str, list[str]]) -> str:
    """Subscribe a queue with a filter, and return its URL."""
    url = world.engine.new_queue()
    arn = world.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    world.engine.sns.subscribe(
        TopicArn=world.topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps(policy)},
    )
    return url


def test_a_filter_on_a_group_lets_through_what_is_about_its_stores(new_ministack_world: NewWorld) -> None:
    world = new_ministack_world()
    policies: dict[str, dict[str, list[str]]] = {
        "north": {"group": ["north"]},
        "any of two": {"group": ["south", "bad „names“, \\ too"]},
        "south": {"group": ["south"]},
        "low in north": {"group": ["north"], "event": ["LOW_STOCK"]},
        "all in north": {"group": ["north"], "event": ["LOW_STOCK", "OUT_OF_STOCK"]},
    }
    inboxes = {EVERYTHING: world.inbox} | {name: subscribe(world, policy) for name, policy in policies.items()}

    def who_heard(item: str, groups: set[str]) -> set[str]:
        row = {"Store": {"S": world.store}} | ({"Groups": {"SS": sorted(groups)}} if groups else {})
        world.dynamodb.put_item(TableName=world.settings.stores, Item=row)
        world.deliver([world.change(item, 0, short="out")])
        world.drain()
        heard = set()
        for name, inbox in inboxes.items():
            world.inbox = inbox
            for message in world.received():
                assert message["groups"] == sorted(groups)
                heard.add(name)
        return heard

    assert who_heard("Dot", {"north", "bad „names“, \\ too"}) == {EVERYTHING, "north", "any of two", "all in north"}
    assert who_heard("Plus", {"northern"}) == {EVERYTHING}
    assert who_heard("Show", set()) == {EVERYTHING}
