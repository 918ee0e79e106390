"""People ask whether they may be treated so, before, during and after their complaint."""

from __future__ import annotations

import pytest

from tests.dialogues.test_pone_una_queja import TODO_EN_UNO
from tests.living import Person

PREGUNTAS = {
    "pueden llamarme en domingo?": "domingo o festivo",
    "me pueden meter a la carcel por deber": "nadie puede ir a la cárcel",
    "pueden embargar mis muebles": "no puede llevarse tus cosas",
    "pueden hablarle a mi jefe?": "en tu trabajo",
    "y si ya pague?": "cobrarte lo que no debes",
    "como se que es de infonavit": "no tengo una lista oficial",
    "les doy mi nss?": "No des tu NSS",
    "puedo grabar las llamadas": "No lo sé con certeza",
    "cuanto cuesta poner la queja": "Es gratis",
    "me quede sin trabajo y debo la casa, que hago": "Fondo de Protección de Pagos",
}


@pytest.mark.parametrize("pregunta", PREGUNTAS)
def test_pregunta_y_se_le_contesta_con_su_fuente(person: Person, pregunta: str) -> None:
    answer = person.says(pregunta)
    assert PREGUNTAS[pregunta].lower() in answer.lower()
    assert "Fuente:" in answer


def test_pregunta_en_cada_paso_y_sigue_donde_iba(person: Person) -> None:
    person.says("me insultaron por telefono")
    pasos = [
        ("pueden embargar mis muebles?", "juez", "¿Aceptas?"),
        ("", "", ""),
        ("me pueden meter a la carcel?", "cárcel", "agencia"),
        ("Delta Norte", "", ""),
        ("pueden hablarle a mi jefe?", "trabajo", "día"),
    ]
    for pregunta, respuesta, sigue in pasos:
        answer = person.says(pregunta) if pregunta else person.taps("Acepto")
        assert respuesta in answer and sigue in answer


def test_pregunta_por_la_hora_que_conto(person: Person) -> None:
    person.says("me llamaron ayer a las 11 de la noche y me insultaron")
    person.taps("Acepto")
    assert "A las 23:00 ya es fuera del rango" in person.says("hay un horario para que me cobren?")


def test_pregunta_lo_que_nadie_sabe(person: Person) -> None:
    answer = person.says("me pueden quitar la patria potestad por deber?")
    assert "no lo sé con certeza" in answer and "800 008 3900" in answer
    assert "Trato cordial" in person.taps("Mis derechos")


def test_pregunta_despues_del_folio(person: Person) -> None:
    person.says(TODO_EN_UNO)
    person.taps("Acepto")
    person.taps("Anónima")
    person.taps("Sí, registrar")
    assert "prometerte un plazo" in person.says("en cuanto tiempo me responden?")
