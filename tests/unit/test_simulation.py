"""The rules of the simulation (benchmarks/simulation): what a write costs, what is refused, how time passes."""

import json

import pytest

from benchmarks.simulation.clock import Clock, OutOfTimeError
from benchmarks.simulation.limits import WRITE, Key, Limits
from benchmarks.simulation.proxy import Gate
from benchmarks.simulation.writes import Stream, Table, write_of
from stock.attributes import Item
from stock.partiql import Values, delete, insert, update

ROW: Values = {"Store": "Store 1", "Alert": "a", "Item": "i", "At": "9:00", "Log": "all", "Open": "out"}
KEY: Values = {"Store": "Store 1", "Alert": "a"}
LOG, OPEN = Key("Alerts.ByTime", "all"), Key("Alerts.OpenAlerts", "out")


def alerts() -> dict[str, Table]:
    """Return the table Alerts with two of its indexes, empty."""
    return {"Alerts": Table("Alerts", ("Store", "Alert"), {"ByTime": ("Log", "At"), "OpenAlerts": ("Open", "At")})}


def units(tables: dict[str, Table], statement: Item) -> dict[Key, float]:
    """Return what a statement costs in indexes, and do it."""
    write = write_of(tables, statement)
    write.apply()
    return write.index_units()


def test_an_index_takes_a_unit_of_every_key_whose_entry_comes_changes_moves_or_goes() -> None:
    tables = alerts()
    assert units(tables, insert("Alerts", ROW)) == {LOG: 1, OPEN: 1}
    assert units(tables, update("Alerts", KEY, {"State": "sent"}, {"<Order": "7"})) == {LOG: 1, OPEN: 1}
    assert units(tables, update("Alerts", KEY, {"State": "sent"})) == {}
    assert units(tables, update("Alerts", KEY, {"Open": "low"})) == {
        LOG: 1, OPEN: 1, Key("Alerts.OpenAlerts", "low"): 1,
    }  # fmt: skip
    assert units(tables, update("Alerts", KEY, {"At": "9:01", "Open": None})) == {
        LOG: 2, Key("Alerts.OpenAlerts", "low"): 1,
    }  # fmt: skip
    assert units(tables, delete("Alerts", KEY)) == {LOG: 1}
    assert tables["Alerts"].rows == {}


def test_a_shared_key_has_its_part_of_a_partitions_units_and_a_stores_own_key_all_of_them() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0], share=1 / 10, is_own=lambda key: key.startswith("Store"))
    own = Key("Alerts", "Store 1")
    assert [limits.take(WRITE, {LOG: 1}) for _ in range(101)].count(True) == 100
    assert limits.refused == {(WRITE, LOG): 1}
    assert not limits.take(WRITE, {own: 1, LOG: 1})
    assert limits.taken[WRITE, Key("Alerts", "(one store's)")] == 0
    now[0] = 0.5
    assert [limits.take(WRITE, {own: 1, LOG: 1}) for _ in range(51)].count(True) == 50
    assert [limits.take(WRITE, {own: 1}) for _ in range(951)].count(True) == 950


def test_a_statement_that_an_index_has_no_units_for_fails_alone_and_the_engine_does_not_see_it() -> None:
    tables, passed, records = alerts(), [], []
    limits = Limits(lambda: 0.0, share=1 / 1000, is_own=lambda key: key.startswith("Store"))
    gate = Gate(tables, limits, Stream("Alerts", lambda: 0.0, lambda _, record: records.append(record)))

    def engine(request: Item) -> tuple[int, bytes]:
        passed.append(request["Statements"])
        return 200, json.dumps({"Responses": [{"TableName": "Alerts"}] * len(request["Statements"])}).encode()

    statements = [insert("Alerts", {**ROW, "Alert": name}) for name in "abc"]
    status, content = gate.call(engine, "BatchExecuteStatement", {"Statements": statements})

    codes = [answer.get("Error", {}).get("Code") for answer in json.loads(content)["Responses"]]
    assert (status, codes) == (200, [None, "ThrottlingError", "ThrottlingError"])
    assert passed == [statements[:1]]
    assert [record["eventName"] for record in records] == ["INSERT"]


def test_time_passes_while_others_sleep_and_a_function_is_ended_at_its_limit() -> None:
    clock = Clock(0.0)
    seen: list[tuple[str, float]] = []

    def work(name: str, seconds: float) -> str:
        clock.sleep(seconds)
        seen.append((name, clock.now))
        return name

    slow, quick = clock.begin(lambda: work("slow", 60), seconds=40), clock.begin(lambda: work("quick", 30), seconds=40)
    assert quick.result() == "quick"
    with pytest.raises(OutOfTimeError):
        slow.result()
    assert (seen, clock.now) == ([("quick", 30)], 40)
