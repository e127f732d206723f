"""Few copies of what takes long to make, of which each worker has one to himself for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def borrowed(copies: "Queue[T]") -> Iterator[T]:
    """Take a copy out, and put it back whatever happens: else who waits for it would wait for ever."""
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)
