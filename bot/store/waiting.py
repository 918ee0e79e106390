"""Queries about those who wait too long, and about what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.schema import conversations, deliveries, inbox, outbox
from bot.store.base import Queries, now

#: Turns nobody could answer. What was emptied since then has nothing left to answer.
GIVEN_UP = (inbox.c.status == "failed") & (inbox.c.kind != "ignored")


class WaitingQueries(Queries):
    # --- who waits too long ----------------------------------------------------------------------------------------

    def late_conversations(self, before: datetime, limit: int) -> list[str]:
        """Who has waited since `before` and was not told, the longest first. An alarm was answered at arrival."""
        first = func.min(inbox.c.received_at)
        statement = (
            select(inbox.c.conversation_id)
            .join(conversations, conversations.c.id == inbox.c.conversation_id)
            .where(inbox.c.status == "waiting")
            .where(conversations.c.told_late_at.is_(None), conversations.c.holder == "")
            .group_by(inbox.c.conversation_id)
            .having(first <= before)
            .having(func.sum(case((inbox.c.alarm != "", 1), else_=0)) == 0)
            .order_by(first)
            .limit(limit)
        )
        return [row.conversation_id for row in self.connection.execute(statement)]

    def mark_told_late(self, conversation_id: str) -> bool:
        """True when they still wait and were not told since their wait began."""
        untold = (conversations.c.id == conversation_id) & conversations.c.told_late_at.is_(None)
        if self.connection.execute(update(conversations).where(untold).values(told_late_at=now())).rowcount == 0:
            return False
        # looked at now that the row is locked: an answer may have been written in between
        waits = bool(self.connection.execute(select(_waits(conversation_id))).scalar())
        if not waits:
            self._forget_told(conversation_id)
        return waits

    def wait_over(self, conversation_id: str) -> None:
        """Begin a new wait with their next message, if everything they said is answered."""
        this_one = select(conversations.c.told_late_at).where(conversations.c.id == conversation_id)
        told = self.connection.execute(this_one.with_for_update()).scalar()
        if told and not self.connection.execute(select(_waits(conversation_id))).scalar():
            self._forget_told(conversation_id)

    def _forget_told(self, conversation_id: str) -> None:
        this_one = conversations.c.id == conversation_id
        self.connection.execute(update(conversations).where(this_one).values(told_late_at=None))

    def oldest_waiting(self) -> dict[str, datetime | None]:
        """When the oldest thing came that is not answered (`inbox`), or written that is not sent (`outbox`)."""
        unanswered = select(func.min(inbox.c.received_at)).where(inbox.c.status == "waiting")
        unsent = select(func.min(outbox.c.created_at)).where(outbox.c.status.in_(("waiting", "sending")))
        return {
            "inbox": self.connection.execute(unanswered).scalar(),
            "outbox": self.connection.execute(unsent).scalar(),
        }

    # --- what was set aside ----------------------------------------------------------------------------------------

    def failed_counts(self) -> dict[str, dict[str, int]]:
        """How many were given up: `inbox` under "fallo", `outbox` by the code of its error."""
        where = outbox.c.status == "failed"
        rows = self.connection.execute(select(outbox.c.error, func.count()).where(where).group_by(outbox.c.error))
        answers = select(func.count()).select_from(inbox).where(GIVEN_UP)
        given_up = self.connection.execute(answers).scalar_one()
        return {"inbox": {"fallo": given_up} if given_up else {}, "outbox": {row[0]: row[1] for row in rows}}

    def failed_rows(self) -> list[dict[str, Any]]:
        """What was given up, oldest first: id (`E…` came in, `S…` goes out), conversation_id, channel, at, error."""
        came = select(inbox.c.id, inbox.c.conversation_id, inbox.c.channel, inbox.c.received_at.label("at"))
        rows = [
            {**row._mapping, "id": f"E{row.id}", "error": "fallo"}
            for row in self.connection.execute(came.where(GIVEN_UP))
        ]
        goes = select(
            outbox.c.id,
            outbox.c.conversation_id,
            conversations.c.channel,
            outbox.c.created_at.label("at"),
            outbox.c.error,
        ).join(conversations, conversations.c.id == outbox.c.conversation_id)
        rows += [
            {**row._mapping, "id": f"S{row.id}"}
            for row in self.connection.execute(goes.where(outbox.c.status == "failed"))
        ]
        return sorted(rows, key=lambda row: row["at"])

    def requeue_answers(self, ids: Sequence[str]) -> int:
        """Let turns that were set aside be tried again. Returns how many messages that were."""
        where = inbox.c.id.in_(ids) & GIVEN_UP
        again = {"status": "waiting", "attempts": 0, "next_try_at": now(), "done_at": None}
        return self.connection.execute(update(inbox).where(where).values(**again)).rowcount

    def requeue_sendings(self, ids: Sequence[int]) -> int:
        """Let messages that were given up be sent, from the part on that did not go out."""
        failed = (deliveries.c.outbox_id.in_(ids)) & (deliveries.c.status == "failed")
        self.connection.execute(update(deliveries).where(failed).values(outbox_id=None))
        where = outbox.c.id.in_(ids) & (outbox.c.status == "failed")
        again = {"status": "waiting", "attempts": 0, "next_try_at": now(), "error": ""}
        return self.connection.execute(update(outbox).where(where).values(**again)).rowcount


def _waits(conversation_id: str) -> ColumnElement[bool]:
    return exists().where((inbox.c.conversation_id == conversation_id) & (inbox.c.status == "waiting"))
