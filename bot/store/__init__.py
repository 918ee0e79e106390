"""The unit of work and every query; nobody else runs SQL.

    with store.begin() as tx:
        tx.add_inbound(...)
        tx.add_reply(...)        # both or neither

Queries live beside what they are about: `conversations`, `messages` (inbox, outbox), `deliveries`, `cases`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine

from bot.privacy import Vault
from bot.store.cases import CaseQueries
from bot.store.conversations import ConversationQueries
from bot.store.deliveries import DeliveryQueries


class Tx(ConversationQueries, DeliveryQueries, CaseQueries):
    """All queries over one open transaction."""


class Store:
    """A database and the keys to what is in it."""

    def __init__(self, url: str, vault: Vault) -> None:
        self.engine = make_engine(url)
        self.vault = vault

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        with self.engine.begin() as connection:
            yield Tx(connection, self.vault)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A look at the data that waits for no writer and makes none wait. Nothing may be written in it."""
        with self.engine.connect().execution_options(reads=True) as connection, connection.begin():
            yield Tx(connection, self.vault)

    def ping(self) -> None:
        """Raises sqlalchemy.exc.OperationalError when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """An engine on which a committed row survives a power cut and writers queue instead of failing."""
    if not url.startswith("sqlite"):
        return create_engine(url, future=True, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20)
    engine = create_engine(
        url, future=True, hide_parameters=True, connect_args={"timeout": 20, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would delay it and deadlock upgrades
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
