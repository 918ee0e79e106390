"""Lines of CSV in which nothing that a person wrote is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

#: A cell that begins so is run as a formula by some spreadsheet; the wide signs by those of East Asia.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(map(_harmless, cells))
    return out.getvalue()


def _harmless(cell: str) -> str:
    """The writer would leave a lone carriage return without quotes, and readers would take it for the end of the line."""
    cell = "'" + cell if cell.startswith(FORMULA) else cell
    return cell.replace("\r\n", "\n").replace("\r", "\n")
