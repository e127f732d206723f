"""Waiting for what a stack does by itself."""

import time
from collections.abc import Callable

_PATIENCE = 120  # seconds without a change


def wait_until_right(missing: Callable[[], str]) -> None:
    """Wait until nothing is missing. Raises TimeoutError if what is missing stays the same for too long."""
    said, since = "", time.monotonic()
    while now := missing():
        if now != said:
            said, since = now, time.monotonic()
        elif time.monotonic() - since > _PATIENCE:
            raise TimeoutError(f"unchanged for {_PATIENCE} s: {now}")
        time.sleep(0.5)
