"""Send what was written, in order, once. Retry what `errors` calls retryable, give up loudly on the rest.

A row of the bot whose epoch is older than the conversation's is dropped: someone took over. That is asked again at the
last moment before each part: what was claimed before a takeover is either with the provider by the time the takeover is
done (bot/desk.py waits for it), or it never goes.
Where a channel lets us write only for some time after the person did, what comes later is held: the person is invited
to write, once, and everything held goes out in order when they do.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.channels.base import Channel, split
from bot.errors import RecipientGone, SendError, Throttled, WindowClosed
from bot.model import Delivery, Outgoing
from bot.store import Store, Tx
from bot.store.base import now
from bot.texts import Texts

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


class TakenOver(Exception):
    """Somebody of the team took the conversation while this was about to go."""


def outcome_of(error: SendError, attempts: int) -> Outcome:
    """What becomes of a row whose sending failed for the `attempts`-th time."""
    if not error.retry or attempts >= MAX_ATTEMPTS:
        return Outcome("failed", error=error.code)
    after = error.after if isinstance(error, Throttled) else min(MAX_WAIT, 2.0**attempts) * random.uniform(0.5, 1.0)
    return Outcome("waiting", after, error.code)


class Outbox:
    def __init__(self, store: Store, channels: Mapping[str, Channel], texts: Texts) -> None:
        self._store, self._channels = store, channels
        self._invitation = replace(texts.reply("utter_continuar"), invitation=True)

    async def send_due(self) -> int:
        """Send every message whose turn it is. Returns how many rows were looked at."""
        rows = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    def note(self, news: Delivery) -> None:
        """Keep what the provider says became of a message; one that failed after all is held or ended."""
        with self._store.begin() as tx:
            row = tx.note_delivery(news)
            if row:
                self._settle(tx, row)

    def _claim(self) -> list[Outgoing]:
        with self._store.read() as tx:
            if not tx.has_due_outbox():
                return []
        with self._store.begin() as tx:
            return tx.claim_outbox(LEASE, BATCH)

    async def _send(self, row: Outgoing) -> None:
        if row.is_the_bots and row.epoch < row.conversation.epoch:
            await asyncio.to_thread(self._end, row, "dropped", "taken_over")
            return
        if row.conversation.closed or row.conversation.channel not in self._channels:
            await asyncio.to_thread(self._end, row, "failed", "channel_closed")
            return
        if row.reply.invitation and not row.conversation.invited:
            await asyncio.to_thread(self._end, row, "dropped", "they_wrote")
            return
        if not (row.reply.invitation or self._window_is_open(row)):
            await asyncio.to_thread(self._hold, row, row.parts_sent)
            return
        try:
            provider_id = await self._send_parts(row)
        except TakenOver:
            await asyncio.to_thread(self._end, row, "dropped", "taken_over")
        except SendError as error:
            await asyncio.to_thread(self._failed, row, error)
        else:
            await asyncio.to_thread(self._sent, row, provider_id)

    def _window_is_open(self, row: Outgoing) -> bool:
        window = self._channels[row.conversation.channel].limits.window
        since = (now() - row.conversation.last_inbound_at).total_seconds()
        return not window or (since < window and not row.conversation.invited)

    async def _send_parts(self, row: Outgoing) -> str:
        channel = self._channels[row.conversation.channel]
        provider_id = ""
        for number, part in enumerate(split(row.reply, channel.limits), start=1):
            if number <= row.parts_sent:
                continue
            if row.is_the_bots and not await asyncio.to_thread(self._may_still_go, row):
                raise TakenOver
            provider_id = await channel.send(row.conversation.address, part, f"{row.conversation.id}.{row.seq}")
            await asyncio.to_thread(self._part_sent, row, number, provider_id if channel.limits.reports else "")
        return provider_id

    def _may_still_go(self, row: Outgoing) -> bool:
        with self._store.read() as tx:
            return tx.is_current(row.conversation.id, row.epoch)

    def _part_sent(self, row: Outgoing, number: int, provider_id: str) -> None:
        with self._store.begin() as tx:
            tx.outbox_part_sent(row.id, number, row.conversation.channel, provider_id)

    def _sent(self, row: Outgoing, provider_id: str) -> None:
        with self._store.begin() as tx:
            tx.outbox_sent(row.id, provider_id)
            self._settle(tx, row)

    def _settle(self, tx: Tx, row: Outgoing) -> None:
        """Undo "sent" if the provider said that a part failed; it may have said so before our call returned."""
        failed = tx.failed_part(row.id)
        if failed is None:
            return
        part, error = failed
        log.warning("outbox row %d: part %d failed afterwards: %s", row.id, part, error)
        if error == WindowClosed.code and not row.reply.invitation:
            self._hold_in(tx, row, part - 1)
            return
        if error == RecipientGone.code:
            tx.close_channel(row.conversation.id)
        tx.outbox_ended(row.id, "failed", error)

    def _hold(self, row: Outgoing, parts_sent: int) -> None:
        with self._store.begin() as tx:
            self._hold_in(tx, row, parts_sent)

    def _hold_in(self, tx: Tx, row: Outgoing, parts_sent: int) -> None:
        """Keep the message until the person writes, and invite them to, once."""
        held = tx.outbox_hold(row, parts_sent)
        log.info(
            "outbox row %d: %s", row.id, "held until the person writes" if held else "they just wrote, it goes now"
        )
        if held and tx.invite(row.conversation.id):
            tx.add_reply(row.conversation, self._invitation, author="system")

    def _end(self, row: Outgoing, status: str, error: str) -> None:
        with self._store.begin() as tx:
            tx.outbox_ended(row.id, status, error)

    def _failed(self, row: Outgoing, error: SendError) -> None:
        if isinstance(error, WindowClosed) and not row.reply.invitation:
            with self._store.begin() as tx:
                self._hold_in(tx, row, tx.parts_sent(row.id))
            return
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
