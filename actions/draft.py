"""An unfinished complaint and where its form stands.

It lives in the database, not in Rasa's slots, so that it survives sessions, restarts and retries: the state before the
current turn is kept beside the state after it, and a turn that is answered again starts from the same place.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from bot.complaints import Complaints
from bot.dayparts import at_part_of_day, is_clock
from bot.listening import ENTITY_FACTS, MAX_STORY
from bot.model import Complainant, Facts


@dataclass
class Draft:
    """facts: as in contracts.md. settled: questions answered with "no sé" or "prefiero no decirlo". pending: the question
    that was asked last. misses: answers in a row that we did not understand."""

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

    def take(self, entities: dict[str, str]) -> list[str]:
        """Fill facts that are still missing. Returns the names of those that were new."""
        new = self._take_clock(entities.get("hora", ""))
        for entity, fact in ENTITY_FACTS.items():
            if entity in entities and not self.facts.get(fact):
                self.facts[fact] = entities[entity]
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

    def contradicted(self, entities: dict[str, str]) -> bool:
        """Is something said that was known otherwise?"""
        known = {entity: self.facts.get(fact) for entity, fact in ENTITY_FACTS.items()} | {"nombre": self.name}
        return any(known[entity] and known[entity] != value for entity, value in entities.items() if entity in known)

    def replace(self, entities: dict[str, str]) -> list[str]:
        """Facts said again win over what was known. Returns the names of those that changed."""
        for entity, fact in ENTITY_FACTS.items():
            if entity in entities:
                self.facts.pop(fact, None)
        if "nombre" in entities:
            self.name = ""
        return self.take(entities)

    def tell(self, text: str) -> None:
        """Add the person's own words to the story."""
        if text and text not in self.story and sum(map(len, self.story)) + len(text) <= MAX_STORY:
            self.story.append(text)

    def add_conducts(self, conducts: tuple[str, ...]) -> list[str]:
        new = [name for name in conducts if name not in self.violations]
        self.violations += new
        return new

    def to_facts(self) -> Facts:
        return Facts(
            description="\n".join(self.story),
            violations=tuple(self.violations),
            complainant=Complainant(self.name, self.phone, self.anonymous or not self.name),
            **self.facts,
        )


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
