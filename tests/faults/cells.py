"""The cells of the matrix, tried in several processes: each has a story of its own."""

import os
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from tests.faults.chain import chain
from tests.faults.looking_ahead import looking_ahead
from tests.faults.plan import Fault, Place
from tests.faults.posting import posting
from tests.faults.sending import sending
from tests.faults.story import Story, calls_of, outcome, outcome_of_burst
from tests.faults.table import WRONG

STORIES: dict[str, Callable[[str, str, int], AbstractContextManager[Story]]] = {
    "Load-Inventory": chain,
    "Check-Stock": chain,
    "Keep-History": chain,
    "Look-Ahead": looking_ahead,
    "Send-Digest": sending,
    "Post-To-Channel": posting,
}
BURSTS: dict[str, list[str]] = {
    "upload": ["Load-Inventory", "Check-Stock", "Keep-History"],
    "morning": ["Look-Ahead"],
    "digest": ["Send-Digest"],
    "post": ["Post-To-Channel"],
}
"""The functions of each story that go wrong together."""
_open = ExitStack()
_mine: list[Story] = []
"""The story of this process."""


def begin(function: str, dynamodb: str, aws: str) -> None:
    """Have the story of a function in this process, as long as it is there. It was told once."""
    _mine.append(_open.enter_context(STORIES[function](dynamodb, aws, os.getpid())))
    calls_of(_mine[0], [function])


def try_cell(function: str, cell: tuple[Place, Fault]) -> str:
    """Let a call go wrong; return what healed that, or WRONG and what is wrong."""
    try:
        return outcome(_mine[0], function, *cell)
    except Exception:
        return f"{WRONG}: {traceback.format_exc()}"


def try_burst(story: str, seed: int, calls: int) -> int | str:
    """Let a burst of calls go wrong; return how many did, or WRONG and what is wrong."""
    try:
        return outcome_of_burst(_mine[0], BURSTS[story], seed, calls)
    except Exception:
        return f"{WRONG}: {traceback.format_exc()}"
