"""A chain goes through its scenarios, and what is to be said of each."""

import contextlib
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.simulation.chain import Chain, Size, running
from benchmarks.simulation.days import Stock
from benchmarks.simulation.limits import WRITE, Key
from benchmarks.simulation.lost import lost

_REST = 1_200.0  # seconds between two scenarios: longer than alerts are held back
_LONGEST = 86_400.0  # seconds that a scenario may take


@dataclass
class Outcome:
    """What is to be said of a scenario, line by line: name → figure."""

    name: str
    shards: int
    lines: dict[str, str]

    def __str__(self) -> str:
        lines = "\n".join(f"  {name:40}{figure}" for name, figure in self.lines.items())
        return f"\n{self.name}, Shards={self.shards}\n{lines}"


def simulate(size: Size, engine: str) -> list[Outcome]:
    """Let a chain go through all scenarios. Only once in a process: the functions' modules keep the clock."""
    random.seed(1)  # the functions' pauses
    outcomes = []
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere), running(size, engine) as chain:
        stock = Stock(size)
        scenarios = {"First load": stock.first_load, "Morning": stock.morning, "Stock-out": stock.stock_out}
        for name, files in scenarios.items():
            began = time.monotonic()
            chain.clear()
            seconds = _let_happen(chain, files)
            lines = _lines(chain, seconds) | {"Lost": _words(lost(chain, stock))}
            outcomes.append(Outcome(name, size.shards, lines))
            sys.stderr.write(f"{outcomes[-1]}\n  simulated in {time.monotonic() - began:.0f} s\n")
            chain.clock.sleep(_REST)
    return outcomes


def _let_happen(chain: Chain, files: Callable[[], Iterator[tuple[float, str, bytes]]]) -> float:
    """Have files sent and everything done that follows; return the seconds that it took."""
    began = chain.clock.now
    for seconds, store, content in files():
        if (pause := began + seconds - chain.clock.now) > 0:
            chain.clock.sleep(pause)
        chain.upload(f"uploads/{store}/{began:.0f}.csv", content)
    while not chain.is_idle() and chain.clock.now - began < _LONGEST:
        chain.clock.sleep(1)
    return chain.clock.now - began


def _lines(chain: Chain, seconds: float) -> dict[str, str]:
    limits, k = chain.limits, 1 / chain.size.share
    written = Counter({key: number for (kind, key), number in limits.taken.items() if kind == WRITE})
    shared = {key: number for key, number in written.items() if not key.value.startswith("(")}
    total = sum(number for key, number in written.items() if key.value == "(all of it)")
    busiest = max(shared, key=lambda key: shared[key])
    all_refused = limits.refused.total()
    refused = limits.refused.most_common(4)
    return {
        "All is done after": _time(seconds),
        "Upload until its rows are loaded": _spread(chain.uploads.ages),
        "Upload until its alerts are published": _spread(chain.topic.waits),
        "Oldest message of the uploads queue": _oldest(chain.uploads.ages),
        "Oldest record of the stream": _oldest(chain.record_ages),
        "Oldest message of the alerts queue": _oldest(chain.alerts.ages),
        "Write units, whole chain": f"{total * k:,.0f}",
        "Busiest shared key": f"{_key(busiest)}: {shared[busiest] / total:.0%} of them",
        "Its busiest ten seconds": f"{limits.most(WRITE, busiest):,.0f} units a second",
        "Throttled, per 1,000 units": f"{1000 * all_refused / total:,.1f}",
        "Throttled by": ", ".join(f"{_key(key, kind)} {n / all_refused:.0%}" for (kind, key), n in refused) or "none",
        "Deliveries that failed": f"{chain.uploads.failed} uploads, {chain.stream_failures.total()} batches",
        "Dead letters": f"{len(chain.uploads.dead) + len(chain.alerts.dead)}, {len(chain.given_up)} records",
    }


def _key(key: Key, kind: str = WRITE) -> str:
    return f"{key.place} {key.value}" if kind == WRITE else f"{key.place} {key.value} (reads)"


def _words(wrong: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in wrong.items()) or "0"


def _oldest(ages: list[float]) -> str:
    return _time(max(ages)) if ages else "-"


def _spread(ages: list[float]) -> str:
    """Return half of them, nine tenths of them, and all of them."""
    ages = sorted(ages)
    return " / ".join(_time(ages[int(part * (len(ages) - 1))]) for part in (0.5, 0.9, 1)) if ages else "-"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"
