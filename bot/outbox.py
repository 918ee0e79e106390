"""Send what was written, in order, once. Retry what `errors` calls retryable, give up loudly on the rest.

A row of the bot whose epoch is older than the conversation's is dropped: someone took over.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.base import Channel, split
from bot.errors import RecipientGone, SendError, Throttled
from bot.model import Outgoing
from bot.store import Store

log = logging.getLogger(__name__)

#: Seconds after which a row claimed by a sender that died is claimed again.
LEASE = 60.0
BATCH = 50
MAX_ATTEMPTS = 12
MAX_WAIT = 900.0


@dataclass(frozen=True)
class Outcome:
    """status of the row now; after: seconds to the next try when it is `waiting`."""

    status: str
    after: float = 0.0
    error: str = ""


def outcome_of(error: SendError, attempts: int) -> Outcome:
    """What becomes of a row whose sending failed for the `attempts`-th time."""
    if not error.retry or attempts >= MAX_ATTEMPTS:
        return Outcome("failed", error=error.code)
    after = error.after if isinstance(error, Throttled) else min(MAX_WAIT, 2.0**attempts) * random.uniform(0.5, 1.0)
    return Outcome("waiting", after, error.code)


class Outbox:
    def __init__(self, store: Store, channels: Mapping[str, Channel]) -> None:
        self._store, self._channels = store, channels

    async def send_due(self) -> int:
        """Send every message whose turn it is. Returns how many rows were looked at."""
        rows = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    def _claim(self) -> list[Outgoing]:
        with self._store.begin() as tx:
            return tx.claim_outbox(LEASE, BATCH)

    async def _send(self, row: Outgoing) -> None:
        if row.author == "bot" and row.epoch < row.conversation.epoch:
            await asyncio.to_thread(self._end, row, "dropped", "taken_over")
            return
        if row.conversation.closed or row.conversation.channel not in self._channels:
            await asyncio.to_thread(self._end, row, "failed", "channel_closed")
            return
        try:
            provider_id = await self._send_parts(row)
        except SendError as error:
            await asyncio.to_thread(self._failed, row, error)
        else:
            await asyncio.to_thread(self._sent, row, provider_id)

    async def _send_parts(self, row: Outgoing) -> str:
        channel = self._channels[row.conversation.channel]
        provider_id = ""
        for number, part in enumerate(split(row.reply, channel.limits), start=1):
            if number <= row.parts_sent:
                continue
            provider_id = await channel.send(row.conversation.address, part, f"{row.conversation.id}.{row.seq}")
            await asyncio.to_thread(self._part_sent, row, number)
        return provider_id

    def _part_sent(self, row: Outgoing, number: int) -> None:
        with self._store.begin() as tx:
            tx.outbox_part_sent(row.id, number)

    def _sent(self, row: Outgoing, provider_id: str) -> None:
        with self._store.begin() as tx:
            tx.outbox_sent(row.id, provider_id)

    def _end(self, row: Outgoing, status: str, error: str) -> None:
        with self._store.begin() as tx:
            tx.outbox_ended(row.id, status, error)

    def _failed(self, row: Outgoing, error: SendError) -> None:
        attempts = row.attempts + 1
        outcome = outcome_of(error, attempts)
        log.warning("outbox row %d: %s, attempt %d, %s", row.id, error.code, attempts, outcome.status)
        with self._store.begin() as tx:
            if isinstance(error, RecipientGone):
                tx.close_channel(row.conversation.id)
            if outcome.status == "waiting":
                tx.outbox_retry(row.id, outcome.after, attempts, outcome.error)
            else:
                tx.outbox_ended(row.id, "failed", outcome.error)
