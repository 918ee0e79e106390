"""Rasa's SQL tracker store with what people say encrypted at rest.

Named by the endpoints file that `buentrato up` writes. Keys and address come from the same settings as everything else.
"""

from __future__ import annotations

from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy import Column, Float, Integer, String, Text, TypeDecorator
from sqlalchemy.orm import declarative_base

from bot.config import load
from bot.privacy import Vault


class SealedText(TypeDecorator):
    """Text that is sealed on its way into the database and opened on its way out."""

    impl = Text
    cache_ok = True

    def __init__(self) -> None:
        super().__init__()
        settings = load()
        self._vault = Vault(settings.encryption_keys, settings.secret_key)

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else self._vault.seal(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else self._vault.open(value.encode()).decode()


class SealedTrackerStore(SQLTrackerStore):
    """`SQLTrackerStore` over RASA_TRACKER_URL whose `data` column is sealed; the rest of an event is no one's words."""

    Base = declarative_base()

    class SQLEvent(Base):  # type: ignore[misc, valid-type]  # Base is made at run time, as in Rasa's own store
        __tablename__ = "events"

        id = Column(Integer, primary_key=True)
        sender_id = Column(String(255), nullable=False, index=True)
        type_name = Column(String(255), nullable=False)
        timestamp = Column(Float)
        intent_name = Column(String(255))
        action_name = Column(String(255))
        data = Column(SealedText)

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **_: Any) -> None:
        super().__init__(domain, host=load().rasa_tracker_url, event_broker=event_broker)
