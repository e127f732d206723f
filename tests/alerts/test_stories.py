"""Any story of a store ends with people having been told the truth.

Items come and go at random, by uploads, by hand and by replays into an emptied table; they are delisted and rechecked;
people say that they are ordered, or to be left alone for some days; batches of the stream are repeated, invocations
crash at any call, time passes. What must hold, whatever happens: a message tells what is so at this moment; when all is
quiet, the last message about every item is true, and the open alerts are exactly those of what is out or low. Nobody
hears that something is low that people said to be ordered.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stock.acknowledgements import Kind
from stock.levels import Level
from stock.messages import Recheck
from stock.rows import count_of, level_of
from tests.alerts.conftest import NewWorld
from tests.alerts.world import Crash, World

STORIES = 30
STEPS = 40
WINDOW = 600
ITEMS = ("Dot", "Plus", "Show")
LEVELS = {"out": (0, "out"), "low": (2, "low"), "ok": (9, None)}
BY_HAND: tuple[int | str | None, ...] = (0, 9, "2.5", "abc", "0.5", None)
MEANT = {"OUT_OF_STOCK": {"out"}, "LOW_STOCK": {"low"}, "BACK_IN_STOCK": {"ok", "low"}}


class Story:
    """One store, from its first upload on."""

    def __init__(self, world: World, choose: random.Random) -> None:
        self.world, self.choose = world, choose
        self.history: dict[str, set[str]] = {item: set() for item in ITEMS}
        self.stream: list[dict[str, Any]] = []
        self.done = 0
        self.told: dict[str, str] = {}  # by the last message about an item
        self.believed: dict[str, str | None] = {}  # the same, or what people are taken to know since
        self.said: dict[str, tuple[Kind, str, datetime]] = {}  # what people say of an item, of which alert, until when
        self.ever_waited: set[str] = set()

    def step(self) -> None:
        """Something happens."""
        steps = {
            self.upload: 10, self.by_hand: 2, self.delist: 3, self.rebuild: 1, self.recheck: 1, self.say: 3,
            self.deliver: 14, self.deliver_again: 2, self.publish: 12, self.pass_time: 4,
        }  # fmt: skip
        self.choose.choices(list(steps), weights=list(steps.values()))[0]()

    # ---- What happens to rows ------------------------------------------------------------------------------------

    def upload(self) -> None:
        """An upload changes some items, often in the same second as the one before."""
        token = self.world.token()
        self.world.late += self.choose.choice([0, 0, self.choose.random() * 3])
        for item in self.choose.sample(ITEMS, self.choose.randint(1, 3)):
            level = self.choose.choice(sorted(LEVELS))
            if self.level(item) != level:
                count, short = LEVELS[level]
                self._happened(item, self.world.change(item, count, token, short))

    def by_hand(self) -> None:
        """Somebody writes a row."""
        item = self.choose.choice(ITEMS)
        self._happened(item, self.world.by_hand(item, self.choose.choice(BY_HAND)))

    def delist(self) -> None:
        """A snapshot no longer has an item."""
        if self.world.rows:
            item = self.choose.choice(sorted(self.world.rows))
            self._happened(item, self.world.delist(item))

    def rebuild(self) -> None:
        """The table is emptied, with records of that or without, and filled again by the same uploads."""
        quiet, recorded = self.choose.random() < 0.7, self.choose.random() < 0.5
        rows = {item: row for item, row in self.world.rows.items() if "AsOf" in row}
        for item in rows:
            if recorded:
                self._happened(item, self.world.delist(item))
            else:
                self.world.forget(item)
        for item, row in rows.items():
            new = {name: value for name, value in row.items() if name != "Quiet"}
            self._happened(item, self.world.put(item, new | ({"Quiet": {"BOOL": True}} if quiet else {})))

    def say(self) -> None:
        """Somebody says something of an item, looking at one of its alerts, or at one that it will run out."""
        item, kind, days = self.choose.choice(ITEMS), self.choose.choice(list(Kind)), self.choose.choice([1, 3])
        soon = {"Item": item, "Alert": f"{self.world.token()}#RUNS_OUT_SOON#{item}"}
        alert = self.choose.choice([each for each in self.world.alerts() if each["Item"] == item] or [soon])
        self.world.say(alert, kind, days)
        midnight = datetime.fromtimestamp(self.world.now(), UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self.said[item] = kind, alert["Alert"], midnight + timedelta(days)
        if kind in (Kind.SNOOZE, Kind.ORDERED, Kind.ACK):
            self.ever_waited.add(item)

    def is_to_wait(self, item: str, alert: str) -> bool:
        """Whether nobody is to hear that an item is low."""
        kind, said_of, until = self.said.get(item, (Kind.UNDONE, "", datetime.min.replace(tzinfo=UTC)))
        if kind == Kind.UNDONE or (kind != Kind.ACK and self.world.now() >= until.timestamp()):
            return False
        return alert == said_of or kind == Kind.SNOOZE or (kind == Kind.ORDERED and "#RUNS_OUT_SOON#" in said_of)

    def _happened(self, item: str, record: dict[str, Any]) -> None:
        self.history[item].add(self.level(item))
        self.stream.append(record)

    def level(self, item: str) -> Level:
        """The level of an item, as its row has it."""
        return level_of(self.world.rows.get(item))

    # ---- What Check-Stock does -----------------------------------------------------------------------------------

    def deliver(self) -> None:
        """The next records are delivered; if the invocation crashes, they remain the next."""
        batch = self.stream[self.done : self.done + self.choose.randint(1, 6)]
        if batch and self._survives(lambda: self._deliver(batch)):
            self.done += len(batch)

    def deliver_again(self) -> None:
        """Records that were delivered come again."""
        begin = self.choose.randrange(self.done + 1)
        self.world.deliver(self.stream[: self.done][begin : begin + 5])

    def recheck(self) -> None:
        """An operator has all rows compared."""
        self.world.ask(Recheck(self.world.store, list(ITEMS)).body())

    def publish(self) -> None:
        """Messages are delivered; those of a crashed invocation come again later."""
        if messages := self.world.messages():
            self._survives(lambda: self._invoke(messages))
            self.listen()

    def pass_time(self) -> None:
        """Time passes, and what was held back is looked at again."""
        self.world.pass_time(self.choose.choice([1, 100, WINDOW + 10, 86_400]))
        self.listen()

    def end(self) -> None:
        """No more happens; all that is under way arrives."""
        self._deliver(self.stream[self.done :])
        self.world.drain()
        for _ in range(4):
            self.world.pass_time(WINDOW + 10)
        self.listen()
        assert not self.world.queued

    def listen(self) -> None:
        """Hear what the subscriber was told."""
        for message in self.world.received():
            for each in message["items"]:
                item = each["item"]
                if message["event"] == "LOW_STOCK":
                    assert not self.is_to_wait(item, each["alert"]), f"{self.said[item]}, but people hear: {message}"
                assert MEANT[message["event"]] & self.history[item], f"this never was: {message}"
                assert each["level"] == self.level(item) != "gone", f"{item} is {self.level(item)}: {message}"
                assert each["count"] == count_of(self.world.rows[item]), f"{self.world.rows[item]}: {message}"
                # An alert that something had run out also tells if it is back meanwhile.
                is_back = message["event"] == "OUT_OF_STOCK" and each["level"] != "out"
                self.told[item] = self.believed[item] = "BACK_IN_STOCK" if is_back else message["event"]

    def _deliver(self, batch: list[dict[str, Any]]) -> None:
        for record in batch:
            body = record["dynamodb"]
            if "Quiet" in body.get("NewImage", {}):
                # Nobody is told what a replay does: people are taken to know it.
                is_out = level_of(body["NewImage"]) == "out"
                self.believed[body["Keys"]["Item"]["S"]] = "OUT_OF_STOCK" if is_out else None
        self.world.deliver(batch)

    def _invoke(self, messages: list[dict[str, Any]]) -> None:
        assert self.world.invoke(messages).counts["failed"] == 0

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
    for item in ITEMS:
        level, told, believed = story.level(item), story.told.get(item), story.believed.get(item)
        if level == "out":
            assert "OUT_OF_STOCK" in (told, believed), f"{item} is out of stock, and the last message was {told}"
        elif level != "gone":
            assert believed != "OUT_OF_STOCK", f"{item} is {level}, and the last message was that it ran out"
    log = world.alerts()
    is_open = [(alert["Item"], alert["Open"]) for alert in log if "Open" in alert]
    assert sorted(is_open) == sorted((item, story.level(item)) for item in ITEMS if story.level(item) in ("out", "low"))
    assert not [alert for alert in log if alert["State"] not in ("sent", "held", "quiet", "waits")]
    waiting = [alert for alert in log if alert["State"] == "waits"]
    assert {alert["Event"] for alert in waiting} <= {"LOW_STOCK"}
    assert {alert["Item"] for alert in waiting} <= story.ever_waited
    assert all("Expires" not in alert for alert in log if "Open" in alert)
