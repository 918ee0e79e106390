"""What our trainable components are to Rasa: they learn one dictionary of fitted parts, and keep it as skops."""

from __future__ import annotations

from typing import Any, TypeVar

import skops.io as sio
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from sklearn.feature_extraction.text import TfidfVectorizer

MODEL_FILE = "model.skops"
#: What the saved model may be made of beside scikit-learn's own parts; anything else is refused at loading.
TRUSTED = ["numpy.dtype", "scipy.sparse._csr.csr_matrix"]

Self = TypeVar("Self", bound="LearnedComponent")


class LearnedComponent(GraphComponent):
    """`train` fills `_model` and ends with `_save`."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._model: dict[str, Any] = {}

    @classmethod
    def create(
        cls: type[Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls({**cls.get_default_config(), **config}, model_storage, resource)

    @classmethod
    def load(
        cls: type[Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._model = sio.load(folder / MODEL_FILE, trusted=TRUSTED)
        return component

    def _save(self) -> Resource:
        with self._storage.write_to(self._resource) as folder:
            sio.dump(self._model, folder / MODEL_FILE)
        return self._resource


def fitted(vectorizer: TfidfVectorizer, texts: list[str]) -> TfidfVectorizer:
    """The vectorizer fitted to `texts`, its terms numbered with Python's integers.

    scikit-learn leaves NumPy's where it drops rare terms, and skops would write each as a file of its own: half a minute.
    """
    vectorizer.fit(texts)
    vectorizer.vocabulary_ = {term: int(place) for term, place in vectorizer.vocabulary_.items()}
    return vectorizer
