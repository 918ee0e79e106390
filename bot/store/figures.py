"""Queries that count: complaints, forms that were left, and how long people waited for a person. Nothing is opened.

since is the first moment that counts, until the first that does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.schema import agencies, agency_names, case_traits, cases, drafts, handoffs, left_forms
from bot.store.base import Queries
from bot.store.traits import PEOPLE, TOLD

#: Mexico City's time since summer time ended in 2022, for databases that know no zones.
SQLITE_MEXICO = "-6 hours"


@dataclass(frozen=True)
class Count:
    """of: what is counted, empty when it was not told. people: how many different ones."""

    of: str
    cases: int
    people: int


@dataclass(frozen=True)
class Wait:
    """A request for a person, and when it was taken, first answered and ended."""

    reason: str
    created_at: datetime
    taken_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None


class FigureQueries(Queries):
    def cases_by_day(self, since: datetime, until: datetime) -> dict[str, int]:
        """Day in Mexico City (ISO) → complaints filed on it; days without any are left out."""
        day = self._mexican_day(cases.c.created_at)
        rows = select(day.label("day"), func.count().label("cases")).where(*_filed(since, until)).group_by(day)
        return {row.day: row.cases for row in self.connection.execute(rows.order_by(day))}

    def cases_by_conducts(self, since: datetime, until: datetime) -> list[tuple[tuple[str, ...], int]]:
        """Each set of conducts that was complained of together, and in how many complaints."""
        rows = (
            select(cases.c.violations, func.count().label("cases"))
            .where(*_filed(since, until))
            .group_by(cases.c.violations)
        )
        return [(tuple(filter(None, row.violations.split(","))), row.cases) for row in self.connection.execute(rows)]

    def cases_by_channel(self, since: datetime, until: datetime) -> dict[str, int]:
        rows = select(cases.c.channel, func.count().label("cases")).where(*_filed(since, until))
        return {row.channel: row.cases for row in self.connection.execute(rows.group_by(cases.c.channel))}

    def cases_by_agency(self, since: datetime, until: datetime) -> tuple[list[Count], int, int]:
        """Of each agency of the catalogue; how many name another; how many name none."""
        named = TOLD.outerjoin(agencies, agencies.c.id == agency_names.c.agency_id)
        is_named = case_traits.c.agency_key != ""
        rows = self.connection.execute(
            select(agencies.c.name, is_named.label("is_named"), func.count().label("cases"), PEOPLE.label("people"))
            .select_from(named)
            .where(*_filed(since, until))
            .group_by(agencies.c.id, agencies.c.name, is_named)
        ).all()
        known = [Count(row.name, row.cases, row.people) for row in rows if row.name]
        other = sum(row.cases for row in rows if not row.name and row.is_named)
        return known, other, sum(row.cases for row in rows if not row.is_named)

    def cases_by_state(self, since: datetime, until: datetime) -> list[Count]:
        """By code of bot/states.py."""
        rows = self.connection.execute(
            select(case_traits.c.state, func.count().label("cases"), PEOPLE.label("people"))
            .select_from(TOLD)
            .where(*_filed(since, until))
            .group_by(case_traits.c.state)
        )
        return [Count(row.state, row.cases, row.people) for row in rows]

    def cases_by_hour(self, since: datetime, until: datetime) -> tuple[dict[int, int], dict[str, int]]:
        """Hour of the incident → complaints; and those that only say the part of the day, empty when not even that."""
        rows = self.connection.execute(
            select(case_traits.c.hour, case_traits.c.daypart, func.count().label("cases"))
            .select_from(TOLD)
            .where(*_filed(since, until))
            .group_by(case_traits.c.hour, case_traits.c.daypart)
        ).all()
        hours = {row.hour: row.cases for row in rows if row.hour is not None}
        return hours, {row.daypart: row.cases for row in rows if row.hour is None}

    def people_of(self, since: datetime, until: datetime) -> int:
        """How many different people filed a complaint that was not erased."""
        return self.connection.execute(select(PEOPLE).select_from(TOLD).where(*_filed(since, until))).scalar_one()

    def waits(self, since: datetime, until: datetime) -> list[Wait]:
        """Requests for a person made then, but those that the team made itself. What was erased is not among them."""
        rows = self.connection.execute(
            select(
                handoffs.c.reason,
                handoffs.c.created_at,
                handoffs.c.taken_at,
                handoffs.c.first_reply_at,
                handoffs.c.ended_at,
            ).where(handoffs.c.created_at >= since, handoffs.c.created_at < until, handoffs.c.reason != "iniciativa")
        )
        return [Wait(**row._mapping) for row in rows]

    def left_at(self, since: datetime, until: datetime, idle_before: datetime) -> dict[str, int]:
        """Question → forms that were left at it: dropped, or untouched since `idle_before`."""
        gone = (
            select(left_forms.c.pending, func.count().label("forms"))
            .where(left_forms.c.at >= since, left_forms.c.at < until)
            .group_by(left_forms.c.pending)
        )
        idle = (
            select(drafts.c.pending, func.count().label("forms"))
            .where(drafts.c.updated_at >= since, drafts.c.updated_at < min(until, idle_before), drafts.c.pending != "")
            .group_by(drafts.c.pending)
        )
        total: dict[str, int] = {}
        for row in [*self.connection.execute(gone), *self.connection.execute(idle)]:
            total[row.pending] = total.get(row.pending, 0) + row.forms
        return total

    def _mexican_day(self, moment: Any) -> Any:
        if self.connection.dialect.name == "sqlite":
            return func.date(moment, SQLITE_MEXICO)
        return func.to_char(func.timezone("America/Mexico_City", moment), "YYYY-MM-DD")


def _filed(since: datetime, until: datetime) -> tuple[Any, Any]:
    return cases.c.created_at >= since, cases.c.created_at < until
