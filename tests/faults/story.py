"""What the matrix needs of a story: it can be told again and again, each time with something else going wrong."""

from collections import Counter
from typing import Protocol

from tests.faults.invoker import Invoker
from tests.faults.plan import Fault, Place


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


def calls_of(story: Story, function: str) -> list[Place]:
    """Return the calls that a function makes if nothing goes wrong."""
    for _ in range(2):  # the first time, a process does what it does once
        story.invoker.plan.begin(function)
        told = story.play()
        assert told == dict.fromkeys(story.told, 1), told
    return list(story.invoker.plan.calls)


def outcome(story: Story, function: str, place: Place, fault: Fault) -> str:
    """Let a call go wrong; return what healed that: `client`, `next` (delivery), or `twice`, if people are told twice.

    Raises AssertionError if it was not healed.
    """
    story.invoker.plan.begin(function, place, fault)
    told = story.play()
    assert story.invoker.plan.struck, f"it never came to {place}"
    assert set(told) == story.told, f"people were told of {told}"
    if told == dict.fromkeys(told, 1):
        return story.invoker.healed
    unsure = place.call in (story.announces if fault.has_effect else story.notes)
    assert unsure, f"people were told again: {told}"
    assert max(told.values()) == 2, f"people were told again and again: {told}"
    return "twice"
