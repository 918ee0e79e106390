"""The unit of work and every query; nobody else runs SQL.

    with store.begin() as tx:
        tx.add_inbound(...)
        tx.add_reply(...)        # both or neither

Queries live beside what they are about: `conversations`, `messages` (inbox, outbox), `deliveries`, `cases`, `case_search`,
`erasure`, `waiting`, `staff`, `desk` (who answers), `transcript`, `referrals`, `workbench` (doubtful messages, labels,
examples, models).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from bot.privacy import Vault
from bot.store.case_search import CaseSearchQueries
from bot.store.cases import CaseQueries
from bot.store.conversations import ConversationQueries
from bot.store.deliveries import DeliveryQueries
from bot.store.desk import DeskQueries
from bot.store.engine import make_engine
from bot.store.erasure import ErasureQueries
from bot.store.referrals import ReferralQueries
from bot.store.staff import StaffQueries
from bot.store.transcript import TranscriptQueries
from bot.store.waiting import WaitingQueries
from bot.store.workbench import WorkbenchQueries

#: It does not answer, or cannot write now: what was asked is right and may be asked again.
DatabaseTrouble = (OperationalError, InterfaceError, InternalError)


class Tx(
    ConversationQueries,
    DeliveryQueries,
    CaseQueries,
    CaseSearchQueries,
    ErasureQueries,
    StaffQueries,
    DeskQueries,
    TranscriptQueries,
    ReferralQueries,
    WorkbenchQueries,
    WaitingQueries,
):
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
