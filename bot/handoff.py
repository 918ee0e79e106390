"""Who answers: the bot or a person. The rule is the first function; the queue below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model import Conversation
from bot.store import Store

#: How soon a person should look, most urgent highest.
URGENCY = {
    "emergencia": 3,
    "crisis_emocional": 3,
    "fallo": 2,
    "menor": 2,
    "pedir_humano": 1,
    "no_nos_entendimos": 1,
    "borrar_datos": 1,
}


@dataclass(frozen=True)
class Decision:
    """who answers this turn."""

    who: Literal["bot", "person"]


def decide(conversation: Conversation) -> Decision:
    """A conversation that a person holds is that person's alone; the bot only takes notes."""
    return Decision("person" if conversation.holder else "bot")


class Handoffs:
    """The queue of people who wait for a person."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def request(self, conversation_id: str, reason: str) -> bool:
        """Queue a conversation. reason: a key of URGENCY. True when it was not in the queue before."""
        with self._store.begin() as tx:
            return tx.open_handoff(conversation_id, reason, URGENCY[reason])

    def queue(self) -> list[dict]:
        """People waiting: conversation_id, channel, reason, urgency, created_at; most urgent first."""
        with self._store.read() as tx:
            return tx.handoff_queue()
