"""What all query groups share: a connection, the vault and a dialect-neutral insert-once."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.privacy import Vault


class Queries:
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.connection = connection
        self.vault = vault

    def insert_once(self, table: Table, **values: Any) -> bool:
        """Insert unless a row with the same unique key is there. True when this call inserted it."""
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
        return self.connection.execute(statement).rowcount == 1


def now() -> datetime:
    return datetime.now(timezone.utc)
