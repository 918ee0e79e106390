"""What changed, told to open pages as it happens (server-sent events). One look at the database serves them all."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.console.conversations import conversation_id
from bot.store import Store

log = logging.getLogger(__name__)

#: Seconds between looks, while anybody listens.
LOOK = 0.3
#: Seconds between signs of life, and between asking whether the session still holds.
HEARTBEAT = 10.0
#: The name under which the lists are listened to.
LISTS = ""
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Live:
    """Watches what pages listen to: the lists, or a conversation by its id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: dict[asyncio.Event, str] = {}
        self._task: asyncio.Task | None = None

    @contextlib.contextmanager
    def listen(self, subject: str) -> Iterator[asyncio.Event]:
        """An event that is set when something of the subject changed."""
        event = asyncio.Event()
        self._listeners[event] = subject
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield event
        finally:
            self._listeners.pop(event, None)

    async def _watch(self) -> None:
        known: dict[str, str] = {}
        while self._listeners:
            subjects = set(self._listeners.values())
            try:
                found = await asyncio.to_thread(self._look, subjects)
            except SQLAlchemyError as error:
                log.error("database: %s", type(error).__name__)
                found = {}
            for event, subject in list(self._listeners.items()):
                if subject in found and known.get(subject, found[subject]) != found[subject]:
                    event.set()
            known = {**{subject: known[subject] for subject in subjects if subject in known}, **found}
            await asyncio.sleep(LOOK)

    def _look(self, subjects: set[str]) -> dict[str, str]:
        ids = sorted(subjects - {LISTS})
        with self._store.read() as tx:
            found = tx.pulses(ids) if ids else {}
            if LISTS in subjects:
                found[LISTS] = tx.pulse()
            return found


async def lists(request: Request) -> Response:
    return _stream(request, LISTS)


async def conversation(request: Request) -> Response:
    return _stream(request, conversation_id(request))


def _stream(request: Request, subject: str) -> Response:
    return StreamingResponse(_events(request, subject), media_type="text/event-stream", headers=HEADERS)


async def _events(request: Request, subject: str) -> AsyncIterator[str]:
    accounts = request.app.state.house.accounts
    live: Live = request.app.state.live
    asked = time.monotonic()
    with live.listen(subject) as event:
        yield "retry: 2000\n\n"
        while True:
            try:
                await asyncio.wait_for(event.wait(), HEARTBEAT)
                event.clear()
                yield "event: cambio\ndata: 1\n\n"
            except TimeoutError:
                yield ": aquí sigo\n\n"
            if time.monotonic() - asked >= HEARTBEAT:
                asked = time.monotonic()
                if not await asyncio.to_thread(accounts.still_holds, request.state.session):
                    yield "event: fin\ndata: 1\n\n"
                    return
