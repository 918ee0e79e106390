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
    """Without overlaps: of two that share text, the earlier reader's wins. "anoche" is both a day and an hour."""
    kept: list[Found] = []
    for item in found:
        if not any(_clash(item, other) for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)


def _clash(item: Found, other: Found) -> bool:
    shared = item.start < other.end and other.start < item.end
    return shared and {item.entity, other.entity} != {"fecha", "hora"}
