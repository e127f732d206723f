"""Tables equal the fold under any schedule: any order, repeats, interleaving and crashes (I1, I3, I4, I5, I7)."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from load_inventory import inventory, load_rows
from load_inventory.inventory import Write
from load_inventory.load_rows import Loading as LoadingRows
from tests.order.machine import Loading, OneRow
from tests.order.world import World

_SCHEDULES = int(os.environ.get("SCHEDULES", "150"))
_SEED = int(os.environ.get("SEED", "1"))


def run(kind: type[Loading], of_world: World, schedules: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    class Here(kind):  # type: ignore[misc, valid-type]
        world = of_world

    chosen = settings(
        max_examples=schedules,
        stateful_step_count=20,
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


# ---- Without any one of its steps it fails ---------------------------------------------------------------------------


def ask_nobody(_clients: Any, _attempt: Any, _questions: Any) -> None:
    """Step 2 is left out: newer uploads are not asked."""


def look_never(_loading: LoadingRows, _shares: Any) -> list[Any]:
    """Step 4 is left out: nobody looks again."""
    return []


look_again = LoadingRows._where_others_came


def look_once(loading: LoadingRows, shares: Any) -> list[Any]:
    """Step 4 is done once, and not until nothing new came."""
    if loading.__dict__.setdefault("looked", False):
        return []
    loading.__dict__["looked"] = True
    return look_again(loading, shares)


load = LoadingRows._load


def never_in_full(loading: LoadingRows, shares: Any, in_full: bool) -> None:
    """Step 5 is left out: what an attempt that died has written is not looked at."""
    load(loading, shares, False)


def write_in_any_case(clients: Any, writes: list[Write]) -> list[bool]:
    """Rows are written whatever the table holds by now: the condition is only that they are there, or not."""
    blind = [write._replace(stored=None if write.stored is None else _as_found(clients, write)) for write in writes]
    return write_rows(clients, blind)


write_rows = inventory.write_rows


def _as_found(clients: Any, write: Write) -> Any:
    found = inventory.read_items(clients, [(write.store, write.item)]).get((write.store, write.item))
    return found or write.stored


@pytest.mark.parametrize(
    ("place", "name", "mutation"),
    [
        (load_rows, "ask", ask_nobody),
        (LoadingRows, "_where_others_came", look_never),
        (LoadingRows, "_where_others_came", look_once),
        (LoadingRows, "_load", never_in_full),
        (load_rows, "write_rows", write_in_any_case),
    ],
)
def test_without_one_of_the_steps_an_older_count_would_stay(
    world: World, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, mutation: Callable[..., Any]
) -> None:
    monkeypatch.setattr(place, name, mutation)
    with pytest.raises(AssertionError, match=r"not \{"):
        run(OneRow, world, 1500, (Phase.generate,))
