"""No cell of ours is run by a spreadsheet."""

import csv
import io

import pytest

from bot.spreadsheet import FORMULA, csv_line


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=cmd|" /C calc"!A0', "-- x"]
)
def test_a_formula_is_text(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_line([cell]), newline=""))
    assert row == ["'" + cell.replace("\r", "\n")]
    assert not row[0].startswith(FORMULA)


def test_everything_else_stays_as_it_is() -> None:
    (row,) = csv.reader(io.StringIO(csv_line(["Año", 'a,"b"', "5 = 5", ""]), newline=""))
    assert row == ["Año", 'a,"b"', "5 = 5", ""]
