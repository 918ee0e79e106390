"""Send what was written, in order, once. Retry what `errors` calls retryable, give up loudly on the rest.

Each sending runs by itself: one that is slow holds back only what comes after it in its own conversation, and channels
have room of their own. Danger and despair have places that nothing else takes. Where a provider counts what a bot sends
in a second, one worker sends all but danger, and the next takes over when it no longer does.
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
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.channels.base import Channel, split
from bot.errors import RecipientGone, SendError, Throttled, WindowClosed
from bot.model import Delivery, Outgoing
from bot.scribe import Scribe
from bot.store import Store, Tx
from bot.store.base import now
from bot.texts import Texts

log = logging.getLogger(__name__)

#: Sendings of one channel at the same time, and those of danger and despair that may come on top. What is with the
#: provider when we are killed is sent again, so there are no more than keep up with a provider's own limits.
CONCURRENT, CONCURRENT_URGENT = 8, 8
#: Seconds after which danger that a killed sender had in its hands is sent by another: once too often harms nobody.
URGENT_LEASE = 3.0
#: Seconds in which nobody else sends on a paced channel, from the last time that the one who does took something.
SENDER_LEASE = 3.0
#: Seconds until danger that was told to wait is tried again: others make room for it meanwhile.
URGENT_AGAIN = 0.25
#: Tries of a message that the provider does not take because it is down: about a day.
MAX_ATTEMPTS = 100
#: Seconds of the first wait and of the longest, for what may work at any moment.
FIRST_WAIT, LONGEST_WAIT = 2.0, 900.0


@dataclass(frozen=True)
class Outcome:
    """status of the row now; after: seconds to the next try when it is `waiting`; attempts: those that count."""

    status: str
    attempts: int
    after: float = 0.0
    error: str = ""


class TakenOver(Exception):
    """Somebody of the team took the conversation while this was about to go."""


def outcome_of(error: SendError, attempts: int, urgent: bool = False) -> Outcome:
    """What becomes of a row whose sending failed after `attempts` failures that counted."""
    if isinstance(error, Throttled):  # we were too fast: that says nothing against the message
        if urgent:
            return Outcome("waiting", attempts, min(error.after, URGENT_AGAIN), error.code)
        return Outcome("waiting", attempts, error.after + random.uniform(0.0, 1.0), error.code)
    attempts += 1
    if not error.retry or attempts >= MAX_ATTEMPTS:
        return Outcome("failed", attempts, error=error.code)
    after = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 20)) * random.uniform(0.5, 1.0)
    return Outcome("waiting", attempts, after, error.code)


class Outbox:
    def __init__(self, store: Store, channels: Mapping[str, Channel], texts: Texts, lease: float) -> None:
        self._store, self._channels, self._lease, self._scribe = store, channels, lease, Scribe(store)
        self._name = secrets.token_hex(8)
        self._invitation = replace(texts.reply("utter_continuar"), invitation=True)
        self._running: dict[int, tuple[Outgoing, asyncio.Task]] = {}

    async def start_due(self, when_done: Callable[[], object] = lambda: None) -> int:
        """Begin to send every message whose turn it is, as far as there is room. Returns how many were begun.

        when_done: called after each, as the next one of its conversation is due then.
        """
        busy = Counter((row.conversation.channel, row.urgent) for row, _ in self._running.values())
        rows = [row for row in await asyncio.to_thread(self._claim, busy) if row.id not in self._running]
        for row in rows:
            task = asyncio.create_task(self._send_claimed(row, when_done))
            self._running[row.id] = row, task
        return len(rows)

    async def finish(self) -> None:
        """Wait for the sendings that were begun."""
        await asyncio.gather(*(task for _, task in self._running.values()))

    async def send_due(self) -> int:
        """Send every message whose turn it is, and wait for it."""
        begun = await self.start_due()
        await self.finish()
        return begun

    async def keep_claims(self) -> None:
        """Let nobody else take what is being sent. To be called several times within a lease."""
        if self._running:
            await asyncio.to_thread(self._keep_claims, [row for row, _ in self._running.values()])
        await asyncio.sleep(min(URGENT_LEASE, self._lease) / 4)

    def note(self, news: Delivery) -> None:
        """Keep what the provider says became of a message; one that failed after all is held or ended."""
        with self._store.begin() as tx:
            row = tx.note_delivery(news)
            if row:
                self._settle(tx, row)

    def _claim(self, busy: Counter[tuple[str, bool]]) -> list[Outgoing]:
        with self._store.read() as tx:
            channels, closed = tx.due_channels(), tx.channels_in_danger(URGENT_LEASE)
            closed |= {name for name in channels if self._is_paced(name) and tx.sender(name) not in ("", self._name)}
        lanes = [(channel, True, CONCURRENT_URGENT - busy[channel, True]) for channel in channels]
        # a provider that takes so many a second must have room for danger: the rest waits until that is through
        lanes += [(name, False, CONCURRENT - busy[name, False]) for name in channels if name not in closed]
        lanes = [lane for lane in lanes if lane[2] > 0]
        if not lanes:
            return []
        with self._store.begin() as tx:
            return [
                row
                for channel, urgent, room in lanes
                if urgent or not self._is_paced(channel) or tx.become_sender(channel, self._name, SENDER_LEASE)
                for row in tx.claim_outbox(self._lease_of(urgent), room, channel, urgent)
            ]

    def _is_paced(self, channel: str) -> bool:
        return channel in self._channels and self._channels[channel].limits.paced

    def _keep_claims(self, rows: list[Outgoing]) -> None:
        with self._store.begin() as tx:
            for urgent in (True, False):
                tx.keep_claims([row.id for row in rows if row.urgent == urgent], self._lease_of(urgent))

    def _lease_of(self, urgent: bool) -> float:
        return min(URGENT_LEASE, self._lease) if urgent else self._lease

    async def _send_claimed(self, row: Outgoing, when_done: Callable[[], object]) -> None:
        try:
            await self._send(row)
        except Exception as error:
            # its claim runs out and it is tried again; the message of the error may quote what a person wrote
            log.error("outbox row %d: %s", row.id, type(error).__name__)
        finally:
            del self._running[row.id]
            when_done()

    async def _send(self, row: Outgoing) -> None:
        write = self._scribe.write
        if row.is_the_bots and row.epoch < row.conversation.epoch:
            await write(lambda tx: tx.outbox_ended(row.id, "dropped", "taken_over"))
        elif row.conversation.closed or row.conversation.channel not in self._channels:
            await write(lambda tx: tx.outbox_ended(row.id, "failed", "channel_closed"))
        elif row.reply.invitation and not row.conversation.invited:
            await write(lambda tx: tx.outbox_ended(row.id, "dropped", "they_wrote"))
        elif not (row.reply.invitation or self._window_is_open(row)):
            await write(lambda tx: self._hold(tx, row, row.parts_sent))
        else:
            try:
                await self._send_parts(row)
            except TakenOver:
                await write(lambda tx: tx.outbox_ended(row.id, "dropped", "taken_over"))
            except SendError as error:
                failure = error
                await write(lambda tx: self._failed(tx, row, failure))

    def _window_is_open(self, row: Outgoing) -> bool:
        window = self._channels[row.conversation.channel].limits.window
        since = (now() - row.conversation.last_inbound_at).total_seconds()
        return not window or (since < window and not row.conversation.invited)

    async def _send_parts(self, row: Outgoing) -> None:
        channel = self._channels[row.conversation.channel]
        parts = split(row.reply, channel.limits)
        for number, part in enumerate(parts[row.parts_sent :], start=row.parts_sent + 1):
            if row.is_the_bots and not await asyncio.to_thread(self._may_still_go, row):
                raise TakenOver
            id_ = await channel.send(row.conversation.address, part, f"{row.conversation.id}.{row.seq}")
            reports, is_last = channel.limits.reports, number == len(parts)
            await self._scribe.write(
                partial(self._part_sent, row=row, number=number, id_=id_, reports=reports, is_last=is_last)
            )

    def _may_still_go(self, row: Outgoing) -> bool:
        with self._store.read() as tx:
            return tx.is_current(row.conversation.id, row.epoch)

    def _part_sent(self, tx: Tx, row: Outgoing, number: int, id_: str, reports: bool, is_last: bool) -> None:
        tx.outbox_part_sent(row.id, number, row.conversation.channel, id_ if reports else "")
        if is_last:
            tx.outbox_sent(row.id, id_)
            self._settle(tx, row)

    def _settle(self, tx: Tx, row: Outgoing) -> None:
        """Undo "sent" if the provider said that a part failed; it may have said so before our call returned."""
        failed = tx.failed_part(row.id)
        if failed is None:
            return
        part, error = failed
        log.warning("outbox row %d: part %d failed afterwards: %s", row.id, part, error)
        if error == WindowClosed.code and not row.reply.invitation:
            self._hold(tx, row, part - 1)
            return
        if error == RecipientGone.code:
            tx.close_channel(row.conversation.id)
        tx.outbox_ended(row.id, "failed", error)

    def _hold(self, tx: Tx, row: Outgoing, parts_sent: int) -> None:
        """Keep the message until the person writes, and invite them to, once."""
        held = tx.outbox_hold(row, parts_sent)
        log.info(
            "outbox row %d: %s", row.id, "held until the person writes" if held else "they just wrote, it goes now"
        )
        if held and tx.invite(row.conversation.id):
            tx.add_reply(row.conversation, self._invitation, author="system")

    def _failed(self, tx: Tx, row: Outgoing, error: SendError) -> None:
        if isinstance(error, WindowClosed) and not row.reply.invitation:
            self._hold(tx, row, tx.parts_sent(row.id))
            return
        outcome = outcome_of(error, row.attempts, row.urgent)
        log.warning("outbox row %d: %s, attempt %d, %s", row.id, error.code, outcome.attempts, outcome.status)
        if isinstance(error, RecipientGone):
            tx.close_channel(row.conversation.id)
        if outcome.status == "waiting":
            tx.outbox_retry(row.id, outcome.after, outcome.attempts, outcome.error)
        else:
            tx.outbox_ended(row.id, "failed", outcome.error)
