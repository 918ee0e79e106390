"""Dense sentence features from an encoder that was taught our matter (models/encoder: how, and from what)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer

from bot.config import ROOT
from bot.folding import matter

ENCODER = ROOT / "models" / "encoder"
#: As it was taught (models/encoder/finetune.py): the words before each text, and how much of it is read.
PREFIX = "query: "
CHARACTERS, TOKENS = 500, 100
BEGIN, PAD, END = 0, 1, 2
BATCH = 8
THREADS = 2


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(ENCODER / "tokenizer.json"))


@cache
def _session() -> InferenceSession:
    """The model, loaded once a process (about 60 MB)."""
    options = SessionOptions()
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(str(ENCODER / "encoder.onnx"), options, providers=["CPUExecutionProvider"])


def vectors(texts: list[str]) -> np.ndarray:
    """Standardised vectors, shape (len(texts), 384). Messages of like length are read together."""
    rows = [_ids(text) for text in texts]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found = np.empty((len(rows), 384), np.float32)
    for at in range(0, len(order), BATCH):
        batch = order[at : at + BATCH]
        found[batch] = _read([rows[i] for i in batch])
    return found


def _ids(text: str) -> list[int]:
    return [BEGIN, *_tokenizer().encode(PREFIX + (matter(text)[:CHARACTERS] or ".")).ids[:TOKENS], END]


def _read(rows: list[list[int]]) -> np.ndarray:
    longest = max(map(len, rows))
    ids = np.array([row + [PAD] * (longest - len(row)) for row in rows], np.int64)
    mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows], np.float32)
    return _session().run(None, {"ids": ids, "mask": mask})[0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TunedEncoder(GraphComponent):
    """Adds one dense sentence feature of 384 numbers to each message that has a text."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TunedEncoder:
        vectors(["hola"])  # loads what it needs now, not with the first message
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        if spoken:
            for message, vector in zip(spoken, vectors([message.get(TEXT) for message in spoken]), strict=True):
                row = vector.reshape(1, -1).astype(np.float32)
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__))
        return messages
