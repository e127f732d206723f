"""Many conditional writes in few calls: batches of PartiQL statements, each of which fails alone."""

from stock.dynamodb import DynamoDB, DynamoDBError, Item, pause

_STATEMENTS_A_CALL = 25
_TIMES_TO_SEND = 12
_REPEAT = frozenset({
    "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded", "TransactionConflict", "InternalServerError",
})  # fmt: skip
_CONDITION = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


def statement(text: str, *values: str | float | bool) -> Item:
    """Return a statement with its values, as BatchExecuteStatement takes it."""
    return {"Statement": text, "Parameters": [_value(value) for value in values]}


def insert(table: str, item: dict[str, str | float | bool]) -> Item:
    """Return the statement that inserts an item, unless its key is there."""
    names = ",".join(f"'{name}':?" for name in item)
    return statement(f'INSERT INTO "{table}" VALUE {{{names}}}', *item.values())


def run(dynamodb: DynamoDB, statements: list[Item]) -> list[bool]:
    """Run statements, each on its own; return for each whether its condition held.

    Raises DynamoDBError or TimeoutError if some could not be run: others were, and to repeat all must be safe.
    """

    def send(batch: list[Item]) -> list[bool]:
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

    batches = [statements[at : at + _STATEMENTS_A_CALL] for at in range(0, len(statements), _STATEMENTS_A_CALL)]
    return [held for result in dynamodb.each(send, batches) for held in result]


def _value(value: str | float | bool) -> Item:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": repr(value)}
