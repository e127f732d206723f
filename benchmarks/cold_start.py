"""What a function does before its first event: its imports and its clients, against a bare boto3 client."""

import os
import statistics
import subprocess
from pathlib import Path

from tests.engines import AWS

ROOT = Path(__file__).parents[1]
BARE = "boto3"
STARTS = {
    BARE: "import boto3; boto3.client('dynamodb')",
    "Load-Inventory": "from load_inventory import handler as h; h.Clients(h.Settings.from_environment())",
    "Check-Stock": "from check_stock import handler as h; h.Services(h.Settings.from_environment())",
    "Keep-History": "from keep_history import handler as h; h._dynamodb()",
    "Look-Ahead": "from look_ahead import handler as h; h.Services(h.Settings.from_environment())",
}
_ROUNDS = 15
_TABLES = (
    "INVENTORY_TABLE", "STORES_TABLE", "REORDER_POINTS_TABLE", "UPLOADS_TABLE", "ALERTS_TABLE", "HISTORY_TABLE",
    "FORECASTS_TABLE", "CATALOGUE_TABLE",
)  # fmt: skip
_OTHERS = ("UPLOADS_QUEUE_URL", "ALERTS_QUEUE_URL", "LOOK_AHEAD_QUEUE_URL", "NO_STOCK_TOPIC_ARN", "DASHBOARD_URL")
_SCRIPT = "import time; begin = time.process_time(); {}; print(time.process_time() - begin)"


def measure(python: Path, rounds: int = _ROUNDS) -> dict[str, float]:
    """Return the CPU time of each start in seconds: the median of interleaved fresh processes."""
    environment = AWS | dict.fromkeys((*_TABLES, *_OTHERS), "any") | {"PATH": os.environ["PATH"]}
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
