"""Rasa's tracker store from outside: only to delete from it."""

from __future__ import annotations

from sqlalchemy import String, column, delete, inspect, table

from bot.store.engine import make_engine

#: As Rasa's SQLTrackerStore lays it out (bot/nlu/tracker_store.py).
events = table("events", column("sender_id", String))


class Trackers:
    """What Rasa remembers of conversations, at RASA_TRACKER_URL. It keeps no copy of its own between turns."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)

    def forget(self, conversation_id: str) -> None:
        """Delete everything of a conversation. No turn of it may be running: Rasa would write it back."""
        with self._engine.begin() as connection:
            if inspect(connection).has_table("events"):
                connection.execute(delete(events).where(events.c.sender_id == conversation_id))

    def close(self) -> None:
        self._engine.dispose()
