"""The past of an item, by what is kept of it and by its row."""

from onhand.item_past import Row, put_together
from stock.history import Change, Past, Step

MON, TUE, WED = (f"202611{day}T080000.000Z-000000000000000001-0a0b0c0d" for day in (23, 24, 25))
SINCE_TUE = "20261124T000000.000Z"


def test_what_did_not_change_was_so_all_the_time() -> None:
    assert put_together("tea", [], Row(5, MON), SINCE_TUE) == Past(5, [])
    assert put_together("tea", [], Row(5, ""), SINCE_TUE) == Past(5, [])


def test_a_row_of_which_no_change_is_kept_is_known_from_its_upload_on() -> None:
    assert put_together("tea", [], Row(5, WED), SINCE_TUE) == Past(None, [Step(WED, 5)])


def test_what_is_kept_knows_more_than_the_row() -> None:
    assert put_together("tea", [Change("tea", WED, 7, 5)], Row(5, WED), SINCE_TUE) == Past(7, [Step(WED, 5)])


def test_what_the_stream_has_not_brought_yet_is_in_the_row() -> None:
    assert put_together("tea", [Change("tea", TUE, 7, 5)], Row(4, WED), SINCE_TUE) == Past(
        7, [Step(TUE, 5), Step(WED, 4)]
    )


def test_of_older_times_only_a_part_is_kept_so_it_is_left_out() -> None:
    late, newer = Change("tea", MON, 9, 8), Change("tea", WED, 7, 5)
    assert put_together("tea", [late, newer], None, SINCE_TUE) == Past(7, [Step(WED, 5)])
