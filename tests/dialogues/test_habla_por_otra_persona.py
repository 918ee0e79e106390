"""Who speaks is not always who owes: mothers, guarantors, tenants, wrong numbers; and what is not Infonavit's agencies."""

from __future__ import annotations

import pytest

from tests.dialogues.test_cuenta_a_su_manera import empieza, hasta_registrar
from tests.living import Living, Person


def test_denuncia_por_su_mama(product: Living, person: Person) -> None:
    empieza(person, "es para mi mamá, ella tiene el credito y le hablan todos los dias para insultarla")
    for _ in range(6):
        if "¿A nombre de quién" in person.heard[-1]["text"]:
            break
        person.says("no se")
    assert "el de tu mamá" in person.heard[-1]["text"]
    assert "familiar" in person.says("María López")
    case = product.case(hasta_registrar(person))
    assert (case["relation"], case["affected"]) == ("familiar", "mi mamá")


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("soy aval de mi primo y me estan amenazando por mensaje", "aval"),
        ("yo solo soy inquilino y vienen a gritarme por la deuda del dueño", "inquilino"),
        ("me insultan por telefono buscando a otra persona, yo no soy el deudor", "no_deudor"),
    ],
)
def test_a_quien_le_cobran_no_debe(product: Living, person: Person, text: str, relation: str) -> None:
    empieza(person, text)
    case = product.case(hasta_registrar(person))
    assert (case["relation"], case["affected"]) == (relation, "quien escribe")


def test_es_de_otro_banco(product: Living, person: Person) -> None:
    answer = person.says("me acosan los cobradores de Coppel")
    assert "CONDUSEF" in answer and "REDECO" in answer and "Acepto" not in person.buttons
    assert "No guardé" in person.taps("No es de Infonavit")
    assert "a medias" not in person.says("hola")


def test_parecia_de_otro_banco_y_es_de_infonavit(person: Person) -> None:
    person.says("me acosan los cobradores de Coppel")
    assert "¿Estás de acuerdo?" in person.taps("Sí es de Infonavit")


def test_se_queja_de_personal_de_infonavit(product: Living, person: Person) -> None:
    answer = empieza(person, "una empleada del infonavit en la delegación de Puebla me pidió mordida para mi tramite")
    assert "oficina o área de Infonavit" in answer
    case = product.case(hasta_registrar(person))
    assert {"denunciar_personal_infonavit", "denunciar_corrupcion"} <= set(case["violations"])


def test_ya_pago_y_le_siguen_cobrando(person: Person) -> None:
    assert "comprobantes" in person.says("ya pague mi casa y me siguen cobrando, me hablan diario")


def test_tiene_un_papel_del_juzgado(person: Person) -> None:
    answer = person.says("me llego un papel del juzgado que me van a embargar")
    assert "no se tira ni se deja pasar" in answer and "abogado" in answer
    again = person.says("es un citatorio, ¿qué hago, lo tiro?")
    assert "no se tira" in again and "ignora" not in again
