"""Now and then: messages for what has become due since the last time."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from stock.attributes import Item, item, text
from stock.queue_and_topic import Message, QueueAndTopic
from stock.steps import log_step
from stock.times import iso, seconds

_Message = TypeVar("_Message", bound=Message)


def hand_out(
    services: QueueAndTopic[Any], place: Item, longest: float, due: Callable[[float, float], Sequence[_Message]]
) -> Sequence[_Message]:
    """Send, and return, the messages that `due` returns for what came after one moment and not after another.

    `place`: the item, given as `TableName` and `Key`, that says up to when that was done. It is noted last: who crashes
    before sends some messages again, and that must do no harm. What was missed is made up for, unless it is longer ago
    than `longest`. All are epoch seconds, and seconds.
    """
    now = services.clock()
    last = services.dynamodb.get(place["TableName"], place["Key"])
    since = max(seconds(text(last, "At")) if last else 0, now - longest)
    messages = due(since, now)
    services.send(messages)
    noted = place["Key"] | item({"At": iso(now)})
    services.dynamodb.call("PutItem", {"TableName": place["TableName"], "Item": noted})
    log_step("handed out", messages=len(messages), since=iso(since))
    return messages
