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
from tests.faults.story import Story, outcome
from tests.faults.table import WRONG

STORIES: dict[str, Callable[[str, str, int], AbstractContextManager[Story]]] = {
    "Load-Inventory": chain,
    "Check-Stock": chain,
    "Keep-History": chain,
    "Look-Ahead": looking_ahead,
    "Send-Digest": sending,
    "Post-To-Channel": posting,
}
_open = ExitStack()
_mine: list[Story] = []
"""The story of this process."""


def begin(function: str, dynamodb: str, aws: str) -> None:
    """Have the story of a function in this process, as long as it is there."""
    _mine.append(_open.enter_context(STORIES[function](dynamodb, aws, os.getpid())))


def try_cell(function: str, cell: tuple[Place, Fault]) -> str:
    """Let a call go wrong; return what healed that, or WRONG and what is wrong."""
    try:
        return outcome(_mine[0], function, *cell)
    except Exception:
        return f"{WRONG}: {traceback.format_exc()}"
