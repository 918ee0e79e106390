"""`python -m bot.nlu.evaluate MODEL`: what a model understands of messages it never saw, as Markdown on stdout.

Rules of `bot/safety.py` count together with the model where danger and despair are concerned, as they do in the product.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rasa.core.agent import Agent

from bot import safety
from bot.certainty import ALARM_SURE, ALARMS
from bot.folding import level_accents
from bot.nlu import entity_scores, language_scores

HELD_OUT = Path("tests/nlu/heldout.yml")
WORST = 20
BINS = 10
SEED = 7
#: How people shorten words in a hurry.
SMS = {
    "que": "q",
    "porque": "xq",
    "por": "x",
    "para": "pa",
    "de": "d",
    "también": "tmb",
    "tambien": "tmb",
    "estoy": "toy",
}


@dataclass(frozen=True)
class Message:
    """labels: the main intent and the other conducts it carries."""

    text: str
    intent: str
    labels: frozenset[str]


@dataclass(frozen=True)
class Read:
    """What the model made of a message. ms: how long it took."""

    message: Message
    intent: str
    confidence: float
    conducts: frozenset[str]
    ms: float

    @property
    def right(self) -> bool:
        return self.intent in self.message.labels

    @property
    def alarmed(self) -> bool:
        return bool(safety.check(self.message.text)) or (self.intent in ALARMS and self.confidence >= ALARM_SURE)


def main() -> None:
    messages = held_out()
    agent = Agent.load(sys.argv[1])
    runner = asyncio.Runner()

    def read(text: str) -> dict[str, Any]:
        return runner.run(agent.parse_message(text))

    found = [_read(read, message) for message in messages]
    sections = [
        overall(found),
        by_intent(found),
        robustness(read, messages, share(r.right for r in found)),
        worst(found),
        "### Datos encontrados\n\n" + table(entity_scores.HEAD, list(entity_scores.rows(entity_scores.scores()))),
        "### Otras lenguas\n\n" + table(language_scores.HEAD, list(language_scores.rows([m.text for m in messages]))),
    ]
    print("\n\n".join(sections))


def held_out() -> list[Message]:
    found = []
    for block in yaml.safe_load(HELD_OUT.read_text())["nlu"]:
        for item in block["examples"]:
            also = (item.get("metadata") or {}).get("tambien", ())
            found.append(Message(item["text"], block["intent"], frozenset((block["intent"], *also))))
    return found


def _read(read: Callable[[str], dict[str, Any]], message: Message) -> Read:
    begun = time.perf_counter()
    parse = read(message.text)
    ms = (time.perf_counter() - begun) * 1000
    conducts = frozenset(item["name"] for item in parse["conductas"])
    return Read(message, parse["intent"]["name"], parse["intent"]["confidence"], conducts, ms)


# --- sections of the report ----------------------------------------------------------------------------------------------


def overall(found: list[Read]) -> str:
    complaints = [r for r in found if r.message.intent.startswith("denunciar_")]
    alarms = [r for r in found if r.message.intent in ALARMS]
    calm = [r for r in found if r.message.intent not in ALARMS]
    precision, recall, f1 = conducts(found)
    times = sorted(r.ms for r in found)
    rows = [
        ("mensajes apartados", "≥ 1,000", f"{len(found):,}"),
        ("intención principal entre las del mensaje", "≥ 0.95", f"{share(r.right for r in found):.3f}"),
        ("… solo quejas", "≥ 0.92", f"{share(r.right for r in complaints):.3f}"),
        ("conductas: F1 (precisión, exhaustividad)", "≥ 0.85", f"{f1:.3f} ({precision:.2f}, {recall:.2f})"),
        ("peligro y crisis oídos, reglas y modelo", "≥ 0.99", f"{share(r.alarmed for r in alarms):.3f}"),
        ("otros mensajes que dan alarma", "≤ 0.005", f"{share(r.alarmed for r in calm):.4f}"),
        ("fuera de alcance: F1", "≥ 0.85", f"{f1_of(found, 'fuera_de_alcance'):.3f}"),
        ("error de calibración (ECE)", "", f"{calibration_error(found):.3f}"),
        ("leer un mensaje, p50", "≤ 10 ms", f"{times[len(times) // 2]:.1f} ms"),
        ("leer un mensaje, p95", "≤ 25 ms", f"{times[len(times) * 95 // 100]:.1f} ms"),
    ]
    return table(("medida", "meta", "visto"), rows)


def by_intent(found: list[Read]) -> str:
    groups: dict[str, list[Read]] = defaultdict(list)
    for r in found:
        groups[r.message.intent].append(r)
    rows = []
    for intent, group in sorted(groups.items(), key=lambda item: share(r.right for r in item[1])):
        taken = Counter(r.intent for r in group if not r.right).most_common(2)
        confused = ", ".join(f"{name} {count}" for name, count in taken)
        rows.append(
            (intent, len(group), f"{share(r.right for r in group):.2f}", f"{f1_of(found, intent):.2f}", confused)
        )
    return "### Por intención\n\n" + table(("intención", "mensajes", "acierto", "F1", "se confunde con"), rows)


def robustness(read: Callable[[str], dict[str, Any]], messages: list[Message], before: float) -> str:
    rows = []
    for name, change in PERTURBATIONS.items():
        chance = random.Random(SEED)
        after = share(read(change(m.text, chance))["intent"]["name"] in m.labels for m in messages)
        rows.append((name, f"{after:.3f}", f"{(after - before) * 100:+.1f}"))
    return "### Mal escrito\n\n" + table(("cambio", "acierto", "puntos"), rows)


def worst(found: list[Read]) -> str:
    wrong = sorted((r for r in found if not r.right), key=lambda r: -r.confidence)[:WORST]
    rows = [(r.message.intent, r.intent, f"{r.confidence:.2f}", shortened(r.message.text)) for r in wrong]
    return f"### Los {WORST} errores más seguros de sí\n\n" + table(("era", "leyó", "confianza", "mensaje"), rows)


# --- numbers -------------------------------------------------------------------------------------------------------------


def share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / max(1, len(listed))


def conducts(found: list[Read]) -> tuple[float, float, float]:
    """Precision, recall and F1 over all conducts of all messages."""
    right = meant = named = 0
    for r in found:
        carried = {label for label in r.message.labels if label.startswith("denunciar_")}
        right, meant, named = right + len(carried & r.conducts), meant + len(carried), named + len(r.conducts)
    return right / max(1, named), right / max(1, meant), 2 * right / max(1, named + meant)


def f1_of(found: list[Read], intent: str) -> float:
    """F1 of one intent as the main one; a prediction that is among the message's labels is no mistake."""
    hit = sum(r.intent == intent and intent in r.message.labels for r in found)
    named = sum(r.intent == intent for r in found)
    missed = sum(r.message.intent == intent and not r.right for r in found)
    return 2 * hit / max(1, hit + named + missed)


