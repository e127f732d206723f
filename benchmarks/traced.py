"""A Lambda handler around another one that writes down every request to AWS: what `benchmarks.pipeline` profiles with.

`TRACED_HANDLER` is the handler inside, such as `load_inventory.handler.handle`, `TRACE_FILE` where it is written to: a
line of JSON for every request and every invocation, with its begin and end in epoch seconds.
"""

import importlib
import json
import os
import time
from typing import Any

from urllib3.connectionpool import HTTPConnectionPool

_module, _, _name = os.environ["TRACED_HANDLER"].rpartition(".")
_request = HTTPConnectionPool.urlopen


def handle(event: dict[str, Any], context: Any) -> Any:
    """Handle an event as the handler inside does."""
    begin = time.time()
    try:
        return _handle(event, context)
    finally:
        source = event["Records"][0]["eventSource"].removeprefix("aws:")
        _note({"invocation": f"{context.function_name}, from {source}"}, begin)


def _traced(pool: Any, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> Any:
    begin = time.time()
    try:
        return _request(pool, method, url, body, headers, **options)
    finally:
        target = (headers or {}).get("X-Amz-Target", "")
        small = body.decode(errors="replace") if isinstance(body, bytes | bytearray) else body
        _note({
            "method": method, "url": url, "target": target.decode() if isinstance(target, bytes) else target,
            "body": small if isinstance(small, str) else "",
        }, begin)  # fmt: skip


def _note(what: dict[str, str], begin: float) -> None:
    line = json.dumps(what | {"process": os.getpid(), "begin": begin, "end": time.time()}) + "\n"
    with open(os.environ["TRACE_FILE"], "a") as file:  # noqa: PTH123 - one write, so that lines of two processes do not mix
        file.write(line)


HTTPConnectionPool.urlopen = _traced  # type: ignore[method-assign, assignment]
_handle = getattr(importlib.import_module(_module), _name)
