"""`make bench`: runs every contender in every case, interleaved, and writes the tables of docs/performance.md."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import cold_start, pipeline, report
from benchmarks.contenders import s3_event
from benchmarks.files import Counts, Shape, base, change, csv, index_moves
from benchmarks.page import replace
from stock.order_token import order_token
from tests import engines

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
SCENARIOS = ("first load", "0 % changed", "2 % changed", "100 % changed")
ENGINES = ("null server", "DynamoDB Local", "MiniStack")
CONTENDERS = ("onhand", "batch_writer", "put_df", "put_item")
PART_OF_PUT_ITEM = 0.05
"""put_item costs the same for every row and takes very long: it loads only this part of a file, and is scaled up."""
BUCKET = "bench"


@dataclass(frozen=True)
class Engine:
    """A running engine, and the S3 and SQS beside it."""

    name: str
    dynamodb: str
    aws: str

    def put_file(self, key: str, content: bytes) -> None:
        if self.name == "null server":
            _put(f"{self.aws}/-/{BUCKET}/{key}", content)
        else:
            engines.client("s3", self.aws).put_object(Bucket=BUCKET, Key=key, Body=content)

    def put_rows(self, counts: Counts, number: int) -> None:
        """Tell the null server what the table would hold after the `number`th upload."""
        if self.name == "null server":
            token = order_token(s3_event(BUCKET, key_of(number), number))
            rows = {store: sorted(items.items()) for store, items in counts.items()}
            _put(f"{self.aws}/-/state", json.dumps({"token": token, "stores": rows}).encode())

    @contextmanager
    def tables(self, contender: str) -> Iterator[dict[str, str]]:
        """Make a contender's tables and queue; yield the environment that its process needs."""
        prefix = f"{contender}-{time.monotonic_ns()}-"
        environment = engines.AWS | {
            "AWS_ENDPOINT_URL": self.aws, "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb,
            "INVENTORY_TABLE": prefix + "Inventory", "STORES_TABLE": prefix + "Stores",
            "REORDER_POINTS_TABLE": prefix + "ReorderPoints",
            "HISTORY_TABLE": prefix + "History", "UPLOADS_TABLE": prefix + "Uploads",
            "UPLOADS_QUEUE_URL": f"{self.aws}/000000000000/{prefix}uploads",
        }  # fmt: skip
        if self.name == "null server":
            yield environment
            return
        dynamodb, sqs = engines.client("dynamodb", self.dynamodb), engines.client("sqs", self.aws)
        engines.create_tables(dynamodb, prefix)
        url = sqs.create_queue(QueueName=prefix + "uploads")["QueueUrl"]
        yield environment | {"UPLOADS_QUEUE_URL": url}
        engines.delete_tables(dynamodb, prefix)
        sqs.delete_queue(QueueUrl=url)


def key_of(number: int) -> str:
    return f"uploads/{number}.csv"


def work(engine: Engine, environment: dict[str, str], contender: str, numbers: list[int]) -> dict[str, Any]:
    """Have a contender load uploads in a process of its own; return what it measured."""
    job = {
        "contender": contender, "bucket": BUCKET, "keys": [(key_of(number), number) for number in numbers],
        "warm": "uploads/warm.csv", "metered": engine.name != "null server",
        "local": engine.name == "DynamoDB Local",
    }  # fmt: skip
    process = subprocess.run(
        [PYTHON, "-W", "ignore", "-m", "benchmarks.worker", json.dumps(job)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "functions", **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    measured: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])  # before it come the metrics of the function
    return measured


def run_shape(name: str, shape: Shape, contenders: list[str], results: report.Results) -> None:
    """Run all scenarios on one engine, the contenders taking turns.

    Each has an engine of its own: DynamoDB Local gets up to ten times slower by what another one did before.
    """
    counts: Counts = {}
    with ExitStack() as stack:
        started = {contender: stack.enter_context(running(name, contender)) for contender in contenders}
        environments = {
            contender: stack.enter_context(started[contender].tables(contender)) for contender in contenders
        }
        for number, scenario in enumerate(SCENARIOS, 1):
            before, counts = counts, _next(counts, scenario, shape)
            moves = index_moves(before, counts)
            for contender in contenders:
                engine = started[contender]
                part = PART_OF_PUT_ITEM if contender == "put_item" else 1
                engine.put_rows(before, number - 1)
                engine.put_file(key_of(number), csv(counts, part))
                measured = work(engine, environments[contender], contender, [number])
                measured = {what: _scaled(what, value, part) for what, value in measured.items()}
                if contender == "onhand" and measured["written"] is not None:
                    # What neither engine reports (tests/capacity says more): the indexes, and on one of them PartiQL.
                    measured["written"] += moves + (measured["statements"] if name == "DynamoDB Local" else 0)
                results[report.Case(name, shape, scenario), contender].append(measured)
                _say(f"{name}, {shape.stores} stores, {scenario}, {contender}: {measured['wall']:.2f} s")


