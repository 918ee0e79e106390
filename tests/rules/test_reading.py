"""Data are read out of a message as people write it."""

from datetime import datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from bot.nlu.reading.reader import find

#: A Monday at noon.
TODAY = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/Mexico_City"))

CASES = [
    ("me marcaron ayer", {"fecha": "2026-11-22", "canal": "llamada"}),
    ("antier a las 11 de la noche", {"fecha": "2026-11-21", "hora": "23:00"}),
    ("el lunes pasado", {"fecha": "2026-11-16"}),
    ("fue el martes como a las 7 y media de la mañana", {"fecha": "2026-11-17", "hora": "07:30"}),
    ("desde hace un mes", {"fecha": "2026-10-23"}),
    ("hace 3 semanas", {"fecha": "2026-11-02"}),
    ("el 3 de mayo", {"fecha": "2026-05-03"}),
    ("el 24 de diciembre", {"fecha": "2025-12-24"}),
    ("12/08/2026 a las 18:30", {"fecha": "2026-08-12", "hora": "18:30"}),
    ("el 31 de febrero", {}),
    ("a las 6 am", {"hora": "06:00"}),
    ("a las 12 de la noche", {"hora": "00:00"}),
    ("en la madrugada", {"hora": "madrugada"}),
    ("muy temprano", {"hora": "mañana"}),
    ("ayer en la noche, como a las 10", {"fecha": "2026-11-22", "hora": "22:00"}),
    ("del 55 1234 5678", {"telefono": "5512345678"}),
    ("+52 1 81 8345 2210", {"telefono": "8183452210"}),
    ("(664) 123-45-67", {"telefono": "6641234567"}),
    ("ocho uno uno dos tres cuatro cinco seis siete ocho", {"telefono": "8112345678"}),
    ("12345", {}),
    ("me pidio 3 mil quinientos pesos", {"monto": "3500"}),
    ("quiere $4,500", {"monto": "4500"}),
    ("le di dos mil pesos", {"monto": "2000"}),
    ("1,250.50 pesos", {"monto": "1250.50"}),
    ("me llaman como 10 veces al día", {"frecuencia": "como 10 veces al dia", "canal": "llamada"}),
    ("a tdas oras", {"frecuencia": "a todas horas"}),
    ("todos los dias", {"frecuencia": "todos los dias"}),
    ("son del despacho Delta Norte", {"agencia": "Delta Norte"}),
    ("no era Delta, era Grupo Delta Norte", {"agencia": "Grupo Delta Norte"}),
    ("me habla Cobrafacil", {"agencia": "Cobrafacil", "canal": "llamada"}),
    ("el despacho me llama", {"canal": "llamada"}),
    ("dicen que son de infonavit", {}),
    ("vinieron a mi casa", {"canal": "visita"}),
    ("me mandan whatsapps", {"canal": "mensaje"}),
    ("dejaron un papel", {"canal": "carta"}),
    ("fue en Ecatepec", {"lugar": "Ecatepec"}),
    ("vivo en Nuevo León", {"lugar": "Nuevo León"}),
    ("me llamo Rosa Martínez", {"nombre": "Rosa Martínez"}),
    ("soy la vecina", {}),
    ("del 3 al 8 de noviembre", {"fecha": "2026-11-03"}),
    ("el 12 del mes pasado", {"fecha": "2026-10-12"}),
    ("el viernes 20 en la tarde", {"fecha": "2026-11-20", "hora": "tarde"}),
    ("el juebes", {"fecha": "2026-11-19"}),
    ("el lunes que viene", {}),
    ("hasta el 30 de noviembre", {}),
    ("dicen que el martes me sacan", {}),
    ("abren el sábado?", {}),
    ("con el fin de quejarme", {}),
    ("de lunes a viernes", {"frecuencia": "de lunes a viernes"}),
    ("de 8 a 9 de la noche", {"hora": "21:00"}),
    ("a las 2 de la noche", {"hora": "02:00"}),
    ("a las 24:00", {"hora": "00:00"}),
    ("cuarto para las once de la noche", {"hora": "22:45"}),
    ("a las 24 horas", {}),
    ("a las dos semanas", {}),
    ("me pidió 5k", {"monto": "5000"}),
    ("debo medio millón", {"monto": "500000"}),
    ("me descuentan mil ocho", {"monto": "1800"}),
    ("le di 800 al gestor", {"monto": "800"}),
    ("debo desde 2022", {}),
    ("mil gracias", {}),
    ("mi número de crédito es 1234567890", {}),
    ("son de Cobranza Total", {"agencia": "Cobranza Total"}),
    ("el despacho cambió de nombre", {}),
    ("la cobranza ya me tiene harta", {}),
    ("soy de Mérida, Yucatán", {"lugar": "Mérida, Yucatán"}),
    ("en la colonia Doctores, cdmx", {"lugar": "colonia Doctores, cdmx"}),
    ("quiero vivir en paz", {}),
    ("soy de un ejido y vino una persona", {"canal": "visita"}),
    ("me llamó ratera", {}),
    ("tengo dudas sobre mi recibo", {}),
    ("mi folio es bt 7k3 9wm 4", {"folio": "BT-7K3-9WM-4"}),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_data_are_found_and_normalised(text: str, wanted: dict[str, str]) -> None:
    found = {item.entity: item.value for item in find(text, TODAY)}
    assert found == wanted


def test_two_hours_of_one_range_share_their_part_of_the_day() -> None:
    assert [item.value for item in find("de 8 a 9 de la noche", TODAY)] == ["20:00", "21:00"]
    assert [item.value for item in find("desde las 7 hasta las 9 de la noche", TODAY)] == ["07:00", "21:00"]


@pytest.mark.parametrize(
    "unit", ["de las ", "y ", "mil ", "dos ", "cinco cinco ", "lunes ", "colonia de la ", "me llamo Ana ", "a las 9 o "]
)
def test_long_texts_do_not_take_long(unit: str) -> None:
    """A rule that reads its words over and over takes minutes here, not part of a second."""
    begun = process_time()
    find(unit * 1000, TODAY)

    assert process_time() - begun < 2


@pytest.mark.parametrize("text", ["", "😂" * 500, "\u202e0000", "9" * 5000, "el " * 5000, "$" * 300, "\x00"])
def test_strange_texts_are_read_without_harm(text: str) -> None:
    for item in find(text, TODAY):
        assert 0 <= item.start < item.end <= len(text)


def test_spans_point_at_what_was_written() -> None:
    text = "Ayer EL DESPACHO Delta Norte me marcó del 55 1234 5678"
    assert {text[i.start : i.end] for i in find(text, TODAY)} >= {"Ayer", "Delta Norte", "55 1234 5678"}
