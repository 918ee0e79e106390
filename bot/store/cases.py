"""Queries about drafts and filed complaints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.privacy import Vault
from bot.schema import case_events, cases, drafts
from bot.store.base import Queries, now


class CaseQueries(Queries):
    def draft(self, conversation_id: str) -> dict[str, Any] | None:
        """The unfinished complaint of a conversation, opened, with `consent_at`."""
        row = self.connection.execute(select(drafts).where(drafts.c.conversation_id == conversation_id)).first()
        if row is None:
            return None
        return {**self.opener(conversation_id).open_json(row.body_sealed), "consent_at": row.consent_at}

    def put_draft(self, conversation_id: str, body: dict[str, Any], consent_at: datetime | None) -> None:
        values = {
            "body_sealed": self.box(conversation_id).seal_json(body),
            "consent_at": consent_at,
            "updated_at": now(),
            "warned_at": None,
        }
        if not self.insert_once(drafts, conversation_id=conversation_id, **values):
            self.connection.execute(update(drafts).where(drafts.c.conversation_id == conversation_id).values(**values))

    def drop_draft(self, conversation_id: str) -> None:
        self.connection.execute(delete(drafts).where(drafts.c.conversation_id == conversation_id))

    def old_drafts(self, before: datetime, consented: bool) -> list[str]:
        """Conversations whose draft was not touched since `before`."""
        consent = drafts.c.consent_at.is_not(None) if consented else drafts.c.consent_at.is_(None)
        found = self.connection.execute(select(drafts.c.conversation_id).where(consent, drafts.c.updated_at < before))
        return [row.conversation_id for row in found]

    def drafts_to_warn(self, before: datetime) -> list[str]:
        """Conversations whose draft was not touched since `before`, and whose end was not announced."""
        old = drafts.c.consent_at.is_not(None) & (drafts.c.updated_at < before) & drafts.c.warned_at.is_(None)
        return list(self.connection.execute(select(drafts.c.conversation_id).where(old)).scalars())

    def draft_warned(self, conversation_id: str) -> None:
        this_one = drafts.c.conversation_id == conversation_id
        self.connection.execute(update(drafts).where(this_one).values(warned_at=now()))

    def add_case(self, facts: dict[str, Any], **columns: Any) -> bool:
        """File a complaint. False when the same turn has filed one before, or the folio is taken."""
        sealed = self.box(columns["conversation_id"]).seal_json(facts)
        return self.insert_once(cases, facts_sealed=sealed, **columns)

    def case_of_turn(self, turn_id: str) -> dict[str, Any] | None:
        return self._one_case(cases.c.turn_id == turn_id)

    def case_by_folio(self, folio: str) -> dict[str, Any] | None:
        return self._one_case(cases.c.folio == folio)

    def case_by_receipt(self, receipt_id: str) -> dict[str, Any] | None:
        return self._one_case(cases.c.receipt_id == receipt_id)

    def cases_of(self, conversation_id: str) -> list[dict[str, Any]]:
        rows = self.connection.execute(
            select(cases).where(cases.c.conversation_id == conversation_id).order_by(cases.c.created_at)
        )
        return [self._case(row) for row in rows]

    def all_cases(self) -> list[dict[str, Any]]:
        rows = self.connection.execute(select(cases).order_by(cases.c.created_at, cases.c.id))
        return [self._case(row) for row in rows]

    def set_status(self, case_id: str, status: str) -> None:
        self.connection.execute(update(cases).where(cases.c.id == case_id).values(status=status))

    def set_notify(self, case_id: str, wanted: bool) -> None:
        self.connection.execute(update(cases).where(cases.c.id == case_id).values(notify=wanted))

    def set_facts(self, case_id: str, facts: dict[str, Any], violations: str) -> None:
        self.connection.execute(
            update(cases)
            .where(cases.c.id == case_id)
            .values(facts_sealed=self._case_box(case_id).seal_json(facts), violations=violations)
        )

    def add_event(self, case_id: str, detail: dict[str, Any], **columns: Any) -> None:
        sealed = self._case_box(case_id).seal_json(detail)
        self.connection.execute(insert(case_events).values(case_id=case_id, detail_sealed=sealed, **columns))

    def events(self, case_id: str) -> list[dict[str, Any]]:
        rows = self.connection.execute(
            select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.seq)
        )
        opener = self.opener(self._owner(case_id))
        return [self._event(row, opener) for row in rows]

    def case_count(self) -> int:
        return self.connection.execute(select(func.count()).select_from(cases)).scalar_one()

    def _case_box(self, case_id: str) -> Vault:
        return self.box(self._owner(case_id))

    def _owner(self, case_id: str) -> str:
        owner = select(cases.c.conversation_id).where(cases.c.id == case_id)
        return self.connection.execute(owner).scalar_one()

    def _one_case(self, where: Any) -> dict[str, Any] | None:
        row = self.connection.execute(select(cases).where(where)).first()
        return self._case(row) if row else None

    def _event(self, row: Any, opener: Vault) -> dict[str, Any]:
        plain = {name: row._mapping[name] for name in ("seq", "at", "kind", "prev_hash", "hash")}
        return {**plain, "detail": opener.open_json(row.detail_sealed)}

    def _case(self, row: Any) -> dict[str, Any]:
        columns = {k: v for k, v in row._mapping.items() if k != "facts_sealed"}
        return {**columns, "facts": self.opener(row.conversation_id).open_json(row.facts_sealed)}
