"""What a function does before its first event: its imports and its clients, against a bare boto3 client."""

import os
import statistics
import subprocess
from pathlib import Path

from tests.engines import AWS

ROOT = Path(__file__).parents[1]
BARE = "boto3"
# The clients of a function, with some value for each setting that has no default.
_MADE = (
    "from {0} import handler as h; from dataclasses import MISSING, fields;"
    " h.{1}(h.Settings(**{{each.name: 'any' for each in fields(h.Settings) if each.default is MISSING}}))"
)
STARTS = {
    BARE: "import boto3; boto3.client('dynamodb')",
    "Load-Inventory": _MADE.format("load_inventory", "Clients"),
    "Check-Stock": _MADE.format("check_stock", "Services"),
    "Keep-History": "from keep_history import handler as h; h._dynamodb()",
    "Look-Ahead": _MADE.format("look_ahead", "Services"),
}
_ROUNDS = 15
_SCRIPT = "import time; begin = time.process_time(); {}; print(time.process_time() - begin)"


def measure(python: Path, rounds: int = _ROUNDS) -> dict[str, float]:
    """Return the CPU time of each start in seconds: the median of interleaved fresh processes."""
    environment = AWS | {"PATH": os.environ["PATH"]}
    times: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(rounds + 1):
        for name, start in STARTS.items():
            process = subprocess.run(
                [python, "-c", _SCRIPT.format(start)],
                cwd=ROOT / "functions",
                env=environment,
                stdout=subprocess.PIPE,
                check=True,
            )
            times[name].append(float(process.stdout))
    return {name: statistics.median(each[1:]) for name, each in times.items()}  # the first one compiled the modules
