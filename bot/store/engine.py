"""How databases are opened."""

from __future__ import annotations

import random
import sqlite3
import time
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

#: Seconds that a writer waits for the others.
PATIENCE = 20.0
#: Seconds between its looks. SQLite's own waits grow to 100 ms, and whoever waited longest came last.
LOOK = (0.001, 0.003)


def make_engine(url: str) -> Engine:
    """An engine on which a committed row survives a power cut and writers queue instead of failing."""
    if not url.startswith("sqlite"):
        return create_engine(url, future=True, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20)
    engine = create_engine(
        url, future=True, hide_parameters=True, connect_args={"timeout": PATIENCE, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would delay it and deadlock upgrades
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("reads"):
        connection.exec_driver_sql("BEGIN")
        return
    dbapi = connection.connection
    dbapi.execute("PRAGMA busy_timeout=0")
    try:
        if not _became_writer(dbapi):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises, as an error of ours
    finally:
        dbapi.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


def _became_writer(dbapi: Any) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            dbapi.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                return False
        time.sleep(random.uniform(*LOOK))
    return False
