"""Metrics by way of the log: CloudWatch takes them out of lines in its embedded metric format."""

import json
import os
import sys
import time
from collections.abc import Mapping

_NAMESPACE = "onhand"


def emit(values: Mapping[str, float | list[float]]) -> None:
    """Emit metrics of the function that runs this, such as `{"AlertsSent": 3}`: counts, or `Seconds…`.

    Of several values, at most 100, CloudWatch makes percentiles.
    """
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": _NAMESPACE,
                    "Dimensions": [["Function"]],
                    "Metrics": [{"Name": name, "Unit": _unit(name)} for name in values],
                }
            ],
        },
        "Function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "none"),
        **values,
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _unit(name: str) -> str:
    return "Seconds" if name.startswith("Seconds") else "Count"
