"""Questions about rights that nobody taught (rights_heldout.yml) reach the entry that answers them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import pytest
import yaml

from actions.rights import NOTHING, Reading, decide
from bot.catalog import Catalog
from bot.config import ROOT
from bot.folding import fold
from tests.nlu.model import Parse, parser

HELD_OUT = yaml.safe_load((ROOT / "tests" / "nlu" / "rights_heldout.yml").read_text())
TAUGHT = [
    (block["metadata"]["derecho"], line.removeprefix("- "))
    for path in sorted((ROOT / "data" / "nlu" / "derechos").glob("*.yml"))
    for block in yaml.safe_load(path.read_text())["nlu"]
    for line in block["examples"].strip().splitlines()
]
TOO_CLOSE = 0.9


class Question(NamedTuple):
    text: str
    entries: frozenset[str]


def questions(part: str) -> list[Question]:
    return [question(item, entry) for entry, items in HELD_OUT[part].items() for item in items]


def question(item: Any, entry: str) -> Question:
    if isinstance(item, str):
        return Question(item, frozenset({entry}))
    return Question(item["text"], frozenset({entry, *item["tambien"]}))


@pytest.fixture(scope="session")
def parse() -> Iterator[Parse]:
    yield parser()


def read(parse: Parse, text: str) -> Reading:
    return decide(tuple((item["name"], item["confidence"]) for item in parse(text)["derechos"]))


def reached(parse: Parse, asked: list[Question]) -> float:
    """Share that is answered by a right entry, or offered one by its name."""
    return sum(bool(set(read(parse, q.text).entries) & q.entries) for q in asked) / len(asked)


def test_there_are_enough_questions() -> None:
    assert len(questions("preguntas")) >= 120 and len(HELD_OUT["ninguna"]) >= 30
    assert {entry for q in questions("preguntas") for entry in q.entries} == set(Catalog().answers)


def test_every_entry_is_taught_in_fifteen_ways_or_more() -> None:
    ways = [entry for entry, _ in TAUGHT]
    assert set(ways) == {*Catalog().answers, NOTHING}
    assert [entry for entry in Catalog().answers if ways.count(entry) < 15] == []


def test_no_phrasing_is_taught_twice() -> None:
    folded = [fold(text) for _, text in TAUGHT]
    assert sorted({text for text in folded if folded.count(text) > 1}) == []


def test_nothing_held_out_was_taught() -> None:
    taught = [fold(text) for _, text in TAUGHT]
    asked = questions("preguntas") + questions("de_otras_manos")
    held_out = [fold(q.text) for q in asked] + [fold(text) for text in HELD_OUT["ninguna"]]
    assert [text for text in held_out if any(close(text, other) for other in taught)] == []


def close(text: str, other: str) -> bool:
    if abs(len(text) - len(other)) > (1 - TOO_CLOSE) * 2 * len(text):
        return False
    matcher = SequenceMatcher(None, text, other, autojunk=False)
    return matcher.real_quick_ratio() > TOO_CLOSE and matcher.quick_ratio() > TOO_CLOSE and matcher.ratio() > TOO_CLOSE


def test_held_out_questions_reach_their_entry(parse: Parse) -> None:
    assert reached(parse, questions("preguntas")) >= 0.9


def test_questions_of_other_hands_reach_their_entry(parse: Parse) -> None:
    assert reached(parse, questions("de_otras_manos")) >= 0.8


def test_few_are_answered_with_something_else(parse: Parse) -> None:
    asked = questions("preguntas")
    readings = [(q, read(parse, q.text)) for q in asked]
    wrong = [q.text for q, found in readings if found.kind == "sure" and found.entries[0] not in q.entries]
    assert len(wrong) / len(asked) <= 0.07, wrong


def test_what_no_entry_answers_is_seldom_answered(parse: Parse) -> None:
    answered = [text for text in HELD_OUT["ninguna"] if read(parse, text).kind == "sure"]
    assert len(answered) / len(HELD_OUT["ninguna"]) <= 0.25, answered
