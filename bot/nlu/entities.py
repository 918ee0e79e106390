"""Finds data in a message by rules (bot/nlu/reading) and gives them normalised, as Rasa entities."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot import gazetteer
from bot.nlu.reading.found import Found
from bot.nlu.reading.reader import find

#: The person's day: most of Mexico keeps this time, and a day is all that is resolved.
MEXICO = ZoneInfo("America/Mexico_City")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SpanishEntities(GraphComponent, EntityExtractorMixin):
    """agencia, telefono, fecha (ISO), hora (HH:MM), frecuencia, canal, lugar, monto, nombre, folio."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpanishEntities:
        (
            gazetteer.places(),
            gazetteer.towns(),
            gazetteer.first_names(),
            gazetteer.last_names(),
        )  # so that the first message is read as fast as the others
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if text:
                found = [self._entity(item, text) for item in find(text, _today(message))]
                message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages

    def _entity(self, item: Found, text: str) -> dict[str, Any]:
        return {
            "entity": item.entity,
            "start": item.start,
            "end": item.end,
            "value": item.value,
            "text": text[item.start : item.end],
            "extractor": type(self).__name__,
        }


def _today(message: Message) -> datetime:
    """The moment a message was written, by its metadata."""
    at = (message.get("metadata") or {}).get("at", "")
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        moment = datetime.now(MEXICO)
    return moment.astimezone(MEXICO)
