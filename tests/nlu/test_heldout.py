"""The trained model on messages it never saw. The floors only catch a model that broke; the figures are in docs/nlu.md."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

import pytest

from bot import safety
from bot.config import ROOT
from bot.folding import fold
from tests.nlu.examples import Example, examples
from tests.nlu.model import Parse, parser

HELD_OUT = examples(ROOT / "tests" / "nlu" / "heldout.yml")
TRAINING = [example for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")) for example in examples(path)]
#: A held-out message of so many words that is this close to a training example tells nothing.
LONG_ENOUGH = 6
TOO_CLOSE = 0.9


@pytest.fixture(scope="session")
def parse() -> Iterator[Parse]:
    yield parser()


@pytest.fixture(scope="session")
def read(parse: Parse) -> list[tuple[Example, dict]]:
    return [(example, parse(example.text)) for example in HELD_OUT]


def test_it_is_large_enough_and_holds_every_intent() -> None:
    assert len(HELD_OUT) >= 1000
    assert {example.intent for example in HELD_OUT} == {example.intent for example in TRAINING}


def test_nothing_of_it_was_learned() -> None:
    """Short answers ("si", "gracias") are what everybody says; of longer ones none may stand in the training data."""
    learned = {fold(example.text) for example in TRAINING}
    long = {fold(example.text) for example in HELD_OUT if len(fold(example.text).split()) >= LONG_ENOUGH}
    assert long & learned == set()
    close = [text for text in long if any(_close(text, other) for other in learned)]
    assert close == []


def _close(text: str, other: str) -> bool:
    if abs(len(text) - len(other)) > (1 - TOO_CLOSE) * 2 * len(text):
        return False
    matcher = SequenceMatcher(None, text, other, autojunk=False)
    return matcher.real_quick_ratio() > TOO_CLOSE and matcher.quick_ratio() > TOO_CLOSE and matcher.ratio() > TOO_CLOSE


def test_main_intent(read: list[tuple[Example, dict]]) -> None:
    right = sum(found["intent"]["name"] in example.labels for example, found in read)
    assert right / len(read) >= 0.75


def test_danger_and_despair_are_heard_by_rules_and_model_together(read: list[tuple[Example, dict]]) -> None:
    alarms = ("emergencia", "crisis_emocional")
    meant = [(e, f) for e, f in read if e.intent in alarms]
    heard = [e for e, f in meant if safety.check(e.text) or f["intent"]["name"] in alarms]
    assert len(heard) / len(meant) >= 0.7


def test_the_form_of_the_answer(parse: Parse) -> None:
    found = parse("me llaman diario y me gritan groserías")
    assert {item["name"] for item in found["conductas"]} == {"denunciar_acoso", "denunciar_maltrato"}
    assert found["intent"]["name"] == found["intent_ranking"][0]["name"]
    assert all(0 <= item["confidence"] <= 1 for item in found["intent_ranking"])


@pytest.mark.parametrize("text", ["", " ", "😂", "a" * 20_000, "\u202e\u202d", "\x00", "12345", "'; DROP TABLE x"])
def test_strange_texts_are_read_without_harm(parse: Parse, text: str) -> None:
    assert "intent" in parse(text)
