"""One large file through the running local stack: does it load, how fast, and in how much memory?

    .venv/bin/python -m benchmarks.large_file --rows 2000000 --stores 20 [--gzip] [--data DIR]

Start the stack first (`onhand up --detach`). Peak memory is that of each function's processes, as the kernel saw it.
"""

import argparse
import gzip
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from onhand.stack import Stack, find_stack
from onhand.target import target

_WORKER = re.compile(r"ministack-lambda-(Load-Inventory|Check-Stock)")


def rows(number: int, stores: int) -> Iterator[bytes]:
    """Yield a CSV whose rows come in no order, one in a thousand of them empty, and one item in a hundred twice."""
    yield b"store,item,count\n"
    for n in range(number):
        item = n - n % 100 * (n % 100 == 99)  # every hundredth row repeats one 99 lines before
        item = (item * 7_919) % number
        yield b"Store %04d,Item number %07d,%d\n" % (item % stores, item // stores, (n * 31) % 1000)


def peak_memory() -> dict[str, int]:
    """Return the highest resident memory so far, in MB, of the processes of each function."""
    peaks: dict[str, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            function = _WORKER.search((process / "cmdline").read_bytes().decode(errors="replace"))
            high = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
        except OSError:
            continue
        if function and high:
            name = function[1]
            peaks[name] = max(peaks.get(name, 0), int(high[1]) // 1024)
    return peaks


def load(stack: Stack, path: Path) -> dict[str, str]:
    """Upload a file and wait until it is loaded; print what goes on; return its record."""
    key = f"uploads/{path.name}"
    bucket = stack.outputs.UploadsBucket
    stack.s3.upload_file(str(path), bucket, key)
    version = stack.s3.head_object(Bucket=bucket, Key=key)["VersionId"]
    peaks: dict[str, int] = {}
    shown = 0.0
    while True:
        for name, peak in peak_memory().items():
            peaks[name] = max(peaks.get(name, 0), peak)
        record = find(stack, version)
        if time.monotonic() - shown > 15 or record.get("State") in ("loaded", "refused"):
            shown = time.monotonic()
            done = {name: record[name] for name in ("State", "PartsDone", "Parts", "RowsDone") if name in record}
            print(f"{done}, peak memory {peaks} MB", flush=True)  # noqa: T201
        if record.get("State") in ("loaded", "refused"):
            return record
        time.sleep(0.5)


def find(stack: Stack, version: str) -> dict[str, str]:
    """Return the record of an upload, attribute → text."""
    newest = stack.dynamodb.query(
        TableName=stack.outputs.UploadsTable,
        KeyConditionExpression="#s=:all",
        ExpressionAttributeNames={"#s": "Scope"},
        ExpressionAttributeValues={":all": {"S": "all"}},
        ScanIndexForward=False,
        Limit=10,
    )["Items"]
    for item in newest:
        if item["VersionId"]["S"] == version:
            return {name: next(iter(value.values())) for name, value in item.items()}  # type: ignore[misc]
    return {}


def items(stack: Stack, stores: int) -> int:
    """Return how many items the summaries of the stores say there are."""
    keys = [{"Store": {"S": f"Store {number:04d}"}} for number in range(stores)]
    table = stack.outputs.StoresTable
    answer = stack.dynamodb.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    return sum(int(store["Items"]["N"]) for store in answer["Responses"][table])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=2_000_000)
    options.add_argument("--stores", type=int, default=20)
    options.add_argument("--gzip", action="store_true")
    options.add_argument("--data", type=Path, default=target.data)
    chosen = options.parse_args()
    target.data = chosen.data.absolute()
    stack = find_stack()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"large-{chosen.rows}.csv"
        with gzip.open(f"{path}.gz", "wb", 1) if chosen.gzip else path.open("wb") as file:
            for row in rows(chosen.rows, chosen.stores):
                file.write(row)
        started = time.monotonic()
        record = load(stack, Path(f"{path}.gz") if chosen.gzip else path)
        print(f"The summaries of the stores have {items(stack, chosen.stores):,} items")  # noqa: T201
    seconds = time.monotonic() - started
    parts = {name: record.get(name) for name in ("State", "Rows", "Changed", "Repeated", "Rejected", "Parts")}
    print(f"{parts} in {seconds:.0f} s, {chosen.rows / seconds:,.0f} rows/s")  # noqa: T201


if __name__ == "__main__":
    main()
