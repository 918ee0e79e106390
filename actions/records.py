"""What the dialogue sees of what is kept, and what it has done to it. The same turn does a thing once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from actions.draft import ENTITY_FACTS
from actions.outcome import Effect, File, Filed, Scene
from actions.said import Said
from bot.complaints import NEXT_STATUS
from bot.model import Case
from bot.wiring import House


class Records:
    """Complaints and files of a conversation."""

    def __init__(self, house: House) -> None:
        self._house, self._complaints = house, house.complaints

    def scene(self, said: Said, now: datetime) -> Scene:
        """As it was before this turn."""
        cases = self._complaints.of_conversation(said.conversation)
        with self._house.store.read() as tx:
            files = tx.loose_evidence(said.conversation, but_for=said.turn_id)
        return Scene(
            now,
            filed=tuple(self._filed(case, said.turn_id) for case in cases if case.status in NEXT_STATUS),
            files=tuple(File(item.id, item.kind) for item in files),
        )

    def _filed(self, case: Case, turn_id: str) -> Filed:
        facts = _as_told_before(case, turn_id)
        files = self._complaints.files_of(case.folio, but_for=turn_id)
        return Filed(
            folio=case.folio,
            facts={name: facts[name] for name in ENTITY_FACTS.values()},
            violations=tuple(facts["violations"]),
            name=facts["name"],
            story=facts["description"],
            files=tuple(File(item.id, item.kind) for item in files),
        )

    def apply(self, said: Said, effect: Effect) -> None:
        """Do it. Doing it again in the same turn changes nothing."""
        if effect.kind == "anotar":
            self._complaints.add_entry(effect.target, said.turn_id, effect.detail)
            self._complaints.add_evidence(effect.target)
        elif effect.kind == "corregir":
            self._complaints.correct(effect.target, said.turn_id, **effect.detail)
        elif effect.kind == "quitar":
            self._house.room.shred([self._complaints.leave_out(effect.target, said.turn_id)])
        elif effect.kind == "quitar_registrada":
            gone = self._complaints.leave_out_filed(effect.target, said.turn_id, effect.detail["files"])
            self._house.room.shred(gone)
        else:
            self._complaints.notify(effect.target, effect.detail["wanted"])

    def changed_by(self, folio: str, turn_id: str) -> dict[str, dict[str, Any]]:
        """Fact → {antes, ahora} of the correction that a turn made."""
        events = self._complaints.show(folio).events
        return next(
            (e.detail["changes"] for e in events if e.kind == "correccion" and e.detail["turno"] == turn_id), {}
        )


def _as_told_before(case: Case, turn_id: str) -> dict[str, Any]:
    """The facts as they were before this turn corrected them."""
    facts = asdict(case.facts)
    facts["name"] = case.facts.complainant.name
    for event in case.events:
        if event.kind == "correccion" and event.detail["turno"] == turn_id:
            facts |= {name: change["antes"] for name, change in event.detail["changes"].items()}
    return facts
