"""What of a cell counts, and how it is shown."""

import sys

from read_file.csv_cells import clean, visible


def test_all_white_space_is_taken_off_names() -> None:
    blanks = "".join(chr(code) for code in range(sys.maxunicode) if chr(code).isspace())

    assert clean(f"{blanks}Echo Dot{blanks}") == "Echo Dot"


def test_control_characters_become_visible() -> None:
    assert visible("a\tb\r\n\x1b[31m\x7f\x9b é 🧊") == "a␉b␍␊␛[31m␡␦ é 🧊"
