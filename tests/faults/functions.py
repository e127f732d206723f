"""The functions as they are invoked here: their own code and clients, with a clock that the test puts forward.

Each of these imports what its function needs, and makes its clients: once for a process, as Lambda does.
"""

import os
import time
from collections.abc import Callable
from typing import Any

Event = dict[str, Any]
Invoke = Callable[[Event, str], Any]
"""Invokes a function with an event, and a name that no other invocation has; returns what it returns."""


class Clock:
    """What time it is for a function: `late` seconds later than it is. Who waits does not wait."""

    late = 0.0

    def now(self) -> float:
        """The time, in epoch seconds."""
        return time.time() + self.late

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.late += seconds


class _Context:
    """What Lambda says of an invocation."""

    def __init__(self, name: str) -> None:
        self.aws_request_id = name

    def get_remaining_time_in_millis(self) -> int:
        """As much as it may run."""
        return 900_000


def load_inventory(_clock: Clock) -> Invoke:
    """Load-Inventory."""
    from load_inventory import handler

    assert handler._clients().sqs
    return lambda event, name: handler.handle(event, _Context(name))


def check_stock(clock: Clock) -> Invoke:
    """Check-Stock."""
    from check_stock.handler import take_messages
    from check_stock.invocation import Invocation
    from check_stock.record_changes import record
    from check_stock.services import Services, Settings

    services = Services(Settings.from_environment(), clock=clock.now, sleep=clock.sleep)
    assert services._client("sqs")
    assert services._client("sns")

    def invoke(event: Event, name: str) -> Any:
        if event["Records"][0]["eventSource"] == "aws:dynamodb":
            return record(services, event["Records"])
        return take_messages(services, event["Records"], Invocation(name, clock.now() + 60))

    return invoke


def keep_history(clock: Clock) -> Invoke:
    """Keep-History; what it is to fold is old enough for that."""
    from keep_catalogue.fold import fold
    from keep_history import handler

    dynamodb = handler._dynamodb()

    def invoke(event: Event, _name: str) -> None:
        if "fold" in event:
            fold(dynamodb, os.environ["CATALOGUE_TABLE"], clock.now)
        else:
            handler.handle(event, None)

    return invoke


def look_ahead(clock: Clock) -> Invoke:
    """Look-Ahead."""
    from look_ahead import handler
    from look_ahead.mornings import hand_out_mornings
    from look_ahead.services import Services, Settings

    services = Services(Settings.from_environment(), clock=clock.now)
    assert services._client("sqs")
    assert services._client("sns")

    def invoke(event: Event, name: str) -> Any:
        handler._priors.cache_clear()
        if "Records" not in event:
            return {"stores": hand_out_mornings(services)}
        return handler.take_messages(services, event["Records"], name, clock.now() + 300)

    return invoke


def send_digest(clock: Clock) -> Invoke:
    """Send-Digest."""
    from send_digest.handler import take_messages
    from send_digest.services import Services, Settings
    from send_digest.whose_time import hand_out_digests

    services = Services(Settings.from_environment(), clock=clock.now)
    assert services._client("sqs")
    assert services._client("sesv2")

    def invoke(event: Event, name: str) -> Any:
        if "Records" not in event:
            return {"digests": hand_out_digests(services)}
        return take_messages(services, event["Records"], name, clock.now() + 120)

    return invoke


def post_to_channel(_clock: Clock) -> Invoke:
    """Post-To-Channel."""
    from post_to_channel.handler import take_messages
    from post_to_channel.services import Services, Settings

    services = Services(Settings.from_environment())
    assert services._client("sqs")
    assert services._client("ssm")
    return lambda event, _name: take_messages(services, event["Records"])


FUNCTIONS: dict[str, Callable[[Clock], Invoke]] = {
    "Load-Inventory": load_inventory,
    "Check-Stock": check_stock,
    "Keep-History": keep_history,
    "Look-Ahead": look_ahead,
    "Send-Digest": send_digest,
    "Post-To-Channel": post_to_channel,
}
