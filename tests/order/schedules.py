"""`make schedules`: many random schedules, in several processes. A failure says how to see it again."""
# ruff: noqa: T201

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

_ENGINES = 2
_AT_A_TIME = 500
"""Schedules that share a seed: half of them on each engine, which gets slower by what it has done."""


def main() -> int:
    """Run SCHEDULES schedules, on both engines together, from the seed SEED on, JOBS processes at a time.

    Returns the exit code.
    """
    number, first = int(os.environ["SCHEDULES"]), int(os.environ["SEED"])
    jobs = int(os.environ.get("JOBS") or os.cpu_count() or 1)
    runs = [(seed, min(_AT_A_TIME, number - done)) for seed, done in enumerate(range(0, number, _AT_A_TIME), first)]
    print(
        f"{number:,} schedules on {_ENGINES} engines together, seeds {first} to {runs[-1][0]}, {jobs} at a time",
        flush=True,
    )
    begin, held = time.monotonic(), 0
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(_run, seed, some): (seed, some) for seed, some in runs}
        for done in as_completed(running):
            seed, some = running[done]
            if said := done.result():
                print(f"{said}\nSeen again with: make schedules SCHEDULES={some} SEED={seed}", flush=True)
                pool.shutdown(cancel_futures=True)
                return 1
            held += some
            print(f"{held:,} held (seed {seed}), {time.monotonic() - begin:,.0f} s", flush=True)
    return 0


def _run(seed: int, schedules: int) -> str:
    """Run some schedules; return what a failure said, or nothing."""
    command = [sys.executable, "-m", "pytest", "--quiet", "--timeout", "0", "tests/order/test_order.py", "-k", "fold"]
    settings = {"SCHEDULES": str(-(-schedules // _ENGINES)), "SEED": str(seed)}
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
