"""Which names are the same agency's."""

import pytest

from bot.agency_names import Alias, core, nearest, same

CATALOGUE = [
    Alias(name, name)
    for name in (
        "Cobra Ya", "Delta Norte", "Delta Sur", "Grupo Aldama", "Recuperadora del Sur", "Recuperadora del Norte",
        "Jurídico Mireles y Asociados", "Orozco y Asociados", "Garza Leal", "Cartera Segura Noroeste", "Recupera Fácil",
        "Soluciona Tu Casa", "Fortaleza Hipotecaria", "Enlace Bajío", "Consultores del Bajío", "Nexo Legal",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cobraya", "Cobra Ya"),
        ("los de kobra ya", "Cobra Ya"),
        ("COBRA YA S.A. de C.V.", "Cobra Ya"),
        ("despacho delta norte", "Delta Norte"),
        ("Aldama", "Grupo Aldama"),
        ("recuperadora sur", "Recuperadora del Sur"),
        ("Mireles Abogados", "Jurídico Mireles y Asociados"),
        ("bufete orosco", "Orozco y Asociados"),
        ("garsa leal", "Garza Leal"),
        ("Cartera segura del noroeste", "Cartera Segura Noroeste"),
        ("RECUPERAFACIL", "Recupera Fácil"),
        ("fortalesa hipotecaria", "Fortaleza Hipotecaria"),
        ("consultores bajio", "Consultores del Bajío"),
    ],
)
def test_nearly_the_same_is_the_same(said: str, meant: str) -> None:
    found = same(said, CATALOGUE)
    assert found and found.agency_id == meant


@pytest.mark.parametrize(
    "said",
    [
        "Delta", "Delta Este", "Recuperadora del Este", "Garza Real", "Cobra Más", "Cobrando Ya", "Solución Casa",
        "Recuperadora Fácil", "Cartera Vencida Noroeste", "Nexo Capital", "Fortaleza", "banco azteca",
        "la agencia", "no sé", "los de Infonavit", "un licenciado", "", "🏠", "=1+1", "x" * 5000,
    ],
)  # fmt: skip
def test_another_agency_is_never_accused(said: str) -> None:
    assert same(said, CATALOGUE) is None


def test_what_may_be_meant_is_offered_likeliest_first() -> None:
    assert [match.agency_id for match in nearest("grupo aldana", CATALOGUE, 3)][:1] == ["Grupo Aldama"]
    assert nearest("la agencia", CATALOGUE) == []


def test_two_that_are_as_near_are_left_to_staff() -> None:
    assert same("Delta Oeste", [Alias("Delta Oesta", "1"), Alias("Delta Oesti", "2")]) is None


def test_the_core_is_what_tells_it_from_others() -> None:
    assert core("el despacho Jurídico Mireles S.A. de C.V.") == "mireles"
    assert core("la agencia") == core("despacho jurídico") == core("") == ""
