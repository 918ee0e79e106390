"""What a turn says, as the model read it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.said import Said, read


def heard(text: str, entities: tuple[tuple[str, str], ...] = (), **metadata: Any) -> Said:
    message = {
        "text": text,
        "intent": {"name": "aportar_evidencia", "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities],
        "metadata": {"turn_id": "t", **metadata},
    }
    return read(Tracker("c", {}, message, [], False, None, {}, "action_listen"))


def test_a_turn_of_files_alone_says_nothing() -> None:
    said = heard("/aportar_evidencia", texts=[], evidence=[{"id": "1", "kind": "foto", "flaw": "borrosa"}])
    assert (said.text, said.evidence, said.flaws) == ("", ("foto",), ("borrosa",))


def test_the_words_beside_a_file_are_what_was_said() -> None:
    said = heard("esto me dejaron", texts=["esto", "me dejaron"], evidence=[{"id": "1", "kind": "foto"}])
    assert (said.text, said.flaws) == ("esto\nme dejaron", ())


def test_an_edited_message_brings_what_it_said_before() -> None:
    assert heard("fue el martes", texts=["fue el martes"], replaces="fue el lunes").replaces == "fue el lunes"


def test_what_is_typed_in_rasa_shell_is_said_too() -> None:
    assert heard("hola").text == "hola"