def calibration_error(found: list[Read]) -> float:
    """Expected calibration error over BINS equal bins of confidence."""
    confidence = np.array([r.confidence for r in found])
    right = np.array([r.right for r in found], dtype=float)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in set(bins)]
    return float(sum(gaps) / len(found))


# --- how people's messages go wrong ----------------------------------------------------------------------------------------


def _typos(text: str, chance: random.Random) -> str:
    """Two neighbouring letters change places in one word of eight."""
    words = text.split(" ")
    for index, word in enumerate(words):
        if len(word) > 3 and chance.random() < 1 / 8:
            at = chance.randrange(1, len(word) - 2)
            words[index] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def _stretched(text: str, chance: random.Random) -> str:
    return re.sub(r"([aeiou])\b", lambda m: m[1] * (4 if chance.random() < 0.2 else 1), text)


PERTURBATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "sin acentos": lambda text, chance: level_accents(text),
    "en mayúsculas": lambda text, chance: text.upper(),
    "dictado, sin signos": lambda text, chance: re.sub(r"[^\w\s]", "", text).lower() or text,
    "como SMS": lambda text, chance: " ".join(SMS.get(word.lower(), word) for word in text.split(" ")),
    "con dedazos": _typos,
    "letras alargadas": _stretched,
    "con emoji al final": lambda text, chance: text + chance.choice((" 😡", " 😭", " 🙏", " 😂")),
}


# --- Markdown ------------------------------------------------------------------------------------------------------------


def table(head: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def shortened(text: str) -> str:
    line = " ".join(text.split()).replace("|", "/")
    return line if len(line) <= 90 else line[:89] + "…"


if __name__ == "__main__":
    main()
