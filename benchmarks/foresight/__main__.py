"""What the forecasts are worth on demand that we did not make, and how long they take.

    make foresight                                        the half of the items that is held out; some minutes
    make foresight ARGS="--write docs/foresight.md"
    make foresight ARGS="--half tuning --part 10"         a tenth of the half on which the rules may be tuned

docs/foresight.md tells what is measured.
"""

import argparse
import zlib
from pathlib import Path

import numpy as np

from benchmarks.foresight.households import STORES, Demand, demand
from benchmarks.foresight.phantoms import right, shuffled
from benchmarks.foresight.stocking import stock
from benchmarks.foresight.tables import AS_BOUGHT, COLD, DAILY, EVERY_3, SHUFFLED, accepted, compared, ordered
from benchmarks.foresight.trial import Looks, microseconds, trial
from benchmarks.foresight.verdict import judge
from benchmarks.page import replace

_SEED = 11
_ORIGINS = (129, 187, 243, 298)
"""The evenings after which forecasts are made: on three days of the week, at least 60 days before the year ends."""

_COLD = (14, 45)  # days for which a store was counted at a cold start, at least and at most


def daily(origin: int) -> Looks:
    """Return the looks of stores that are counted every evening since the year began."""
    return dict.fromkeys(range(STORES), range(origin + 1))


def every_3_days(origin: int) -> Looks:
    """Return the looks of stores that are counted on every third evening."""
    return dict.fromkeys(range(STORES), range(origin % 3, origin + 1, 3))


def cold(origin: int) -> Looks:
    """Return the looks of stores that are counted for some weeks."""
    days = np.random.default_rng([_SEED, origin]).integers(_COLD[0], _COLD[1] + 1, STORES)
    return {store: range(origin - int(days[store]), origin + 1) for store in range(STORES)}


def _some(whole: Demand, half: str, part: int) -> Demand:
    some = [zlib.crc32(f"part of {item}".encode()) % 100 < part for item in whole.items]
    return whole.part(np.array(some) & (whole.held_out == (half == "held-out")))


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--half", choices=["held-out", "tuning"], default="held-out", help="of the items (held-out)")
    options.add_argument("--part", type=int, default=100, help="of them, in percent (100)")
    options.add_argument("--write", type=Path, help="the page whose tables are replaced")
    chosen = options.parse_args()
    asked = _some(demand(), chosen.half, chosen.part)
    counts = stock(asked.units, np.random.default_rng(_SEED)).counts
    schedules = {DAILY: daily, EVERY_3: every_3_days, COLD: cold}
    verdicts = {}
    for name, looks in schedules.items():
        verdicts[name] = judge(asked, counts, [case for o in _ORIGINS for case in trial(asked, counts, looks(o))])
        print(compared({name: verdicts[name]}))  # noqa: T201 - it takes some minutes
    phantoms = {AS_BOUGHT: _phantoms(asked), SHUFFLED: _phantoms(shuffled(asked, np.random.default_rng(_SEED)))}
    took = microseconds(asked, counts, daily(_ORIGINS[-1]))
    text = "\n".join([accepted(verdicts, phantoms, took), compared(verdicts), ordered(verdicts[DAILY])])
    print(text)  # noqa: T201
    if chosen.write:
        replace(chosen.write, "figures", text, target="foresight")


def _phantoms(demand: Demand) -> float:
    return float(np.mean([right(demand, daily(origin), np.random.default_rng([_SEED, origin])) for origin in _ORIGINS]))


if __name__ == "__main__":
    main()
