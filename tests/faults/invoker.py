"""Invoking functions as Lambda, SQS and a stream do: until what they were invoked for is done."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.engines import TABLES
from tests.faults.functions import Event
from tests.faults.plan import Plan
from tests.faults.process import Process
from tests.faults.queue import Queue, Records
from tests.faults.wire import wire

_MOST_TRIES = 8


class Invoker:
    """Functions, each in a process of its own. `healed`: by what, after something went wrong in one of them.

    It is `late` seconds later for them than it is. `visibility`: in so many seconds what failed comes again, as
    template.yaml says of its queue; what a killed invocation had claimed is free by then.
    """

    def __init__(self, plan: Plan, settings: dict[str, str], names: list[str], visibility: float) -> None:
        self.plan, self.late, self.healed = plan, 0.0, ""
        self._visibility = visibility
        self._processes = {name: Process(name, settings, plan) for name in names}

    def close(self) -> None:
        """End the processes."""
        for process in self._processes.values():
            process.close()

    def run(self, name: str, event: Event) -> None:
        """Invoke a function with a batch of a stream, or as a schedule does, until it succeeds."""
        for _ in range(_MOST_TRIES):
            if self._invoke(name, event) is not None:
                return
            self._let_time_pass()
        raise AssertionError(f"{name} fails again and again: {self._processes[name].said()}")

    def deliver(self, name: str, queue: Queue) -> None:
        """Invoke a function with the messages of a queue, until nothing is left in it."""

        def take(records: Records) -> set[str] | None:
            answer = self._invoke(name, {"Records": records})
            return None if answer is None else {each["itemIdentifier"] for each in answer["batchItemFailures"]}

        queue.deliver_all(take, self._let_time_pass)

    def _invoke(self, name: str, event: Event) -> Any:
        """Invoke a function once; return what it returns ({} for nothing); None: it raised, or was killed."""
        had_struck = bool(self.plan.struck)
        answer = self._processes[name].invoke(event, self.late)
        returned = None if answer is None or "raised" in answer else answer["returned"] or {}
        if self.plan.struck and not had_struck:
            failed = returned is None or returned.get("batchItemFailures")
            self.healed = "next" if failed else "client"
        return returned

    def _let_time_pass(self) -> None:
        self.late += self._visibility


@contextmanager
def invoking(
    names: list[str], dynamodb: str, aws: str, prefix: str, settings: dict[str, str], visibility: float
) -> Iterator[Invoker]:
    """Have functions in running engines, before each of which there is a proxy: DynamoDB's API, and all others.

    `prefix`: of the names of tables. `settings`: what else docs/data-model.md says of their environment.
    """
    plan = Plan()
    with wire(dynamodb, plan) as tables, wire(aws, plan) as others:
        endpoints = {"AWS_ENDPOINT_URL_DYNAMODB": tables, "AWS_ENDPOINT_URL": others}
        of_tables = {f"{re.sub('(?<!^)(?=[A-Z])', '_', name).upper()}_TABLE": prefix + name for name in TABLES}
        invoker = Invoker(plan, settings | of_tables | endpoints, names, visibility)
        try:
            yield invoker
        finally:
            invoker.close()
