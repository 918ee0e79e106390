"""Channels that reach us by webhook, and those we poll. Committed first, confirmed after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.base import Channel
from bot.errors import Forged, SendError
from bot.gateway.health import REFUSED
from bot.model import Delivery, Inbound
from bot.wiring import House

log = logging.getLogger(__name__)

#: Seconds to wait after a poll that failed.
PAUSE = 2.0


async def receive(request: Request) -> Response:
    """200 when everything in the request is on disk; 4xx when it is not the provider's; 5xx: send it again."""
    house: House = request.app.state.house
    channel = house.channels.get(request.path_params["channel"])
    if channel is None:
        return Response(status_code=404)
    body = await request.body()
    channel.verify({k.lower(): v for k, v in request.headers.items()}, body)
    await accept_all(house, channel, channel.parse(body))
    return JSONResponse({"ok": True})


async def shake_hands(request: Request) -> Response:
    """A provider that asks, before it sends anything, whether this address is the one it was given."""
    channel = request.app.state.house.channels.get(request.path_params["channel"])
    answer = getattr(channel, "handshake", None)
    if answer is None:
        return Response(status_code=404)
    return PlainTextResponse(answer(request.query_params))


async def accept_all(house: House, channel: Channel, messages: Sequence[Inbound | Delivery]) -> None:
    """Commit each message by itself: one that cannot be kept must neither hold back the rest nor come again for days."""
    for message in messages:
        try:
            await asyncio.to_thread(_commit, house, message)
        except Forged:
            log.info("%s: a tap that was never offered was set aside", channel.name)
            REFUSED.labels(channel.name, "never_offered").inc()
        except (DataError, ValueError) as error:
            log.error("%s: a message that no database takes was set aside: %s", channel.name, type(error).__name__)
            REFUSED.labels(channel.name, "not_storable").inc()
        if isinstance(message, Inbound):
            await channel.received(message)


def _commit(house: House, message: Inbound | Delivery) -> None:
    if isinstance(message, Delivery):
        house.outbox.note(message)
    else:
        house.inbox.accept([message])


def connections(house: House, stop: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
    """What keeps each channel connected for as long as the app runs."""
    return [connect(house, channel, stop) for channel in house.channels.values()]


async def connect(house: House, channel: Channel, stop: asyncio.Event) -> None:
    """Announce ourselves, however often it takes; then fetch, if the channel is one that is polled."""
    while not stop.is_set():
        try:
            await channel.announce(house.settings.public_url)
            break
        except SendError as error:
            log.warning("%s: it could not be told where we are: %s", channel.name, error.code)
            await asyncio.sleep(getattr(error, "after", PAUSE))
    if getattr(channel, "polls", False):
        await poll(house, channel, stop)


async def poll(house: House, channel: Channel, stop: asyncio.Event) -> None:
    """Fetch updates and confirm them to the provider only after they are committed."""
    state = f"{channel.name}.offset"
    offset = int(await asyncio.to_thread(_load, house, state) or 0)
    trouble = await asyncio.to_thread(_load, house, f"{channel.name}.trouble")
    while not stop.is_set():
        try:
            messages, next_offset = await channel.poll(offset)  # type: ignore[attr-defined]  # it says it polls
            await accept_all(house, channel, messages)
            if next_offset != offset:
                await asyncio.to_thread(_save, house, state, str(next_offset))
                offset = next_offset
            trouble = await _remember(house, channel, trouble, "")
        except (SendError, SQLAlchemyError) as error:
            log.warning("%s: polling failed: %s", channel.name, getattr(error, "code", type(error).__name__))
            if isinstance(error, SendError):
                trouble = await _remember(house, channel, trouble, error.code)
            await asyncio.sleep(getattr(error, "after", PAUSE))


async def _remember(house: House, channel: Channel, known: str, trouble: str) -> str:
    """Keep for `doctor` why nothing comes. Two processes that poll with one token can be seen from nowhere else."""
    if trouble != known:
        await asyncio.to_thread(_save, house, f"{channel.name}.trouble", trouble)
    return trouble


def _load(house: House, name: str) -> str:
    with house.store.read() as tx:
        return tx.channel_value(name)


def _save(house: House, name: str, value: str) -> None:
    with house.store.begin() as tx:
        tx.set_channel_value(name, value)
