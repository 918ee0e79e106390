"""What is hidden of personal data until somebody asks for it."""

from __future__ import annotations

import pytest

from bot.masking import masked, masked_name, masked_number


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("marcan del 55 1234 5678", "marcan del ••••78"),
        ("(55) 1234-5678 y +52 1 55 8765 4321", "(••••78 y ••••21"),
        ("cuenta 012180001234567897.", "cuenta ••••97."),
        ("mi correo es ana.p@correo.com.mx", "mi correo es ••••@••••"),
        ("CURP PELA800101MDFRRN09", "CURP ••••"),
        ("debo 1500 desde 2023, 20 llamadas el 3 de mayo", "debo 1500 desde 2023, 20 llamadas el 3 de mayo"),
        ("2026-11-23", "2026-11-23"),
        ("", ""),
    ],
)
def test_numbers_and_addresses_that_lead_to_somebody_are_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_the_names_of_who_speaks_are_hidden_wherever_they_stand() -> None:
    assert masked("soy Ana Lucía, ana para los amigos", ("Ana Lucía",)) == "soy A•••• L••••, A•••• para los amigos"
    assert masked_name("Ana Lucía Pérez") == "A•••• L•••• P••••"


def test_official_numbers_are_for_everybody() -> None:
    public = frozenset({"8000083900"})
    assert masked("llama al 800 008 3900 y no al 55 1234 5678", public=public) == "llama al 800 008 3900 y no al ••••78"


def test_a_number_keeps_two_digits() -> None:
    assert (masked_number("55 1234 5678"), masked_number("")) == ("••••78", "")
