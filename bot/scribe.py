"""Writes down what was done outside: what a provider took and is not written down would be done again after a kill.

All that waits is written in one transaction, so that nothing waits longer than for the one before it; and however long
the database does not answer, it is written when it does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.store import DatabaseTrouble, Store, Tx

log = logging.getLogger(__name__)

#: Seconds between looks whether a database that does not answer is back.
STALL = 0.5
Note = Callable[[Tx], None]


class Scribe:
    """Belongs to one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Note, asyncio.Future[None]]] = []
        self._writing: asyncio.Task | None = None

    async def write(self, note: Note) -> None:
        """Returns when the note is on disk. It must be able to run again, as its transaction may fail."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((note, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            if not await self._write(batch):
                for one in batch:  # each by itself, so that only the one that cannot be written fails
                    await self._write([one])

    async def _write(self, batch: list[tuple[Note, asyncio.Future[None]]]) -> bool:
        """False when there are several and one of them cannot be written."""
        while True:
            try:
                await asyncio.to_thread(self._commit, [note for note, _ in batch])
            except DatabaseTrouble as error:
                log.error("database: %s", type(error).__name__)
                await asyncio.sleep(STALL)
            except Exception as error:
                if len(batch) > 1:
                    return False
                batch[0][1].set_exception(error)
                return True
            else:
                for _, done in batch:
                    done.set_result(None)
                return True

    def _commit(self, notes: list[Note]) -> None:
        with self._store.begin() as tx:
            for note in notes:
                note(tx)
