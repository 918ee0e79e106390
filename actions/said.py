"""What the person just said, as the model read it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk import Tracker

from actions.data import meant
from actions.hints import MAY_THEY, STORY, Hints, collectors_are_meant, hints, plain_conducts
from bot.certainty import ALARM_SURE, ALARMS, NOT_UNDERSTOOD, SURE
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
#: Questions that are answered with a datum.
DATA_QUESTIONS = ("agencia", "fecha", "canal", "telefono", "lugar", "nombre")
#: How sure danger that is heard beside a plain complaint must be.
DANGER_SURE = 0.9
#: Below this it is no more than a guess, and help lines are only mentioned.
ALARM_HEARD = 0.4
#: From here on an intent is as good as said.
SURELY = 0.7
#: Two intents nearer to each other than this are not told apart.
CLOSE = 0.6
YES = {"si", "claro", "ok", "okey", "oki", "acepto", "acuerdo", "correcto", "adelante", "va", "sale", "dale", "perfecto", "confirmo", "registrala", "registralo", "registrar", "simon", "sip", "listo"}  # fmt: skip
THUMBS_UP = ("👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿", "👌", "✅")
#: Words that may stand beside a yes without making it something else.
BESIDE_YES = {"de", "esta", "bien", "asi", "por", "favor", "gracias", "pues", "la", "lo", "es", "estoy", "todo", "quiero", "muy", "mande", "porfa", "bueno", "ya"}  # fmt: skip


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
        rights: entries of the catalogue of rights that it may ask for, with how likely each is, best first.
        values, unsure, own_phone, only_data: see actions/data.py.
        ranking: the likeliest intents, best first.
        replaces: for an edited message, what it said before.
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
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    own_phone: str = ""
    only_data: bool = False
    ranking: tuple[tuple[str, float], ...] = ()

    @property
    def hints(self) -> Hints:
        """What rules read in the words."""
        return hints(self.text)

    @property
    def agrees(self) -> bool:
        """A yes that is not guessed: a tap, the words themselves, or one the model is sure of."""
        if self.tapped:
            return self.choice == "si"
        if self.text.strip() in THUMBS_UP:
            return True
        words = plain(self.text).split()
        typed = bool(YES & set(words)) and not set(words) - YES - BESIDE_YES
        model = self.intent == "afirmar" and self.confidence >= SURELY and not self.hints.asking and "no" not in words
        return typed or (model and not self.entities and not self.conducts)

    @property
    def tells(self) -> bool:
        """There is something of a case in it."""
        return bool(self.conducts or self.entities)

    @property
    def tapped(self) -> bool:
        return bool(self.question)

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE

    @property
    def asks(self) -> bool:
        """Is it worded as a question?"""
        return self.hints.asking

    @property
    def asks_if_they_may(self) -> bool:
        """Does it ask whether something may be done?"""
        return bool(MAY_THEY.search(plain(self.text)))

    @property
    def alarms_model(self) -> bool:
        """The model hears danger or despair that the rules did not. Danger beside a plain complaint must be surer."""
        needed = DANGER_SURE if self.intent == "emergencia" and self.conducts else ALARM_SURE
        return self.intent in ALARMS and self.confidence >= needed

    def answering(self, pending: str, names_it: bool = False) -> Said:
        """The same turn as the answer to a question for a datum: bare data, and what names it, are no conduct and no cry
        for help, whatever the model hears in "hoy en la mañana"; and who does not know it says so in many words."""
        if self.tapped or pending not in (*DATA_QUESTIONS, "consentimiento"):
            return self
        if self.only_data or names_it:
            conducts = self.conducts if "frecuencia" in self.entities else ()
            return replace(self, intent=NOT_UNDERSTOOD, confidence=0.0, conducts=conducts)
        if self.hints.does_not_know and not self.entities and pending != "consentimiento":
            return replace(self, intent="no_se", confidence=1.0, conducts=())
        return self

    @property
    def says_nothing_of_ours(self) -> bool:
        """Neither a datum nor a conduct, and an intent that is not one."""
        return self.intent in (NOT_UNDERSTOOD, "fuera_de_alcance") and not (self.entities or self.conducts)


def read(tracker: Tracker) -> Said:
    """The latest turn of a tracker."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    found = message.get("entities") or []
    data = meant(found, message.get("text") or "")
    values = data.values
    entities = {name: said[0] for name, said in values.items()}
    intent = (message.get("intent") or {}).get("name") or ""
    confidence = float((message.get("intent") or {}).get("confidence") or 0.0)
    question, choice = entities.pop("pregunta", ""), entities.pop("opcion", "")
    typed = message.get("text") or ""
    text = "\n".join(metadata.get("texts") or ([] if typed.startswith("/") else [typed]))
    return Said(
        conversation=tracker.sender_id,
        turn_id=metadata.get("turn_id", message.get("message_id", "")),
        text=text,
        intent=intent,
        confidence=confidence,
        conducts=_conducts(intent, confidence, message.get("conductas") or [], text),
        entities=entities,
        question=question,
        choice=choice,
        evidence=tuple(item["kind"] for item in metadata.get("evidence") or ()),
        flaws=tuple(item["flaw"] for item in metadata.get("evidence") or () if item.get("flaw")),
        replaces=metadata.get("replaces", ""),
        alarm=metadata.get("alarm", ""),
        language=message.get("idioma") or "es",
        at=metadata.get("at", ""),
        values=values,
        unsure=data.unsure,
        own_phone=data.own_phone,
        only_data=data.alone,
        ranking=tuple((item["name"], float(item["confidence"])) for item in message.get("intent_ranking") or ()),
        rights=tuple((item["name"], float(item["confidence"])) for item in message.get("derechos") or ()),
        start=metadata.get("start") or "",
    )


def _conducts(intent: str, confidence: float, found: list[dict[str, Any]], text: str) -> tuple[str, ...]:
    """What the model heard, and what clear words name in what is no question."""
    main = [intent] if intent in COMPLAINTS and confidence >= SURE / 2 else []
    others = [item["name"] for item in found if item["name"] in COMPLAINTS]
    heard = dict.fromkeys([*main, *others])
    if len(text.split()) >= STORY or not hints(text).asking:
        heard |= dict.fromkeys(plain_conducts(text))
    if collectors_are_meant(text):
        heard.pop("denunciar_personal_infonavit", None)
    return tuple(heard)
