"""How well the language guard tells: Spanish must pass, English, Portuguese and French be noticed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot.language import foreign

FOREIGN = Path("tests/nlu/foreign.yml")
HEAD = ("lengua", "mensajes", "tomados por extranjeros", "meta")


def called_foreign(texts: Iterable[str]) -> float:
    """Share of the texts that the guard takes for another language."""
    listed = list(texts)
    return sum(bool(foreign(text)) for text in listed) / max(1, len(listed))


def foreign_texts() -> dict[str, list[str]]:
    """Messages by language: en, pt, fr."""
    found: dict[str, list[str]] = yaml.safe_load(FOREIGN.read_text())
    return found


def rows(spanish: list[str]) -> Iterable[tuple[Any, ...]]:
    """Rows for HEAD. spanish: the held-out messages."""
    yield ("español", len(spanish), f"{called_foreign(spanish):.2%}", "≤ 0.5 %")
    for name, texts in foreign_texts().items():
        yield (_NAMES[name], len(texts), f"{called_foreign(texts):.1%}", "≥ 95 %")


_NAMES = {"en": "inglés", "pt": "portugués", "fr": "francés"}
