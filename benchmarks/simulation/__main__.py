"""Simulate a chain of stores against DynamoDB's limits, and say what waits, what is throttled and what is lost.

    make simulate                                   a 25th of 10,000 stores, with 1 and with 16 shards
    make simulate ARGS="--k 50 --write docs/scale.md"
    make simulate ARGS="--k 1 --shards 16"          all of them (many hours)

docs/scale.md tells what it keeps of a chain, and what not.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.page import replace
from benchmarks.simulation.chain import Size
from benchmarks.simulation.outcome import Outcome, simulate

_STORES = 10_000  # of the chain


def _tables(outcomes: list[Outcome]) -> str:
    """Return a table for each scenario, as Markdown."""
    parts = []
    for scenario in dict.fromkeys(outcome.name for outcome in outcomes):
        columns = [outcome for outcome in outcomes if outcome.name == scenario]
        heads = " | ".join(f"`Shards` {outcome.shards}" for outcome in columns)
        parts += [f"### {scenario}", "", f"| | {heads} |", "| --- |" + " ---: |" * len(columns)]
        for name in columns[0].lines:
            parts.append(f"| {name} | {' | '.join(outcome.lines[name] for outcome in columns)} |")
        parts.append("")
    return "\n".join(parts)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--k", type=int, default=25, help="simulate one K-th of the chain (25)")
    options.add_argument("--items", type=int, default=1000, help="of each store (1000)")
    options.add_argument("--shards", type=int, nargs="+", default=[1, 16], help="parameter Shards (1 16)")
    options.add_argument("--table", type=int, default=40_000, help="write units a table takes (40000; a new one: 4000)")
    options.add_argument("--write", type=Path, help="the page whose tables are replaced")
    options.add_argument("--engine", choices=["MiniStack", "DynamoDB Local"], default="MiniStack")
    chosen = options.parse_args()
    if not (1 <= chosen.k <= 1000 and chosen.items > 0 and chosen.table > 0 and min(chosen.shards) > 0):
        options.error("--k is from 1 to 1000 (and says little above 100), the others are at least 1")
    sizes = [Size(1 / chosen.k, _STORES // chosen.k, chosen.items, n, chosen.table) for n in chosen.shards]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        results = list(processes.map(simulate, sizes, [chosen.engine] * len(sizes)))
    outcomes = [outcome for result in results for outcome in result]
    if chosen.write:
        replace(chosen.write, "scenarios", _tables(outcomes), target="simulate")


if __name__ == "__main__":
    main()
