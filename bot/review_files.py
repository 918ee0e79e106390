"""Doubtful messages for those who label elsewhere, and their labels back: CSV or one JSON per line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.errors import BotError, RuleBroken
from bot.review_desk import Item, Label, ReviewDesk
from bot.spreadsheet import csv_line

COLUMNS = ("id", "texto", "leyo", "confianza", "motivo", "veces", "veredicto", "intencion", "tambien")


@dataclass(frozen=True)
class Imported:
    """errors: (line, why) of those that were left out."""

    done: int
    skipped: int
    errors: tuple[tuple[int, str], ...]


def as_csv(items: list[Item]) -> str:
    rows = (map(str, record(item).values()) for item in items)
    return "".join(csv_line(row) for row in (COLUMNS, *rows))


def as_json_lines(items: list[Item]) -> str:
    return "".join(json.dumps(record(item), ensure_ascii=False) + "\n" for item in items)


def record(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "texto": item.text,
        "leyo": item.intent,
        "confianza": round(item.confidence, 3),
        "motivo": item.why,
        "veces": len(item.turn_ids),
        "veredicto": "",
        "intencion": "",
        "tambien": "",
    }


def take(desk: ReviewDesk, text: str, author: str) -> Imported:
    """Label what the file says. Lines without a verdict or intent are skipped; a wrong one stops only itself."""
    done, skipped, errors = 0, 0, []
    for number, row in enumerate(_rows(text), 1):
        label = _label(row)
        if label is None:
            skipped += 1
            continue
        try:
            desk.label(str(row.get("id", "")).strip(), label, author)
            done += 1
        except BotError as error:
            errors.append((number, str(error)))
    return Imported(done, skipped, tuple(errors))


def _rows(text: str) -> Iterator[dict[str, Any]]:
    if not text.lstrip("\ufeff").lstrip().startswith("{"):
        rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        if not rows.fieldnames or "id" not in rows.fieldnames:
            raise RuleBroken("El archivo no tiene la columna id. Usa el que da: nlu review export")
        yield from rows
        return
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        try:
            if line.strip():
                yield dict(json.loads(line))
        except (ValueError, TypeError) as error:
            raise RuleBroken(f"La línea {number} no es JSON.") from error


def _label(row: dict[str, Any]) -> Label | None:
    intent = str(row.get("intencion") or "").strip().lstrip("'")
    verdict = str(row.get("veredicto") or "").strip().lower() or ("etiqueta" if intent else "")
    if not verdict:
        return None
    also = row.get("tambien") or ""
    names = also if isinstance(also, list) else str(also).replace(",", " ").split()
    return Label(verdict, intent, tuple(str(name) for name in names))
