"""Many conditional writes in few calls: batches of PartiQL statements, each of which fails alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from stock.dynamodb import DynamoDB, DynamoDBError, Item, pause

_Thing = TypeVar("_Thing")
_STATEMENTS_A_CALL = 25
_TIMES_TO_SEND = 12
_REPEAT = frozenset({
    "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded", "TransactionConflict",
    "InternalServerError",
})  # fmt: skip
_CONDITION = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


Value = str | float | bool
Values = Mapping[str, Value]


def insert(table: str, row: Values) -> Item:
    """Return the statement that inserts a row, unless its key is there."""
    names = ",".join(f"'{name}':?" for name in row)
    return _statement(f'INSERT INTO "{table}" VALUE {{{names}}}', row.values())


def update(table: str, key: Values, changes: Values, remove: Iterable[str] = (), when: Values | None = None) -> Item:
    """Return the statement that changes a row, if it is there.

    `when` has further conditions: an attribute, with `<` before its name for "less than", and the value.
    """
    sets = "".join(f' SET "{name}"=?' for name in changes)
    removes = "".join(f' REMOVE "{name}"' for name in remove)
    conditions = {**key, **(when or {})}
    where = " AND ".join(f'"{name[1:]}"<?' if name[0] == "<" else f'"{name}"=?' for name in conditions)
    return _statement(f'UPDATE "{table}"{sets}{removes} WHERE {where}', [*changes.values(), *conditions.values()])


def run(dynamodb: DynamoDB, statements: list[Item]) -> list[bool]:
    """Run statements, each on its own; return for each whether its condition held.

    Raises DynamoDBError or TimeoutError if some could not be run: others were, and to repeat all must be safe.
    """
    return run_each(dynamodb, statements, lambda statement: statement)


def run_each(dynamodb: DynamoDB, things: list[_Thing], statement: Callable[[_Thing], Item]) -> list[bool]:
    """Run the statement of every thing as `run` does, without ever having more statements in memory than are sent."""

    def send(some: list[_Thing]) -> list[bool]:
        batch = [statement(thing) for thing in some]
        held = [True] * len(batch)
        waiting = list(range(len(batch)))
        for attempt in range(_TIMES_TO_SEND):
            answer = dynamodb.call("BatchExecuteStatement", {"Statements": [batch[at] for at in waiting]})
            again = []
            for at, response in zip(waiting, answer["Responses"], strict=True):
                error = response.get("Error", {"Code": ""})
                if error["Code"] in _REPEAT:
                    again.append(at)
                elif error["Code"] in _CONDITION:
                    held[at] = False
                elif error["Code"]:
                    raise DynamoDBError(error["Code"], f"{error.get('Message')} ({batch[at]['Statement']})")
            if not again:
                return held
            waiting = again
            pause(attempt)
        raise TimeoutError(f"DynamoDB would not take {len(waiting)} statements, {_TIMES_TO_SEND} times over")

    batches = [things[at : at + _STATEMENTS_A_CALL] for at in range(0, len(things), _STATEMENTS_A_CALL)]
    return [held for result in dynamodb.each(send, batches) for held in result]


def _statement(text: str, values: Iterable[Value]) -> Item:
    return {"Statement": text, "Parameters": [_value(value) for value in values]}


def _value(value: Value) -> Item:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": repr(value)}
