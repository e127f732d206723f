"""Counting the requests that `stock.dynamodb` makes and the capacity that they consume."""

from collections import Counter, defaultdict
from collections.abc import Callable
from threading import Lock

from stock.dynamodb import ConditionFailed, Item

Call = Callable[[str, Item], Item]
_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


class Meter:
    """Requests by operation, and capacity by table as DynamoDB reports it.

    DynamoDB Local reports none for PartiQL statements: `statements` counts them, done or not (on AWS, one that fails on
    its condition costs as much). No engine reports what a write whose condition failed cost: here that is 1, as on AWS.
    `local`: it is DynamoDB Local 1.25, which reports 4 units for a small write in a transaction where AWS bills 2
    (https://github.com/paritysuite/dynamodb-conformance/pull/67): that is halved here.
    """

    def __init__(self, local: bool) -> None:
        self.local = local
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        """Begin to count anew."""
        self.requests: Counter[str] = Counter()
        self.written: dict[str, float] = defaultdict(float)  # write units
        self.read: dict[str, float] = defaultdict(float)  # read units
        self.statements = 0

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
                self.statements += len(parameters.get("Statements", ()))
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
