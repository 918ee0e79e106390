"""What a message is: its main intent, and every conduct it complains of.

Two views of a message are read apart and then asked together: its letters and words (sparse), and its meaning as the
encoder that was taught our matter gives it (dense). Together they are right more often than one model over both
(docs/nlu.md). The main intent is one question with many answers; each conduct is a yes or no of its own, whatever the
main intent. Training examples name the conducts they carry beside their main one in their metadata, `tambien`.
Phrasings of the catalogue of rights (data/nlu/derechos) teach only the rights matcher: asked as a fear or told as a
threat they are worded alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.folding import fold
from bot.nlu.learned import LearnedComponent
from bot.nlu.rights_matcher import right_of

CONDUCTS = "conductas"
RANKING = 10
#: A conduct is named from this probability on: where F1 is best in cross-validation over the training data.
CARRIED = 0.2

Views = tuple[sp.csr_matrix, np.ndarray]
#: A question as two fitted regressions, one for each view.
Pair = dict[str, LogisticRegression]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConductClassifier(LearnedComponent, IntentClassifier):
    """Sets `intent`, `intent_ranking` and `conductas` [{name, confidence}].

    Config:
        prefix: intents that begin with it are conducts.
        sparse_C, dense_C: inverse regularisation of the main question's two regressions; conducts_C for the conducts'.
        dense_weight: share of the dense view in the common answer, 0 to 1.
        sharpness: exponent of the common answer; two views together are surer than their mean says. From
            cross-validation over the training data (lowest log loss).
    """

    @classmethod
    def required_packages(cls) -> list[str]:
        return ["sklearn", "skops"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "prefix": "denunciar_",
            "sparse_C": 15.0,
            "dense_C": 0.001,
            "conducts_C": 6.0,
            "conducts_dense_C": 0.001,
            "dense_weight": 0.5,
            "sharpness": 1.6,
            "max_iter": 100,
        }

    # --- training --------------------------------------------------------------------------------------------------

    def train(self, training_data: TrainingData) -> Resource:
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and not right_of(m)]
        texts = [fold(m.get(TEXT)) for m in examples]
        self._model = {
            "letters": _letters().fit(texts),
            "words": _words().fit(texts),
            "scale": StandardScaler().fit(_dense(examples)),
        }
        views = self._views(examples)
        c = self._config
        self._model["main"] = self._fit(
            views, [m.get(INTENT) for m in examples], c["sparse_C"], c["dense_C"], "balanced"
        )
        self._model["conducts"] = self._train_conducts(views, examples)
        return self._save()

    def _train_conducts(self, views: Views, examples: list[Message]) -> dict[str, Pair]:
        carried = [labels_of(m) for m in examples]
        names = sorted({name for labels in carried for name in labels if name.startswith(self._config["prefix"])})
        sparse_c, dense_c = self._config["conducts_C"], self._config["conducts_dense_C"]
        return {
            name: self._fit(views, [str(name in labels) for labels in carried], sparse_c, dense_c, None)
            for name in names
        }

    def _fit(self, views: Views, answers: Sequence[str], sparse_c: float, dense_c: float, weight: str | None) -> Pair:
        sparse, dense = views
        regression = {"max_iter": self._config["max_iter"], "class_weight": weight}
        return {
            "sparse": LogisticRegression(C=sparse_c, **regression).fit(sparse, answers),
            "dense": LogisticRegression(C=dense_c, **regression).fit(dense, answers),
        }

    # --- reading ---------------------------------------------------------------------------------------------------

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking, conducts = self._read(message) if message.get(TEXT) else ([], [])
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", ranking[:RANKING], add_to_output=True)
            message.set(CONDUCTS, conducts, add_to_output=True)
        return messages

    def _read(self, message: Message) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        views = self._views([message])
        main = self._ask(self._model["main"], views, self._config["sharpness"])
        conducts = {name: self._ask(pair, views)["True"] for name, pair in self._model["conducts"].items()}
        top = max(main, key=lambda name: main[name])
        if top in conducts:
            conducts[top] = max(conducts[top], main[top])
        return _ranked(main), [entry for entry in _ranked(conducts) if entry["confidence"] >= CARRIED]

    def _ask(self, pair: Pair, views: Views, sharpness: float = 1.0) -> dict[str, float]:
        """Probability of each answer: the weighted geometric mean of what the two views say."""
        share = {"sparse": 1 - self._config["dense_weight"], "dense": self._config["dense_weight"]}
        logs = sum(share[name] * pair[name].predict_log_proba(view)[0] for name, view in zip(share, views, strict=True))
        likely = np.exp(sharpness * (logs - logs.max()))
        return dict(zip(pair["sparse"].classes_, likely / likely.sum(), strict=True))

    def _views(self, messages: list[Message]) -> Views:
        texts = [fold(m.get(TEXT)) for m in messages]
        parts = [self._model[name].transform(texts) for name in ("letters", "words")]
        return sp.hstack(parts).tocsr(), self._model["scale"].transform(_dense(messages))


def labels_of(message: Message) -> set[str]:
    """The main intent of a training example and the conducts its metadata adds."""
    metadata = (message.get("metadata") or {}).get("example") or {}
    return {message.get(INTENT), *(metadata.get("tambien") or ())}


def _letters() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, max_features=80_000)


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+", max_features=30_000)


def _dense(messages: list[Message]) -> np.ndarray:
    """Sentence features, shape (messages, dimensions)."""
    return np.vstack([message.get_dense_features(TEXT, ["TunedEncoder"])[1].features[0] for message in messages])


def _ranked(scores: dict[str, float]) -> list[dict[str, Any]]:
    pairs = ({"name": str(name), "confidence": float(score)} for name, score in scores.items())
    return sorted(pairs, key=lambda entry: -entry["confidence"])
