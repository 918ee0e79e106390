"""Danger and despair are heard without any model, and ways of speaking are not taken for them."""

from pathlib import Path

import pytest

from bot import safety

PHRASES = Path(__file__).parent / "phrases"


def phrases(name: str) -> list[str]:
    return [line for line in (PHRASES / f"{name}.txt").read_text().splitlines() if line.strip()]


@pytest.mark.parametrize("kind", ["emergencia", "crisis_emocional"])
def test_there_are_enough_phrases_to_prove_anything(kind: str) -> None:
    assert len(phrases(kind)) >= 60
    assert len(phrases("sin_alarma")) >= 60


@pytest.mark.parametrize("text", phrases("emergencia"))
def test_danger_is_heard(text: str) -> None:
    alarm = safety.check(text)
    assert alarm and alarm.kind == "emergencia"


@pytest.mark.parametrize("text", phrases("crisis_emocional"))
def test_despair_is_heard(text: str) -> None:
    alarm = safety.check(text)
    assert alarm and alarm.kind == "crisis_emocional"


@pytest.mark.parametrize("text", phrases("sin_alarma"))
def test_ways_of_speaking_raise_no_alarm(text: str) -> None:
    assert safety.check(text) is None


def test_danger_inside_a_long_story_is_heard() -> None:
    story = "buenas tardes mire le cuento que desde enero me marcan y no me dejan en paz " * 8
    assert safety.check(story + "y ahorita estan rompiendo la puerta de mi casa " + story).kind == "emergencia"


def test_danger_wins_when_both_are_there() -> None:
    assert safety.check("me quiero morir, estan rompiendo mi puerta de mi casa").kind == "emergencia"


@pytest.mark.parametrize("text", ["", " ", "\x00\x01", "😂😂", "\u202e\u202dabc", "a" * 100_000, "me van a " * 12_000])
def test_strange_texts_are_read_without_alarm(text: str) -> None:
    assert safety.check(text) is None


def test_the_alarm_never_carries_the_text() -> None:
    assert safety.check("me quiero matar, soy Juana").rule == "quiere_morir"
