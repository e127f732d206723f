"""What the matrix needs of a story: it can be told again and again, each time with something else going wrong."""

from collections import Counter
from typing import Protocol

from tests.faults.invoker import Invoker
from tests.faults.plan import Fault, GoesWrong, Place, burst, once


class Story(Protocol):
    """A small world, in which functions do something.

    `told`: of what people are told in it, each once. `announces`: calls by which they are told, to which nobody can say
    "only once"; `notes`: calls that note that they were told. Between these two they may be told twice.
    """

    @property
    def invoker(self) -> Invoker: ...
    @property
    def told(self) -> frozenset[str]: ...
    @property
    def announces(self) -> frozenset[str]: ...
    @property
    def notes(self) -> frozenset[str]: ...

    def play(self) -> Counter[str]:
        """Let it happen, anew; return how often people were told of what.

        Raises AssertionError if anything is not as it would be if nothing had gone wrong.
        """
        ...


def calls_of(story: Story, functions: list[str]) -> list[Place]:
    """Return the calls that functions make if nothing goes wrong."""
    for _ in range(2):  # the first time, a process does what it does once
        story.invoker.plan.begin(functions)
        told = story.play()
        assert told == dict.fromkeys(story.told, 1), told
    return list(story.invoker.plan.calls)


def outcome(story: Story, function: str, place: Place, fault: Fault) -> str:
    """Let a call go wrong; return what healed that: `client`, `next` (delivery), or `twice`, if people are told twice.

    Raises AssertionError if it was not healed.
    """
    most = _play(story, [function], once(place, fault))
    assert story.invoker.plan.struck, f"it never came to {place}"
    return "twice" if most > 1 else story.invoker.healed


def outcome_of_burst(story: Story, functions: list[str], seed: int, calls: int) -> int:
    """Let a burst of calls go wrong; return how many did. Raises AssertionError if it was not healed."""
    try:
        _play(story, functions, burst(seed, calls))
    except AssertionError as error:
        error.add_note(f"burst {seed}: {[(*place, str(fault)) for place, fault in story.invoker.plan.struck]}")
        raise
    return len(story.invoker.plan.struck)


def _play(story: Story, functions: list[str], goes_wrong: GoesWrong) -> int:
    """Let the story happen, and something go wrong; return how often people were told of the same, at most."""
    plan = story.invoker.plan
    plan.begin(functions, goes_wrong)
    told = story.play()
    assert set(told) == story.told, f"people were told of {told}"
    struck = plan.struck
    unsure = sum(place.call in (story.announces if fault.has_effect else story.notes) for place, fault in struck)
    assert max(told.values()) <= 1 + unsure, f"people were told again: {told}"
    return max(told.values())
