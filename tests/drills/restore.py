"""The restore drill: tables go back to how they were at some moment, and docs/runbook.md is followed from there.

The emulators know no point-in-time recovery. So the items of all tables are kept at marked moments of a random schedule
of the order tests (uploads in any order, crashes, repeats, withdrawals, settings), and put into a table beside the one
that goes back: the copy that AWS would make. `onhand restore` takes it from there. The tables that it does not take,
as they are made of files and rows, get the copy's items as if they were new ones: without records in the stream.

Then the code of `onhand replay` and `onhand doctor --repair --no-alerts` runs. Rows, marks, summaries, records,
catalogue, history and open alerts must equal the fold, the doctor finds nothing, and nobody was told anything, but that
an item is low by a reorder point that came back. In the end every item runs out or comes back by a live upload, and
people must be told that, once each.
"""
# ruff: noqa: T201

import os
import time
from argparse import ArgumentParser
from collections import Counter
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import rule, run_state_machine_as_test

from onhand import catalogue, doctor
from onhand.rebuild_history import rebuild_history
from onhand.replay import replay
from onhand.restore import Restorable, carry_out, check_copy
from stock.levels import Event, Level
from stock.messages import alerts_message
from stock.rows import level_of
from tests import engines
from tests.doctor.test_after_schedules import stack_of
from tests.drills.found import scan
from tests.drills.people import People, Told
from tests.order.deliveries import Message
from tests.order.fold import PLAIN, File, Line
from tests.order.machine import Loading
from tests.order.shop import query
from tests.order.world import BUCKET, World, make_world

Items = list[dict[str, Any]]

TABLES = ("Inventory", "Stores", "ReorderPoints", "Uploads", "Alerts", "Groups", "History", "Catalogue")
RESTORABLE = {str(name) for name in Restorable}
ALL = "all"
_WITH_REORDER_POINTS = {"Stores", "ReorderPoints"}
_COPY = "copy-"
_STEPS = 8
_PROBE = 2000  # seconds after noon: later than all else


@dataclass(frozen=True)
class Moment:
    """What was in the tables, and what of it no file tells: reorder points of stores, and rows written by hand."""

    name: str
    items: dict[str, Items]
    general_points: dict[str, int]
    by_hand: dict[tuple[str, str], int | None]


@dataclass
class Figures:
    """What was done in all schedules, and what came of it."""

    schedules: int = 0
    restores: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    told_after: int = 0
    seconds: float = 0


