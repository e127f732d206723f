"""Counting the requests that `stock.dynamodb` makes and the capacity that they consume."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from threading import Lock

from stock.attributes import Item
from stock.dynamodb import ConditionFailed

Call = Callable[[str, Item], Item]
_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
_TABLE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "([^"]+)"')


class Meter:
    """Requests by operation, PartiQL statements by table, and capacity by table as the engine reports it.

    No engine reports what a write whose condition failed cost: here that is 1, as on AWS.
    `local`: it is DynamoDB Local 1.25. It reports nothing for PartiQL (`write_units` counts that), and 4 units for a
    small write in a transaction where AWS bills 2 (https://github.com/paritysuite/dynamodb-conformance/pull/67): that
    is halved here.
    """

    def __init__(self, local: bool) -> None:
        self.local = local
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        """Begin again with nothing."""
        self.requests: Counter[str] = Counter()
        self.statements_of: Counter[str] = Counter()
        self.written: dict[str, float] = defaultdict(float)  # write units
        self.read: dict[str, float] = defaultdict(float)  # read units

    @property
    def statements(self) -> int:
        """PartiQL statements on all tables, those whose condition failed, too."""
        return self.statements_of.total()

    def write_units(self, table: str) -> float:
        """Return the write units that a table consumed, an index of it aside.

        On DynamoDB Local a statement is taken for one unit, as it is if its row is not larger than 1 KB; on AWS and in
        MiniStack that holds for one whose condition failed, too.
        """
        return self.written[table] + (self.statements_of[table] if self.local else 0)

    def around(self, call: Call) -> Call:
        """Return `call` (DynamoDB.call) with its consumption counted here."""

        def metered(operation: str, parameters: Item) -> Item:
            try:
                answer = call(operation, parameters | {"ReturnConsumedCapacity": "TOTAL"})
            except ConditionFailed:
                with self._lock:
                    self.requests[operation] += 1
                    self._add_failed(parameters)
                raise
            with self._lock:
                self.requests[operation] += 1
                self.statements_of.update(_table(each["Statement"]) for each in parameters.get("Statements", ()))
                self.add(operation, answer)
            return answer

        return metered

    def add(self, operation: str, answer: Item) -> None:
        """Add what an answer says of its consumption."""
        consumed = answer.get("ConsumedCapacity") or []
        for each in consumed if isinstance(consumed, list) else [consumed]:
            units = self.read if operation in _READS else self.written
            halve = self.local and operation == "TransactWriteItems"
            units[each["TableName"]] += each["CapacityUnits"] / (2 if halve else 1)

    def _add_failed(self, parameters: Item) -> None:
        if "TransactItems" not in parameters:
            self.written[parameters["TableName"]] += 1
        for write in parameters.get("TransactItems", ()):
            for each in write.values():
                self.written[each["TableName"]] += 2


def _table(statement: str) -> str:
    found = _TABLE.match(statement)
    assert found, statement
    return found[1]
