"""What is answered outside the form: questions, greetings, a person, files, and what was not understood."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import draft as drafts
from actions import reception
from actions.answers import Values
from actions.house import room
from actions.outcome import Effect
from actions.own_data import Wish, wish
from actions.questions import missing
from actions.rights import asks_a_right
from actions.said import ALARM_HEARD, Said, read
from bot.folding import plain
from bot.model import Attachment

Events = list[dict[str, Any]]
FORM = "denuncia_form"
#: From so many words on another language is no mistake.
SURE_OF_LANGUAGE = 6


def utter(dispatcher: CollectingDispatcher, said: Said, responses: list[tuple[str, Values]]) -> None:
    """Say responses of domain.yml. They are filled here and not by Rasa, whose templates would read what people wrote
    as template, and log it."""
    for name, values in responses:
        reply = room().house.texts.reply(name, seed=said.turn_id, **values)
        dispatcher.utter_message(text=reply.text, buttons=[asdict(button) for button in reply.buttons])


def attach(dispatcher: CollectingDispatcher, said: Said, name: str, file: Attachment) -> None:
    """Say a response with a file of ours."""
    reply = room().house.texts.reply(name, seed=said.turn_id)
    dispatcher.utter_message(text=reply.text, json_message={"attachments": [asdict(file)]})


def offer(dispatcher: CollectingDispatcher, said: Said, name: str, intents: list[str]) -> None:
    """Say a response with one button for each intent, in the words people use for it."""
    texts = room().house.texts
    buttons = [
        {
            "title": texts.reply(f"utter_opcion_{intent}").text,
            "payload": f'/{intent}{{"pregunta":"duda","opcion":"{intent}"}}',
        }
        for intent in intents
    ]
    dispatcher.utter_message(text=texts.reply(name, seed=said.turn_id).text, buttons=buttons)


def answer_notice(dispatcher: CollectingDispatcher, said: Said) -> None:
    """Whether they want to be told when a complaint moves on."""
    folio, wanted = said.entities.get("folio", ""), said.choice == "si"
    if folio in {case.folio for case in room().house.complaints.of_conversation(said.conversation)}:
        room().records.apply(said, Effect("avisar", folio, {"wanted": wanted}))
        utter(dispatcher, said, [("utter_aviso_si" if wanted else "utter_aviso_no", {})])


def serve(dispatcher: CollectingDispatcher, said: Said, wanted: Wish) -> Events:
    """Answer what they want with their own data."""
    if wanted != "borrar_si":
        utter(dispatcher, said, room().own_data.answer(said, wanted))
        return []
    responses, buried = room().own_data.erase(said)
    utter(dispatcher, said, responses)
    for case in buried:
        attach(dispatcher, said, "utter_constancia", room().house.receipts.attachment(case))
    return []


def hear(tracker: Tracker) -> Said:
    """The latest turn. Who speaks in `rasa shell` has not come through the gateway, and gets a conversation here."""
    said = read(tracker)
    if "turn_id" in (tracker.latest_message.get("metadata") or {}):
        return said
    with room().house.store.begin() as tx:
        return replace(said, conversation=tx.conversation_for("shell", tracker.sender_id).id)


class ChatAction(Action, ABC):
    """An action outside the form. Words that an alarm has answered, and another language, are served here first; files
    that came along are said back after the answer."""

    says_files = False

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        said = hear(tracker)
        if said.alarm:
            return [FollowupAction(FORM)] if said.conducts else []
        if said.language != "es" and (not said.is_sure or len(said.text.split()) >= SURE_OF_LANGUAGE):
            utter(dispatcher, said, [("utter_otro_idioma", {})])
            return []
        if self.is_for_form(said):
            return [FollowupAction(FORM)]
        for heard, response in (
            (said.hints.calmer, "utter_que_alivio_y_ahora"),
            (said.hints.discreet, "utter_modo_discreto"),
        ):
            if heard and not said.tells:
                utter(dispatcher, said, [(response, {})])
                return []
        events = self.answer(dispatcher, said)
        if said.evidence and not (events or self.says_files):
            utter(dispatcher, said, _received_outside(said))
        return events

    def is_for_form(self, said: Said) -> bool:
        """Does the form know better what to do with it than a plain answer would?"""
        draft = drafts.load(room().house.complaints, said.conversation, said.turn_id)
        begun = draft is not None and not draft.is_blank
        scene = room().records.scene(said, datetime.now(timezone.utc))
        return reception.belongs_to_form(said, begun, scene.open_case, bool(scene.files))

    @abstractmethod
    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events: ...


class ActionResponder(ChatAction):
    """Answers a question from the catalogue."""

    def name(self) -> str:
        return "action_responder"

    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events:
        wanted = wish(said) if said.intent in ("borrar_datos", "consultar_privacidad") else ""
        if wanted:
            return serve(dispatcher, said, wanted)
        utter(dispatcher, said, room().answers.to(said))
        return []


class ActionSaludar(ChatAction):
    """Greets, and offers to go on where they stopped."""

    def name(self) -> str:
        return "action_saludar"

    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events:
        network = room().house.referrals.came_by(said.conversation, said.start)
        if network:
            utter(dispatcher, said, [("utter_bienvenida_canalizada", {"red": network})])
            return [FollowupAction(FORM)]
        draft = drafts.load(room().house.complaints, said.conversation, said.turn_id)
        if draft is None or not (draft.consent_at or draft.story):
            utter(dispatcher, said, [("utter_bienvenida", {})])
        else:
            utter(dispatcher, said, [("utter_bienvenida_borrador", {"faltan": room().wording.missing(missing(draft))})])
        return []


#: "bueno, sí quiero", after all.
WANTS = re.compile(r"\b(?:acepto|quiero|de acuerdo)\b")


class ActionRetomar(ChatAction):
    """An answer without a question: it belongs to the complaint they left half way, if there is one."""

    def name(self) -> str:
        return "action_retomar"

    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events:
        if said.question == "aviso":
            answer_notice(dispatcher, said)
            return []
        if wish(said) == "retirar" and room().house.complaints.of_conversation(said.conversation):
            return serve(dispatcher, said, "retirar")
        if _begun(said):
            return [FollowupAction(FORM)]
        if asks_a_right(said):
            utter(dispatcher, said, room().answers.to(said, "consultar_derechos"))
            return []
        if said.intent == "afirmar" and WANTS.search(plain(said.text)):
            return [FollowupAction(FORM)]
        utter(dispatcher, said, [("utter_ayuda", {})])
        return []


class ActionAlarma(ChatAction):
    """Danger or despair that the model heard and the rules did not."""

    def name(self) -> str:
        return "action_alarma"

    def is_for_form(self, said: Said) -> bool:
        return not said.alarms_model and super().is_for_form(said)

    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events:
        if said.confidence < ALARM_HEARD:
            utter(dispatcher, said, [("utter_si_hay_peligro", {}), ("utter_no_entendi", {})])
            return []
        utter(dispatcher, said, [(f"utter_{said.intent}", {})])
        room().house.handoffs.request(said.conversation, said.intent)
        return []


class ActionPedirHumano(ChatAction):
    def name(self) -> str:
        return "action_pedir_humano"

    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events:
        utter(dispatcher, said, room().answers.person(said.conversation, "pedir_humano"))
        return []


class ActionEvidencia(ChatAction):
    """A file, or the wish to send one, outside the form: it joins the latest complaint, or waits for one."""

    says_files = True

    def name(self) -> str:
        return "action_evidencia"

    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events:
        if _begun(said):
            return [FollowupAction(FORM)]
        if not said.evidence:
            utter(dispatcher, said, [("utter_manda_evidencia", {})])
            return []
        said_back = _received_outside(said)
        alone = len(said_back) == 1
        utter(dispatcher, said, [*said_back, *([("utter_evidencia_sin_queja", {})] if alone else [])])
        return []


class ActionNoEntendi(ChatAction):
    """Not understood, or nothing of ours. The second time in a row in other words, the third a person is called."""

    def name(self) -> str:
        return "action_no_entendi"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        self._missed = _missed_before(tracker)
        return super().run(dispatcher, tracker, domain)

    def answer(self, dispatcher: CollectingDispatcher, said: Said) -> Events:
        if said.language != "es":
            utter(dispatcher, said, [("utter_otro_idioma", {})])
        elif asks_a_right(said):
            utter(dispatcher, said, room().answers.to(said, "consultar_derechos"))
        elif said.hints.distress:
            utter(dispatcher, said, [("utter_te_acompano", {}), ("utter_cuentame_a_tu_paso", {})])
        elif self._missed >= 2:
            utter(dispatcher, said, room().answers.person(said.conversation, "no_nos_entendimos"))
        elif self._missed == 1:
            utter(dispatcher, said, [("utter_no_entendi_de_nuevo", {})])
        elif said.intent == "fuera_de_alcance":
            utter(dispatcher, said, [("utter_fuera_de_alcance", {})])
        else:
            utter(dispatcher, said, [("utter_no_entendi", {})])
        return []


def received(kinds: Sequence[str], flaws: Sequence[str]) -> list[tuple[str, Values]]:
    """What arrived, said back in one message; a voice note is never just swallowed."""
    name = "utter_recibi_voz" if "audio" in kinds else "utter_recibi_evidencia"
    wording = room().wording
    return [(name, {"que": wording.files(list(kinds)), "notas": wording.flaws(flaws)})]


def _received_outside(said: Said) -> list[tuple[str, Values]]:
    """What arrived while no complaint is being taken: it joins the latest one, if there is one."""
    cases = room().house.complaints.of_conversation(said.conversation)
    said_back = received(said.evidence, said.flaws)
    if not cases:
        return said_back
    room().house.complaints.add_evidence(cases[-1].folio)
    return [*said_back, ("utter_evidencia_agregada", {"folio": cases[-1].folio})]


def _begun(said: Said) -> bool:
    draft = drafts.load(room().house.complaints, said.conversation, said.turn_id)
    return draft is not None and bool(draft.consent_at or draft.story)


def _missed_before(tracker: Tracker) -> int:
    """How many turns in a row before this one were not understood either."""
    missed, acted = 0, ""
    for event in reversed(tracker.events[:-1]):
        if event["event"] == "action" and event["name"] not in ("action_listen", "action_session_start", None):
            acted = acted or event["name"]
        if event["event"] == "user" and acted:
            if acted != "action_no_entendi":
                break
            missed, acted = missed + 1, ""
    return missed
