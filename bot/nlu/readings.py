"""`python -m bot.nlu.readings MODEL < texts.json`: what a model reads in the held-out messages and in other texts.

JSON on stdout for `bot/versions.py`, progress on stderr. The numbers are those of `bot/nlu/evaluate.py`.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from rasa.core.agent import Agent

from bot.certainty import ALARMS
from bot.nlu.evaluate import PERTURBATIONS, SEED, Message, Read, conducts, held_out, share

#: Messages that are read once more with each kind of misspelling: enough to see a model that broke.
SAMPLE = 150
#: How often progress is told, in messages.
STEP = 50


def main() -> None:
    texts: list[str] = json.load(sys.stdin)
    agent = Agent.load(sys.argv[1])
    runner = asyncio.Runner()

    def read(text: str) -> dict[str, Any]:
        return runner.run(agent.parse_message(text))

    messages = held_out()
    total = len(messages) + len(texts)
    found = [_read(read, message, number, total) for number, message in enumerate(messages)]
    others = [_other(read, text, len(messages) + number, total) for number, text in enumerate(texts)]
    result = {"figures": _figures(read, found), "messages": [_record(r) for r in found], "others": others}
    json.dump(result, sys.stdout, ensure_ascii=False)


def _read(read: Callable[[str], dict[str, Any]], message: Message, number: int, total: int) -> Read:
    begun = time.perf_counter()
    parse = read(message.text)
    ms = (time.perf_counter() - begun) * 1000
    _tell(number, total)
    carried = frozenset(item["name"] for item in parse["conductas"])
    return Read(message, parse["intent"]["name"], parse["intent"]["confidence"], carried, ms)


def _other(read: Callable[[str], dict[str, Any]], text: str, number: int, total: int) -> dict[str, Any]:
    parse = read(text)
    _tell(number, total)
    return {
        "text": text,
        "intent": parse["intent"]["name"],
        "confidence": round(parse["intent"]["confidence"], 4),
        "conducts": sorted(item["name"] for item in parse["conductas"]),
    }


def _tell(number: int, total: int) -> None:
    if number % STEP == 0:
        print(f"{number} de {total}", file=sys.stderr, flush=True)


def _record(r: Read) -> dict[str, Any]:
    return {
        "text": r.message.text,
        "meant": r.message.intent,
        "labels": sorted(r.message.labels),
        "intent": r.intent,
        "confidence": round(r.confidence, 4),
        "conducts": sorted(r.conducts),
        "alarmed": r.alarmed,
    }


def _figures(read: Callable[[str], dict[str, Any]], found: list[Read]) -> dict[str, Any]:
    """Counts as [right, of how many] where a gate looks at them, shares elsewhere."""
    groups: dict[str, list[Read]] = defaultdict(list)
    for r in found:
        groups[r.message.intent].append(r)
    complaints = [r for r in found if r.message.intent.startswith("denunciar_")]
    calm = [r for r in found if r.message.intent not in ALARMS]
    times = sorted(r.ms for r in found)
    return {
        "main": _count(r.right for r in found),
        "complaints": _count(r.right for r in complaints),
        "conducts_f1": round(conducts(found)[2], 4),
        "heard": {name: _count(r.alarmed for r in groups[name]) for name in ALARMS},
        "heard_alone": {name: _count(r.intent in ALARMS for r in groups[name]) for name in ALARMS},
        "false_alarms": _count(r.alarmed for r in calm),
        "by_intent": {name: _count(r.right for r in group) for name, group in sorted(groups.items())},
        "robust": _robust(read, [r.message for r in found]),
        "ms_p50": round(times[len(times) // 2], 1),
        "ms_p95": round(times[len(times) * 95 // 100], 1),
    }


def _robust(read: Callable[[str], dict[str, Any]], messages: list[Message]) -> float:
    """Share of a sample that is right although it is misspelled, over all kinds of misspelling."""
    sample = random.Random(SEED).sample(messages, min(SAMPLE, len(messages)))
    chance = random.Random(SEED)
    kinds = list(PERTURBATIONS.values())
    right = [
        read(kinds[number % len(kinds)](m.text, chance))["intent"]["name"] in m.labels
        for number, m in enumerate(sample)
    ]
    return round(share(right), 4)


def _count(right: Any) -> list[int]:
    listed = [bool(value) for value in right]
    return [sum(listed), len(listed)]


if __name__ == "__main__":
    main()
