"""The tables of docs/performance.md."""

import math
import statistics
from dataclasses import dataclass
from typing import Any

from benchmarks.files import Shape
from benchmarks.pipeline import DO_NOTHING, Times

# On-demand, Standard table class, us-east-1, on 2026-11-22, per million units (https://aws.amazon.com/dynamodb/pricing/on-demand/).
WRITE_PRICE, READ_PRICE = 0.625, 0.125
_MOMENTS = {
    "its row can be read": "to_row", "its alert is in a queue": "to_alert", "a subscriber has it": "to_receipt",
}  # fmt: skip
LOADERS, PIPELINE = "loaders", "pipeline"
"""The parts of the page that `make bench` writes, each between two markers."""


@dataclass(frozen=True)
class Case:
    """What is measured: one line of the tables has one contender in one case."""

    engine: str
    shape: Shape
    scenario: str


Results = dict[tuple[Case, str], list[dict[str, Any]]]
"""Case and contender → what was measured in each round."""


def tables(results: Results, wrong: dict[tuple[str, str], int], starts: dict[str, float], contenders: list[str]) -> str:
    """Return all tables as Markdown."""
    cases = list(dict.fromkeys(case for case, _ in results))
    names = dict.fromkeys(case.engine for case in cases)
    parts = [f"### On {name}\n\n" + _table([case for case in cases if case.engine == name], results) for name in names]
    parts.append("### onhand against batch_writer\n\n" + _ratios(cases, results))
    if wrong:
        parts.append("### Wrong rows of 500 after a duplicated and reordered delivery\n\n" + _wrong(wrong, contenders))
    parts.append("### Cold start\n\n" + _starts(starts))
    return "\n".join(parts)


def pipeline_table(times: Times) -> str:
    """Return how long uploads took to become a row and an alert, as Markdown."""
    lines = [
        "| From the upload until | Pipeline | Median, ms | 9 of 10 within, ms | against doing nothing |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for until, what in _MOMENTS.items():
        least = statistics.median(getattr(passage, what) for passage in times[DO_NOTHING])
        for name, passages in times.items():
            took = sorted(getattr(passage, what) for passage in passages)
            median, most = statistics.median(took), took[math.ceil(0.9 * len(took)) - 1]
            ratio = "" if name == DO_NOTHING else f"{median / least:.2f}"
            lines.append(f"| {until} | {name} | {median * 1000:.0f} | {most * 1000:.0f} | {ratio} |")
    return "### From an upload to its row and its alert\n\n" + "\n".join(lines) + "\n"


def _table(cases: list[Case], results: Results) -> str:
    lines = [
        "| Stores | Rows | Case | Loader | Wall, s | CPU a row, µs | Peak, MB | Requests | WCU | RCU | $/M rows |",
        "| ---: | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (case, name), runs in results.items():
        if case not in cases:
            continue
        rows = case.shape.rows
        cells = [str(case.shape.stores), f"{rows:,}", case.scenario, name, f"{_median(runs, 'wall'):.2f}"]
        cells += [f"{_median(runs, 'cpu') / rows * 1e6:.0f}", f"{_median(runs, 'peak'):.0f}"]
        if runs[0]["requests"] is None:
            cells += ["", "", "", ""]
        else:
            cells += [f"{_median(runs, what):,.0f}" for what in ("requests", "written", "read")]
            cells.append(f"{_dollars(runs) / rows * 1e6:.4f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _ratios(cases: list[Case], results: Results) -> str:
    lines = ["| Engine | Stores | Case | Wall | CPU | Cost |", "| --- | ---: | --- | ---: | ---: | ---: |"]
    for case in cases:
        ours, theirs = results.get((case, "onhand")), results.get((case, "batch_writer"))
        if not ours or not theirs:
            continue
        wall, cpu = (_median(ours, what) / _median(theirs, what) for what in ("wall", "cpu"))
        cost = "" if ours[0]["requests"] is None else _ratio(_dollars(ours) / _dollars(theirs))
        lines.append(
            f"| {case.engine} | {case.shape.stores} | {case.scenario} | {_ratio(wall)} | {_ratio(cpu)} | {cost} |"
        )
    return "\n".join(lines) + "\n"


def _wrong(wrong: dict[tuple[str, str], int], contenders: list[str]) -> str:
    lines = ["| Engine | " + " | ".join(contenders) + " |", "| --- |" + " ---: |" * len(contenders)]
    lines += [
        f"| {engine} | " + " | ".join(str(wrong[engine, name]) for name in contenders) + " |"
        for engine in dict.fromkeys(engine for engine, _ in wrong)
    ]
    return "\n".join(lines) + "\n"


def _starts(starts: dict[str, float]) -> str:
    bare = next(iter(starts.values()))
    lines = ["| Start | CPU, ms | against boto3 |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {seconds * 1000:.0f} | {seconds / bare:.2f} |" for name, seconds in starts.items()]
    return "\n".join(lines) + "\n"


def _dollars(runs: list[dict[str, Any]]) -> float:
    return (_median(runs, "written") * WRITE_PRICE + _median(runs, "read") * READ_PRICE) / 1e6


def _median(runs: list[dict[str, Any]], what: str) -> float:
    return float(statistics.median(run[what] for run in runs))


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value >= 0.2 else f"1/{1 / value:.0f}"
