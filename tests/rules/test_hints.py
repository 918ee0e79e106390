"""What people say of themselves and of the case, read by rules that must not depend on the model."""

from __future__ import annotations

import pytest

from actions.hints import Removal, collectors_are_meant, hints, plain_conducts, removal


@pytest.mark.parametrize(
    ("text", "relation", "affected"),
    [
        ("es para mi mamá, ella tiene el credito", "familiar", "mi mamá"),
        ("quiero denunciar pero no soy yo el del credito, es mi esposo", "familiar", ""),
        ("no es mio, es de mi papa y le gritan por telefono", "familiar", "mi papá"),
        ("la deuda es de mi hermano y me llaman a mi", "familiar", ""),
        ("a mi abuelita le gritan por telefono", "familiar", "mi abuela"),
        ("yo no debo nada, soy aval de mi primo", "aval", ""),
        ("rento una casa y vienen a cobrar al dueño", "inquilino", ""),
        ("me pusieron de referencia", "referencia", ""),
        ("numero equivocado, yo no los conozco", "no_deudor", ""),
        ("soy su vecina y veo que le gritan", "tercero", ""),
        ("me gritaron", "", ""),
        ("me estan acosando y le hablaron a mi hermana para decirle que debo", "", ""),
        ("yo saque mi credito y le dijeron a mi esposa que nos iban a sacar", "titular", "mi esposa"),
        ("vivo rentando y buscan a la dueña anterior", "inquilino", ""),
    ],
)
def test_who_speaks_and_for_whom(text: str, relation: str, affected: str) -> None:
    read = hints(text)
    assert (read.relation, read.affected) == (relation, affected)


@pytest.mark.parametrize(
    "text", ["tengo 14 años y vienen", "soy menor de edad", "tengo quince años", "voy en secundaria"]
)
def test_a_child_is_noticed(text: str) -> None:
    assert hints(text).minor


@pytest.mark.parametrize(
    "text", ["tengo 15 años pagando", "tengo 14 años viviendo aqui", "tengo 44 años", "hace 12 años"]
)
def test_years_are_not_always_an_age(text: str) -> None:
    assert not hints(text).minor


@pytest.mark.parametrize("text", ["me acosan los cobradores de Coppel", "debo en bancomer y un despacho me amenaza"])
def test_other_lenders(text: str) -> None:
    assert hints(text).bank


@pytest.mark.parametrize(
    "text",
    [
        "me pidió que depositara a una cuenta de bancomer",
        "pago mi infonavit en banorte y me cobran de mas los del despacho",
        "fui a pagar al oxxo",
    ],
)
def test_paying_at_a_bank_is_no_other_lender(text: str) -> None:
    assert not hints(text).bank


@pytest.mark.parametrize(
    "text",
    ["me llego un papel del juzgado", "me dejaron un citatorio", "vino un actuario", "trajeron una orden de embargo"],
)
def test_a_court_paper(text: str) -> None:
    assert hints(text).court_paper


@pytest.mark.parametrize("text", ["me amenazan con embargo", "dicen que me van a demandar", "me llego una carta"])
def test_a_threat_of_court_is_no_paper(text: str) -> None:
    assert not hints(text).court_paper


def test_anonymity_asked_and_wanted_are_two_things() -> None:
    assert hints("¿y es anónimo?").about_anonymity and not hints("¿y es anónimo?").nameless
    assert hints("quiero que sea anónima").nameless and not hints("quiero que sea anónima").about_anonymity
    assert hints("no quiero dar mi nombre").nameless


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quita la segunda foto", Removal("foto", 2, False)),
        ("borra la foto 3 por favor", Removal("foto", 3, False)),
        ("quita todas las fotos", Removal("foto", 0, True)),
        ("elimina el audio", Removal("audio", 0, False)),
        ("quita la última captura", Removal("foto", -1, False)),
        ("la segunda foto no, quítala", Removal("foto", 2, False)),
        ("la foto 2 no va", Removal("foto", 2, False)),
        ("quita la foto que mandé al último", Removal("foto", -1, False)),
        ("la foto salió borrosa", None),
        ("me quitaron la casa", None),
        ("borra mis datos", None),
    ],
)
def test_files_to_leave_out(text: str, expected: Removal | None) -> None:
    assert removal(text) == expected


@pytest.mark.parametrize("text", ["Despacho Acosta y Asociados", "hola", "¿qué es un despacho?"])
def test_no_conduct_is_heard_in_names_and_greetings(text: str) -> None:
    assert plain_conducts(text) == ()


@pytest.mark.parametrize(
    ("text", "conducts"),
    [
        ("vinieron a gritarme", ("denunciar_maltrato",)),
        ("me dijeron que me van a quitar la casa", ("denunciar_amenazas",)),
        ("me llama mucho un despacho", ("denunciar_acoso",)),
        ("le dijeron a mi vecina que debo", ("denunciar_uso_datos",)),
        ("no me insultaron ni me amenazaron", ()),
        ("la verdad nunca me han gritado", ()),
        ("no fue amenaza", ()),
    ],
)
def test_clear_words_name_a_conduct_unless_it_was_not_done(text: str, conducts: tuple[str, ...]) -> None:
    assert plain_conducts(text) == conducts


def test_collectors_are_no_staff_of_infonavit() -> None:
    assert collectors_are_meant("unos cobradores del infonavit me molestan")
    assert not collectors_are_meant("un empleado de la ventanilla del infonavit")


@pytest.mark.parametrize(
    "text",
    [
        "no sé cómo se llama el despacho",
        "nose",
        "no me dijeron el nombre",
        "uy ya no me acuerdo",
        "ni idea",
        "no lo tengo",
    ],
)
def test_who_does_not_know_says_so_in_many_words(text: str) -> None:
    assert hints(text).does_not_know


@pytest.mark.parametrize(
    "text",
    ["no me dejan en paz", "no me dieron opciones de pago", "no tengo dinero para pagar", "¿no se puede denunciar?"],
)
def test_what_is_told_is_no_not_knowing(text: str) -> None:
    assert not hints(text).does_not_know


@pytest.mark.parametrize("text", ["ya se fueron gracias a dios", "ya estoy mas tranquila", "ya llegó la patrulla"])
def test_danger_and_despair_pass(text: str) -> None:
    assert hints(text).calmer


@pytest.mark.parametrize("text", ["ya estoy bien cansada de todo", "no me siento bien", "ya no puedo mas"])
def test_what_sounds_like_relief_and_is_none(text: str) -> None:
    assert not hints(text).calmer


def test_a_claim_of_a_court_order_is_no_paper_in_hand() -> None:
    assert not hints("le dijeron a mi esposa que ya traian la orden del juez").court_paper


@pytest.mark.parametrize("text", ["modo discreto", "que nadie se entere porfa", "mi esposo me revisa el celular"])
def test_nobody_is_to_see_it(text: str) -> None:
    assert hints(text).discreet
