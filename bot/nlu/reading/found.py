"""A datum found in a text, and the plain view of the text that the rules read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """entity: its name in domain.yml. start, end: where in the text. value: normalised, see each reader."""

    entity: str
    start: int
    end: int
    value: str


def level(text: str) -> str:
    """Lower case without accents, letter for letter: every offset is the same as in `text`."""
    return "".join(_base(c) for c in text)


def _base(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0].lower()
    return base if len(base) == 1 else char


def spread(found: list[Found]) -> list[Found]:
    """Without overlaps: of two that share text, the earlier reader's wins."""
    kept: list[Found] = []
    for item in found:
        if all(item.end <= other.start or item.start >= other.end for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)
