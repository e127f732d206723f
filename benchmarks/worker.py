"""One load by one contender in a process of its own: `python -m benchmarks.worker '{"contender": …}'`.

Prints what it took as a last line of JSON. A small file is loaded first, so that what is measured is a warm function.
"""

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.contenders import CONTENDERS, Onhand
from tests.meter import Meter


def measure(contender: str, bucket: str, keys: list[tuple[str, int]], warm: str, metered: bool, local: bool) -> Any:
    """Load files, given as key and number, one after another; return what that took.

    `warm` is the file to warm up with, `metered` whether to count requests and capacity, `local` whether the engine is
    DynamoDB Local.
    """
    meter = Meter(local) if metered else None
    loader = CONTENDERS[contender](meter)
    loader.load(bucket, warm, 0)
    if meter:
        meter.clear()
    wall, cpu = time.perf_counter(), time.process_time()
    for key, number in keys:
        loader.load(bucket, key, number)
        if isinstance(loader, Onhand) and len(keys) > 1:
            loader.drain()
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": _peak(),
        "requests": meter and sum(meter.requests.values()),
        "written": meter and sum(meter.written.values()),
        "read": meter and sum(meter.read.values()),
        "statements": meter and meter.statements,
    }


def _peak() -> float:
    """Return the most memory that the process ever had, in MB. (getrusage would tell that of its parent, too.)"""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(measure(**json.loads(sys.argv[1]))))
