"""What a message is: its main intent, and every conduct it complains of.

Two views of a message learn apart and are then asked together: its letters and words (sparse), and its meaning as the
encoder that was taught our matter gives it (dense). Together they are right more often than one model over both
(docs/nlu.md). Their common answer is the weighted geometric mean of what each thinks likely; of regressions that is the
weighted sum of their scores, so once learned each view is one table of weights. The main intent is one question with many
answers; each conduct is a yes or no of its own, whatever the main intent. Training examples name the conducts they carry
beside their main one in their metadata, `tambien`. Phrasings of the catalogue of rights (data/nlu/derechos) teach only
the rights matcher: asked as a fear or told as a threat they are worded alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import expit, softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.folding import matter
from bot.nlu.learned import LearnedComponent, fitted
from bot.nlu.rights_matcher import right_of

CONDUCTS = "conductas"
RANKING = 10
#: A conduct is named from this probability on: where F1 is best in cross-validation over the training data.
CARRIED = 0.2

Views = tuple[sp.csr_matrix, np.ndarray]
#: What one view learned: weights (features, answers) and bias (answers).
Table = dict[str, np.ndarray]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConductClassifier(LearnedComponent, IntentClassifier):
    """Sets `intent`, `intent_ranking` and `conductas` [{name, confidence}].

    Config:
        prefix: intents that begin with it are conducts.
        sparse_C, dense_C: inverse regularisation of the main question's two regressions; conducts_C, conducts_dense_C
            of the conducts'.
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
        texts = [matter(m.get(TEXT)) for m in examples]
        intents, carried = [m.get(INTENT) for m in examples], [labels_of(m) for m in examples]
        self._model = {
            "letters": fitted(_letters(), texts),
            "words": fitted(_words(), texts),
            "scale": StandardScaler().fit(_dense(examples)),
            "intents": sorted(set(intents)),
            "conducts": sorted({n for labels in carried for n in labels if n.startswith(self._config["prefix"])}),
        }
        c = self._config
        sparse, dense = self._views(examples)
        self._model["sparse"] = self._learn(sparse, intents, carried, c["sparse_C"], c["conducts_C"])
        self._model["dense"] = self._learn(dense, intents, carried, c["dense_C"], c["conducts_dense_C"])
        return self._save()

    def _learn(
        self,
        view: sp.csr_matrix | np.ndarray,
        intents: list[str],
        carried: list[set[str]],
        main_c: float,
        each_c: float,
    ) -> Table:
        main = self._regression(main_c, "balanced").fit(view, intents)
        each = [
            self._regression(each_c, None).fit(view, [name in labels for labels in carried])
            for name in self._model["conducts"]
        ]
        return {
            "weights": np.vstack([one.coef_ for one in (main, *each)]).T.astype(np.float32, order="C"),
            "bias": np.concatenate([one.intercept_ for one in (main, *each)]),
        }

    def _regression(self, c: float, weight: str | None) -> LogisticRegression:
        return LogisticRegression(C=c, max_iter=self._config["max_iter"], class_weight=weight)

    # --- reading ---------------------------------------------------------------------------------------------------

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking, conducts = self._read(message) if message.get(TEXT) else ([], [])
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", ranking[:RANKING], add_to_output=True)
            message.set(CONDUCTS, conducts, add_to_output=True)
        return messages

    def _read(self, message: Message) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        intents, conducts = self._model["intents"], self._model["conducts"]
        scores = self._scores(message)
        main = dict(zip(intents, softmax(self._config["sharpness"] * scores[: len(intents)]), strict=True))
        each = dict(zip(conducts, expit(scores[len(intents) :]), strict=True))
        top = max(main, key=lambda name: main[name])
        if top in each:
            each[top] = max(each[top], main[top])
        return _ranked(main), [entry for entry in _ranked(each) if entry["confidence"] >= CARRIED]

    def _scores(self, message: Message) -> np.ndarray:
        """Of every intent and then of every conduct: the weighted sum of the two views' log odds."""
        share = self._config["dense_weight"]
        sparse, dense = self._views([message])
        return (1 - share) * _score(sparse, self._model["sparse"]) + share * _score(dense, self._model["dense"])

    def _views(self, messages: list[Message]) -> Views:
        texts = [matter(m.get(TEXT)) for m in messages]
        parts = [self._model[name].transform(texts) for name in ("letters", "words")]
        return sp.hstack(parts).tocsr(), self._model["scale"].transform(_dense(messages))


def _score(view: sp.csr_matrix | np.ndarray, table: Table) -> np.ndarray:
    return (view @ table["weights"])[0] + table["bias"]


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
