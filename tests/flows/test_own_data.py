"""A person sees, deletes and withdraws in the chat: the actions over a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import house as actions_house
from actions.chat import ActionResponder, ActionRetomar
from actions.complaint import ActionRegistrarDenuncia
from actions.forms import ValidateDenunciaForm
from bot.model import FileRef
from bot.wiring import House
from tests.flows.say import answer_all, conversation, say
from tests.flows.test_cases import FACTS
from tests.flows.test_chat_api import PNG


@pytest.fixture(autouse=True)
def room(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(actions_house, "load", lambda: house.settings)
    actions_house.room.cache_clear()
    yield
    actions_house.room().house.store.close()
    actions_house.room.cache_clear()


def run(
    house: House, action: Any, intent: str, text: str = "", choice: str = "", turn: str = "t1", folio: str = ""
) -> list[dict]:
    """What one action says to a message or a tap."""
    entities = [{"entity": "pregunta", "value": "menu"}, {"entity": "opcion", "value": choice}] if choice else []
    entities += [{"entity": "folio", "value": folio}] if folio else []
    message = {
        "text": text or f"/{intent}",
        "intent": {"name": intent, "confidence": 0.95},
        "entities": entities,
        "metadata": {"turn_id": turn, "texts": [text] if text else []},
    }
    dispatcher = CollectingDispatcher()
    tracker = Tracker(conversation(house), {}, message, [], False, None, {}, None)
    run.events = action.run(dispatcher, tracker, {})  # type: ignore[attr-defined]
    return dispatcher.messages


def words(messages: list[dict]) -> str:
    return "\n".join(message["text"] for message in messages)


def titles(messages: list[dict]) -> list[str]:
    return [button["title"] for button in messages[-1]["buttons"]]


def draft(house: House, story: str = "me gritaron") -> None:
    now = {"story": [story], "name": "Rosa", "pending": "agencia", "consent_at": datetime.now(timezone.utc).isoformat()}
    house.complaints.save_draft(conversation(house), {"turn_id": "t0", "before": None, "now": now}, None)


def test_the_folio_comes_with_the_receipt(house: House) -> None:
    draft(house)
    messages = run(house, ActionRegistrarDenuncia(), "afirmar")
    (case,) = house.complaints.all()
    files = [message["custom"]["attachments"] for message in messages if message.get("custom")]
    assert case.folio in words(messages)
    assert files == [[{"url": house.receipts.attachment(case).url, "name": f"Queja {case.folio}.pdf"}]]


def test_mis_datos_shows_everything_held(house: House) -> None:
    say(house, "hola", "me gritaron")
    answer_all(house)
    house.room.keep(conversation(house), "f1", PNG, FileRef("f1", "foto"))
    case = house.complaints.open(conversation(house), "t0", FACTS)
    draft(house, "volvieron a llamar")
    shown = words(run(house, ActionResponder(), "consultar_privacidad", "mis datos"))
    for known in (
        case.folio,
        FACTS.description,
        FACTS.agency,
        "Rosa",
        "una foto",
        "20 de noviembre",
        "volvieron a llamar",
    ):
        assert known in shown
    assert "2 mensajes" in shown and "{" not in shown


def test_borra_mis_datos_explains_asks_deletes_and_gives_a_note(house: House) -> None:
    case = house.complaints.open(conversation(house), "t0", FACTS)
    draft(house)
    asked = run(house, ActionResponder(), "borrar_datos", "borra mis datos")
    assert case.folio in words(asked) and titles(asked) == ["Sí, borrar todo", "No, dejarlo"]
    assert house.complaints.draft(conversation(house))
    assert "no borré nada" in words(run(house, ActionResponder(), "borrar_datos", choice="borrar_no"))
    done = run(house, ActionResponder(), "borrar_datos", choice="borrar_si")
    assert "Listo, borré" in words(done) and done[-1]["custom"]["attachments"][0]["name"].startswith("Constancia")
    assert house.complaints.draft(conversation(house)) is None
    assert house.complaints.show(case.folio).erased_at
    assert "0 mensajes" in words(run(house, ActionResponder(), "consultar_privacidad", "mis datos"))


def test_in_the_middle_of_a_complaint_too(house: House) -> None:
    draft(house)
    asked = run(house, ValidateDenunciaForm(), "borrar_datos", "borra todo lo que te dije", turn="t2")
    assert titles(asked) == ["Sí, borrar todo", "No, dejarlo"]
    assert {"event": "slot", "timestamp": None, "name": "salida", "value": None} in run.events  # type: ignore[attr-defined]
    run(house, ValidateDenunciaForm(), "borrar_datos", choice="borrar_si", turn="t3")
    assert {"event": "slot", "timestamp": None, "name": "salida", "value": "dejar"} in run.events  # type: ignore[attr-defined]
    assert house.complaints.draft(conversation(house)) is None


def test_retirar_asks_first_and_withdraws_only_that_one(house: House) -> None:
    other = house.complaints.open(conversation(house), "t0", FACTS)
    case = house.complaints.open(conversation(house), "t1", FACTS)
    asked = run(house, ActionRetomar(), "cancelar", "quiero retirar mi queja")
    assert case.folio in words(asked) and titles(asked) == ["Sí, retirarla", "No, dejarla"]
    assert f'"folio":"{case.folio}"' in asked[-1]["buttons"][0]["payload"]
    assert house.complaints.show(case.folio).status == "registrada"
    assert "sigue como estaba" in words(run(house, ActionResponder(), "borrar_datos", choice="retirar_no"))
    for _ in range(2):
        tapped = run(house, ActionResponder(), "borrar_datos", choice="retirar_si", folio=case.folio)
        assert "quedó retirada" in words(tapped)
    assert house.complaints.show(case.folio).status == "retirada"
    assert house.complaints.show(other.folio).status == "registrada"
    assert "No encuentro" in words(run(house, ActionResponder(), "borrar_datos", choice="retirar_si"))
