"""`python -m bench.nlu_model MODEL`: what one model reads in the held-out messages, how fast, and what it weighs. JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import psutil
from rasa.core.agent import Agent

from bench.rows import percentile
from bot.certainty import ALARMS
from bot.nlu.evaluate import Message, Read, calibration_error, conducts, f1_of, held_out, share


def main() -> None:
    begun = time.perf_counter()
    agent = Agent.load(sys.argv[1])
    start = time.perf_counter() - begun
    runner = asyncio.Runner()
    runner.run(agent.parse_message("hola"))
    found = []
    for message in held_out():
        begun = time.perf_counter()
        parse = runner.run(agent.parse_message(message.text))
        found.append(_read(message, parse, (time.perf_counter() - begun) * 1000))
    print(json.dumps({**figures(found), "start": start, "memory": psutil.Process().memory_info().rss / 2**20}))


def _read(message: Message, parse: dict[str, Any], ms: float) -> Read:
    """A stock model knows no conducts beside the main intent: that one counts."""
    likeliest = parse["intent_ranking"][0] if parse.get("intent_ranking") else parse["intent"]
    if likeliest["name"] == "nlu_fallback":
        likeliest = parse["intent_ranking"][1]
    named = {item["name"] for item in parse.get("conductas", [likeliest])}
    carried = frozenset(name for name in named if str(name).startswith("denunciar_"))
    return Read(message, str(likeliest["name"]), float(likeliest["confidence"]), carried, ms)


def figures(found: list[Read]) -> dict[str, float]:
    complaints = [r for r in found if r.message.intent.startswith("denunciar_")]
    alarms = [r for r in found if r.message.intent in ALARMS]
    times = [r.ms for r in found]
    right = share(r.right for r in found)
    return {
        "right": right,
        "wrong": 1 - right,
        "complaints": share(r.right for r in complaints),
        "conducts": conducts(found)[2],
        "out_of_scope": f1_of(found, "fuera_de_alcance"),
        "alarms": share(r.intent in ALARMS for r in alarms),
        "calibration": calibration_error(found),
        "p50": percentile(times, 50),
        "p95": percentile(times, 95),
    }


if __name__ == "__main__":
    main()
