"""What both sentence encoders are to Rasa: components that add one dense feature to each message."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


class SentenceFeaturizer(GraphComponent):
    """One vector for each message that has a text. A component says how to `encode`."""

    @staticmethod
    def encode(texts: list[str]) -> np.ndarray:
        """Vectors, shape (len(texts), dimensions)."""
        raise NotImplementedError

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        cls.encode(["hola"])  # loads what it needs now, not with the first message
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        if spoken:
            for message, vector in zip(spoken, self.encode([message.get(TEXT) for message in spoken]), strict=True):
                row = vector.reshape(1, -1).astype(np.float32)
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__))
        return messages
