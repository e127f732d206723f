"""Conditional writes in few calls: PartiQL statements in batches, each of which succeeds or fails alone."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeVar

from stock.attributes import Item, attribute
from stock.dynamodb import DynamoDB, DynamoDBError, pause

_Write = TypeVar("_Write")
_STATEMENTS_A_CALL = 25
_REPEAT = frozenset({
    "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded", "TransactionConflict",
    "InternalServerError",
})  # fmt: skip
_CONDITION = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


Value = str | float | bool | None
Values = Mapping[str, Value]


def insert(table: str, row: Values) -> Item:
    """Return the statement that inserts a row, unless its key is there. Values of None are left out."""
    given = {name: value for name, value in row.items() if value is not None}
    return _statement(_insert_text(table, tuple(given)), given.values())


def update(table: str, key: Values, changes: Values, when: Values | None = None) -> Item:
    """Return the statement that changes a row, if it is there and the conditions hold.

    A value of None in `changes` removes the attribute. `when`: attribute → the value that it must have, None: it must
    be missing; with `<` before its name it must be less.
    """
    sets = {name: value for name, value in changes.items() if value is not None}
    removes = tuple(name for name, value in changes.items() if value is None)
    text, values = _where(key, when)
    return _statement(_update_text(table, tuple(sets), removes) + text, [*sets.values(), *values])


def delete(table: str, key: Values, when: Values | None = None) -> Item:
    """Return the statement that deletes a row, if the conditions hold; `when` as in `update`.

    RETURNING tells a row that was deleted from one that was gone, for which some engines report success.
    """
    text, values = _where(key, when)
    return _statement(f'DELETE FROM "{table}"{text} RETURNING ALL OLD *', values)  # noqa: S608, the names are ours


def run(dynamodb: DynamoDB, statements: list[Item]) -> list[bool]:
    """Run statements, each on its own; return for each whether its condition held.

    Raises DynamoDBError or TimeoutError if some could not be run: others were, and to repeat all must be safe.
    """
    return run_each(dynamodb, statements, lambda statement: statement)


def run_each(dynamodb: DynamoDB, writes: list[_Write], statement: Callable[[_Write], Item]) -> list[bool]:
    """Run the statement of every write as `run` does, without ever having more statements in memory than are sent."""

    def send(some: list[_Write]) -> list[bool]:
        batch = [statement(write) for write in some]
        held = [True] * len(batch)
        waiting = list(range(len(batch)))
        for attempt in range(dynamodb.times_to_write):
            answer = dynamodb.call("BatchExecuteStatement", {"Statements": [batch[at] for at in waiting]})
            again = []
            for at, response in zip(waiting, answer["Responses"], strict=True):
                error = response.get("Error", {"Code": ""})
                if error["Code"] in _REPEAT:
                    again.append(at)
                elif error["Code"] in _CONDITION:
                    held[at] = False
                elif not error["Code"] and batch[at]["Statement"].startswith("DELETE"):
                    held[at] = bool(response.get("Item"))
                elif error["Code"]:
                    raise DynamoDBError(error["Code"], f"{error.get('Message')} ({batch[at]['Statement']})")
            if not again:
                return held
            waiting = again
            pause(attempt)
        raise TimeoutError(f"DynamoDB would not take {len(waiting)} statements, {dynamodb.times_to_write} times over")

    batches = [writes[at : at + _STATEMENTS_A_CALL] for at in range(0, len(writes), _STATEMENTS_A_CALL)]
    return [held for result in dynamodb.each(send, batches) for held in result]


@cache
def _insert_text(table: str, names: tuple[str, ...]) -> str:
    values = ",".join(f"'{name}':?" for name in names)
    return f'INSERT INTO "{table}" VALUE {{{values}}}'


@cache
def _update_text(table: str, sets: tuple[str, ...], removes: tuple[str, ...]) -> str:
    parts = [f' SET "{name}"=?' for name in sets] + [f' REMOVE "{name}"' for name in removes]
    return f'UPDATE "{table}"{"".join(parts)}'


def _where(key: Values, when: Values | None) -> tuple[str, list[Value]]:
    conditions = {**key, **(when or {})}
    values: list[Value] = [value for value in conditions.values() if value is not None]
    return _where_text(tuple((name, value is None) for name, value in conditions.items())), values


@cache
def _where_text(conditions: tuple[tuple[str, bool], ...]) -> str:
    return " WHERE " + " AND ".join(
        f'"{name}" IS MISSING' if missing else f'"{name[1:]}"<?' if name[0] == "<" else f'"{name}"=?'
        for name, missing in conditions
    )


def _statement(text: str, values: Iterable[Value]) -> Item:
    return {"Statement": text, "Parameters": [attribute(value) for value in values]}
