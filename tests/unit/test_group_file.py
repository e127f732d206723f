"""What a file of groups says, and what is wrong with it."""

import pytest

from onhand.console import UserError
from onhand.group_file import MOST_GROUPS, read_groups


def test_a_store_is_in_what_its_lines_say() -> None:
    said = read_groups("\ufeffFiliale;Gruppe\nLima; north \nLima;airport\n\nBonn;\n".encode())
    assert said.groups == {"Lima": {"north", "airport"}, "Bonn": frozenset()}
    assert said.line_of_group == {"north": 2, "airport": 3}
    assert said.line_of_store["Bonn"] == 5


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("", "Line 1 must name two columns, store and group; it says: nothing"),
        ("store,region\nLima,north\n", "Line 1 must name two columns, store and group; it says: store,region"),
        ("store,group\nLima,north\n,north\n", "Line 3: there is no store in it."),
        ("store,group\nLima,*\n", "Line 2: A group cannot be called “*”"),
        ("store,group\nLima,north\nBonn,North\n", "Line 3: the group 'North' is 'north' in line 2: write it so."),
        ("store,group\nLima,north\nLima,\n", "Line 3: Lima is in no group here or in line 2, and in one in the other."),
        ('store,group\nLima,"north\n', "Line 2: unexpected end of data"),
        ("store,group\n" + "".join(f"Lima,g{n}\n" for n in range(MOST_GROUPS + 1)), "Line 22: Lima is in more than 20"),
    ],
)
def test_a_file_that_is_wrong_says_where(file: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        read_groups(file.encode())
    assert said in str(error.value)


def test_all_that_is_wrong_is_said_at_once_and_that_nothing_was_changed() -> None:
    with pytest.raises(UserError) as error:
        read_groups(b"store,group\n" + b",north\n" * 30)
    first, *lines = str(error.value).splitlines()
    assert first == "Nothing was changed."
    assert (lines[0][:7], lines[-1], len(lines)) == ("Line 2:", "… and 10 more", 21)


def test_other_encodings_are_refused_in_words() -> None:
    with pytest.raises(UserError, match="Line 3: this is no text in UTF-8"):
        read_groups("store,group\nLima,north\nKöln,north\n".encode("latin-1"))
