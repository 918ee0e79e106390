"""Queries of the trainers' workbench: doubtful messages and their labels, changes of examples, released models."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from ulid import ULID

from bot.schema import (
    channel_state,
    conversations,
    example_changes,
    inbox,
    model_releases,
    outbox,
    review_labels,
    reviews,
)
from bot.store.base import Queries, now

#: Until when workers begin no turn, because Rasa changes its model.
HOLD = "rasa_hold"


class WorkbenchQueries(Queries):
    # --- doubtful messages -------------------------------------------------------------------------------------------

    def add_review(self, turn_id: str, conversation_id: str, text: str, **values: Any) -> bool:
        """Note a message for review. values: intent, confidence, reason, marked_by. False when it was noted before."""
        return self.insert_once(
            reviews,
            turn_id=turn_id,
            conversation_id=conversation_id,
            text_sealed=self.vault.seal_json(text),
            created_at=now(),
            status="open",
            **values,
        )

    def set_review(self, turn_id: str, **values: Any) -> bool:
        """Change status, reason or marked_by. False when there is no such review."""
        return (
            self.connection.execute(update(reviews).where(reviews.c.turn_id == turn_id).values(**values)).rowcount == 1
        )

    def reviews(self, status: str, limit: int) -> list[dict[str, Any]]:
        """Reviews of a status, opened, newest first."""
        statement = select(reviews).where(reviews.c.status == status).order_by(reviews.c.created_at.desc()).limit(limit)
        return [self._review(row) for row in self.connection.execute(statement)]

    def review(self, turn_id: str) -> dict[str, Any] | None:
        row = self.connection.execute(select(reviews).where(reviews.c.turn_id == turn_id)).first()
        return self._review(row) if row else None

    def marked_turns(self, conversation_id: str) -> set[str]:
        """Turns of which somebody of the team says that they were not understood, and that wait for a label."""
        statement = select(reviews.c.turn_id).where(reviews.c.conversation_id == conversation_id)
        statement = statement.where(reviews.c.marked_by != "", reviews.c.status == "open")
        return set(self.connection.execute(statement).scalars())

    def turn_before(self, conversation_id: str, turn_id: str) -> tuple[str, str] | None:
        """Id and text of the turn of a conversation that was answered before this one."""
        first = select(inbox.c.received_at).where(inbox.c.turn_id == turn_id).order_by(inbox.c.received_at).limit(1)
        statement = (
            select(inbox.c.turn_id)
            .where(inbox.c.conversation_id == conversation_id, inbox.c.turn_id != turn_id, inbox.c.turn_id != "")
            .where(inbox.c.kind != "ignored", inbox.c.received_at <= first.scalar_subquery())
            .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
        )
        row = self.connection.execute(statement.limit(1)).first()
        return (row.turn_id, self.turn_text(row.turn_id)) if row else None

    def turn_text(self, turn_id: str) -> str:
        """What the person typed in a turn; empty when it was a tap."""
        rows = self.connection.execute(
            select(inbox.c.body_sealed)
            .where(inbox.c.turn_id == turn_id, inbox.c.kind.in_(("text", "file", "edit")))
            .order_by(inbox.c.received_at, inbox.c.id)
        )
        texts = (self.vault.open_json(row.body_sealed)["text"] for row in rows)
        return "\n".join(text for text in texts if text)

    def turn_conversation(self, turn_id: str) -> str:
        row = self.connection.execute(select(inbox.c.conversation_id).where(inbox.c.turn_id == turn_id)).first()
        return row.conversation_id if row else ""

    def replies_of(self, turn_id: str) -> list[str]:
        """What the bot answered in a turn."""
        statement = select(outbox.c.body_sealed).where(outbox.c.turn_id == turn_id).order_by(outbox.c.seq)
        return [self.vault.open_json(row.body_sealed)["text"] for row in self.connection.execute(statement)]

    def said_after(self, conversation_id: str, turn_id: str) -> str:
        """What the person wrote next."""
        last = select(inbox.c.received_at).where(inbox.c.turn_id == turn_id).order_by(inbox.c.received_at.desc())
        statement = (
            select(inbox.c.body_sealed)
            .where(inbox.c.conversation_id == conversation_id, inbox.c.turn_id != turn_id, inbox.c.kind != "ignored")
            .where(inbox.c.received_at > last.limit(1).scalar_subquery())
            .order_by(inbox.c.received_at, inbox.c.id)
        )
        row = self.connection.execute(statement.limit(1)).first()
        return self.vault.open_json(row.body_sealed)["text"] if row else ""

    def texts_since(self, moment: datetime, limit: int) -> list[tuple[str, str]]:
        """(conversation, text) of what people typed since then, newest first."""
        statement = (
            select(inbox.c.conversation_id, inbox.c.body_sealed)
            .where(inbox.c.received_at >= moment, inbox.c.kind == "text", inbox.c.status == "done")
            .order_by(inbox.c.received_at.desc())
            .limit(limit)
        )
        rows = self.connection.execute(statement)
        return [(row.conversation_id, self.vault.open_json(row.body_sealed)["text"]) for row in rows]

    def _review(self, row: Any) -> dict[str, Any]:
        found = {**row._mapping, "text": self.vault.open_json(row.text_sealed)}
        del found["text_sealed"]
        return found

    # --- labels ------------------------------------------------------------------------------------------------------

    def add_label(self, group_id: str, turn_id: str, **values: Any) -> str:
        """values: author, verdict, intent, also, blind, example_key."""
        id_ = str(ULID())
        also = json.dumps(list(values.pop("also", ())))
        row = {"id": id_, "group_id": group_id, "turn_id": turn_id, "at": now(), "also": also, **values}
        self.connection.execute(insert(review_labels).values(**row))
        return id_

    def labels(self, **where: Any) -> list[dict[str, Any]]:
        """Labels that stand, oldest first. where: columns and their values."""
        statement = select(review_labels).where(review_labels.c.undone_at.is_(None)).order_by(review_labels.c.id)
        for name, value in where.items():
            statement = statement.where(review_labels.c[name] == value)
        rows = self.connection.execute(statement)
        return [{**row._mapping, "also": tuple(json.loads(row.also))} for row in rows]

    def undo_labels(self, group_id: str) -> None:
        these = (review_labels.c.group_id == group_id) & review_labels.c.undone_at.is_(None)
        self.connection.execute(update(review_labels).where(these).values(undone_at=now()))

    # --- examples ----------------------------------------------------------------------------------------------------

    def add_example_change(self, author: str, reason: str, action: str, intent: str, before: str, after: str) -> None:
        self.connection.execute(
            insert(example_changes).values(
                id=str(ULID()),
                at=now(),
                author=author[:120],
                reason=reason[:300],
                action=action,
                intent=intent,
                before=before,
                after=after,
            )
        )

    def example_changes(self, limit: int, since: datetime | None = None) -> list[dict[str, Any]]:
        """Newest first."""
        statement = select(example_changes).order_by(example_changes.c.id.desc()).limit(limit)
        if since:
            statement = statement.where(example_changes.c.at > since)
        return [dict(row._mapping) for row in self.connection.execute(statement)]

    # --- models ------------------------------------------------------------------------------------------------------

    def add_release(self, **values: Any) -> None:
        """values: author, reason, kind, model, previous, overridden, effect."""
        effect = json.dumps(values.pop("effect", {}), ensure_ascii=False)
        self.connection.execute(insert(model_releases).values(id=str(ULID()), at=now(), effect=effect, **values))

    def releases(self, limit: int = 50) -> list[dict[str, Any]]:
        """What was published and taken back, newest first."""
        statement = select(model_releases).order_by(model_releases.c.id.desc()).limit(limit)
        rows = self.connection.execute(statement)
        return [{**row._mapping, "effect": json.loads(row.effect or "{}")} for row in rows]

    def is_held(self, until_committed: bool = False) -> bool:
        """Rasa is changing its model: no turn should begin now.

        until_committed: whoever wants to hold waits for this transaction, and then sees what it leased.
        """
        statement = select(channel_state.c.value).where(channel_state.c.name == HOLD)
        if until_committed and self.connection.dialect.name == "postgresql":
            statement = statement.with_for_update(read=True)
        until = self.connection.execute(statement).scalar()
        return bool(until) and datetime.fromisoformat(until) > now()

    def leased_count(self) -> int:
        """Conversations in which a turn runs."""
        running = conversations.c.lease_until > now()
        return self.connection.execute(select(func.count()).select_from(conversations).where(running)).scalar_one()
