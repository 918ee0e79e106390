"""The form as Rasa sees it: it hands each turn to `dialogue.step` and says what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import draft as drafts
from actions.answers import Values
from actions.chat import answer_notice, attach, hear, offer, received, serve, utter
from actions.dialogue import step
from actions.draft import Draft
from actions.house import room
from actions.outcome import Outcome, Say
from actions.own_data import ERASE, Wish, wish
from actions.questions import QUESTIONS, missing
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
        if said.question == "aviso":
            answer_notice(dispatcher, said)
            return _going_on(before or Draft())
        wanted = _own_data(said)
        if wanted:
            serve(dispatcher, said, wanted)
            return _ending("dejar") if wanted == "borrar_si" else _going_on(before or Draft())
        scene = room().records.scene(said, datetime.now(timezone.utc))
        outcome = step(before, said, scene)
        for effect in outcome.effects:
            room().records.apply(said, effect)
        for say in outcome.says:
            _speak(dispatcher, said, say, outcome)
        if outcome.handoff and f"answer_{outcome.handoff}" not in {say.name for say in outcome.says}:
            room().house.handoffs.request(said.conversation, outcome.handoff)
        drafts.save(complaints, said.conversation, said.turn_id, before, outcome.draft)
        if outcome.end == "olvidar":
            return _ending("pausa")
        return _ending(outcome.end) if outcome.end else _going_on(outcome.draft)


def _own_data(said: Said) -> Wish:
    """Deleting is asked and confirmed here before the form sees it, or it would keep what is deleted."""
    wanted = "" if said.alarm else wish(said)
    if wanted == "ver" and said.intent in ("borrar_datos", "consultar_privacidad"):
        return wanted
    if said.intent != "borrar_datos" or not said.is_sure:
        return ""
    return wanted if said.tapped or (wanted == "borrar" and ERASE.search(plain(said.text))) else ""


def _speak(dispatcher: CollectingDispatcher, said: Said, say: Say, outcome: Outcome) -> None:
    """Say a text, with its file when it gives one, or with buttons that depend on what was said."""
    if say.name == "answer_duda":
        offer(dispatcher, said, "utter_te_refieres", say.values["opciones"].split(","))
        return
    utter(dispatcher, said, _responses(say, said, outcome))
    if say.name in ("answer_corregida", "answer_agregado", "answer_prueba_quitada_de"):
        case = room().house.complaints.show(say.values["folio"])
        attach(dispatcher, said, "utter_recibo_al_dia", room().house.receipts.attachment(case))


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
    if name == "tus_derechos":
        return [("utter_tus_derechos", _read_back(conducts))]
    if name == "tambien_anote":
        return [("utter_tambien_anote", _read_back(conducts))]
    if name == "resumen":
        return [("utter_resumen", room().wording.summary(outcome.draft, _evidence(said)))]
    if name in FILLED:
        return FILLED[name](say.values, said, outcome)
    return room().answers.to(replace(said, text=say.values.get("texto", said.text)), name)


def _removed(values: Values, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    return [("utter_prueba_quitada", {"que": room().wording.files(values["kinds"].split(","))})]


def _removed_from(values: Values, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    files = room().wording.files(values["kinds"].split(","))
    return [("utter_prueba_quitada_de", {"que": files, "folio": values["folio"]})]


def _which_file(values: Values, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    return [("utter_cual_prueba", {"pruebas": room().wording.numbered(values["kinds"].split(","))})]


def _unsure(values: Values, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    return [("utter_dato_dudoso", room().wording.datum(outcome.draft.facts, values["dato"]))]


def _noted(values: Values, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    return [("utter_anote", {"datos": room().wording.data(values["datos"].split(","))})]


def _added(values: Values, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    return [("utter_agregado", {"folio": values["folio"], "dia": room().wording.day(values["dia"])})]


def _corrected(values: Values, said: Said, outcome: Outcome) -> list[tuple[str, Values]]:
    changed = room().records.changed_by(values["folio"], said.turn_id)
    return [("utter_queja_corregida", {"folio": values["folio"], "cambios": room().wording.changes(changed)})]


#: Answers whose blanks are made here.
FILLED = {
    "faltan": lambda values, said, outcome: [
        ("utter_faltan", {"faltan": room().wording.missing(missing(outcome.draft))})
    ],
    "anonimato": lambda values, said, outcome: [("utter_anonimato", room().wording.operator())],
    "prueba_quitada": _removed,
    "prueba_quitada_de": _removed_from,
    "cual_prueba": _which_file,
    "dudoso": _unsure,
    "anote": _noted,
    "agregado": _added,
    "corregida": _corrected,
}


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