class Restoring(Loading):
    """Schedules after which tables go back. Set `stack`, `people`, `figures` before use."""

    stack: Any
    people: People
    figures: Figures
    cases: tuple[str, ...] = (*TABLES, ALL)

    def __init__(self) -> None:
        super().__init__()
        _empty(self.world)
        self.moments: list[Moment] = [Moment("empty", {name: [] for name in TABLES}, {}, {})]
        self.restored_points: dict[tuple[str, str], int] | None = None
        self.is_drilled = False

    @rule()
    def keep_moment(self) -> None:
        """Somebody may want to go back to here; people have been told what was to be told, or not yet."""
        if len(self.moments) % 2:
            self.world.check_stock()
            self.people.told()
        self.moments.append(self._moment())

    def _moment(self) -> Moment:
        items = {name: scan(self.world.dynamodb, _prefix(self.world) + name) for name in TABLES}
        return Moment(f"moment {len(self.moments)}", items, dict(self.general_points), dict(self.by_hand))

    # ---- The drill -----------------------------------------------------------------------------------------------

    def check(self) -> None:
        super().check()
        if self.is_drilled:
            return
        self.is_drilled, choose = True, Random(f"{self.files}{len(self.moments)}")
        self.people.told()
        self.moments.append(self._moment())
        self.what = "nothing"
        try:
            for case in self.cases:
                tables = TABLES if case == ALL else (case,)
                self._drill({name: choose.choice(self.moments) for name in tables})
                self.figures.restores[case] += 1
            self._flip_everything()
        except AssertionError as error:
            error.add_note(f"Gone back: {self.what}")
            raise
        self.figures.schedules += 1

    def _drill(self, chosen: dict[str, Moment]) -> None:
        """Let tables go back to moments, do what is to be done, and look."""
        self.what = ", ".join(f"{name} to {moment.name}" for name, moment in chosen.items())
        self.may_be_low = not chosen.keys().isdisjoint(_WITH_REORDER_POINTS)
        for name, moment in chosen.items():
            self._go_back(name, moment)
        self.world.check_stock()
        self._repair()
        super().check()
        self._check_nobody_told()

    def _check_nobody_told(self) -> None:
        """Nobody was told anything, but that an item is low by a reorder point that has come back."""
        told = [what for what in self.people.told() if not (self.may_be_low and what[0] == Event.LOW_STOCK)]
        assert not told, f"people were told {told}"

    def _go_back(self, name: str, moment: Moment) -> None:
        """Let a table be as it was; the oracle, too, of what no file tells."""
        prefix = _prefix(self.world)
        if name in RESTORABLE:
            table = Restorable(name)
            _fill(self.world, _COPY + prefix + name, moment.items[name])
            check_copy(self.stack, table, _COPY + prefix + name)
            carry_out(self.stack, table, _COPY + prefix + name)
        else:
            self.world.read_stream()
            _fill(self.world, prefix + name, moment.items[name])
            self.world.read_stream()
        if name == "Stores":
            self.general_points = dict(moment.general_points)
        elif name == "ReorderPoints":
            rows = [row for row in moment.items[name] if "ReorderPoint" in row]
            self.restored_points = {
                (row["Store"]["S"], row["Item"]["S"]): int(row["ReorderPoint"]["N"]) for row in rows
            }
        elif name == "Uploads":
            self.records_were_lost = True
        elif name == "Inventory":
            self.rows_were_lost = True
            self.by_hand |= moment.by_hand  # the history still tells of those that came later

    def _check_points(self) -> dict[tuple[str, str], int]:
        return super()._check_points() if self.restored_points is None else self.restored_points

    def _repair(self) -> None:
        """`onhand replay`, then `onhand doctor --repair --no-alerts`."""
        replay(self.stack)
        self._deliver_sent()
        rebuild_history(self.stack, None, None)
        found = doctor.look(self.stack, None)
        doctor._look_at_catalogue(self.stack, found, repair=True)
        wanted = doctor.to_repair(found, by_hand=False)
        self.figures.repaired.update(str(one.kind) for one in wanted)
        self.figures.repaired["catalogue"] += len(found.catalogue)
        doctor.send_repair(self.stack, found, wanted, quiet=True)
        self._deliver_sent()
        catalogue.repair(self.stack, found.catalogue)
        left = [one for one in doctor.look(self.stack, None).differences if (one.store, one.item) not in self.by_hand]
        assert not left, f"the doctor still finds {left}"

    def _deliver_sent(self) -> None:
        """Deliver what the command line sent."""
        sent = list(self.stack.sent)
        self.stack.sent.clear()
        self.waiting += [Message(body) for queue, body in sent if queue == "uploads"]
        self._deliver_all()
        self.world.check_stock()
        for queue, body in sent:
            if queue == "alerts":
                self.people.ask(alerts_message(body))
        self._check_nobody_told()

    # ---- Afterwards ----------------------------------------------------------------------------------------------

    def _flip_everything(self) -> None:
        """A live upload has everything that is there run out, and what is out come back: people are told that, once."""
        lines, right = [], Told()
        for store in self._touched():
            for row in query(self.world, self.clients.settings.inventory, store):
                item, is_out = row["Item"]["S"], level_of(row) == Level.OUT
                lines.append(Line(store, item, 7 if is_out else 0))
                if (store, item) not in self.by_hand:
                    right[Event.BACK_IN_STOCK if is_out else Event.OUT_OF_STOCK, store, item] += 1
        if not lines:
            return
        self.set_format(PLAIN)  # a table Uploads of earlier may have another one
        self.put(_PROBE, File(tuple(lines)))
        self._deliver_all()
        self.world.check_stock()
        told = Counter({what: n for what, n in self.people.told().items() if what[1:] not in self.by_hand})
        assert told == right, f"people were told {told}, not {right}"
        self.figures.told_after += told.total()
        super().check()


