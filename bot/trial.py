"""Try a message: what the model reads, which of its words weighed, and what the bot would answer. Nothing is kept."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import yaml

from bot import safety
from bot.certainty import taken_as
from bot.config import ROOT
from bot.errors import RasaUnavailable
from bot.examples import RIGHT
from bot.rasa_client import RasaClient
from bot.texts import Texts

RULES = ROOT / "data" / "rules"
#: Longer messages are explained by their first words.
WORDS = 40
#: Questions whose answer comes from the catalogue alone; asking for it changes nothing.
HARMLESS = re.compile(r"consultar_(?!estado|privacidad)\w+|pedir_ayuda|eres_bot")
#: Actions that change something, or need the conversation around them: what they do, in words.
DOES = {
    "action_saludar": "Saluda y dice en qué puede ayudar.",
    "action_responder": "Contesta esa pregunta con lo que sabe de la conversación.",
    "action_pedir_humano": "Avisa a una persona del equipo y lo dice.",
    "action_alarma": "Da los teléfonos de ayuda y avisa a una persona del equipo.",
    "action_evidencia": "Guarda la prueba o dice cómo mandarla.",
    "action_retomar": "Sigue la queja que quedó a medias; si no hay, ofrece qué hacer.",
    "action_no_entendi": "Dice que no entendió y ofrece opciones; a la segunda vez, una persona.",
    "denuncia_form": "Empieza la queja: repite lo que entendió, pide permiso y pregunta lo que falta.",
}


@dataclass(frozen=True)
class Reading:
    """What the model reads. ranking, conducts: (name, confidence). entities: (text, entity, value)."""

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    conducts: tuple[tuple[str, float], ...]
    entities: tuple[tuple[str, str, str], ...]
    parse: dict[str, Any]

    @property
    def taken_as(self) -> str:
        """The intent as the dialogue takes it."""
        return taken_as(self.intent, self.confidence)

    @property
    def right(self) -> tuple[str, float] | None:
        """The right that its question is most like, as a label of examples, for questions."""
        found = _pairs(self.parse.get("derechos"))
        return (RIGHT + found[0][0], found[0][1]) if found and self.intent.startswith("consultar_") else None


@dataclass(frozen=True)
class Weight:
    """How much surer the model is because of this word; below zero, less."""

    word: str
    points: float


class Trial:
    def __init__(self, rasa: RasaClient, texts: Texts, actions_url: str) -> None:
        self._rasa, self._texts, self._actions_url = rasa, texts, actions_url

    async def read(self, text: str) -> Reading:
        """Raises RasaUnavailable."""
        parse = await self._rasa.parse(text)
        intent = parse["intent"]
        return Reading(
            text=text,
            intent=intent["name"] or "",
            confidence=float(intent["confidence"] or 0.0),
            ranking=_pairs(parse.get("intent_ranking")),
            conducts=_pairs(parse.get("conductas")),
            entities=tuple(
                (text[e["start"] : e["end"]], e["entity"], str(e["value"])) for e in parse.get("entities") or ()
            ),
            parse=parse,
        )

    async def weights(self, reading: Reading) -> list[Weight]:
        """Each word with what the model would lose without it. Raises RasaUnavailable."""
        words = reading.text.split()[:WORDS]
        without = [" ".join(words[:i] + words[i + 1 :]) for i in range(len(words))]
        parses = [await self._rasa.parse(text) for text in without if text]
        left = [_confidence(parse, reading.intent) for parse in parses]
        whole = reading.confidence
        return [Weight(word, round(100 * (whole - rest), 1)) for word, rest in zip(words, left, strict=False)]

    async def answer(self, reading: Reading) -> list[str]:
        """The sentences the bot would say, or in words what it would do."""
        alarm = safety.check(reading.text)
        if alarm:
            return [self._texts.reply(f"utter_{alarm.kind}").text]
        intent = reading.taken_as
        action = await asyncio.to_thread(action_for, intent)
        if action.startswith("utter_"):
            return [self._texts.reply(action).text]
        if HARMLESS.fullmatch(intent):
            said = await self._ask_actions(action, reading)
            if said:
                return said
        return [DOES.get(action, "Sigue la conversación.")]

    async def _ask_actions(self, action: str, reading: Reading) -> list[str]:
        """What an action that changes nothing would say; nothing when the action server does not answer."""
        latest = {**reading.parse, "metadata": {"turn_id": "prueba", "texts": [reading.text]}}
        tracker = {
            "sender_id": "prueba",
            "slots": {},
            "latest_message": latest,
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        }
        body = {"next_action": action, "sender_id": "prueba", "tracker": tracker, "domain": {}}
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
                answer = await http.post(self._actions_url, json=body)
            return [item["text"] for item in answer.json()["responses"] if item.get("text")]
        except (httpx.HTTPError, ValueError, KeyError):
            return []


def action_for(intent: str) -> str:
    """What the rules do on an intent outside the form."""
    for path in sorted(RULES.glob("*.yml")):
        for rule in yaml.safe_load(path.read_text())["rules"]:
            first, *rest = rule["steps"]
            intents = [step.get("intent") for step in first.get("or", [first])]
            if intent in intents and rest and "condition" not in rule:
                return rest[0].get("action", "")
    return ""


def _pairs(found: Any) -> tuple[tuple[str, float], ...]:
    return tuple((item["name"], round(item["confidence"], 3)) for item in found or ())


def _confidence(parse: dict[str, Any], intent: str) -> float:
    return next((item["confidence"] for item in parse.get("intent_ranking") or () if item["name"] == intent), 0.0)


async def guesses(
    rasa: RasaClient, text: str, others: Callable[[], list[str]], most: int = 6
) -> list[tuple[str, float]]:
    """What a message may be, the likeliest first: what the model says now, then what like examples say."""
    found: dict[str, float] = {}
    with contextlib.suppress(RasaUnavailable):  # the neighbours will do
        found = dict(_pairs((await rasa.parse(text)).get("intent_ranking"))[: most - 1])
    for intent in others():
        found.setdefault(intent, 0.0)
    return list(found.items())[:most]
