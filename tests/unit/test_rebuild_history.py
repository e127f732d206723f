"""The history made again from files."""

from datetime import UTC, datetime, timedelta

import pytest

from onhand.moments import stamp
from onhand.rebuild_history import items_of
from stock.history import Change

DAY = 86_400


@pytest.mark.parametrize("ago", [0, 300])
def test_what_is_added_goes_when_what_the_stream_brought_of_that_day_goes(ago: int) -> None:
    at = datetime.now(UTC) - timedelta(days=ago, hours=1)
    token = f"{stamp(at)}-000000000000000001-0a0b0c0d"
    (kept,) = items_of("Berlin", [Change("tea", token, 5, 4)], days=400)
    assert int(kept["Expires"]["N"]) == pytest.approx(at.timestamp() + 400 * DAY, abs=DAY)
