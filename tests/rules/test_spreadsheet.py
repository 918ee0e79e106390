"""No cell of ours is run by a spreadsheet."""

import csv
import io

import pytest

from bot.spreadsheet import FORMULA, csv_of


@pytest.mark.parametrize(
    "cell",
    ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "  =1", '=cmd|" /C calc"!A0', "-- x"],
)
def test_a_formula_is_text(cell: str) -> None:
    row = next(csv.reader(io.StringIO(csv_of([cell], []), newline="")))
    assert row == ["'" + cell]
    assert not row[0].startswith(FORMULA)


def test_everything_else_stays_as_it_is() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(["Año", "n"], [['a,"b"', 3], ["5 = 5", 0]]))))
    assert rows == [["Año", "n"], ['a,"b"', "3"], ["5 = 5", "0"]]
