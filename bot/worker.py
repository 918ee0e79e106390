"""The worker process: take turns, answer them, send what was written. Several may run beside each other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.desk import Desk
from bot.erasure import Erasure
from bot.inbox import Inbox
from bot.model import Turn
from bot.outbox import Outbox

log = logging.getLogger(__name__)

#: Conversations answered at the same time by one worker.
CONCURRENT = 8
#: Seconds between looks at the database when nothing tells us to look sooner.
POLL = 0.05
#: Seconds between looks for conversations whose tracker is to be forgotten.
FORGET_POLL = 0.5
#: Seconds between looks for people who have waited too long.
LATE_POLL = 0.5
#: Seconds between looks for people that their holder left waiting.
MIND_POLL = 2.0
#: Seconds to wait when the database does not answer.
STALL = 1.0


class Worker:
    def __init__(self, inbox: Inbox, outbox: Outbox, erasure: Erasure, desk: Desk) -> None:
        self._inbox, self._outbox, self._erasure, self._desk = inbox, outbox, erasure, desk
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._running: set[asyncio.Task] = set()
        self._written = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish the turns already begun."""
        steps = (self._turns, self._sending, self._outbox.keep_claims, self._telling, self._forgetting, self._minding)
        loops = [asyncio.create_task(self._keep(step, stop)) for step in steps]
        await stop.wait()
        await asyncio.gather(*loops)
        await asyncio.gather(*self._running)
        while await self._outbox.send_due():
            pass

    async def _keep(self, step: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
        """Repeat a step; a database that does not answer is waited for, never given up on."""
        while not stop.is_set():
            try:
                await step()
            except SQLAlchemyError as error:
                log.error("database: %s", type(error).__name__)
                await asyncio.sleep(STALL)

    async def _turns(self) -> None:
        turn = None
        if len(self._running) < CONCURRENT:
            turn = await asyncio.to_thread(self._inbox.take, self._lease_name())
        if turn is None:
            await asyncio.sleep(POLL)
            return
        task = asyncio.create_task(self._answer(turn))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _lease_name(self) -> str:
        """Each turn has its own lease name, so that one worker does not answer a conversation twice at once."""
        return f"{self.owner}-{secrets.token_hex(4)}"

    async def _answer(self, turn: Turn) -> None:
        try:
            await self._inbox.answer(turn)
        except SQLAlchemyError as error:
            log.error("turn %s: database: %s; its lease runs out and it is taken again", turn.id, type(error).__name__)
        finally:
            self._written.set()

    async def _telling(self) -> None:
        told = await self._inbox.tell_late()
        if told:
            self._written.set()
        await asyncio.sleep(LATE_POLL)

    async def _forgetting(self) -> None:
        await asyncio.to_thread(self._erasure.forget_due, self._lease_name())
        await asyncio.sleep(FORGET_POLL)

    async def _minding(self) -> None:
        await asyncio.to_thread(self._desk.mind)
        await asyncio.sleep(MIND_POLL)

    async def _sending(self) -> None:
        self._written.clear()
        if await self._outbox.start_due(self._written.set):
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._written.wait(), POLL)
