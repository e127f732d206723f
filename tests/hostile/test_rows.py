"""Rows that others wrote: whatever is in them, nobody else's alerts, history and uploads wait for them."""

from typing import Any

from stock.messages import LookAhead, Recount
from tests.hostile.world import World

TOKEN = "20261122T083652.123Z-01-ab"
LONGEST = {"Store": "s" * 2048, "Item": "i" * 1024}
MARKUP, BIDI, FORMULA = "<script>alert(1)</script>", "\u202egnp.exe\n\n\x1b[31m", "=HYPERLINK(1)"
ODD: list[dict[str, dict[str, Any]]] = [
    {"Count": {"N": "1e125"}}, {"Count": {"N": "9" * 38}}, {"Count": {"N": "-5"}}, {"Count": {"N": "0.5"}},
    {"Count": {"S": "many"}}, {"Count": {"M": {}}}, {},
    {"Count": {"N": "0"}, "Short": {"S": "out.zz"}, "Since": {"S": "ever"}},
    {"Count": {"N": "0"}, "AsOf": {"S": "99999999T999999.999Z-0-0"}, "Short": {"S": "?"}, "Since": {"S": "?"}},
    {"Count": {"N": "0"}, "AsOf": {"N": "1"}}, {"Count": {"N": "0"}, "AsOf": {"S": TOKEN}, "Quiet": {"S": "no"}},
    {"Count": {"N": "1"}, "Short": {"S": "low"}, "ReorderPoint": {"N": "1e125"}, "PointAsOf": {"S": "zzz"}},
]  # fmt: skip


def test_rows_that_others_wrote_stop_nobody(world: World) -> None:
    put = world.engine.dynamodb.put_item
    odd = [{"Store": {"S": "Odd"}, "Item": {"S": f"item {n}"}} | more for n, more in enumerate(ODD)]
    names = [LONGEST, *({"Store": name, "Item": name} for name in (MARKUP, BIDI, FORMULA))]
    for name in names:
        row = {key: {"S": text} for key, text in name.items()}
        odd += [row | {"Count": {"N": "0"}, "AsOf": {"S": TOKEN}}]
    for row in odd:
        put(TableName=world.table("Inventory"), Item=row)
    put(TableName=world.table("Inventory"), Item={"Store": {"S": "Lima"}, "Item": {"S": "tea"}, "Count": {"N": "0"}})
    world.read_stream()
    world.put("uploads/Odd/a.csv", "item,count\nitem 0,7\nmilk,0\n")
    world.send("uploads", Recount("Odd").body(), *(Recount(name["Store"]).body() for name in names))
    assert world.run("uploads") == 0
    world.read_stream()
    world.send("look-aheads", *(LookAhead(name).body() for name in ("Odd", *(each["Store"] for each in names))))
    world.run_until_done("alerts")
    assert world.run("look-aheads") == 0
    told = {(message["store"], item["item"]) for message in world.told() for item in message["items"]}
    assert {("Lima", "tea"), ("Odd", "milk"), (MARKUP, MARKUP), (LONGEST["Store"], LONGEST["Item"])} <= told
    assert world.uploads()["uploads/Odd/a.csv"]["State"]["S"] == "loaded"
    summary = world.engine.dynamodb.get_item(TableName=world.table("Stores"), Key={"Store": {"S": "Odd"}})["Item"]
    assert int(summary["Items"]["N"]) == len(odd) - len(names) + 1
    for queue in ("uploads", "alerts", "look-aheads"):
        assert world.dead_letters(queue) == []
