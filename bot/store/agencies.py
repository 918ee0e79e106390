"""Queries about the catalogue of agencies, and which of them is meant by the names that people say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from ulid import ULID

from bot.agency_names import Alias, core
from bot.schema import agencies, agency_aliases, agency_names, case_traits
from bot.store.base import Queries, now


@dataclass(frozen=True)
class Agency:
    """An agency of the catalogue. people: how many different ones complain of it."""

    id: str
    name: str
    cases: int
    people: int


@dataclass(frozen=True)
class SaidName:
    """A name that people say. sample: id of a complaint with it. by_hand: staff said which agency is meant."""

    key: str
    agency_id: str
    by_hand: bool
    cases: int
    sample: str


class AgencyQueries(Queries):
    def agency_key(self, core_name: str) -> str:
        return self.vault.pseudonym("agencia", core_name) if core_name else ""

    def agencies(self) -> list[Agency]:
        """By name."""
        named = agencies.outerjoin(agency_names, agency_names.c.agency_id == agencies.c.id)
        told = named.outerjoin(case_traits, case_traits.c.agency_key == agency_names.c.agency_key)
        statement = (
            select(
                agencies.c.id,
                agencies.c.name,
                func.count(case_traits.c.case_id).label("cases"),
                func.count(case_traits.c.person_key.distinct()).label("people"),
            )
            .select_from(told)
            .group_by(agencies.c.id, agencies.c.name)
            .order_by(func.lower(agencies.c.name))
        )
        return [Agency(**row._mapping) for row in self.connection.execute(statement)]

    def agency_name(self, agency_id: str) -> str:
        """Empty when there is no such agency."""
        named = select(agencies.c.name).where(agencies.c.id == agency_id)
        return self.connection.execute(named).scalar() or ""

    def add_agency(self, name: str) -> str:
        id_ = str(ULID())
        self.connection.execute(insert(agencies).values(id=id_, name=name, created_at=now()))
        return id_

    def rename_agency(self, agency_id: str, name: str) -> None:
        self.connection.execute(update(agencies).where(agencies.c.id == agency_id).values(name=name))

    def drop_agency(self, agency_id: str) -> None:
        self.connection.execute(delete(agencies).where(agencies.c.id == agency_id))

    def move_agency(self, agency_id: str, to: str) -> None:
        """All its aliases, and all names that mean it, are another agency's from now on."""
        for table in (agency_aliases, agency_names):
            self.connection.execute(update(table).where(table.c.agency_id == agency_id).values(agency_id=to))

    # --- aliases -------------------------------------------------------------------------------------------------------

    def aliases(self, agency_id: str = "") -> list[Alias]:
        """Of one agency, or of all."""
        statement = select(agency_aliases).order_by(agency_aliases.c.name)
        if agency_id:
            statement = statement.where(agency_aliases.c.agency_id == agency_id)
        return [Alias(row.name, row.agency_id) for row in self.connection.execute(statement)]

    def owner_of_alias(self, name: str) -> str:
        """Id of the agency that is written so, or an empty string."""
        owner = select(agency_aliases.c.agency_id).where(agency_aliases.c.core == core(name))
        return self.connection.execute(owner).scalar() or ""

    def add_alias(self, name: str, agency_id: str) -> None:
        self.insert_once(agency_aliases, core=core(name), name=name, agency_id=agency_id)

    def drop_alias(self, name: str, agency_id: str) -> bool:
        this_one = (agency_aliases.c.core == core(name)) & (agency_aliases.c.agency_id == agency_id)
        return self.connection.execute(delete(agency_aliases).where(this_one)).rowcount == 1

    # --- names that people say -----------------------------------------------------------------------------------------

    def is_known_name(self, key: str) -> bool:
        known = select(agency_names.c.agency_key).where(agency_names.c.agency_key == key)
        return self.connection.execute(known).first() is not None

    def said_names(
        self, agency_id: str | None, by_hand: bool | None = None, limit: int | None = None
    ) -> list[SaidName]:
        """Those that mean this agency; with None those that mean none. Most complaints first.

        by_hand: only those that staff decided, or only those that staff did not.
        """
        count = func.count(case_traits.c.case_id)
        statement = (
            select(agency_names, count.label("cases"), func.min(case_traits.c.case_id).label("sample"))
            .join(case_traits, case_traits.c.agency_key == agency_names.c.agency_key)
            .where(agency_names.c.agency_id == agency_id if agency_id else agency_names.c.agency_id.is_(None))
            .group_by(agency_names.c.agency_key, agency_names.c.agency_id, agency_names.c.by_hand)
            .order_by(count.desc(), func.min(case_traits.c.case_id))
            .limit(limit)
        )
        if by_hand is not None:
            statement = statement.where(agency_names.c.by_hand.is_(by_hand))
        return [_said(row) for row in self.connection.execute(statement)]

    def said_name(self, key: str) -> SaidName | None:
        row = self.connection.execute(
            select(
                agency_names,
                func.count(case_traits.c.case_id).label("cases"),
                func.min(case_traits.c.case_id).label("sample"),
            )
            .join(case_traits, case_traits.c.agency_key == agency_names.c.agency_key)
            .where(agency_names.c.agency_key == key)
            .group_by(agency_names.c.agency_key, agency_names.c.agency_id, agency_names.c.by_hand)
        ).first()
        return _said(row) if row else None

    def name_means(self, key: str, agency_id: str | None, by_hand: bool) -> None:
        this_one = agency_names.c.agency_key == key
        self.connection.execute(update(agency_names).where(this_one).values(agency_id=agency_id, by_hand=by_hand))


def _said(row: Any) -> SaidName:
    return SaidName(row.agency_key, row.agency_id or "", row.by_hand, row.cases, row.sample)
