"""A conversation is worked by one worker at a time: it holds a lease, and renews it for as long as it works.

A worker that was killed, or stands still, renews nothing: after `seconds` somebody else may take the conversation.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.store import Store, Tx
from bot.store.base import now

log = logging.getLogger(__name__)


class Leases:
    def __init__(self, store: Store, seconds: float) -> None:
        self._store, self._seconds = store, seconds

    def take(self, tx: Tx, conversation_id: str, owner: str) -> bool:
        return tx.lease(conversation_id, owner, now() + timedelta(seconds=self._seconds))

    @contextlib.asynccontextmanager
    async def held(self, conversation_id: str, owner: str) -> AsyncIterator[None]:
        """Around the work: the lease is renewed during it and given back after it, unless the work did that itself."""
        renewing = asyncio.create_task(self._keep(conversation_id, owner))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await asyncio.to_thread(self._release, conversation_id, owner)

    async def _keep(self, conversation_id: str, owner: str) -> None:
        while True:
            await asyncio.sleep(self._seconds / 4)
            try:
                if not await asyncio.to_thread(self._renew, conversation_id, owner):
                    log.warning("conversation %s: its lease ran out while it was worked", conversation_id)
                    return
            except SQLAlchemyError as error:
                log.error("database: %s", type(error).__name__)

    def _renew(self, conversation_id: str, owner: str) -> bool:
        with self._store.begin() as tx:
            return tx.renew_lease(conversation_id, owner, now() + timedelta(seconds=self._seconds))

    def _release(self, conversation_id: str, owner: str) -> None:
        with self._store.read() as tx:
            if not tx.holds_lease(conversation_id, owner):
                return
        with self._store.begin() as tx:
            tx.release(conversation_id, owner)
