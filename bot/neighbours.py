"""Which training examples are like a message, by its letters: quick enough to ask while somebody types."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.examples import Corpus, Example
from bot.folding import fold


@dataclass(frozen=True)
class Neighbour:
    """likeness: 0 nothing in common, 1 the same letters."""

    example: Example
    likeness: float


class Neighbours:
    """Looks again at the corpus whenever a file of it changed."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._examples: list[Example] = []

    def nearest(self, text: str, count: int, without: str = "") -> list[Neighbour]:
        """The most alike first. without: key of an example that is not its own neighbour."""
        self._look_again()
        likeness = (self._matrix @ self._vectorizer.transform([fold(text)]).T).toarray().ravel()
        order = np.argsort(-likeness)[: count + 1]
        found = [Neighbour(self._examples[i], float(likeness[i])) for i in order if likeness[i] > 0]
        return [n for n in found if n.example.key != without][:count]

    def novelty(self, text: str) -> float:
        """1 when nothing like it was ever taught."""
        nearest = self.nearest(text, 1)
        return 1.0 - (nearest[0].likeness if nearest else 0.0)

    def _look_again(self) -> None:
        examples = self._corpus.all()
        if examples == self._examples:
            return
        from sklearn.feature_extraction.text import TfidfVectorizer  # here: a console where nobody trains is lighter

        self._examples = examples
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        self._matrix = self._vectorizer.fit_transform([fold(example.text) or " " for example in examples])
