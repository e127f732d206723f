"""What people are told in the morning: what is likely, and not what they heard already."""

from look_ahead.outlook import Likely
from look_ahead.what_to_tell import Told, what_to_tell
from stock.alert_log import State
from stock.forecast import Forecast


def likely(item: str) -> Likely:
    return Likely(Forecast(item, 3, 1, 1, 0, 0.5, 1, 9, 1, 1, ""), 0.5)


def told(item: str, state: State) -> Told:
    return Told(f"key of {item}", item, state)


def test_what_was_told_lately_is_no_news() -> None:
    found = what_to_tell([likely("tea"), likely("milk")], [told("tea", State.SENT)])
    assert [one.forecast.item for one in found.new] == ["milk"]
    assert not found.waiting
    assert not found.over


def test_what_a_crashed_invocation_recorded_is_told_if_it_is_still_true() -> None:
    lately = [told("tea", State.CLAIMED), told("milk", State.CLAIMED), told("salt", State.HELD)]
    found = what_to_tell([likely("tea"), likely("salt")], lately)
    assert [one.forecast.item for one in found.new] == ["salt"], "it was not true for a while, so nobody heard of it"
    assert [(one.key, now.forecast.item) for one, now in found.waiting] == [("key of tea", "tea")]
    assert [one.item for one in found.over] == ["milk"]
