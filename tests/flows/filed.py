"""Complaints of many people, as they would be after some weeks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from bot import schema
from bot.model import Case, Complainant, Facts
from bot.wiring import House
from tests.flows.say import conversation


def file(house: House, who: str, days_ago: float = 0, **facts: Any) -> Case:
    """A complaint of somebody, filed so many days ago. facts: of `Facts`; `name` is the complainant's."""
    name = facts.pop("name", "")
    known = {"description": "me hablan mucho", "violations": ("denunciar_acoso",), **facts}
    complaint = Facts(**known, complainant=Complainant(name, "", not name))
    turn = f"{who}-{len(house.complaints.of_conversation(conversation(house, who)))}"
    case = house.complaints.open(conversation(house, who), turn, complaint)
    at = datetime.now(timezone.utc) - timedelta(days=days_ago)
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.cases).where(schema.cases.c.folio == case.folio).values(created_at=at))
    return case


def correct(house: House, case: Case, **facts: Any) -> None:
    house.complaints.correct(case.folio, "otro", {**facts})


def traits_of(house: House, folio: str) -> dict[str, Any]:
    """What is kept of a complaint to be counted, and its phrases."""
    wanted = sa.select(schema.cases.c.id).where(schema.cases.c.folio == folio).scalar_subquery()
    with house.store.engine.connect() as connection:
        row = connection.execute(sa.select(schema.case_traits).where(schema.case_traits.c.case_id == wanted)).first()
        phrases = connection.execute(
            sa.select(schema.case_phrases).where(schema.case_phrases.c.case_id == wanted)
        ).all()
    return {**(row._mapping if row else {}), "phrases": len(phrases)}
