"""CSV of the command line: no spreadsheet finds a formula in it."""

import csv
import io
import json
from pathlib import Path

import pytest

from onhand.csv_out import write_csv

CASES = json.loads(Path(__file__).with_name("formulas.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "saved"), CASES)
def test_what_would_be_a_formula_is_text(text: str, saved: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["item"], [[text]])
    written = capsys.readouterr().out
    assert list(csv.reader(io.StringIO(written, newline="")))[1:] == [[saved]]


def test_a_row_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["item"], [["a\r=1\n\t=1\x1b[31m"]])
    assert capsys.readouterr().out == "item\na␍=1␊␉=1␛[31m\n"


def test_numbers_stay_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["a", "b", "c"], [[-3, None, True]])
    assert capsys.readouterr().out == "a,b,c\n-3,,yes\n"
