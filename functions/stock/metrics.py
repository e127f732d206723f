"""Metrics by way of the log: CloudWatch takes them out of lines in its embedded metric format."""

import json
import sys
import time

_NAMESPACE = "onhand"


def emit(function: str, values: dict[str, float], unit: str = "Count") -> None:
    """Emit metrics of a function, such as `{"AlertsSent": 3}`."""
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": _NAMESPACE,
                    "Dimensions": [["Function"]],
                    "Metrics": [{"Name": name, "Unit": unit} for name in values],
                }
            ],
        },
        "Function": function,
        **values,
    }
    sys.stdout.write(json.dumps(line) + "\n")
