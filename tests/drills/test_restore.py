"""A few schedules of the restore drill; `make restore-drill` has many."""

from tests.drills.restore import ALL, drill


def test_tables_go_back_and_all_is_right_again() -> None:
    figures = drill("MiniStack", schedules=3, first_seed=9, cases=("Alerts", "Uploads", ALL))
    assert figures.schedules >= 3
    assert sum(figures.repaired.values()) > 0
    assert figures.told_after > 0
