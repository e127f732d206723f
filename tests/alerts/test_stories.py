"""Any story of a store ends with people having been told the truth.

Items come and go at random, batches of the stream are repeated, invocations crash at any call, time passes. What must
hold, whatever happens: nobody is told what did not happen; when all is quiet, the last word about every item is true,
and the open alerts are those of what is short.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.alerts.conftest import NewWorld
from tests.alerts.world import Crash, World

STORIES = 40
STEPS = 40
WINDOW = 600
ITEMS = ("Dot", "Plus", "Show")
LEVELS = {"out": (0, "out"), "low": (2, "low"), "ok": (9, None)}
MEANT = {"OUT_OF_STOCK": {"out"}, "LOW_STOCK": {"low"}, "BACK_IN_STOCK": {"ok", "low"}}


class Story:
    """One store, from its first upload on."""

    def __init__(self, world: World, choose: random.Random) -> None:
        self.world, self.choose = world, choose
        self.history: dict[str, list[str]] = {item: [] for item in ITEMS}
        self.stream: list[dict[str, Any]] = []
        self.done = 0
        self.told: dict[str, str] = {}

    def step(self) -> None:
        """Something happens."""
        steps = [self.upload, self.deliver, self.deliver_again, self.say, self.pass_time]
        self.choose.choices(steps, weights=[5, 6, 1, 5, 2])[0]()

    def upload(self) -> None:
        """An upload changes some items."""
        token = self.world.token()
        self.world.late += self.choose.random() * 3
        for item in self.choose.sample(ITEMS, self.choose.randint(1, 3)):
            level = self.choose.choice(sorted(LEVELS))
            if self.history[item][-1:] != [level]:
                count, short = LEVELS[level]
                self.stream.append(self.world.change(item, count, token, short))
                self.history[item].append(level)

    def deliver(self) -> None:
        """The next records are delivered; if the invocation crashes, they remain the next."""
        batch = self.stream[self.done : self.done + self.choose.randint(1, 6)]
        if batch and self._survives(lambda: self.world.deliver(batch)):
            self.done += len(batch)

    def deliver_again(self) -> None:
        """Records that were delivered come again."""
        begin = self.choose.randrange(self.done + 1)
        self.world.deliver(self.stream[: self.done][begin : begin + 5])

    def say(self) -> None:
        """Messages are delivered; those of a crashed invocation come again later."""
        if messages := self.world.messages():
            self._survives(lambda: self.world.invoke(messages))
            self.listen()

    def pass_time(self) -> None:
        """Time passes, and what was delayed is delivered."""
        self.world.pass_time(self.choose.choice([1, 100, WINDOW + 10]))
        self.listen()

    def end(self) -> None:
        """No more happens; all that is under way arrives."""
        self.world.deliver(self.stream[self.done :])
        self.world.drain()
        for _ in range(4):
            self.world.pass_time(WINDOW + 10)
        self.listen()
        assert not self.world.delayed

    def listen(self) -> None:
        """Hear what the subscriber was told."""
        for message in self.world.received():
            for item in message["items"]:
                assert MEANT[message["event"]] & set(self.history[item["item"]]), f"this never was: {message}"
                # An alert that something had run out also says if it is back meanwhile.
                is_back = message["event"] == "OUT_OF_STOCK" and item["level"] != "out"
                self.told[item["item"]] = "BACK_IN_STOCK" if is_back else message["event"]

    def _survives(self, work: Callable[[], None]) -> bool:
        crasher = self.world.crasher
        if self.choose.random() < 0.4:
            crasher.at = (len(crasher.calls) + self.choose.randint(1, 15), self.choose.choice(["before", "after"]))
        try:
            work()
        except Crash:
            self.world.late += 120  # until the batch or the message comes again
            return False
        finally:
            crasher.at = None
        return True


@pytest.mark.parametrize("seed", range(STORIES))
def test_people_are_told_the_truth(new_world: NewWorld, seed: int) -> None:
    choose = random.Random(seed)
    world = new_world(choose.choice([0, WINDOW]))
    story = Story(world, choose)
    for _ in range(STEPS):
        story.step()
    story.end()
    now = {item: levels[-1] for item, levels in story.history.items() if levels}
    for item, level in now.items():
        told = story.told.get(item)
        if level == "out":
            assert told == "OUT_OF_STOCK", f"{item} is out of stock, {told} was the last that was said of it"
        else:
            assert told != "OUT_OF_STOCK", f"{item} is {level}, and the last that was said of it is that it ran out"
    log = world.alerts()
    assert {(alert["Item"], alert["Open"]) for alert in log if "Open" in alert} == {
        (item, level) for item, level in now.items() if level != "ok"
    }
    assert all(alert["State"] in ("sent", "held") for alert in log)
