"""What all query groups share: a connection, the vault and a dialect-neutral insert-once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.privacy import Vault
from bot.schema import case_keys


class Queries:
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.connection = connection
        self.vault = vault
        self._boxes: dict[str, Vault] = {}

    def box(self, conversation_id: str) -> Vault:
        """The vault for what a conversation told: drafts, facts, events, proofs. Its key is made at first use."""
        if self._known_box(conversation_id) is None:
            self.insert_once(case_keys, conversation_id=conversation_id, key_sealed=self.vault.new_box_key())
        return self._known_box(conversation_id) or self.vault

    def opener(self, conversation_id: str) -> Vault:
        """The same to read with, also what was sealed before there were such keys. It makes none."""
        return self._known_box(conversation_id) or self.vault

    def fetch_boxes(self, conversation_ids: Iterable[str]) -> None:
        """Get the keys of many conversations at once; `opener` would ask for one after the other."""
        wanted = select(case_keys).where(case_keys.c.conversation_id.in_(list(conversation_ids)))
        for row in self.connection.execute(wanted):
            self._boxes[row.conversation_id] = self.vault.box(row.key_sealed)

    def _known_box(self, conversation_id: str) -> Vault | None:
        if conversation_id not in self._boxes:
            found = select(case_keys.c.key_sealed).where(case_keys.c.conversation_id == conversation_id)
            sealed = self.connection.execute(found).scalar()
            if sealed is None:
                return None
            self._boxes[conversation_id] = self.vault.box(sealed)
        return self._boxes[conversation_id]

    def destroy_box(self, conversation_id: str) -> None:
        """Whatever was in it can be read by nobody from now on. There is a new one when they tell something new."""
        self._boxes.pop(conversation_id, None)
        self.connection.execute(delete(case_keys).where(case_keys.c.conversation_id == conversation_id))

    def insert_once(self, table: Table, **values: Any) -> bool:
        """Insert unless a row with the same unique key is there. True when this call inserted it."""
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
        return self.connection.execute(statement).rowcount == 1


def now() -> datetime:
    return datetime.now(timezone.utc)
