"""Metrics by way of the log: CloudWatch takes them out of lines in its embedded metric format."""

import json
import os
import sys
import time

_NAMESPACE = "onhand"


def emit(values: dict[str, float]) -> None:
    """Emit metrics of the function that runs this, such as `{"AlertsSent": 3}`: counts."""
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": _NAMESPACE,
                    "Dimensions": [["Function"]],
                    "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
                }
            ],
        },
        "Function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "none"),
        **values,
    }
    sys.stdout.write(json.dumps(line) + "\n")
