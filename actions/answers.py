"""Answers to questions, from the catalogue and nothing else, at any point of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from actions import draft as drafts
from actions.draft import ENTITY_FACTS
from actions.rights import Rights
from actions.said import Said
from actions.wording import Wording
from bot.catalog import Catalog
from bot.complaints import Complaints
from bot.folio import read_folio
from bot.handoff import Handoffs

Values = dict[str, str]


class Answers:
    """intent → responses of domain.yml with their blanks filled."""

    def __init__(self, wording: Wording, catalog: Catalog, complaints: Complaints, handoffs: Handoffs) -> None:
        self._wording, self._catalog = wording, catalog
        self._rights = Rights(wording, catalog)
        self._complaints, self._handoffs = complaints, handoffs
        self._by_intent: dict[str, Callable[[Said], list[tuple[str, Values]]]] = {
            "consultar_derechos": self._right,
            "consultar_canales": lambda said: [("utter_canales", self._contact())],
            "consultar_horarios": lambda said: [("utter_horarios", self._contact())],
            "consultar_kioscos": lambda said: [("utter_kioscos", self._contact())],
            "consultar_soluciones": lambda said: [("utter_soluciones", self._solutions())],
            "consultar_agencia": lambda said: [("utter_agencia", self._contact())],
            "consultar_privacidad": lambda said: [("utter_privacidad", self._wording.operator())],
            "consultar_proceso": lambda said: [("utter_proceso", {})],
            "consultar_estado": self._status,
            "consultar_credito": lambda said: [("utter_credito", self._contact())],
            "borrar_datos": lambda said: [("utter_borrar_luego", {})],
            "pedir_ayuda": lambda said: [("utter_ayuda", {})],
            "eres_bot": lambda said: [("utter_eres_bot", {})],
        }

    def to(self, said: Said, intent: str = "") -> list[tuple[str, Values]]:
        """The responses that answer `intent` (or what was said), in order."""
        name = intent or said.intent
        entry = self._rights.more_to_the_point(said, name)
        return self._right(said, entry) if entry else self._by_intent[name](said)

    def person(self, conversation: str, reason: str) -> list[tuple[str, Values]]:
        """Queue the conversation for a person, and say honestly when somebody can be reached."""
        self._handoffs.request(conversation, reason)
        if reason == "no_nos_entendimos":
            return [("utter_no_nos_entendimos", {})]
        moment = datetime.now(timezone.utc)
        team = {"equipo": self._wording.team(moment)}
        if self._catalog.opening(moment).open:
            return [("utter_persona_ahora", team)]
        return [("utter_persona_despues", {**team, "horario": self._wording.opens(moment)})]

    def _right(self, said: Said, entry: str = "") -> list[tuple[str, Values]]:
        return self._rights.answer(said, self._told(said), self._contact(), entry)

    def _told(self, said: Said) -> Values:
        """What is known of what happened; an hour or an agency also from the question itself."""
        draft = drafts.load(self._complaints, said.conversation, said.turn_id)
        asked = {ENTITY_FACTS[name]: said.entities[name] for name in ("hora", "agencia") if name in said.entities}
        return {**(draft.facts if draft else {}), **asked}

    def _contact(self) -> Values:
        return {**self._catalog.contact, "abierto": self._wording.opening(datetime.now(timezone.utc))}

    def _solutions(self) -> Values:
        return {"soluciones": "\n".join(f"• {item['nombre']}: {item['resumen']}." for item in self._catalog.solutions)}

    def _status(self, said: Said) -> list[tuple[str, Values]]:
        """Only in the chat where it was filed: being there is the proof that it is theirs."""
        asked = read_folio(said.entities.get("folio", "") or said.text)
        cases = self._complaints.of_conversation(said.conversation)
        if asked and not asked.valid:
            return [("utter_estado_folio_mal_escrito", {})]
        if asked:
            cases = [case for case in cases if case.folio == asked.folio]
            if not cases:
                return [("utter_estado_desconocido", {})]
        if not cases:
            return [("utter_estado_ninguna", {})]
        case = cases[-1]
        day = self._wording.day(case.created_at.date().isoformat())
        return [("utter_estado", {"folio": case.folio, "estado": self._wording.word(case.status), "fecha": day})]