def wrong_rows(engine: Engine, contender: str) -> int:
    """Return how many of 500 rows are wrong after three uploads came out of order, one of them twice."""
    first = base(Shape(1, 500))
    versions = [first, change(first, 0.3), change(change(first, 0.3), 0.3, seed=3)]
    for number, counts in enumerate(versions, 1):
        engine.put_file(key_of(number), csv(counts))
    with engine.tables(contender) as environment:
        work(engine, environment, contender, [2, 3, 1, 2])
        ((store, right),) = versions[-1].items()
        query = engines.client("dynamodb", engine.dynamodb).get_paginator("query")
        pages = query.paginate(
            TableName=environment["INVENTORY_TABLE"],
            KeyConditionExpression="#s=:s",
            ExpressionAttributeNames={"#s": "Store"},
            ExpressionAttributeValues={":s": {"S": store}},
        )
        found = {item["Item"]["S"]: int(item["Count"]["N"]) for page in pages for item in page["Items"]}
    return sum(found.get(item) != count for item, count in right.items())


@contextmanager
def running(name: str, contender: str) -> Iterator[Engine]:
    """Run an engine for a contender, and have that warm it up."""
    with ExitStack() as stack:
        if name == "null server":
            null = stack.enter_context(_null_server())
            engine = Engine(name, null, null)
        else:
            aws = stack.enter_context(engines.ministack())
            engines.client("s3", aws).create_bucket(Bucket=BUCKET)
            local = name == "DynamoDB Local"
            engine = Engine(name, stack.enter_context(engines.dynamodb_local()) if local else aws, aws)
        engine.put_file("uploads/warm.csv", csv({"Warm-up": {"item": 1, "another": 2}}))
        engine.put_file(key_of(1), csv(base(Shape(1, 1000))))
        with engine.tables(contender) as environment:
            work(engine, environment, contender, [1])
        yield engine


def main() -> None:
    """Run what the command line asks for and write the tables."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…")
    parser.add_argument("--rows", type=int, default=20_000, help="of a file, on the null server")
    parser.add_argument("--engine-rows", type=int, default=20_000, help="of a file, on the engines")
    parser.add_argument("--rounds", type=int, default=3, help="on the null server; on the engines 1")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, help="for the loaders, and nothing but these")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--only", choices=(report.LOADERS, report.PIPELINE), help="one of the two parts")
    parser.add_argument("--uploads", type=int, default=40, help="through each pipeline")
    parser.add_argument("--profile", action="store_true", help="print what the pipelines do when, and measure nothing")
    parser.add_argument("--write", type=Path, help="the page whose tables are replaced")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped"))  # so that the engines end, too
    if options.profile:
        sys.stdout.write(pipeline.profile(options.uploads))
        return
    parts = {report.PIPELINE: _compare_pipelines, report.LOADERS: _compare_loaders}
    only = options.only or (options.engines and report.LOADERS)
    for part in [only] if only else parts:
        text = ""
        for text in parts[part](options):
            if options.write:  # what there is, in case that somebody has no time for the rest
                replace(options.write, part, text)
        sys.stdout.write(text)


def _compare_pipelines(options: argparse.Namespace) -> Iterator[str]:
    """Yield the table of onhand and a pipeline that does nothing."""
    yield report.pipeline_table(pipeline.measure(options.uploads))


def _compare_loaders(options: argparse.Namespace) -> Iterator[str]:
    """Yield the tables of the loaders, as far as they are known, whenever there is more in them."""
    results: report.Results = defaultdict(list)
    wrong: dict[tuple[str, str], int] = {}
    starts = cold_start.measure(PYTHON)
    names = options.engines or list(ENGINES)
    for name in names:
        if name != "null server":
            for contender in options.contenders:
                with running(name, contender) as engine:
                    wrong[name, contender] = wrong_rows(engine, contender)
    rows = {name: options.rows if name == "null server" else options.engine_rows for name in ENGINES}
    for name, shape, contenders in _turns(names, rows, options.rounds, options.contenders):
        run_shape(name, shape, contenders, results)
        yield report.tables(results, wrong, starts, options.contenders)


def _turns(
    names: list[str], rows: dict[str, int], rounds: int, contenders: list[str]
) -> Iterator[tuple[str, Shape, list[str]]]:
    for round_ in range(rounds):
        turn = [name for name in contenders if name != "put_item" or round_ == 0]
        turn = turn[round_ % len(turn) :] + turn[: round_ % len(turn)]
        for name in names:
            if name == "null server" or round_ == 0:
                for shape in (Shape(1, rows[name]), Shape(50, rows[name] // 50)):
                    yield name, shape, turn


def _next(counts: Counts, scenario: str, shape: Shape) -> Counts:
    if scenario == "first load":
        return base(shape)
    return change(counts, int(scenario.partition(" ")[0]) / 100)


def _scaled(what: str, value: float | None, part: float) -> Any:
    return value if value is None or what == "peak" else value / part


@contextmanager
def _null_server() -> Iterator[str]:
    port = engines.free_port()
    with engines.running([sys.executable, "-m", "benchmarks.null_server", str(port)], {}, port, ROOT):
        yield f"http://127.0.0.1:{port}"


def _put(url: str, body: bytes) -> None:
    urllib.request.urlopen(urllib.request.Request(url, body, method="PUT")).close()  # noqa: S310, on this machine


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
