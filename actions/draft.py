"""An unfinished complaint and where its form stands.

It lives in the database, not in Rasa's slots, so that it survives sessions, restarts and retries: the state before the
current turn is kept beside the state after it, and a turn that is answered again starts from the same place.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from bot.complaints import Complaints
from bot.dayparts import at_part_of_day, is_clock
from bot.listening import ENTITY_FACTS, MAX_STORY
from bot.model import Complainant, Facts

#: Who was treated badly, when who writes said how they stand to the debt and named nobody else.
WHO_WRITES = "quien escribe"


@dataclass
class Draft:
    """An unfinished complaint.

    Attributes:
        facts: as in contracts.md. unsure: names of those that the person was not sure of.
        relation, affected: who speaks, and who was treated badly when it is somebody else (actions/hints.py).
        settled: questions answered with "no sé" or "prefiero no decirlo".
        pending: the question that was asked last. road: one that stands before the next open question.
        passed: how often each question was left without its answer. misses: turns in a row that were not understood.
        told: advice that was already given.
        about: folio of the filed complaint that this may belong to. doubt: intents between which they are asked to choose.
    """

    facts: dict[str, str] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    settled: list[str] = field(default_factory=list)
    pending: str = ""
    asked: dict[str, int] = field(default_factory=dict)
    misses: int = 0
    consent_at: datetime | None = None
    relation: str = ""
    affected: str = ""
    unsure: list[str] = field(default_factory=list)
    road: str = ""
    passed: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    about: str = ""
    doubt: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Nothing was told yet, and nothing agreed."""
        return not (self.consent_at or self.story or self.facts or self.violations or self.name or self.road)

    def take(self, entities: dict[str, str]) -> list[str]:
        """Fill facts that are still missing. Returns the names of those that were new."""
        new = self._take_clock(entities.get("hora", ""))
        for entity, fact in ENTITY_FACTS.items():
            if entity in entities and not self.facts.get(fact):
                self.facts[fact] = tidy(entity, entities[entity])
                new.append(fact)
        if "nombre" in entities and not self.name:
            self.name = entities["nombre"]
            new.append("name")
        return new

    def _take_clock(self, hour: str) -> list[str]:
        """A clock time makes a known part of the day exact."""
        part = self.facts.get("incident_time", "")
        if not part or is_clock(part) or not is_clock(hour):
            return []
        self.facts["incident_time"] = at_part_of_day(hour, part)
        return ["incident_time"]

    def contradicted(self, values: dict[str, tuple[str, ...]]) -> bool:
        """Is something said that was known otherwise?"""
        known = known_by_entity(self.facts, self.name)
        return any(known[entity] for entity in said_otherwise(known, values))

    def replace(self, values: dict[str, tuple[str, ...]]) -> list[str]:
        """Facts said again win over what was known. Returns the names of those that changed."""
        changes = said_otherwise(known_by_entity(self.facts, self.name), values)
        for entity in changes:
            fact = ENTITY_FACTS.get(entity, "")
            self.facts.pop(fact, None)
            self.unsure = [name for name in self.unsure if name != fact]
        if "nombre" in changes:
            self.name, self.anonymous = "", False
        return self.take(changes)

    def tell(self, text: str) -> bool:
        """Add the person's own words to the story. Are they new to it?"""
        new = bool(text) and text not in self.story and sum(map(len, self.story)) + len(text) <= MAX_STORY
        if new:
            self.story.append(text)
        return new

    def add_conducts(self, conducts: tuple[str, ...]) -> list[str]:
        new = [name for name in conducts if name not in self.violations]
        self.violations += new
        return new

    def to_facts(self) -> Facts:
        return Facts(
            description="\n".join(self.story),
            violations=tuple(self.violations),
            complainant=Complainant(self.name, "" if self.anonymous else self.phone, self.anonymous or not self.name),
            relation=self.relation,
            affected=self.affected or (WHO_WRITES if self.relation else ""),
            uncertain=tuple(self.unsure),
            **self.facts,
        )


def known_by_entity(facts: dict[str, str], name: str) -> dict[str, str]:
    """What is known under the names that entities have."""
    return {entity: facts.get(fact, "") for entity, fact in ENTITY_FACTS.items()} | {"nombre": name}


def said_otherwise(known: dict[str, str], values: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Of each entity the first value that is not what is known. By what means they came is often said only in passing
    ("me equivoqué, cuando me hablaron fue el martes"): it counts when nothing else is new, or nothing was known."""
    new = {
        entity: other[0]
        for entity, said in values.items()
        if entity in known and (other := [v for v in said if tidy(entity, v).lower() != known[entity].lower()])
    }
    if len(new) > 1 and known.get("canal"):
        new.pop("canal", None)
    return new


def tidy(entity: str, value: str) -> str:
    """A place typed without capitals gets them."""
    if entity != "lugar" or not value.islower():
        return value
    if value in ("cdmx", "df"):
        return value.upper()
    return re.sub(r"\b(?!(?:de|del|la|las|los|el|y)\b)\w", lambda first: first[0].upper(), value)


def load(complaints: Complaints, conversation: str, turn_id: str) -> Draft | None:
    """The draft as it was before this turn, or None when there is none."""
    kept = complaints.draft(conversation)
    if kept is None:
        return None
    body = kept["before"] if kept["turn_id"] == turn_id else kept["now"]
    return _draft(body) if body is not None else None


def save(complaints: Complaints, conversation: str, turn_id: str, before: Draft | None, draft: Draft) -> None:
    body = {"turn_id": turn_id, "before": _body(before) if before else None, "now": _body(draft)}
    complaints.save_draft(conversation, body, draft.consent_at)


def copy_of(draft: Draft | None) -> Draft:
    return deepcopy(draft) if draft else Draft()


def _body(draft: Draft) -> dict[str, Any]:
    body = asdict(draft)
    body["consent_at"] = draft.consent_at.isoformat() if draft.consent_at else None
    return body


def _draft(body: dict[str, Any]) -> Draft:
    consent = body.get("consent_at")
    return Draft(
        **{**body, "consent_at": datetime.fromisoformat(consent).astimezone(timezone.utc) if consent else None}
    )
