"""Which stores are in which groups: in the table Groups by group, in the table Stores by store. Both change at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from onhand.console import UserError
from onhand.group_file import ALL_GROUPS, MOST_GROUPS
from onhand.items import plain
from onhand.stack import Stack
from stock.likeness import did_you_mean

_AT_ONCE = 8
_TIMES = 5

Groups = frozenset[str]
Change = Callable[[Groups], Groups]
"""From the groups that a store is in to those that it is to be in."""


def group_names(stack: Stack) -> list[str]:
    """Return the names of all groups, in order."""
    return list(_under(stack, ALL_GROUPS))


def members(stack: Stack, group: str) -> frozenset[str]:
    """Return the stores of a group. Raises UserError if there is none such."""
    found = frozenset(_under(stack, group)) if group != ALL_GROUPS else frozenset()
    if not found:
        raise UserError(f"There is no group '{group}'.{did_you_mean(group, group_names(stack))}")
    return found


def change_groups(stack: Stack, changes: dict[str, Change]) -> None:
    """Change the groups of stores, each store's in one transaction; groups that lose their last store are gone.

    Raises UserError if a store would be in too many. Others may have been changed then; to try again is safe.
    """
    lost: set[str] = set()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for before, after in pool.map(lambda each: _change(stack, *each), changes.items()):
            lost |= before - after
    for group in sorted(lost):
        if next(_under(stack, group), None) is None:
            stack.dynamodb.delete_item(TableName=stack.outputs.GroupsTable, Key=_key(ALL_GROUPS, group))


def _change(stack: Stack, store: str, change: Change) -> tuple[Groups, Groups]:
    """Change the groups of a store; return those before and after."""
    for _ in range(_TIMES):
        before = _groups_of(stack, store)
        after = change(before)
        if len(after) > MOST_GROUPS:
            raise UserError(f"{store} would be in {len(after)} groups, and a store can be in {MOST_GROUPS}.")
        if before == after:
            return before, after
        table = stack.outputs.GroupsTable
        for group in after - before:  # before a store is in it: who lists the groups misses none
            stack.dynamodb.put_item(TableName=table, Item=_key(ALL_GROUPS, group))
        writes: Any = [
            {"Update": _update(stack, store, before, after)},
            *({"Put": {"TableName": table, "Item": _key(group, store)}} for group in sorted(after - before)),
            *({"Delete": {"TableName": table, "Key": _key(group, store)}} for group in sorted(before - after)),
        ]
        try:
            stack.dynamodb.transact_write_items(TransactItems=writes)
            return before, after
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
    raise UserError(f"Others are changing the groups of {store} at this moment. Try again.")


def _update(stack: Stack, store: str, before: Groups, after: Groups) -> dict[str, Any]:
    """Write the groups of a store, if they still are as they were read."""
    values = {":before": before, ":after": after}
    return {
        "TableName": stack.outputs.StoresTable,
        "Key": {"Store": {"S": store}},
        "UpdateExpression": "SET #groups = :after" if after else "REMOVE #groups",
        "ConditionExpression": "#groups = :before" if before else "attribute_not_exists(#groups)",
        "ExpressionAttributeNames": {"#groups": "Groups"},
        "ExpressionAttributeValues": {name: {"SS": sorted(groups)} for name, groups in values.items() if groups},
    }


def _groups_of(stack: Stack, store: str) -> Groups:
    key = {"Store": {"S": store}}
    found = stack.dynamodb.get_item(TableName=stack.outputs.StoresTable, Key=key, ConsistentRead=True).get("Item", {})
    return frozenset(found.get("Groups", {}).get("SS", ()))


def _key(group: str, store: str) -> dict[str, Any]:
    return {"Group": {"S": group}, "Store": {"S": store}}


def _under(stack: Stack, group: str) -> Iterator[str]:
    """Yield what the table has under a group: its stores, in order."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.GroupsTable,
        KeyConditionExpression="#group = :group",
        ExpressionAttributeNames={"#group": "Group"},
        ExpressionAttributeValues={":group": {"S": group}},
        ConsistentRead=True,
    )
    return (str(plain(row)["Store"]) for page in pages for row in page["Items"])
