"""The newest upload of a row wins under any schedule: any order, repeats, interleaving and crashes (I1, I3)."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from load_inventory import load
from load_inventory.decide import Tally
from load_inventory.services import Services
from tests.order.machine import Loading, OneRow

_SCHEDULES = int(os.environ.get("SCHEDULES", "300"))
_SEED = int(os.environ.get("SEED", "1"))


def run(
    kind: type[Loading], world: tuple[Services, str], schedules: int, phases: tuple[Phase, ...] = tuple(Phase)
) -> None:
    class Here(kind):  # type: ignore[misc, valid-type]
        services, bucket = world

    chosen = settings(
        max_examples=schedules,
        stateful_step_count=25,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    seed(_SEED)(Here)
    run_state_machine_as_test(Here, settings=chosen)


def test_the_newest_upload_of_every_row_wins(world: tuple[Services, str]) -> None:
    print(f"{_SCHEDULES} schedules, SEED={_SEED}")  # noqa: T201 - shown with -s and on failure
    run(Loading, world, _SCHEDULES)


def never(_tally: Tally, _open_before: bool, snapshot: bool) -> bool:
    return False


def only_if_this_attempt_wrote(tally: Tally, _open_before: bool, snapshot: bool) -> bool:
    return tally.wrote


@pytest.mark.parametrize("mutation", [never, only_if_this_attempt_wrote])
def test_without_the_second_look_an_older_count_would_stay(
    world: tuple[Services, str], monkeypatch: pytest.MonkeyPatch, mutation: Callable[..., bool]
) -> None:
    monkeypatch.setattr(load, "must_look_again", mutation)
    with pytest.raises(AssertionError, match=r"not \{"):
        run(OneRow, world, 2000, (Phase.generate,))
