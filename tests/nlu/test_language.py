"""The language guard: Spanish passes, other languages are noticed. The figures: docs/nlu.md."""

from __future__ import annotations

import pytest

from bot.config import ROOT
from bot.nlu.language_scores import called_foreign, foreign_texts, rows
from tests.nlu.examples import examples

SPANISH = [example.text for example in examples(ROOT / "tests" / "nlu" / "heldout.yml")]


@pytest.mark.parametrize("language", ["en", "pt", "fr"])
def test_other_languages_are_noticed(language: str) -> None:
    texts = foreign_texts()[language]
    assert len(texts) >= 40 and all(len(text.split()) >= 5 for text in texts)
    assert called_foreign(texts) >= 0.95


def test_spanish_is_left_alone() -> None:
    assert called_foreign(SPANISH) <= 0.005


def test_spanish_with_a_word_of_english_is_left_alone() -> None:
    assert (
        called_foreign(["me mandaron un whats en la tarde ok bye", "no da nombre, da risa", "que mes le toca a les"])
        == 0
    )


def test_figures_name_each_language() -> None:
    assert [row[0] for row in rows(SPANISH)] == ["español", "inglés", "portugués", "francés"]
    assert called_foreign([]) == 0
