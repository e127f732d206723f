"""How items of a copy are put back by `onhand restore`."""

import pytest

from onhand.restore import Restorable, told
from stock.attributes import item, text


def test_people_are_taken_to_know_what_an_alert_state_says() -> None:
    known = {"Store": "\nLima", "Alert": "Dot", "Level": "out", "Order": "1"}
    state = known | {"Claim": "x", "Until": 9, "PublishedAt": 7}
    right = known | {"Until": 0, "PublishedAt": 0, "Published": "out"}
    assert told(Restorable.ALERTS, item(state)) == item(right)


@pytest.mark.parametrize(
    ("before", "after"),
    [("claimed", "quiet"), ("held", "quiet"), ("sent", "sent"), ("quiet", "quiet"), ("waits", "waits")],
)
def test_what_waited_to_be_published_is_not_published_any_more(before: str, after: str) -> None:
    assert text(told(Restorable.ALERTS, item({"Store": "Lima", "Alert": "1", "State": before})), "State") == after


def test_what_says_that_a_store_has_states_and_what_other_tables_have_stays_as_it_is() -> None:
    mark, upload = item({"Store": "\n\nLima", "Alert": "states"}), item({"Scope": "all", "State": "claimed"})
    assert told(Restorable.ALERTS, mark) == mark
    assert told(Restorable.UPLOADS, upload) == upload
