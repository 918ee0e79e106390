"""The form as Rasa sees it: it hands each turn to `dialogue.step` and says what comes back."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import draft as drafts
from actions.answers import Values
from actions.chat import hear, received, serve, utter
from actions.dialogue import Outcome, Say, step
from actions.draft import Draft
from actions.house import room
from actions.own_data import ERASE, Wish, wish
from actions.questions import QUESTIONS
from actions.said import Said
from bot.folding import plain

#: Question → the slot that says in Rasa's tracker how far the form got.
SLOTS = {
    "consentimiento": "consentimiento",
    "relato": "relato",
    "conductas": "conductas",
    "agencia": "agencia_dada",
    "fecha": "fecha_dada",
    "canal": "canal_dado",
    "telefono": "telefono_dado",
    "lugar": "lugar_dado",
    "nombre": "nombre_dado",
}


class ValidateDenunciaForm(Action):
    """Runs once a turn while the form is active."""

    def name(self) -> str:
        return "validate_denuncia_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        said, complaints = hear(tracker), room().house.complaints
        if complaints.filed_by(said.turn_id):
            return _ending("registrar")  # this turn filed it before a crash: give the same folio again
        before = drafts.load(complaints, said.conversation, said.turn_id)
        wanted = _own_data(said)
        if wanted:
            serve(dispatcher, said, wanted)
            return _ending("dejar") if wanted == "borrar_si" else _going_on(before or Draft())
        outcome = step(before, said, datetime.now(timezone.utc))
        for say in outcome.says:
            utter(dispatcher, said, _responses(say, said, outcome))
        if outcome.handoff and not any(say.name.startswith("answer_") for say in outcome.says):
            room().house.handoffs.request(said.conversation, outcome.handoff)
        drafts.save(complaints, said.conversation, said.turn_id, before, outcome.draft)
        return _ending(outcome.end) if outcome.end else _going_on(outcome.draft)


def _own_data(said: Said) -> Wish:
    """Deleting is asked and confirmed here before the form sees it, or it would keep what is deleted."""
    if said.intent != "borrar_datos" or said.alarm or not said.is_sure:
        return ""
    wanted = wish(said)
    return wanted if said.tapped or (wanted == "borrar" and ERASE.search(plain(said.text))) else ""


def _responses(say: Say, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    """A named text with its blanks filled, or the answer that an intent calls for."""
    if say.name.startswith("utter_pregunta_consentimiento"):
        return [(say.name, room().wording.operator())]
    if not say.name.startswith("answer_"):
        return [(say.name, say.values)]
    name = say.name.removeprefix("answer_")
    conducts = tuple(say.values.get("conducts", "").split(","))
    if name in ("pedir_humano", "no_nos_entendimos"):
        return room().answers.person(said.conversation, name)
    if name == "evidencia":
        return received(say.values["kinds"].split(","), said.flaws)
    if name == "esto_entendi":
        return [("utter_esto_entendi", _read_back(conducts)), ("utter_tus_derechos", _read_back(conducts))]
    if name == "tambien_anote":
        return [("utter_tambien_anote", _read_back(conducts))]
    if name == "resumen":
        return [("utter_resumen", room().wording.summary(outcome.draft, _evidence(said)))]
    return room().answers.to(said, name)


def _read_back(conducts: tuple[str, ...]) -> Values:
    return {"conductas": room().wording.conducts(conducts), "derechos": room().wording.rights(conducts)}


def _evidence(said: Said) -> list:
    with room().house.store.read() as tx:
        return tx.loose_evidence(said.conversation)


def _ending(end: str) -> list[dict[str, Any]]:
    return [SlotSet("salida", end), SlotSet("requested_slot", None)]


def _going_on(draft: Draft) -> list[dict[str, Any]]:
    events = [SlotSet("salida", None)]
    for question, slot in SLOTS.items():
        open_ = QUESTIONS[question](draft)
        events.append(SlotSet(slot, "omitido" if question in draft.settled else None if open_ else "dado"))
    pending = SLOTS.get(draft.pending, "confirmacion")
    return [*events, SlotSet("confirmacion", None), SlotSet("requested_slot", pending)]
