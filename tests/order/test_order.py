"""Tables equal the fold under any schedule: any order, repeats, interleaving and crashes (I1, I3, I4, I5, I7)."""

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.order.machine import Loading
from tests.order.world import World

_SCHEDULES = int(os.environ.get("SCHEDULES", "40"))
_SEED = int(os.environ.get("SEED", "1"))


def run(kind: type[Loading], of_world: World, schedules: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    class Here(kind):  # type: ignore[misc, valid-type]
        world = of_world

    chosen = settings(
        max_examples=schedules,
        stateful_step_count=8,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    seed(_SEED)(Here)
    run_state_machine_as_test(Here, settings=chosen)


def test_the_tables_equal_the_fold(world: World) -> None:
    print(f"{_SCHEDULES} schedules, SEED={_SEED}")  # noqa: T201 - shown with -s and on failure
    run(Loading, world, _SCHEDULES, (Phase.generate,))
