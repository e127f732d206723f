"""One line of the log for each step of an upload's way, as JSON. `onhand trace` puts them together again.

What the lines of an upload share is its order token, as `upload`. No AWS in here.
"""

import json
import sys
from typing import Any

from stock.times import now


def log_step(name: str, **facts: Any) -> None:
    """Log a step that was done. A line costs money and time: one for a message or a step, never one for a row."""
    sys.stdout.write(json.dumps({"step": name, "at": now(), **facts}, default=str) + "\n")
