"""In which state a place lies that somebody names."""

import pytest

from bot.states import STATES, state_of


@pytest.mark.parametrize(
    ("place", "state"),
    [
        ("Ecatepec estado de mexico", "MEX"),
        ("Ecatepec de Morelos", "MEX"),
        ("vivo en Neza", "MEX"),
        ("Monterrey, N.L.", "NLE"),
        ("GUADALAJARA", "JAL"),
        ("Guadalupe, Zacatecas", "ZAC"),
        ("Nuevo Laredo Tamaulipas", "TAM"),
        ("Benito Juárez, CDMX", "CMX"),
        ("la ciudad de México", "CMX"),
        ("Playa del Carmen, Q. Roo", "ROO"),
        ("Baja California Sur", "BCS"),
        ("baja california", "BCN"),
        ("Tizimín", "YUC"),
        ("el centro de Puebla", "PUE"),
        ("Juchitán", "OAX"),
        ("cd. juárez", "CHH"),
        ("col. Centro, Veracruz", "VER"),
    ],
)
def test_a_state_is_known_by_its_name_or_its_towns(place: str, state: str) -> None:
    assert state_of(place) == state


@pytest.mark.parametrize(
    "place", ["", "mi casa", "en mi trabajo", "Centro", "México", "San Pedro", "Puebla o Veracruz", "🏠", "a " * 5000]
)
def test_where_it_is_not_clear_nothing_is_said(place: str) -> None:
    assert state_of(place) == ""


def test_every_state_knows_its_own_name() -> None:
    assert len(STATES) == 32
    assert [state_of(name) for name in STATES.values()] == list(STATES)
