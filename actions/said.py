"""What the person just said, as the model read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.folding import plain

COMPLAINTS = (
    "denunciar_acoso",
    "denunciar_amenazas",
    "denunciar_maltrato",
    "denunciar_uso_datos",
    "denunciar_corrupcion",
    "denunciar_engano",
    "denunciar_falta_soluciones",
    "denunciar_personal_infonavit",
)
ALARMS = ("emergencia", "crisis_emocional")
#: Below this the model is only guessing and the words count more than the intent.
SURE = 0.5
#: A danger or despair that only the model heard needs this much: the rules have already heard the plain ones.
ALARM_SURE = 0.6
#: How people ask whether something may be done.
MAY_THEY = re.compile(
    r"\b(?:puede[ns]?|podria[ns]?|se vale|es legal|es normal|tengo derecho|quiero saber|quisiera saber|dime|digame|por que)\b"
)
#: How any question is worded; what is not, may be an answer whatever the model thinks.
ASKING = re.compile(
    r"(?:^|\b(?:y|pero|oye|oiga|disculpe|hola|una pregunta|antes) )(?:que|como|cuando|donde|quien|cual|cuanto|a que)\b"
    rf"|{MAY_THEY.pattern}"
)


@dataclass(frozen=True)
class Said:
    """One turn.

    Attributes:
        text: all messages of the turn, verbatim.
        conducts: complaint intents that the turn carries, main one first.
        entities: first value of each entity, normalised (ISO date, HH:MM, ten digits).
        question: for a tapped button, the question it was offered with; empty when typed.
        choice: for a tapped button, the option it stands for.
        evidence: kinds of the files that came with the turn.
        alarm: kind of alarm that was answered before the model.
        start: payload of the deep link that they came with.
        language: `es`, or the language it is written in when it is surely another.
        flaws: of each photo that cannot be made out, why (`borrosa`, `chica`).
        replaces: for an edited message, what it said before.
        rights: entries of the catalogue of rights that it may ask for, with how likely each is, best first.
    """

    conversation: str
    turn_id: str
    text: str
    intent: str
    confidence: float
    conducts: tuple[str, ...]
    entities: dict[str, str]
    question: str
    choice: str
    evidence: tuple[str, ...]
    alarm: str
    language: str
    at: str
    start: str = ""
    replaces: str = ""
    flaws: tuple[str, ...] = ()
    rights: tuple[tuple[str, float], ...] = ()

    @property
    def tapped(self) -> bool:
        return bool(self.question)

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE

    @property
    def asks(self) -> bool:
        """Is it worded as a question?"""
        return "?" in self.text or bool(ASKING.search(plain(self.text)))

    @property
    def asks_if_they_may(self) -> bool:
        """Does it ask whether something may be done?"""
        return bool(MAY_THEY.search(plain(self.text)))

    @property
    def alarms_model(self) -> bool:
        return self.intent in ALARMS and self.confidence >= ALARM_SURE

    @property
    def says_nothing_of_ours(self) -> bool:
        """Neither a datum nor a conduct, and an intent that is not one."""
        return self.intent in ("nlu_fallback", "fuera_de_alcance") and not (self.entities or self.conducts)


def read(tracker: Tracker) -> Said:
    """The latest turn of a tracker."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    entities = _entities(message.get("entities") or [])
    intent = (message.get("intent") or {}).get("name") or ""
    confidence = float((message.get("intent") or {}).get("confidence") or 0.0)
    typed = message.get("text") or ""
    text = "\n".join(metadata.get("texts") or ([] if typed.startswith("/") else [typed]))
    return Said(
        conversation=tracker.sender_id,
        turn_id=metadata.get("turn_id", message.get("message_id", "")),
        text=text,
        intent=intent,
        confidence=confidence,
        conducts=_conducts(intent, confidence, message.get("conductas") or []),
        entities=entities,
        question=entities.pop("pregunta", ""),
        choice=entities.pop("opcion", ""),
        evidence=tuple(item["kind"] for item in metadata.get("evidence") or ()),
        flaws=tuple(item["flaw"] for item in metadata.get("evidence") or () if item.get("flaw")),
        replaces=metadata.get("replaces", ""),
        alarm=metadata.get("alarm", ""),
        language=message.get("idioma") or "es",
        at=metadata.get("at", ""),
        rights=tuple((item["name"], float(item["confidence"])) for item in message.get("derechos") or ()),
        start=metadata.get("start", ""),
    )


def _entities(found: list[dict[str, Any]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for entity in found:
        values.setdefault(entity["entity"], str(entity["value"]))
    return values


def _conducts(intent: str, confidence: float, found: list[dict[str, Any]]) -> tuple[str, ...]:
    main = [intent] if intent in COMPLAINTS and confidence >= SURE / 2 else []
    others = [item["name"] for item in found if item["name"] in COMPLAINTS]
    return tuple(dict.fromkeys([*main, *others]))
