"""Queries about the ready answers that staff wrote, or changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from bot.schema import ready_answers
from bot.store.base import Queries, now


@dataclass(frozen=True)
class KeptAnswer:
    """id: the name of a response of domain.yml that it replaces, or an id of its own. version: rises at each change."""

    id: str
    title: str
    text: str
    version: int
    deleted: bool


class ReadyAnswerQueries(Queries):
    def ready_answers(self) -> list[KeptAnswer]:
        columns = (getattr(ready_answers.c, name) for name in ("id", "title", "text", "version", "deleted"))
        rows = self.connection.execute(select(*columns).order_by(ready_answers.c.title))
        return [KeptAnswer(**row._mapping) for row in rows]

    def put_ready_answer(self, answer: KeptAnswer, staff_id: str, seen: int) -> bool:
        """Keep it as `version` seen + 1. seen: 0 when nothing was kept of it. False when somebody changed it meanwhile."""
        values = {
            "title": answer.title,
            "text": answer.text,
            "deleted": answer.deleted,
            "version": seen + 1,
            "changed_by": staff_id,
            "changed_at": now(),
        }
        if not seen:
            return self.insert_once(ready_answers, id=answer.id, **values)
        this_one = (ready_answers.c.id == answer.id) & (ready_answers.c.version == seen)
        return self.connection.execute(update(ready_answers).where(this_one).values(**values)).rowcount == 1

    def drop_ready_answer(self, id_: str, seen: int) -> bool:
        """Keep nothing of it. False when somebody changed it meanwhile."""
        this_one = (ready_answers.c.id == id_) & (ready_answers.c.version == seen)
        return self.connection.execute(delete(ready_answers).where(this_one)).rowcount == 1
