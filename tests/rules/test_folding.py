"""Chat Spanish is read the same however it is typed."""

import pytest

from bot.folding import fold, matter


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Me estaaan ABLANDO a tdas oras!!", "me estan hablando a todas horas"),
        ("q xq no", "que porque no"),
        ("AMENÁZAN", "amenazan"),
        ("me\u200b quitan", "me quitan"),
        ("  dos   espacios\n", "dos espacios"),
        ("55 1111 2222", "55 1111 2222"),
        ("morirrr", "morir"),
        ("ñandú", "nandu"),
        ("", ""),
        ("😂", "emoji"),
        ("👍🏽", "si"),
        ("🤷‍♀️", "no se"),
        ("vienen 😡", "vienen"),
        ("???", ""),
    ],
)
def test_folding(typed: str, read: str) -> None:
    assert fold(typed) == read


def test_folding_twice_changes_nothing_more() -> None:
    text = "Ya me kiero ir d aki xfa, nooo aguanto!!"
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Hola, me gritaron", "me gritaron"),
        ("ola buenas tardes\nme hablan diario", "me hablan diario"),
        ("Hola buenas tardes", "buenas tardes"),
        ("hola", "hola"),
        ("buenos días disculpe me amenazaron", "me amenazaron"),
    ],
)
def test_what_is_told_after_a_greeting(typed: str, told: str) -> None:
    assert matter(typed) == told