def _prefix(world: World) -> str:
    return world.clients.settings.inventory.removesuffix("Inventory")


def _fill(world: World, table: str, items: Items) -> None:
    """Let a table have these items and no others."""
    keys = [key["AttributeName"] for key in world.dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
    for item in scan(world.dynamodb, table):
        world.dynamodb.delete_item(TableName=table, Key={name: item[name] for name in keys})
    for item in items:
        world.dynamodb.put_item(TableName=table, Item=item)


def _empty(world: World) -> None:
    """Begin anew: what other schedules left in tables, stream and bucket goes."""
    _fill(world, _prefix(world) + "Inventory", [])
    world.read_stream()
    for name in TABLES:
        _fill(world, _prefix(world) + name, [])
    s3 = world.clients.s3
    versions = [
        one
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET)
        for one in page.get("Versions", [])
    ]
    for one in versions:
        s3.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])


# ---- Running it -----------------------------------------------------------------------------------------------------


def drill(engine: str, schedules: int, first_seed: int, cases: tuple[str, ...] = (*TABLES, ALL)) -> Figures:
    """Run schedules on an engine; return the figures. Raises AssertionError if anything is not as it must be."""
    with ExitStack() as stack:
        aws = stack.enter_context(engines.ministack())
        dynamodb = aws if engine == "MiniStack" else stack.enter_context(engines.dynamodb_local())
        made = make_world(engine, dynamodb, aws, part_rows=4, snapshot_remove_limit=0.7)
        engines.create_tables(
            made.dynamodb, _COPY + _prefix(made), tuple(name for name in TABLES if name in RESTORABLE)
        )
        subscriber = People(made, aws)
        of_world = replace(made, alerts=subscriber.services)
        stack.enter_context(mock.patch.object(catalogue, "_ON_ITS_WAY_HERE", 0))
        result = Figures()

        class Here(Restoring):
            world, people, figures = of_world, subscriber, result
            stack = stack_of(of_world)

        Here.cases = cases
        chosen = settings(
            max_examples=schedules,
            stateful_step_count=_STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        seed(first_seed)(Here)
        began = time.monotonic()
        stack.enter_context(redirect_stdout(stack.enter_context(Path(os.devnull).open("w"))))  # the functions' logs
        run_state_machine_as_test(Here, settings=chosen)
        result.seconds = time.monotonic() - began
        return result


def main() -> None:
    """Drill on both engines, and print what was done in words."""
    parser = ArgumentParser(prog="make restore-drill ARGS=…")
    parser.add_argument("--schedules", type=int, default=40, help="on each engine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", nargs="+", default=["MiniStack", "DynamoDB Local"])
    options = parser.parse_args()
    for engine in options.engines:
        figures = drill(engine, options.schedules, options.seed)
        restores = ", ".join(f"{name} {number}" for name, number in figures.restores.items())
        repaired = ", ".join(f"{number} {name}" for name, number in figures.repaired.items()) or "nothing"
        print(
            f"{engine}: {figures.schedules} random schedules (seed {options.seed}). After each of them every table "
            f"went back to some moment, or was lost, and then all of them did, to a moment each: {restores}.\n"
            f"  After replay and history, the doctor found and repaired: {repaired}.\n"
            "  Then rows, marks, summaries, records, catalogue, history and open alerts equalled the fold each time; "
            "the doctor found nothing; nobody was told anything, but what is low by "
            "a reorder point that came back.\n"
            f"  Afterwards {figures.told_after} items ran out or came back, and people were told each of them once. "
            f"{figures.seconds:.0f} s."
        )


if __name__ == "__main__":
    main()
