"""Queries about complaints made in public that staff handed in with a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from ulid import ULID

from bot.schema import cases, referrals, staff
from bot.store.base import Queries, now


@dataclass(frozen=True)
class Referral:
    """origin: the network it was said on. handle, said, agency, notes: empty once they were deleted.

    folio, status: of the complaint that came of it.
    """

    id: str
    code: str
    by: str
    origin: str
    created_at: datetime
    opened_at: datetime | None
    conversation_id: str
    folio: str
    status: str
    handle: str = ""
    said: str = ""
    agency: str = ""
    notes: str = ""


class ReferralQueries(Queries):
    def add_referral(self, code: str, staff_id: str, origin: str, body: dict[str, str]) -> str:
        id_ = str(ULID())
        self.connection.execute(
            insert(referrals).values(
                id=id_,
                code=code,
                staff_id=staff_id,
                origin=origin,
                body_sealed=self.vault.seal_json(body),
                created_at=now(),
            )
        )
        return id_

    def referral(self, id_: str) -> Referral | None:
        return self._one_referral(referrals.c.id == id_)

    def referral_by_code(self, code: str) -> Referral | None:
        return self._one_referral(referrals.c.code == code)

    def referral_of(self, conversation_id: str) -> Referral | None:
        """The latest one that was opened in this conversation."""
        return self._one_referral(referrals.c.conversation_id == conversation_id)

    def referrals(self, limit: int) -> list[Referral]:
        """Newest first."""
        rows = self.connection.execute(self._referrals().order_by(referrals.c.created_at.desc()).limit(limit))
        return [self._referral(row) for row in rows]

    def referral_counts(self) -> dict[str, int]:
        filed = referrals.c.case_id.is_not(None)
        statement = select(func.count(), func.count(referrals.c.opened_at), func.count().filter(filed))
        made, opened, done = self.connection.execute(statement.select_from(referrals)).one()
        return {"hechas": made, "abiertas": opened, "quejas": done}

    def open_referral(self, code: str, conversation_id: str) -> bool:
        """Tie it to the conversation that opens it. False when another one did before."""
        free = (referrals.c.code == code) & referrals.c.conversation_id.is_(None)
        values = {"conversation_id": conversation_id, "opened_at": now()}
        return self.connection.execute(update(referrals).where(free).values(**values)).rowcount == 1

    def close_referral(self, conversation_id: str, case_id: str) -> None:
        """The complaint that came of what was opened in this conversation."""
        pending = (referrals.c.conversation_id == conversation_id) & referrals.c.case_id.is_(None)
        self.connection.execute(update(referrals).where(pending).values(case_id=case_id))

    def _referrals(self) -> Any:
        return (
            select(referrals, staff.c.name, cases.c.folio, cases.c.status)
            .outerjoin(staff, staff.c.id == referrals.c.staff_id)
            .outerjoin(cases, cases.c.id == referrals.c.case_id)
        )

    def _one_referral(self, where: Any) -> Referral | None:
        row = self.connection.execute(self._referrals().where(where).order_by(referrals.c.id.desc())).first()
        return self._referral(row) if row else None

    def _referral(self, row: Any) -> Referral:
        return Referral(
            id=row.id,
            code=row.code,
            by=row.name or "",
            origin=row.origin,
            created_at=row.created_at,
            opened_at=row.opened_at,
            conversation_id=row.conversation_id or "",
            folio=row.folio or "",
            status=row.status or "",
            **self.vault.open_json(row.body_sealed),
        )
