"""A datum found in a text, and the plain view of the text that the rules read."""

from __future__ import annotations

import re
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


#: A verb can be told by its ending, more often than not. Of levelled words.
_VERB = re.compile(r"\w{2,}(?:aron|ieron|aban|ian|ando|iendo|arme|erme|irme|arle|arles|arnos|aste|iste|amos|emos)")


def looks_like_verb(word: str) -> bool:
    return _VERB.fullmatch(word) is not None


#: What the same words may say at once: "anoche" is a day and a time, "20 llamadas" how often and by what means.
_TOGETHER = {frozenset(("fecha", "hora")), frozenset(("frecuencia", "canal")), frozenset(("frecuencia", "hora"))}


def spread(found: list[Found]) -> list[Found]:
    """Without overlaps: of two that share text, the earlier reader's wins."""
    kept: list[Found] = []
    for item in found:
        if not any(_clash(item, other) for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)


def _clash(item: Found, other: Found) -> bool:
    shared = item.start < other.end and other.start < item.end
    return shared and frozenset((item.entity, other.entity)) not in _TOGETHER
