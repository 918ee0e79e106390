"""What a message is: its main intent, and every conduct it complains of.

One logistic regression gives calibrated probabilities over all intents; beside it one binary regression for each
conduct says whether the message carries it, whatever its main intent. Training examples name the conducts they carry
beside their main one in their metadata, `tambien`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
import skops.io as sio
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.folding import fold

CONDUCTS = "conductas"
MODEL_FILE = "classifier.skops"
RANKING = 10
#: scikit-learn's own parts that the saved model may be made of; anything else is refused at loading.
TRUSTED = ["numpy.dtype", "scipy.sparse._csr.csr_matrix"]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConductClassifier(IntentClassifier, GraphComponent):
    """Sets `intent`, `intent_ranking` and `conductas` [{name, confidence}].

    Config:
        prefix: intents that begin with it are conducts, unless listed in `not_conducts`.
        C: inverse regularisation of the main regression; conducts_C that of the others.
        dense_weight: how much the sentence encoder counts beside characters and words.
    """

    @classmethod
    def required_packages(cls) -> list[str]:
        return ["sklearn", "skops"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"prefix": "denunciar_", "C": 6.0, "conducts_C": 4.0, "dense_weight": 2.0, "max_iter": 300}

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._model: dict[str, Any] = {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ConductClassifier:
        return cls(config, model_storage, resource)

    # --- training --------------------------------------------------------------------------------------------------

    def train(self, training_data: TrainingData) -> Resource:
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        texts = [fold(m.get(TEXT)) for m in examples]
        chars = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, max_features=60_000
        )
        words = TfidfVectorizer(
            ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+", max_features=20_000
        )
        chars.fit(texts), words.fit(texts)
        self._model = {"chars": chars, "words": words}
        features = self._features(examples)
        intents = [m.get(INTENT) for m in examples]
        main = LogisticRegression(C=self._config["C"], max_iter=self._config["max_iter"], class_weight="balanced")
        self._model["main"] = main.fit(features, intents)
        self._model["conducts"] = self._train_conducts(features, examples)
        self._save()
        return self._resource

    def _train_conducts(self, features: sp.csr_matrix, examples: list[Message]) -> dict[str, LogisticRegression]:
        carried = [labels_of(m) for m in examples]
        names = sorted({name for labels in carried for name in labels if name.startswith(self._config["prefix"])})
        return {
            name: LogisticRegression(
                C=self._config["conducts_C"], max_iter=self._config["max_iter"], solver="liblinear"
            ).fit(features, [name in labels for labels in carried])
            for name in names
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
        features = self._features([message])
        main = self._model["main"]
        ranking = _ranked(zip(main.classes_, main.predict_proba(features)[0], strict=True))
        sure = {entry["name"]: entry["confidence"] for entry in ranking}
        conducts = {name: m.predict_proba(features)[0][1] for name, m in self._model["conducts"].items()}
        top = ranking[0]["name"]
        if top in conducts:
            conducts[top] = max(conducts[top], sure[top])
        return ranking, [entry for entry in _ranked(conducts.items()) if entry["confidence"] >= 0.5]

    def _features(self, messages: list[Message]) -> sp.csr_matrix:
        texts = [fold(m.get(TEXT)) for m in messages]
        dense = np.vstack([_dense(m) for m in messages]) * self._config["dense_weight"]
        parts = [self._model["chars"].transform(texts), self._model["words"].transform(texts), sp.csr_matrix(dense)]
        return sp.hstack(parts).tocsr()

    # --- keeping ---------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            sio.dump(self._model, folder / MODEL_FILE)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ConductClassifier:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = sio.load(folder / MODEL_FILE, trusted=TRUSTED)
        return component


def labels_of(message: Message) -> set[str]:
    """The main intent of a training example and the conducts its metadata adds."""
    metadata = (message.get("metadata") or {}).get("example") or {}
    return {message.get(INTENT), *(metadata.get("tambien") or ())}


def _dense(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT, [])
    return sentence.features[0]


def _ranked(pairs: Any) -> list[dict[str, Any]]:
    return sorted(
        ({"name": str(name), "confidence": float(score)} for name, score in pairs),
        key=lambda entry: -entry["confidence"],
    )
