"""Queries about what complaints share (bot/traits.py): keeping it, and finding what comes back in several people's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, delete, func, insert, select

from bot.agency_names import same
from bot.schema import agency_names, case_phrases, case_traits, cases
from bot.store.agencies import AgencyQueries
from bot.traits import VERSION, traits

Shared = Literal["number", "agency"]


@dataclass(frozen=True)
class Group:
    """Complaints that share something. key: what they share, as a pseudonym. sample: id of one of them.

    people: how many different ones complain.
    """

    key: str
    people: int
    cases: int
    first: datetime
    last: datetime
    sample: str


@dataclass(frozen=True)
class Filed:
    """A complaint, and who filed it: as a pseudonym, and by their conversation."""

    id: str
    folio: str
    person: tuple[str, str]
    created_at: datetime


class TraitQueries(AgencyQueries):
    def put_traits(self, case_id: str, conversation_id: str, facts: dict[str, Any]) -> None:
        """Keep what may be counted of a complaint, in place of what was kept of it before."""
        self.drop_traits([case_id])
        found = traits(facts)
        key = self.agency_key(found.agency)
        self.connection.execute(
            insert(case_traits).values(
                case_id=case_id,
                version=VERSION,
                person_key=self.vault.pseudonym("persona", found.person or conversation_id),
                state=found.state,
                hour=found.hour,
                daypart=found.daypart,
                agency_key=key,
                number_key=self.vault.pseudonym("numero", found.number) if found.number else "",
            )
        )
        if key and not self.is_known_name(key):
            match = same(found.agency, self.aliases())
            self.insert_once(agency_names, agency_key=key, agency_id=match.agency_id if match else None, by_hand=False)
        keys = {self.phrase_key(phrase) for phrase in found.phrases}
        if keys:
            self.connection.execute(insert(case_phrases), [{"case_id": case_id, "phrase_key": key} for key in keys])

    def drop_traits(self, case_ids: list[str]) -> None:
        for table in (case_traits, case_phrases):
            self.connection.execute(delete(table).where(table.c.case_id.in_(case_ids)))

    def untraited(self, limit: int) -> list[dict[str, Any]]:
        """Complaints whose traits are missing, or of an older version; opened."""
        current = select(case_traits.c.case_id).where(case_traits.c.version == VERSION)
        old = cases.c.erased_at.is_(None) & cases.c.id.not_in(current)
        return [self._case(row) for row in self.connection.execute(select(cases).where(old).limit(limit))]  # type: ignore[attr-defined]  # of Tx

    def phrase_key(self, phrase: str) -> int:
        return int(self.vault.pseudonym("frase", phrase)[:15], 16)

    # --- what comes back -----------------------------------------------------------------------------------------------

    def shared(self, what: Shared, since: datetime, until: datetime, least: int, limit: int) -> list[Group]:
        """What complaints of at least so many different people have in common; most people first."""
        key = KEYS[what]
        statement = (
            select(
                key.label("key"),
                PEOPLE.label("people"),
                func.count().label("cases"),
                func.min(cases.c.created_at).label("first"),
                func.max(cases.c.created_at).label("last"),
                func.min(cases.c.id).label("sample"),
            )
            .select_from(TOLD)
            .where(key != "", *_between(since, until))
            .group_by(key)
            .having(_enough(least))
            .order_by(PEOPLE.desc(), func.max(cases.c.created_at).desc())
            .limit(limit)
        )
        return [Group(**row._mapping) for row in self.connection.execute(statement)]

    def newest_sharing(
        self, what: Shared, keys: list[str], since: datetime, until: datetime, each: int
    ) -> dict[str, list[str]]:
        """Key → the folios of its newest complaints, at most so many of each."""
        key = KEYS[what]
        place = func.row_number().over(partition_by=key, order_by=cases.c.created_at.desc())
        ranked = (
            select(key.label("key"), cases.c.folio, place.label("place"))
            .select_from(TOLD)
            .where(key.in_(keys), *_between(since, until))
            .subquery()
        )
        found: dict[str, list[str]] = {key: [] for key in keys}
        for row in self.connection.execute(select(ranked).where(ranked.c.place <= each).order_by(ranked.c.place)):
            found[row.key].append(row.folio)
        return found

    def shared_phrases(self, since: datetime, until: datetime, least: int, limit: int) -> dict[int, list[Filed]]:
        """Phrase → the complaints that have it, oldest first, of the phrases that so many different people wrote; those
        of most people first."""
        phrases = TOLD.join(case_phrases, case_phrases.c.case_id == cases.c.id)
        keys = (
            select(case_phrases.c.phrase_key)
            .select_from(phrases)
            .where(*_between(since, until))
            .group_by(case_phrases.c.phrase_key)
            .having(_enough(least))
            .order_by(PEOPLE.desc(), case_phrases.c.phrase_key)
            .limit(limit)
        )
        known = list(self.connection.execute(keys).scalars())
        rows = self.connection.execute(
            select(
                case_phrases.c.phrase_key,
                cases.c.id,
                cases.c.folio,
                cases.c.conversation_id,
                cases.c.created_at,
                case_traits.c.person_key,
            )
            .select_from(phrases)
            .where(case_phrases.c.phrase_key.in_(known), *_between(since, until))
            .order_by(cases.c.created_at)
        )
        found: dict[int, list[Filed]] = {key: [] for key in known}
        for row in rows:
            person = (row.person_key, row.conversation_id)
            found[row.phrase_key].append(Filed(row.id, row.folio, person, row.created_at))
        return found

    def facts_of(self, case_ids: list[str]) -> dict[str, dict[str, Any]]:
        """What was told in these complaints, opened."""
        rows = self.connection.execute(select(cases).where(cases.c.id.in_(case_ids)))
        return {row.id: self.opener(row.conversation_id).open_json(row.facts_sealed) for row in rows}


#: Complaints with what may be counted of them, and the agency that is meant.
TOLD = cases.join(case_traits, case_traits.c.case_id == cases.c.id).outerjoin(
    agency_names, agency_names.c.agency_key == case_traits.c.agency_key
)
PEOPLE = func.count(case_traits.c.person_key.distinct())
#: By what complaints are put together. An agency that the catalogue does not have is its name.
KEYS: dict[Shared, Any] = {
    "number": case_traits.c.number_key,
    "agency": func.coalesce(agency_names.c.agency_id, case_traits.c.agency_key),
}


def _between(since: datetime, until: datetime) -> tuple[Any, Any]:
    return cases.c.created_at >= since, cases.c.created_at < until


def _enough(least: int) -> Any:
    """So many people, whichever way they are told apart: by who they say they are, and by their conversation."""
    conversations = func.count(cases.c.conversation_id.distinct())
    return and_(least <= PEOPLE, conversations >= least)
