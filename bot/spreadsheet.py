"""Tables for spreadsheets, which would run a cell that looks like a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

#: A cell that begins so would be run; some read the wide signs of East Asia too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table as CSV, every cell safe to open."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (head, *rows):
        writer.writerow([safe(str(cell)) for cell in row])
    return out.getvalue()


def safe(cell: str) -> str:
    """The cell as text: an apostrophe goes before what would be a formula."""
    return "'" + cell if cell.lstrip(" ").startswith(FORMULA) else cell
