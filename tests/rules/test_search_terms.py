"""What a sealed complaint is found by."""

from __future__ import annotations

import pytest

from bot.search_terms import of_agency, of_case, of_text


def words(text: str) -> set[str]:
    return {value for kind, value in of_text(text) if kind == "palabra"}


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("me GRITARON muy feo", "gritos"),
        ("me estan amenasando", "amenazas"),
        ("cobrándome lo que no debo", "cobrandome"),
        ("Peñón de los Baños", "penon banos"),
        ("hablan a mi trabajo", "trabajos"),
    ],
)
def test_words_are_found_as_people_write_them(told: str, asked: str) -> None:
    assert words(asked) and words(asked) <= words(told)


@pytest.mark.parametrize("text", ["", "  ", "de la", "que me lo", "...", "\x00", "‮"])
def test_what_says_nothing_is_no_term(text: str) -> None:
    assert of_text(text) == set()


@pytest.mark.parametrize(
    "number", ["5512345678", "+52 55 1234 5678", "(55) 1234-5678", "521 5512345678", "55.1234.5678"]
)
def test_a_number_is_the_same_however_it_is_written(number: str) -> None:
    assert of_text(f"me marcan del {number} diario") >= {("numero", "5512345678")}
    assert ("numero", "5512345678") in of_case({"agency_phone": number})


def test_a_number_is_no_word_and_an_amount_is_no_number() -> None:
    assert words("55 1234 5678") == set()
    assert {kind for kind, _ in of_text("debo 15,000 pesos")} == {"palabra"}


def test_all_of_a_complaint_is_found_but_the_name_that_was_given() -> None:
    facts = {
        "description": "me gritaron",
        "place": "Toluca",
        "affected": "mi mamá",
        "agency": "Delta Norte",
        "agency_phone": "5512345678",
        "violations": ["denunciar_maltrato"],
        "complainant": {"name": "Rosa Martínez", "phone": "5587654321", "anonymous": False},
    }
    terms = of_case(facts, ["volvieron ayer"])
    assert of_text("gritos toluca mamá delta volvieron 5512345678 5587654321") <= terms
    assert of_agency("norte") | {("conducta", "denunciar_maltrato")} <= terms
    assert not of_text("Rosa Martínez") & terms


def test_what_was_erased_has_no_terms() -> None:
    assert of_case({}) == set()


def test_a_long_story_is_read_in_a_moment() -> None:
    assert len(of_text("palabra distinta " * 20_000)) == 2
