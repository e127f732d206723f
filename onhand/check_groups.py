"""Do both tables say the same of the groups of stores? For `onhand doctor`.

They are written in one transaction, so only who restores or empties one of the tables makes them differ. Nothing is
lost by a repair: a store is in a group if either of them says so.
"""

from collections.abc import Iterator
from typing import Any

from onhand.differences import Difference, Kind
from onhand.group_file import ALL_GROUPS
from onhand.items import plain
from onhand.known import stores
from onhand.stack import Stack


def look_at_groups(stack: Stack, names: set[str] | None) -> Iterator[Difference]:
    """Yield what differs in the groups of stores (None: of all)."""
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=stack.outputs.GroupsTable, ConsistentRead=True)
    kept = {(row["Group"], row["Store"]) for row in map(plain, (row for page in pages for row in page["Items"]))}
    listed = {name for group, name in kept if group == ALL_GROUPS}
    by_group = {(store, group) for group, store in kept if group != ALL_GROUPS}
    by_store = {(row["Store"], group) for row in stores(stack) for group in row.get("Groups", ())}
    for store, group in sorted(by_group | by_store):
        if names is not None and store not in names:
            continue
        if (store, group) not in by_store:
            yield Difference(store, Kind.GROUP, group, "the group has the store, and the store does not know it")
        elif (store, group) not in by_group:
            yield Difference(store, Kind.GROUP, group, "the store is in the group, and the group does not have it")
        elif group not in listed:
            yield Difference(store, Kind.GROUP, group, "the group is not in the list of groups")
    empty = listed - {group for _, group in by_group | by_store}
    for group in sorted(empty) if names is None or ALL_GROUPS in names else ():
        yield Difference(ALL_GROUPS, Kind.GROUP, group, "no store is in the group", delete=True)


def repair_group(stack: Stack, one: Difference) -> None:
    """Have both tables say that the store is in the group; or take a group without any store from the list."""
    table = stack.outputs.GroupsTable
    of_list: Any = {"Group": {"S": ALL_GROUPS}, "Store": {"S": one.item}}
    if one.delete:
        stack.dynamodb.delete_item(TableName=table, Key=of_list)
        return
    of_store: Any = {
        "TableName": stack.outputs.StoresTable,
        "Key": {"Store": {"S": one.store}},
        "UpdateExpression": "ADD #groups :group",
        "ExpressionAttributeNames": {"#groups": "Groups"},
        "ExpressionAttributeValues": {":group": {"SS": [one.item]}},
    }
    of_group: Any = {"Group": {"S": one.item}, "Store": {"S": one.store}}
    stack.dynamodb.transact_write_items(
        TransactItems=[
            {"Update": of_store},
            {"Put": {"TableName": table, "Item": of_group}},
            {"Put": {"TableName": table, "Item": of_list}},
        ]
    )
