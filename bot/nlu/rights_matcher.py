"""Which entry of the catalogue of rights a message asks for, by how people ask (data/nlu/derechos/).

Every known phrasing is a landmark: a message is compared with all of them in three ways (meaning, letters, words), and a
kernel ridge regression over these likenesses says how much the message belongs to each entry. One entry, `ninguno`, is
learned from questions that nothing in the catalogue answers. Why so: docs/decisions/0005-rights-by-likeness.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.folding import fold
from bot.nlu.learned import LearnedComponent, fitted
from bot.nlu.sentence_encoder import encode

RIGHTS = "derechos"
#: Entries named with a message; the dialogue may only want those of one intent.
RANKING = 8

Views = tuple[np.ndarray, sp.csr_matrix, sp.csr_matrix]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class RightsMatcher(LearnedComponent):
    """Sets `derechos` [{name, confidence}], best first.

    Config:
        meaning, letters, words: how much each likeness counts; they add up to 1.
        power: exponent of the likeness; above 1, near phrasings count more than many distant ones.
        ridge: regularisation. All from cross-validation over the phrasings.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"meaning": 0.6, "letters": 0.2, "words": 0.2, "power": 2, "ridge": 0.2}

    @classmethod
    def load(cls, *arguments: Any, **more: Any) -> RightsMatcher:
        encode(["hola"])  # loads what it needs now, not with the first question
        return super().load(*arguments, **more)

    def train(self, training_data: TrainingData) -> Resource:
        phrasings = [m for m in training_data.intent_examples if m.get(TEXT) and right_of(m)]
        texts = [fold(m.get(TEXT)) for m in phrasings]
        entries = [right_of(m) for m in phrasings]
        names = sorted(set(entries))
        self._model = {"letters": fitted(_letters(), texts), "words": fitted(_words(), texts), "names": names}
        self._model["landmarks"] = self._views(texts)
        likeness = self._likeness(self._model["landmarks"])
        likeness[np.diag_indices_from(likeness)] += self._config["ridge"]
        belongs = np.array([[entry == name for name in names] for entry in entries], dtype=np.float32)
        self._model["weights"] = scipy.linalg.solve(likeness, belongs, assume_a="pos")
        return self._save()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            message.set(RIGHTS, self._read(text) if text else [], add_to_output=True)
        return messages

    def _read(self, text: str) -> list[dict[str, Any]]:
        scores = (self._likeness(self._views([fold(text)])) @ self._model["weights"])[0]
        best = np.argsort(-scores)[:RANKING]
        return [{"name": self._model["names"][i], "confidence": float(np.clip(scores[i], 0, 1))} for i in best]

    def _views(self, folded: list[str]) -> Views:
        return encode(folded), self._model["letters"].transform(folded), self._model["words"].transform(folded)

    def _likeness(self, views: Views) -> np.ndarray:
        """Of each message with each landmark, from 0 to 1."""
        shares = [self._config[name] for name in ("meaning", "letters", "words")]
        total = np.zeros((views[0].shape[0], self._model["landmarks"][0].shape[0]), dtype=np.float32)
        for share, view, landmarks in zip(shares, views, self._model["landmarks"], strict=True):
            product = view @ landmarks.T
            total += share * (product.toarray() if sp.issparse(product) else product)
        return np.maximum(total, 0) ** self._config["power"]


def right_of(message: Message) -> str:
    """The entry that a block of examples names in its metadata, or empty."""
    return ((message.get("metadata") or {}).get("intent") or {}).get("derecho", "")


def _letters() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32)


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+", dtype=np.float32)
