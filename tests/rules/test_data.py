"""Which of the data that were found in a message are meant: days, numbers, names, and messages that are only data."""

from __future__ import annotations

import re

import pytest

from actions.data import Data, Entity, meant


def found(text: str, *marks: tuple[str, str, str]) -> Data:
    """Each mark: entity, the words it was found in, value."""
    entities: list[Entity] = []
    for entity, words, value in marks:
        place = re.search(re.escape(words), text)
        assert place, words
        entities.append({"entity": entity, "start": place.start(), "end": place.end(), "value": value})
    return meant(entities, text)


def test_of_many_days_the_one_with_an_hour_matters() -> None:
    text = "en marzo empezaron a hablar y el sabado vinieron como a las 9 de la noche"
    read = found(text, ("fecha", "en marzo", "2026-03-01"), ("fecha", "el sabado", "2026-11-21"), ("hora", "9 de la noche", "21:00"))  # fmt: skip
    assert read.values["fecha"] == ("2026-11-21", "2026-03-01") and not read.unsure


def test_the_day_on_which_the_debt_was_paid_is_not_the_day_it_happened() -> None:
    assert "fecha" not in found("ya liquide mi credito hace 2 años", ("fecha", "hace 2 años", "2024-11-24")).values


@pytest.mark.parametrize("words", ["la semana pasada", "hace un mes", "desde octubre", "hace unos dias"])
def test_a_span_of_time_is_an_uncertain_day(words: str) -> None:
    assert found(f"fue {words}", ("fecha", words, "2026-11-01")).unsure == {"fecha"}


@pytest.mark.parametrize("words", ["ayer", "el martes", "hace 3 dias", "el 3 de octubre"])
def test_a_day_is_certain(words: str) -> None:
    assert not found(f"fue {words}", ("fecha", words, "2026-11-01")).unsure


@pytest.mark.parametrize("text", ["mi telefono es 5512312312", "mi cel 5512312312", "me marcan al 5512312312"])
def test_who_writes_has_a_number_too(text: str) -> None:
    read = found(text, ("telefono", "5512312312", "5512312312"))
    assert read.own_phone == "5512312312" and "telefono" not in read.values


def test_the_number_they_call_from_is_theirs() -> None:
    read = found("me marcan del 5512312312", ("telefono", "5512312312", "5512312312"))
    assert read.own_phone == "" and read.values["telefono"] == ("5512312312",)


@pytest.mark.parametrize(("entity", "words"), [("nombre", "ella"), ("agencia", "q"), ("agencia", "infonavit")])
def test_what_is_no_name_is_none(entity: str, words: str) -> None:
    assert entity not in found(f"es de {words} pues", (entity, words, words)).values


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("me equivoqué de agencia, es Cobranza Sur", "agencia", "Cobranza Sur"),
        ("mejor pon mi nombre, Rosa Elena Garza", "nombre", "Rosa Elena Garza"),
        ("cambien mi nombre a Pedro Canul", "nombre", "Pedro Canul"),
    ],
)
def test_a_name_given_beside_another_question_is_read(text: str, entity: str, value: str) -> None:
    assert meant([], text).values == {entity: (value,)}


def test_where_a_phone_is_shared_is_a_place_and_nothing_else() -> None:
    assert meant([], "19.4326, -99.1332").values == {"lugar": ("19.4326, -99.1332",)}


@pytest.mark.parametrize(
    ("text", "alone"),
    [("fue ayer", True), ("pues como ayer", True), ("no fue ayer", False), ("ayer me gritaron", False)],
)
def test_a_message_that_is_only_data(text: str, alone: bool) -> None:
    assert found(text, ("fecha", "ayer", "2026-11-23")).alone is alone


def test_a_correction_gives_the_new_place() -> None:
    read = found("fue en metepec y no en toluca", ("lugar", "metepec", "metepec"), ("lugar", "toluca", "toluca"))
    assert read.values["lugar"] == ("metepec",)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "\u202e", "{nombre}", "0" * 5000])
def test_nothing_found_in_odd_texts_is_nothing(text: str) -> None:
    assert meant([], text) == Data({})
