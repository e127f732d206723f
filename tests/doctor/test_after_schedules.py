"""`onhand doctor` finds nothing to complain of after any schedule of the order tests: races, crashes, late uploads."""

from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from onhand import doctor
from onhand.differences import Difference
from tests import engines
from tests.order.machine import Loading
from tests.order.world import BUCKET, World, make_world

_SCHEDULES = 30


class Examined(Loading):
    """Schedules at whose end the doctor looks at the stores."""

    stack: Any

    def check(self) -> None:
        super().check()
        found = doctor.look(self.stack, set(self._touched())).differences
        wrong = [one for one in found if not self._is_by_hand(one)]
        assert not wrong, wrong

    def _is_by_hand(self, one: Difference) -> bool:
        """Whether it is about a row that somebody wrote past onhand: such a row may stay as it was written."""
        return (one.store, one.item) in self.by_hand


def stack_of(world: World) -> Any:
    """What the doctor needs of a stack."""
    names = world.clients.settings
    outputs = SimpleNamespace(
        UploadsBucket=BUCKET,
        InventoryTable=names.inventory,
        StoresTable=names.stores,
        UploadsTable=names.uploads,
        ReorderPointsTable=names.reorder_points,
        AlertsTable=world.alerts.settings.alerts,
        **dict.fromkeys(("UploadsQueueUrl", "AlertsQueueUrl", "DeadLetterQueueUrl", "FailedAlertsQueueUrl"), "none"),
        LoadInventoryFunction="Load-Inventory",
    )
    variables = {"Environment": {"Variables": {"KEEP_UPLOADS_DAYS": "100000"}}}
    return SimpleNamespace(
        outputs=outputs,
        s3=world.clients.s3,
        dynamodb=world.dynamodb,
        depth=lambda _queue: 0,
        functions=SimpleNamespace(get_function_configuration=lambda **_: variables),
    )


def test_nothing_differs_after_any_schedule() -> None:
    with engines.ministack() as address:
        of_world = make_world("MiniStack", address, address, part_rows=4, snapshot_remove_limit=0.7)

        class Here(Examined):
            world = of_world
            stack = stack_of(of_world)

        chosen = settings(
            max_examples=_SCHEDULES,
            stateful_step_count=10,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        seed(1)(Here)
        run_state_machine_as_test(Here, settings=chosen)
