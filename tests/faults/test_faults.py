"""Some cells of the matrix that `make faults` fills, and two bursts, for the functions behind an upload."""

import pytest

from tests.faults.chain import FUNCTIONS, Chain
from tests.faults.plan import Fault, Place
from tests.faults.story import calls_of, outcome, outcome_of_burst

ROWS = Place("upload", "BatchExecuteStatement UPDATE Inventory.Count, DELETE Inventory", 1)
FILE, STORES = Place("upload", "GET uploads/", 1), Place("upload", "BatchGetItem Stores", 1)
TAKEN_BACK = Place("withdrawal", "BatchExecuteStatement UPDATE Inventory.Count, INSERT Inventory", 1)
KEPT = Place("upload", "TransactWriteItems Put Catalogue, Update Catalogue", 1)
TOLD = Place("upload", "Publish", 1)
NOTED = Place("upload", "BatchExecuteStatement UPDATE Alerts.Published", 1)


@pytest.mark.parametrize(
    ("function", "place", "fault", "healed"),
    [
        ("Load-Inventory", ROWS, Fault.KILLED_AFTER, "next"),
        ("Load-Inventory", ROWS, Fault.RESET_AFTER, "client"),
        ("Load-Inventory", ROWS, Fault.UNPROCESSED, "client"),
        ("Load-Inventory", FILE, Fault.HALF, "next"),
        ("Load-Inventory", FILE, Fault.THROTTLED, "client"),
        ("Load-Inventory", STORES, Fault.UNPROCESSED, "client"),
        ("Load-Inventory", TAKEN_BACK, Fault.KILLED_AFTER, "next"),
        ("Load-Inventory", TAKEN_BACK, Fault.EXPIRED, "next"),
        ("Load-Inventory", Place("withdrawal", "GET withdrawals/", 1), Fault.HALF, "next"),
        ("Check-Stock", Place("upload", "BatchExecuteStatement INSERT Alerts", 1), Fault.KILLED_AFTER, "next"),
        ("Check-Stock", Place("upload", "SendMessageBatch", 1), Fault.UNPROCESSED, "client"),
        ("Check-Stock", TOLD, Fault.KILLED_BEFORE, "next"),
        ("Check-Stock", TOLD, Fault.KILLED_AFTER, "twice"),
        ("Check-Stock", NOTED, Fault.ERROR, "client"),
        (
            "Keep-History",
            Place("upload", "TransactWriteItems Put Catalogue, Update Catalogue", 1),
            Fault.HALF,
            "client",
        ),
        ("Keep-History", Place("fold", "PutItem Catalogue", 1), Fault.KILLED_AFTER, "next"),
    ],
)
def test_it_is_healed(story: Chain, function: str, place: Place, fault: Fault, healed: str) -> None:
    assert outcome(story, function, place, fault) == healed


def test_bursts_are_healed(story: Chain) -> None:
    calls = len(calls_of(story, FUNCTIONS))
    assert sum(outcome_of_burst(story, FUNCTIONS, seed, calls) for seed in (1, 2)) > 0
