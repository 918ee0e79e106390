"""Fear, despair, children, insults: the tone follows the person, and afterwards they may go on or not."""

from __future__ import annotations

from tests.living import Living, Person


def test_esta_desesperada_y_no_se_le_recibe_con_un_menu(person: Person) -> None:
    answer = person.says("estoy desesperada, ya no duermo por las llamadas del despacho")
    first = person.heard[0]["text"]
    assert not first.startswith(("Puedo ayudarte", "Hola.")) and ("Siento" in first or "pesa" in first)
    assert "Puedo ayudarte a" not in answer


def test_es_menor_de_edad(product: Living, person: Person) -> None:
    answer = person.says("tengo 14 años y vienen a gritarnos por la deuda de mi papa")
    assert "persona adulta" in answer and "No necesito tu nombre" in answer
    with product.house.store.begin() as tx:
        assert "menor" in {row["reason"] for row in tx.handoff_queue()}
    person.says("acepto")
    for _ in range(7):
        if "¿La registro así?" in person.heard[-1]["text"]:
            break
        person.says("no se")
    assert not [m for m in person.heard if "A nombre de quién" in m["text"]]


def test_pasa_una_crisis_y_despues_sigue(person: Person) -> None:
    person.says("me insultaron por telefono")
    person.taps("Acepto")
    assert "800 911 2000" in person.says("ya no quiero vivir")
    assert "agencia" in person.says("ya estoy mejor, sigamos con la queja").lower()


def test_pasa_una_crisis_y_no_quiere_seguir(person: Person) -> None:
    person.says("me insultaron por telefono")
    person.taps("Acepto")
    person.says("ya no quiero vivir")
    person.says("ya no quiero seguir con esto, cancela")
    assert "Borrarlo" in person.buttons or "800 911 2000" in person.heard[-1]["text"]


def test_insulta_al_bot_a_media_queja(person: Person) -> None:
    person.says("me insultaron por telefono")
    person.taps("Acepto")
    answer = person.says("pinche bot inútil no sirves para nada")
    assert "persona" in answer and "agencia" in answer and "No te entendí" not in answer


def test_dice_no_a_dar_su_nombre_antes_de_aceptar_y_no_se_borra_nada(person: Person) -> None:
    person.says("me insultaron por telefono")
    answer = person.says("no quiero dar mi nombre")
    assert "Ya borré" not in answer and "¿Aceptas?" in answer
    assert "Esto entendí" in person.says("acepto")
