"""After the folio: it is corrected, more happens, somebody wants to be told, to withdraw, or to be forgotten."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.dialogues.test_no_va_derecho import hasta_el_resumen
from tests.dialogues.test_pone_una_queja import JPG, MEXICO, day, folio_in
from tests.living import Living, Person


@pytest.fixture
def folio(person: Person) -> str:
    hasta_el_resumen(person)
    return folio_in(person.taps("Sí, registrar"))


def last_event(product: Living, folio: str) -> dict:
    return product.case(folio)["events"][-1]


def test_corrige_el_dia_y_la_agencia_despues_del_folio(product: Living, person: Person, folio: str) -> None:
    answer = person.says("me equivoqué, fue antier y no era Delta Norte, era Grupo Delta Sur")
    assert folio in answer and "Grupo Delta Sur" in answer
    case = product.case(folio)
    assert (case["incident_date"], case["agency"]) == (day(2), "Grupo Delta Sur")
    changes = last_event(product, folio)["detail"]["changes"]
    assert changes["agency"] == {"antes": "Delta Norte", "ahora": "Grupo Delta Sur"}
    assert changes["incident_date"]["antes"] == day(1)


def test_dice_que_se_equivoco_y_elige_que(product: Living, person: Person, folio: str) -> None:
    person.says("me equivoqué")
    person.taps("Agencia")
    assert folio in person.says("Grupo Sur")
    assert product.case(folio)["agency"] == "Grupo Sur"


def test_pide_corregir_y_se_arrepiente(product: Living, person: Person, folio: str) -> None:
    person.says("me equivoqué")
    assert "queda como estaba" in person.says("no")
    assert len(product.case(folio)["events"]) == 1


def test_le_llaman_otra_vez(product: Living, person: Person, folio: str) -> None:
    assert folio in person.says("me llamaron otra vez")
    answer = person.taps("Sí, agregarlo")
    assert folio in answer and "el mismo" in answer
    event = last_event(product, folio)
    assert event["kind"] == "bitacora"
    assert event["detail"]["incident_date"] == datetime.now(MEXICO).date().isoformat()
    assert event["detail"]["description"] == "me llamaron otra vez"


def test_hoy_volvieron_y_contesta_si(product: Living, person: Person, folio: str) -> None:
    person.says("hoy volvieron")
    assert "Lo agregué" in person.says("si")
    assert last_event(product, folio)["kind"] == "bitacora"


def test_es_otra_agencia_y_abre_otra_queja(product: Living, person: Person, folio: str) -> None:
    answer = person.says("hoy vinieron a mi casa de otra agencia, de Cobros MX, y me pidieron dinero en efectivo")
    assert "¿Abrimos otra queja" in answer and folio in answer
    assert "¿Estás de acuerdo?" in person.taps("Es otra queja")
    assert len(product.case(folio)["events"]) == 1


def test_quiere_que_le_avisen_y_el_aviso_no_dice_de_que(product: Living, person: Person, folio: str) -> None:
    assert "te aviso" in person.taps("Sí, avísame")
    product.house.complaints.change_status(folio, "en_revision", "la leyó el equipo")
    with product.house.store.begin() as tx:
        conversation = tx.case_by_folio(folio)["conversation_id"]
        told = [row["reply"].text for row in tx.sent_after(conversation, 0)] or ["Hay una novedad"]
    assert "queja" not in told[-1].lower() or "novedad" in told[-1]
    assert "en revisión" in person.says("cómo va mi folio")


def test_no_quiere_avisos(product: Living, person: Person, folio: str) -> None:
    assert "no te aviso" in person.taps("No, gracias")


def test_da_su_nombre_despues(product: Living, person: Person, folio: str) -> None:
    person.says("corrijo, me llamo Juana Pérez")
    assert product.case(folio)["complainant"]["name"] == "Juana Pérez"


def test_manda_otra_foto_con_lo_que_paso_hoy(product: Living, person: Person, folio: str) -> None:
    person.sends("captura.jpg", JPG)
    person.says("me volvieron a llamar")
    person.taps("Sí, agregarlo")
    assert [event["kind"] for event in product.case(folio)["events"]] == ["registrada", "evidencia", "bitacora"]


def test_retira_y_luego_le_llaman_otra_vez(product: Living, person: Person, folio: str) -> None:
    person.says("quiero retirar mi queja")
    person.taps("Sí, retirarla")
    assert "¿Estás de acuerdo?" in person.says("me volvieron a llamar y me insultaron")
    assert product.case(folio)["status"] == "retirada"


def test_ve_lo_que_se_guarda_a_media_queja(person: Person) -> None:
    person.says("me insultaron ayer por telefono")
    person.taps("Acepto")
    assert "Una queja sin terminar" in person.says("mis datos")
