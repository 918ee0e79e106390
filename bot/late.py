"""One honest note to whoever waits too long, instead of silence; once per wait, which ends when all is answered."""

from __future__ import annotations

from datetime import timedelta

from bot.model import Conversation
from bot.store import Store, Tx
from bot.store.base import now
from bot.texts import Texts

#: Notes written at once. More would keep the database from who is in danger.
ROUND = 10


class Late:
    def __init__(self, store: Store, texts: Texts, patience: float) -> None:
        self._store, self._texts, self._patience = store, texts, patience

    def tell(self, tx: Tx, conversation: Conversation) -> None:
        """Say that the answer will be late, unless it was said in this wait."""
        if tx.mark_told_late(conversation.id):
            tx.add_reply(conversation, self._texts.reply("utter_tardamos"))

    def tell_some(self, at_once: bool) -> int:
        """Tell those who have waited too long, or with `at_once` all who wait; ROUND of them. Returns how many."""
        before = now() - timedelta(seconds=0 if at_once else self._patience)
        with self._store.read() as tx:
            late = tx.late_conversations(before, ROUND)
        if late:
            with self._store.begin() as tx:
                for conversation_id in late:
                    conversation = tx.conversation(conversation_id)
                    if not conversation.holder:  # a person may just have taken over
                        self.tell(tx, conversation)
        return len(late)
