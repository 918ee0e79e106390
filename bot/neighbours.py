"""Which training examples are like a message, by its letters: quick enough to ask while somebody types."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.examples import Example
from bot.folding import fold

#: Columns for pieces of words; two pieces in one column are too few to matter.
COLUMNS = 2**18


@dataclass(frozen=True)
class Neighbour:
    """likeness: 0 nothing in common, 1 the same letters."""

    example: Example
    likeness: float


class Neighbours:
    """Looks again at the examples whenever they changed, and then only at what is new.

    all_examples: gives those there are now.
    """

    def __init__(self, all_examples: Callable[[], list[Example]]) -> None:
        self._all_examples = all_examples
        self._lock = threading.Lock()
        self._examples: list[Example] = []
        self._rows: dict[str, int] = {}
        self._pieces: Any = None

    def nearest(self, text: str, count: int, without: str = "") -> list[Neighbour]:
        """The most alike first. without: key of an example that is not its own neighbour."""
        with self._lock:
            self._look_again()
            examples, asked = self._examples, self._weighed.transform(self._counter.transform([fold(text)]))
            likeness = (asked @ self._by_piece).toarray().ravel()
        order = np.argsort(-likeness)[: count + 1]
        found = [Neighbour(examples[i], float(likeness[i])) for i in order if likeness[i] > 0]
        return [n for n in found if n.example.key != without][:count]

    def _look_again(self) -> None:
        examples = self._all_examples()
        if examples == self._examples:
            return
        from sklearn.feature_extraction.text import TfidfTransformer  # here: a console where nobody trains is lighter

        self._count_new(examples)
        counts = self._pieces[[self._rows[example.folded] for example in examples]]
        self._weighed = TfidfTransformer(sublinear_tf=True).fit(counts)
        # a row for each piece of a word: only those of the message are looked at
        self._by_piece = self._weighed.transform(counts).T.tocsr()
        self._examples = examples

    def _count_new(self, examples: list[Example]) -> None:
        """One more row of counted pieces for each text that was not seen before."""
        import scipy.sparse as sp
        from sklearn.feature_extraction.text import HashingVectorizer

        self._counter = HashingVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 4),
            n_features=COLUMNS,
            norm=None,
            alternate_sign=False,
            dtype=np.float32,
        )
        new = list(dict.fromkeys(example.folded for example in examples if example.folded not in self._rows))
        if not new:
            return
        counted = self._counter.transform([text or " " for text in new])
        self._rows |= {text: len(self._rows) + number for number, text in enumerate(new)}
        self._pieces = counted if self._pieces is None else sp.vstack([self._pieces, counted]).tocsr()
