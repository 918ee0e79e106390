"""The end of the form: the complaint is filed, dropped, or left for later."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import draft as drafts
from actions.chat import attach, hear, utter
from actions.forms import SLOTS
from actions.house import room
from bot.model import Case, Facts


class ActionRegistrarDenuncia(Action):
    """Files the complaint and gives the folio. The same turn files it once, however often it runs."""

    def name(self) -> str:
        return "action_registrar_denuncia"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        said, complaints = hear(tracker), room().house.complaints
        draft = drafts.load(complaints, said.conversation, said.turn_id)
        case = complaints.open(said.conversation, said.turn_id, draft.to_facts() if draft else Facts())
        utter(dispatcher, said, [("utter_folio", {"folio": case.folio})])
        attach(dispatcher, said, "utter_recibo", room().house.receipts.attachment(case))
        utter(
            dispatcher, said, [("utter_que_sigue", _next_steps(case)), ("utter_pregunta_aviso", {"folio": case.folio})]
        )
        return _clean_slots()


class ActionDejarDenuncia(Action):
    """They said no, or stopped: nothing is kept."""

    def name(self) -> str:
        return "action_dejar_denuncia"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        room().forget_draft(hear(tracker).conversation)
        return _clean_slots()


def _next_steps(case: Case) -> dict[str, str]:
    violations = case.facts.violations
    can_do = room().catalog.right(violations[0]).can_do if violations else ""
    opening = room().wording.opening(datetime.now(timezone.utc))
    return {"puedes": can_do, "abierto": opening, **room().catalog.contact}


def _clean_slots() -> list[dict[str, Any]]:
    """`salida` stays: the rule that led here is matched with it until the next complaint begins."""
    return [SlotSet(slot, None) for slot in (*SLOTS.values(), "confirmacion")]
