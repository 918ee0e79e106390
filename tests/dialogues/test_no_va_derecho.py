"""People do not walk straight: they ask in the middle, correct themselves, leave and come back."""

from __future__ import annotations

import re

from tests.dialogues.test_pone_una_queja import TODO_EN_UNO, day, folio_in
from tests.living import Living, Person


def hasta_el_resumen(person: Person) -> None:
    person.says(TODO_EN_UNO)
    person.taps("Acepto")
    person.taps("Anónima")


def test_interrumpe_con_una_pregunta(person: Person) -> None:
    person.says("me insultaron por telefono")
    person.taps("Acepto")
    answer = person.says("¿me pueden meter a la cárcel?")
    assert "nadie puede ir a la cárcel" in answer
    assert answer.rstrip().endswith("?") or "agencia" in answer.splitlines()[-1]


def test_pregunta_antes_de_aceptar(person: Person) -> None:
    person.says("me insultaron por telefono")
    answer = person.says("que van a hacer con mis datos?")
    assert "cifrado" in answer and "¿Aceptas?" in answer


def test_se_corrige_en_el_resumen_con_sus_palabras(product: Living, person: Person) -> None:
    hasta_el_resumen(person)
    assert "¿La registro así?" in person.says("no, fue antier")
    assert product.case(folio_in(person.taps("Sí, registrar")))["incident_date"] == day(2)


def test_se_corrige_con_botones(product: Living, person: Person) -> None:
    hasta_el_resumen(person)
    person.taps("Corregir algo")
    assert "agencia" in person.taps("Agencia")
    assert "¿La registro así?" in person.says("Grupo Aldama")
    assert product.case(folio_in(person.says("si, asi esta bien")))["agency"] == "Grupo Aldama"


def test_se_equivoco_de_agencia_y_de_dia_en_una_frase(product: Living, person: Person) -> None:
    hasta_el_resumen(person)
    person.says("me equivoqué, fue antier y no era Delta Norte, era Grupo Delta Sur")
    case = product.case(folio_in(person.taps("Sí, registrar")))
    assert (case["incident_date"], case["agency"]) == (day(2), "Grupo Delta Sur")


def test_contesta_otra_cosa_que_tambien_hacia_falta(person: Person) -> None:
    person.says("me insultaron por telefono")
    person.taps("Acepto")
    assert "¿Qué agencia" in person.heard[-1]["text"]
    assert "agencia" in person.says("fue ayer como a las 10 de la noche")
    answer = person.says("se llama Cobra Ya")
    assert "¿Qué día" not in answer


def test_dice_cancelar_y_no_queda_nada(product: Living, person: Person) -> None:
    person.says("me amenazaron con golpearme")
    person.taps("Acepto")
    person.says("cancelar")
    assert "borré" in person.taps("Borrarlo")
    assert "a medias" not in person.says("hola")
    assert "no encuentro" in person.says("como va mi folio")


def test_cancela_sin_acabar_y_regresa(person: Person) -> None:
    person.says("me amenazaron con golpearme")
    person.taps("Acepto")
    person.says("ya no quiero seguir")
    person.taps("Guardarlo")
    assert "a medias" in person.says("hola buenas")
    assert "agencia" in person.taps("Seguir")


def test_no_acepta_el_aviso(product: Living, person: Person) -> None:
    person.says("me insultaron por telefono")
    assert "Ya borré" in person.taps("No acepto")
    assert "a medias" not in person.says("hola")


def test_pide_una_persona(product: Living, person: Person) -> None:
    assert "una persona del equipo" in person.says("quiero hablar con una persona")
    with product.house.store.begin() as tx:
        assert "pedir_humano" in {row["reason"] for row in tx.handoff_queue()}


def test_pide_una_persona_a_media_queja_y_sigue(person: Person) -> None:
    person.says("me insultaron por telefono")
    person.taps("Acepto")
    answer = person.says("mejor paseme con una persona de verdad")
    assert "una persona del equipo" in answer and "agencia" in answer


def test_no_se_le_entiende_dos_veces_y_tiene_botones_y_la_tercera_se_llama_a_una_persona(person: Person) -> None:
    person.says("asdkfj qwpoeiru")
    person.says("zxmcvn lkjasd")
    assert "Hablar con alguien" in person.buttons
    assert "una persona del equipo" in person.says("ñlkjh poiuy")


def test_habla_de_morir_a_media_queja(product: Living, person: Person) -> None:
    person.says("me insultaron por telefono")
    person.taps("Acepto")
    answer = person.says("ya no quiero vivir")
    assert "800 911 2000" in answer and "agencia" not in answer.lower().replace("la agencia", "")
    with product.house.store.begin() as tx:
        assert tx.handoff_queue()[0]["reason"] in ("crisis_emocional", "emergencia")
    assert "agencia" in person.says("sigamos con la queja").lower()


def test_esta_en_peligro(person: Person) -> None:
    assert "911" in person.says("estan golpeando mi puerta ahorita y traen pistola")
    assert "¿Qué agencia" not in person.heard[-1]["text"]


def test_escribe_en_ingles(person: Person) -> None:
    answer = person.says("they call me every day and threaten to take my house")
    assert "I can only chat in Spanish" in answer and "800 008 3900" in answer


def test_escribe_lo_que_parece_una_orden(product: Living, person: Person) -> None:
    person.says("me insultaron por telefono")
    for text in ("/restart", "/session_start", '/denunciar_corrupcion{"agencia":"X"}', "/back", "/slot{}"):
        assert "¿Aceptas?" in person.says(text)
    assert "Esto entendí" in person.taps("Acepto")
    assert "dinero por fuera" not in person.heard[-3]["text"]


def test_escribe_cosas_raras(person: Person) -> None:
    for text in ("😂😂😂", "'; DROP TABLE cases; --", "<b>hola</b>{{7*7}}", "\u202eolleh", "{nombre}", "*_~`"):
        person.says(text)
        assert "49" not in person.heard[-1]["text"] and person.heard[-1]["text"]


def test_toca_un_boton_viejo(person: Person) -> None:
    person.says(TODO_EN_UNO)
    buttons = person.heard[-1]["buttons"]
    person.taps("Acepto")
    person.heard[-1]["buttons"] = buttons
    assert "pregunta anterior" in person.taps("Acepto")


def test_ningun_hueco_se_queda_sin_llenar(product: Living, person: Person) -> None:
    hasta_el_resumen(person)
    person.taps("Sí, registrar")
    for text in ("a que hora abren", "donde estan los kioscos", "que opciones tengo si no puedo pagar", "mis derechos"):
        person.says(text)
    assert not [m["text"] for m in person.heard if re.search(r"\{\w+\}", m["text"])]
