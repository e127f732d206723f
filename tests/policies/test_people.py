"""What people may do, and what not.

Each denial stands beside what keeps her out. The test takes that away, and then she has to get in: so a denial is
none because of something else, such as a misspelt request.
"""

import pytest

from tests.policies.acts import (
    CLERK,
    CLERK_OF_ALL,
    GUEST,
    MANAGER,
    READER,
    TABLES,
    count,
    get,
    indexes,
    keys,
    put,
    query,
    read,
    scan,
    write,
)
from tests.policies.iam import Act, Change, Iam, Who, anything, anywhere, without

OF_A_STORE = ("uploads", "withdrawals", "checks", "formats", "points")
"""Folders of the bucket in which each store has one of its own."""

NOT_FOR_GUESTS = {"Acknowledgements", "Digests", "Channels"}
SCANNED = {"Stores"}
"""Tables that are read from end to end: the small ones."""

ABOUT_PEOPLE = ("By", "UploadedBy", "Reason", "FirstRejected", "AckBy", "AckAt", "AckNote", "SetBy", "Result")
"""Attributes that say who did something, or quote files."""

FOR_GUESTS = [table for table in TABLES if table not in NOT_FOR_GUESTS]


def look(table: str, *only: str) -> Act:
    """Read a table as the dashboard does."""
    return scan(table, *only) if table in SCANNED else query(table, *only)


MAY: list[tuple[Who, Act]] = [
    # DynamoDB cannot use a key that the role may not name.
    *((GUEST, look(table, *keys(table))) for table in FOR_GUESTS),
    *((GUEST, query(table, *keys(table, index), index=index)) for table in FOR_GUESTS for index in indexes(table)),
    (GUEST, query("Inventory", "Item", "Count")),
    (GUEST, query("Inventory", "Store", "Item", index="ShortItems")),
    (GUEST, get("Inventory", "Count")),
    (GUEST, scan("Stores", "Out", "Low")),
    (GUEST, query("Uploads", "Key", "State")),
    (GUEST, query("Alerts", "Item", "Event", "At", index="ByTime")),
    (CLERK, query("Uploads", "Key", "By")),
    (CLERK, scan("Stores")),
    (CLERK, write("Acknowledgements", "AckBy", "AckAt", "AckNote")),
    (CLERK, read("rejected/Bern/a.csv")),
    *((CLERK, put(f"{folder}/Berlin/a.csv")) for folder in OF_A_STORE),
    (CLERK, read("checked/Berlin/a.json")),
    *((MANAGER, put(f"{folder}/Bern/a.csv")) for folder in OF_A_STORE),
    (MANAGER, put("uploads/a.csv")),
    (MANAGER, read("checked/Bern/a.json")),
]

MAY_NOT: list[tuple[Who, Act, Change]] = [
    # ForAllValues is true of a request that names nothing: only with Select does it have to name something.
    *((GUEST, look(table), without("dynamodb:Select")) for table in FOR_GUESTS),
    *((GUEST, count(table), without("dynamodb:Select")) for table in FOR_GUESTS if table not in SCANNED),
    *(
        (GUEST, look(table, attribute), without("dynamodb:Attributes"))
        for table in FOR_GUESTS
        for attribute in ABOUT_PEOPLE
    ),
    (GUEST, query("Alerts", "Item", "UploadedBy", index="ByTime"), without("dynamodb:Attributes")),
    *((GUEST, query(table, *keys(table)), anything) for table in NOT_FOR_GUESTS),
    *((GUEST, scan(table, "Store"), anything) for table in TABLES if table not in SCANNED),
    *((GUEST, write(table, "Count"), anything) for table in TABLES),
    *((GUEST, put(f"{folder}/a.csv"), anything) for folder in OF_A_STORE),
    *((GUEST, read(f"{folder}/Berlin/a.csv"), anything) for folder in (*OF_A_STORE, "rejected", "checked", "log")),
    *((CLERK, put(f"{folder}/Bern/a.csv"), anywhere) for folder in OF_A_STORE),
    *((CLERK, put(f"{folder}/Berlin2/a.csv"), anywhere) for folder in OF_A_STORE),
    *((CLERK, put(f"{folder}/a.csv"), anywhere) for folder in OF_A_STORE),
    (CLERK, put("uploads//a.csv"), anywhere),
    (CLERK, put("uploads/berlin/a.csv"), anywhere),
    *((CLERK, put(f"{folder}/Berlin/a.csv"), anywhere) for folder in ("rejected", "checked", "log", "parts")),
    (CLERK, read("checked/Bern/a.json"), anywhere),
    (CLERK, read("uploads/Berlin/a.csv"), anywhere),
    (CLERK, read("log/Berlin/a.json"), anywhere),
    *((CLERK_OF_ALL, put(f"{folder}/Berlin/a.csv"), anywhere) for folder in OF_A_STORE),
    *((READER, put(f"{folder}/Berlin/a.csv"), anywhere) for folder in OF_A_STORE),
    (READER, put("uploads//a.csv"), anywhere),
    *((CLERK, scan(table), anything) for table in TABLES if table not in SCANNED),
    *((MANAGER, scan(table), anything) for table in TABLES if table not in SCANNED),
    *((MANAGER, write(table, "Count"), anything) for table in TABLES),
    (CLERK, write("Acknowledgements", "Item"), without("dynamodb:Attributes")),
    (MANAGER, write("Acknowledgements", "Item"), without("dynamodb:Attributes")),
    *((MANAGER, put(f"{folder}/Berlin/a.csv"), anywhere) for folder in ("rejected", "checked", "log", "parts")),
]


@pytest.mark.parametrize(("who", "act"), MAY, ids=str)
def test_may(iam: Iam, who: Who, act: Act) -> None:
    assert iam.allows(who, act)


@pytest.mark.parametrize(("who", "act", "if_not_for"), MAY_NOT, ids=lambda one: getattr(one, "__name__", str(one)))
def test_may_not(iam: Iam, who: Who, act: Act, if_not_for: Change) -> None:
    assert not iam.allows(who, act)
    assert iam.allows(who, act, if_not_for)
