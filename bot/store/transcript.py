"""Queries about a conversation as staff reads it, and about whether anything in it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.model import Evidence, FileRef, Reply
from bot.schema import (
    audit,
    cases,
    conversations,
    deliveries,
    drafts,
    evidence,
    handoffs,
    inbox,
    notes,
    outbox,
    reviews,
    suggestions,
)
from bot.store.base import Queries
from bot.store.deliveries import STATUSES


@dataclass(frozen=True)
class Line:
    """One thing that was said. author: `person`, `bot`, `staff` or `system`.

    status: for what went out: waiting, sending, sent, delivered, read, held, failed or dropped; error: why it did not.
    alarm: danger heard in it. evidence: files that came with it and were kept.
    turn_id: of what a person said and the bot has read or is reading.
    """

    id: str
    author: str
    at: datetime
    text: str
    status: str = ""
    error: str = ""
    alarm: str = ""
    kind: str = "text"
    buttons: tuple[str, ...] = ()
    attachments: tuple[tuple[str, str], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    lost_files: int = 0
    turn_id: str = ""


class TranscriptQueries(Queries):
    def transcript(self, conversation_id: str, limit: int) -> list[Line]:
        """The latest lines, in order."""
        lines = [*self._heard(conversation_id, limit), *self._said(conversation_id, limit)]
        return sorted(lines, key=lambda line: line.at)[-limit:]

    def _heard(self, conversation_id: str, limit: int) -> list[Line]:
        where = (inbox.c.conversation_id == conversation_id) & (inbox.c.kind != "ignored")
        rows = self.connection.execute(select(inbox).where(where).order_by(inbox.c.id.desc()).limit(limit)).all()
        kept = self._evidence_by_source(conversation_id)
        lines = []
        for row in rows:
            body = self.vault.open_json(row.body_sealed)
            files = tuple(FileRef(**file) for file in body["files"])
            found = tuple(kept[key] for file in files if (key := self.vault.pseudonym(file.source)) in kept)
            lines.append(
                Line(
                    id=row.id,
                    author="person",
                    at=row.received_at,
                    text=body["text"],
                    kind=row.kind,
                    alarm=row.alarm,
                    evidence=found,
                    lost_files=len(files) - len(found),
                    turn_id=row.turn_id,
                )
            )
        return lines

    def _evidence_by_source(self, conversation_id: str) -> dict[str, Evidence]:
        rows = self.connection.execute(select(evidence).where(evidence.c.conversation_id == conversation_id)).all()
        return {row.source_key: self._evidence(row) for row in rows}  # type: ignore[attr-defined]  # of Tx

    def _said(self, conversation_id: str, limit: int) -> list[Line]:
        where = outbox.c.conversation_id == conversation_id
        rows = self.connection.execute(select(outbox).where(where).order_by(outbox.c.seq.desc()).limit(limit)).all()
        after = self._became(conversation_id)
        return [self._line(row, after.get(row.id, "")) for row in rows]

    def _line(self, row: Any, became: str) -> Line:
        reply: Reply = self._reply(row.body_sealed)  # type: ignore[attr-defined]  # of Tx
        return Line(
            id=f"s{row.seq}",
            author=row.author,
            at=row.sent_at or row.created_at,
            text=reply.text,
            status=became if row.status == "sent" and became else row.status,
            error=row.error,
            buttons=tuple(button.title for button in reply.buttons),
            attachments=tuple((file.name, file.url) for file in reply.attachments),
        )

    def _became(self, conversation_id: str) -> dict[int, str]:
        """What the provider said of each message, by its number: of several parts the least."""
        statement = (
            select(deliveries.c.outbox_id, deliveries.c.status)
            .join(outbox, outbox.c.id == deliveries.c.outbox_id)
            .where(outbox.c.conversation_id == conversation_id)
        )
        least: dict[int, str] = {}
        for row in self.connection.execute(statement):
            known = least.get(row.outbox_id, row.status)
            least[row.outbox_id] = min(known, row.status, key=STATUSES.index)
        return least

    def file_of(self, conversation_id: str, evidence_id: str) -> Evidence | None:
        """A file of this conversation, and of no other."""
        where = (evidence.c.conversation_id == conversation_id) & (evidence.c.id == evidence_id)
        row = self.connection.execute(select(evidence).where(where)).first()
        return self._evidence(row) if row else None  # type: ignore[attr-defined]  # of Tx

    # --- has anything changed? -----------------------------------------------------------------------------------------

    def pulse(self) -> str:
        """Changes whenever something happened that a list of conversations shows."""
        statement = select(
            select(func.max(inbox.c.id)).scalar_subquery(),
            select(func.max(outbox.c.id)).scalar_subquery(),
            select(func.max(audit.c.id)).scalar_subquery(),
            select(func.max(handoffs.c.id)).scalar_subquery(),
        )
        return "|".join(str(value) for value in self.connection.execute(statement).one())

    def pulses(self, conversation_ids: list[str]) -> dict[str, str]:
        """For each of these conversations a text that changes whenever something happened in it."""
        beats: dict[str, list[Any]] = {id_: [] for id_ in conversation_ids}
        ids = conversations.c.id.in_(conversation_ids)
        for row in self.connection.execute(
            select(conversations.c.id, conversations.c.epoch, conversations.c.closed, conversations.c.invited_at).where(
                ids
            )
        ):
            beats[row.id].append(tuple(row))
        for statement in self._beats(conversation_ids):
            for row in self.connection.execute(statement):
                beats[row[0]].append(tuple(row[1:]))
        return {id_: repr(found) for id_, found in beats.items()}

    def _beats(self, ids: list[str]) -> list[Any]:
        def latest(table: Any, *columns: Any) -> Any:
            mine = table.c.conversation_id
            return select(mine, *columns).where(mine.in_(ids)).group_by(mine).order_by(mine)

        out = outbox.c.conversation_id
        statuses = select(out, outbox.c.status, func.count()).where(out.in_(ids)).group_by(out, outbox.c.status)
        ticks = (
            select(out, func.max(deliveries.c.changed_at), func.count())
            .join(deliveries, deliveries.c.outbox_id == outbox.c.id)
            .where(out.in_(ids))
            .group_by(out)
        )
        return [
            latest(inbox, func.max(inbox.c.id), func.count(inbox.c.done_at)),
            statuses.order_by(out, outbox.c.status),
            ticks.order_by(out),
            latest(notes, func.max(notes.c.id)),
            latest(suggestions, func.count(), func.count().filter(suggestions.c.status == "open")),
            latest(handoffs, func.max(handoffs.c.id), func.max(handoffs.c.urgency), func.max(handoffs.c.escalated_at)),
            latest(drafts, func.max(drafts.c.updated_at)),
            latest(cases, func.count()),
            latest(evidence, func.count()),
            latest(reviews, func.count().filter(reviews.c.marked_by != "")),
        ]
