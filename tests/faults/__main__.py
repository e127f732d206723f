"""`make faults`: every call of every function goes wrong in every way, and what heals that (docs/reliability.md).

make faults                                          all functions
make faults ARGS="--function Check-Stock"            one of them
make faults ARGS="--write docs/reliability.md"       and write the page's tables
make faults ARGS="--bursts 100 --seed 7"             instead: bursts of calls at random, so many of each story
"""
# ruff: noqa: T201

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.page import replace
from tests import engines
from tests.faults.cells import BURSTS, STORIES, begin, try_burst, try_cell
from tests.faults.plan import Fault
from tests.faults.story import calls_of
from tests.faults.table import WRONG, as_table

_JOBS = 6
"""Stories at a time: those in which a client waits for its time-out need no processor."""


def main() -> int:
    """Return the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--function", choices=STORIES, action="append", help="only this one")
    options.add_argument("--jobs", type=int, default=_JOBS, help=f"stories at a time ({_JOBS})")
    options.add_argument("--write", type=Path, help="the page whose tables are replaced")
    options.add_argument("--bursts", type=int, default=0, help="instead: so many bursts of calls, at random")
    options.add_argument("--seed", type=int, default=1, help="the first burst (1)")
    chosen = options.parse_args()
    failed = False
    with engines.dynamodb_local() as dynamodb, engines.ministack() as aws:
        if chosen.bursts:
            seeds = range(chosen.seed, chosen.seed + chosen.bursts)
            wrong = [_bursts(story, seeds, dynamodb, aws, chosen.jobs) for story in BURSTS]
            return int(any(wrong))
        for number, function in enumerate(chosen.function or STORIES):
            table = _matrix(function, number, dynamodb, aws, chosen.jobs)
            failed |= WRONG in table
            if chosen.write:
                replace(chosen.write, function, table, target="faults")
    return int(failed)


def _matrix(function: str, number: int, dynamodb: str, aws: str, jobs: int) -> str:
    """Try all that can go wrong in a function, and print it; return it as Markdown. `number`: no other function's."""
    began = time.monotonic()
    with STORIES[function](dynamodb, aws, number) as story:
        places = calls_of(story, [function])
    cells = [(place, fault) for fault in Fault for place in places if place.can(fault)]
    print(f"{function}: {len(places)} calls, {len(cells)} faults", flush=True)
    of_process = (function, dynamodb, aws)
    with ProcessPoolExecutor(jobs, get_context("spawn"), begin, of_process) as pool:
        found = {}
        for cell, healed in zip(cells, pool.map(try_cell, [function] * len(cells), cells), strict=True):
            found[cell] = healed
            place, fault = cell
            print(f"{place.step}, {place.call}, {place.number}, {fault}: {healed}", flush=True)
    table = as_table(places, found)
    print(f"{table}\n{function}: {time.monotonic() - began:,.0f} s", flush=True)
    return table


def _bursts(story: str, seeds: range, dynamodb: str, aws: str, jobs: int) -> bool:
    """Try bursts in a story, and print what is wrong; return whether anything is."""
    began, functions = time.monotonic(), BURSTS[story]
    with STORIES[functions[0]](dynamodb, aws, list(BURSTS).index(story)) as told:
        calls = len(calls_of(told, functions))
    of_process = (functions[0], dynamodb, aws)
    with ProcessPoolExecutor(jobs, get_context("spawn"), begin, of_process) as pool:
        found = list(pool.map(try_burst, [story] * len(seeds), seeds, [calls] * len(seeds)))
    wrong = [each for each in found if isinstance(each, str)]
    faults = sum(each for each in found if isinstance(each, int))
    print("\n".join([*wrong, f"{story}: {len(seeds)} bursts among {calls} calls, {faults} faults, {len(wrong)} wrong"]))
    print(f"{time.monotonic() - began:,.0f} s", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
