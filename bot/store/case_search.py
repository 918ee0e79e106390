"""Queries that find filed complaints: by state, day, and by what is sealed in them (bot/search_terms.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, update
from ulid import ULID

from bot.schema import case_events, case_terms, cases, evidence
from bot.search_terms import VERSION, Term
from bot.store.base import Queries

MEXICO = ZoneInfo("America/Mexico_City")


@dataclass(frozen=True)
class CaseQuery:
    """What is looked for; what is empty does not matter.

    Attributes:
        terms: all of them must be in the complaint.
        since, until: days in Mexico City on which it was filed, both included.
    """

    folio: str = ""
    terms: frozenset[Term] = frozenset()
    status: str = ""
    since: date | None = None
    until: date | None = None


class CaseSearchQueries(Queries):
    def find_cases(self, query: CaseQuery, limit: int, before: str = "") -> list[dict[str, Any]]:
        """Newest first, opened. before: id of a complaint; only older ones are given.

        Ids are ULIDs, which grow with time: one index serves order, days and pages.
        """
        statement = self._matching(select(cases), query).order_by(cases.c.id.desc()).limit(limit)
        if before:
            statement = statement.where(cases.c.id < before)
        return self._open_cases(self.connection.execute(statement).all())

    def count_cases(self, query: CaseQuery) -> int:
        return self.connection.execute(self._matching(select(func.count()).select_from(cases), query)).scalar_one()

    def _matching(self, statement: Any, query: CaseQuery) -> Any:
        for name in ("folio", "status"):
            if wanted := getattr(query, name):
                statement = statement.where(cases.c[name] == wanted)
        if query.since:
            statement = statement.where(cases.c.id >= first_id(query.since))
        if query.until:
            statement = statement.where(cases.c.id < first_id(query.until + timedelta(days=1)))
        for term in query.terms:
            named = case_terms.alias()
            statement = statement.join(named, (named.c.case_id == cases.c.id) & (named.c.term == self.blind(term)))
        return statement

    def case_counts(self, statuses: Iterable[str]) -> dict[str, int]:
        """How many complaints there are in each of these states."""
        these = cases.c.status.in_(list(statuses))
        counted = select(cases.c.status, func.count()).where(these).group_by(cases.c.status)
        return dict(self.connection.execute(counted).all())

    def events_of(self, rows: list[dict[str, Any]], kind: str = "") -> dict[str, list[dict[str, Any]]]:
        """Case id → its events in order, or those of one kind, of complaints that `find_cases` gave."""
        owners = {row["id"]: row["conversation_id"] for row in rows}
        found: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in owners}
        statement = select(case_events).where(case_events.c.case_id.in_(owners)).order_by(case_events.c.seq)
        if kind:
            statement = statement.where(case_events.c.kind == kind)
        for row in self.connection.execute(statement):
            found[row.case_id].append(self._event(row, self.opener(owners[row.case_id])))  # type: ignore[attr-defined]
        return found

    def evidence_counts(self, case_ids: Iterable[str]) -> dict[str, int]:
        counted = (
            select(evidence.c.case_id, func.count())
            .where(evidence.c.case_id.in_(list(case_ids)))
            .group_by(evidence.c.case_id)
        )
        return dict(self.connection.execute(counted).all())

    def locked_case(self, folio: str) -> dict[str, Any] | None:
        """The complaint, kept from being changed by anybody else until the end of the transaction."""
        row = self.connection.execute(select(cases).where(cases.c.folio == folio).with_for_update()).first()
        return self._case(row) if row else None  # type: ignore[attr-defined]  # of Tx

    # --- the blind index -------------------------------------------------------------------------------------------------

    def put_terms(self, case_id: str, terms: Iterable[Term]) -> None:
        """What the complaint is found by from now on."""
        self.connection.execute(delete(case_terms).where(case_terms.c.case_id == case_id))
        rows = [{"term": number, "case_id": case_id} for number in {self.blind(term) for term in terms}]
        if rows:
            self.connection.execute(insert(case_terms).values(rows))
        self.connection.execute(update(cases).where(cases.c.id == case_id).values(terms_version=VERSION))

    def unfindable_cases(self, limit: int) -> list[dict[str, Any]]:
        """Complaints whose terms were made by an older rule, or never."""
        old = (cases.c.terms_version < VERSION) & cases.c.erased_at.is_(None)
        return self._open_cases(self.connection.execute(select(cases).where(old).limit(limit)).all())

    def blind(self, term: Term) -> int:
        """What stands for a term in the index: 60 bits, which every database takes for a number."""
        return int(self.vault.pseudonym("termino", *term)[:15], 16)

    def _open_cases(self, rows: list[Any]) -> list[dict[str, Any]]:
        self.fetch_boxes(row.conversation_id for row in rows)
        return [self._case(row) for row in rows]  # type: ignore[attr-defined]  # of Tx


def first_id(day: date) -> str:
    """The lowest id that something made on this day in Mexico City can have."""
    moment = datetime.combine(day, time(), MEXICO)
    return str(ULID.from_datetime(moment))[:10] + "0" * 16
