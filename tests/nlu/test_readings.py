"""The figures that the gates of a new model look at, counted from what it read."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from bot.nlu import readings
from bot.nlu.evaluate import Message

MESSAGES = [
    Message("me gritan", "denunciar_maltrato", frozenset({"denunciar_maltrato"})),
    Message("me llaman y gritan", "denunciar_acoso", frozenset({"denunciar_acoso", "denunciar_maltrato"})),
    Message("gracias", "agradecer", frozenset({"agradecer"})),
]


class Agent:
    """Reads "gritan" as abuse and all else as thanks."""

    async def parse_message(self, text: str) -> dict[str, Any]:
        name = "denunciar_maltrato" if "grit" in text.lower() else "agradecer"
        conducts = [{"name": name, "confidence": 0.9}] if name.startswith("denunciar") else []
        return {"intent": {"name": name, "confidence": 0.9}, "conductas": conducts}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    monkeypatch.setattr(readings, "held_out", lambda: MESSAGES)
    monkeypatch.setattr(readings.Agent, "load", lambda path: Agent())
    monkeypatch.setattr(sys, "argv", ["readings", "model.tar.gz"])
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(["nos gritan"])))
    readings.main()
    return json.loads(capsys.readouterr().out)


def test_figures_are_counts_of_right_and_all(told: dict[str, Any]) -> None:
    figures = told["figures"]
    assert figures["main"] == [3, 3] and figures["complaints"] == [2, 2]
    assert figures["by_intent"]["agradecer"] == [1, 1] and figures["false_alarms"] == [0, 3]
    assert figures["conducts_f1"] == pytest.approx(0.8)


def test_every_message_is_told_with_what_was_meant_and_read(told: dict[str, Any]) -> None:
    assert [(m["meant"], m["intent"]) for m in told["messages"]][1] == ("denunciar_acoso", "denunciar_maltrato")
    assert told["others"] == [
        {"text": "nos gritan", "intent": "denunciar_maltrato", "confidence": 0.9, "conducts": ["denunciar_maltrato"]}
    ]
