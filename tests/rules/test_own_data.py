"""What a person wants with their data is decided by their words, and by nothing they did not say."""

from __future__ import annotations

import pytest

from actions.own_data import wish
from actions.said import Said


def said(text: str, intent: str, choice: str = "") -> Said:
    question = "menu" if choice else ""
    return Said("c", "t", text, intent, 0.9, (), {}, question, choice, (), "", "es", "")


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("mis datos", "borrar_datos", "ver"),
        ("Mis datos.", "consultar_privacidad", "ver"),
        ("¿qué datos tienes míos?", "consultar_privacidad", "ver"),
        ("que tienen guardado de mi", "consultar_privacidad", "ver"),
        ("¿qué información guardan?", "consultar_privacidad", "ver"),
        ("quiero ver mis datos", "borrar_datos", "ver"),
        ("quiero ver y borrar mis datos", "borrar_datos", "borrar"),
        ("borra mis datos", "borrar_datos", "borrar"),
        ("que quiten mi nombre de ahi", "borrar_datos", "borrar"),
        ("derechos arco", "borrar_datos", "borrar"),
        ("mis datos están seguros?", "consultar_privacidad", ""),
        ("cómo cuidan mis datos", "consultar_privacidad", ""),
        ("retiro mi queja", "borrar_datos", "retirar"),
        ("quiero retirar la denuncia", "cancelar", "retirar"),
        ("quiero cancelar mi queja ya registrada", "borrar_datos", "retirar"),
        ("quiero retirar mi consentimiento", "borrar_datos", "borrar"),
        ("no", "negar", ""),
        ("me quitaron mi casa", "denunciar_amenazas", ""),
    ],
)
def test_words(text: str, intent: str, expected: str) -> None:
    assert wish(said(text, intent)) == expected


@pytest.mark.parametrize("choice", ["borrar_si", "borrar_no", "retirar_si", "retirar_no"])
def test_taps(choice: str) -> None:
    assert wish(said("", "borrar_datos", choice)) == choice
