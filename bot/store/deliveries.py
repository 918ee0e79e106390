"""Queries about what became of a message that went out, and about those that wait until the person writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from bot.model import Delivery, Outgoing
from bot.schema import conversations, deliveries, outbox
from bot.store.base import now
from bot.store.messages import MessageQueries

#: What a provider may say of a message, each more than those before it; they come in any order.
STATUSES = ("", "sent", "failed", "delivered", "read", "deleted")


class DeliveryQueries(MessageQueries):
    def outbox_part_sent(self, id_: int, part: int, channel: str = "", provider_id: str = "") -> None:
        """Part number `part` is with the provider. provider_id: empty when nothing more will be heard of it."""
        if provider_id:
            self._delivery(channel, provider_id, outbox_id=id_, part=part)
        self._outbox(id_, parts_sent=part)

    def note_delivery(self, news: Delivery) -> Outgoing | None:
        """Keep what the provider says, in whatever order it says it. Returns the message it is about, if it is out."""
        self._delivery(news.channel, news.provider_id)
        lower = STATUSES[: STATUSES.index(news.status)]
        self.connection.execute(
            update(deliveries)
            .where(self._is_delivery(news.channel, news.provider_id), deliveries.c.status.in_(lower))
            .values(status=news.status, error=news.error[:32], changed_at=now())
        )
        # locked whatever its status, or a sender that is just finishing and we would each miss what the other writes
        row = self.connection.execute(
            select(outbox)
            .join(deliveries, deliveries.c.outbox_id == outbox.c.id)
            .where(self._is_delivery(news.channel, news.provider_id))
            .with_for_update(of=outbox)
        ).first()
        return self._outgoing(row) if row and row.status == "sent" else None

    def failed_part(self, outbox_id: int) -> tuple[int, str] | None:
        """Number and error of the first part of which the provider said afterwards that it failed."""
        failed = (deliveries.c.outbox_id == outbox_id) & (deliveries.c.status == "failed")
        row = self.connection.execute(select(deliveries).where(failed).order_by(deliveries.c.part)).first()
        return (row.part, row.error) if row else None

    def outbox_hold(self, row: Outgoing, parts_sent: int) -> bool:
        """Keep a message from part `parts_sent` on until the person writes. False when they just did: it goes now."""
        this_one = conversations.c.id == row.conversation.id
        current = self.connection.execute(select(conversations).where(this_one).with_for_update()).one()
        accepted_it = row.conversation.invited and current.invited_at is None
        held = current.last_inbound_at <= row.conversation.last_inbound_at and not accepted_it
        self._outbox(
            row.id,
            status="held" if held else "waiting",
            parts_sent=parts_sent,
            next_try_at=now(),
            error="window_closed" if held else "",
        )
        # what the provider said of earlier tries is not about the next one
        failed = (deliveries.c.outbox_id == row.id) & (deliveries.c.status == "failed")
        self.connection.execute(update(deliveries).where(failed).values(outbox_id=None))
        return held

    def held_count(self) -> int:
        return self.connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.status == "held")
        ).scalar_one()

    def _delivery(self, channel: str, provider_id: str, **values: Any) -> None:
        key = provider_id[:128]
        self.insert_once(deliveries, channel=channel, provider_id=key, changed_at=now())
        if values:
            self.connection.execute(update(deliveries).where(self._is_delivery(channel, key)).values(**values))

    def _is_delivery(self, channel: str, provider_id: str) -> Any:
        return (deliveries.c.channel == channel) & (deliveries.c.provider_id == provider_id[:128])
