"""The catalogue of agencies: what people say stays, and staff says who is meant."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.errors import RuleBroken
from bot.model import Staff
from bot.wiring import House
from tests.flows.desk import Desk
from tests.flows.filed import file


@pytest.fixture
def chief(house: House) -> Staff:
    house.accounts.add("jefa@ejemplo.mx", "supervisor")
    return next(member for member in house.accounts.all() if member.email == "jefa@ejemplo.mx")


def counted(house: House) -> dict[str, int]:
    return {agency.name: agency.cases for agency in house.agencies.all()}


def unknown(house: House) -> list[str]:
    return [said.words for said in house.agencies.unknown()]


def test_names_that_are_nearly_the_same_are_recognised_and_the_words_stay(house: House, chief: Staff) -> None:
    house.agencies.add(chief, "Cobra Ya")
    cases = [file(house, who, agency=said) for who, said in (("ana", "los de cobraya"), ("eva", "KOBRA YA"))]
    assert counted(house) == {"Cobra Ya": 2}
    assert [house.complaints.show(case.folio).facts.agency for case in cases] == ["los de cobraya", "KOBRA YA"]


def test_a_new_agency_is_looked_for_in_the_complaints_that_are_there(house: House, chief: Staff) -> None:
    file(house, "ana", agency="cobraya")
    file(house, "eva", agency="la agencia")
    assert unknown(house) == ["cobraya"]
    house.agencies.add(chief, "Cobra Ya")
    assert (counted(house), unknown(house)) == ({"Cobra Ya": 1}, [])


def test_what_may_be_meant_is_offered_and_staff_decides(house: House, chief: Staff) -> None:
    id_ = house.agencies.add(chief, "Grupo Aldama")
    file(house, "ana", agency="aldana")
    (said,) = house.agencies.unknown()
    assert [match.agency_id for match in said.like] == [id_]
    house.agencies.means(chief, said.name.key, id_)
    assert counted(house) == {"Grupo Aldama": 1}
    house.agencies.means(chief, said.name.key, "")
    assert (counted(house), unknown(house)) == ({"Grupo Aldama": 0}, [])
    assert [said.words for said in house.agencies.unknown(decided=True)] == ["aldana"]
    house.agencies.add_alias(chief, id_, "Aldana")
    assert counted(house) == {"Grupo Aldama": 0}, "what staff said is not undone by likeness"


def test_an_alias_brings_its_complaints_and_takes_them_away(house: House, chief: Staff) -> None:
    id_ = house.agencies.add(chief, "Recuperadora del Sur")
    file(house, "ana", agency="RDS")
    house.agencies.add_alias(chief, id_, "R.D.S.")
    assert counted(house) == {"Recuperadora del Sur": 0}  # three letters apart are other words
    house.agencies.add_alias(chief, id_, "rds")
    assert counted(house) == {"Recuperadora del Sur": 1}
    house.agencies.drop_alias(chief, id_, "rds")
    assert (counted(house), unknown(house)) == ({"Recuperadora del Sur": 0}, ["RDS"])


def test_two_that_are_one_are_united(house: House, chief: Staff) -> None:
    one, other = house.agencies.add(chief, "Delta Norte"), house.agencies.add(chief, "Corporativo DN")
    file(house, "ana", agency="delta norte")
    file(house, "eva", agency="DN")
    house.agencies.merge(chief, other, one)
    assert counted(house) == {"Delta Norte": 2}
    _, aliases, said = house.agencies.show(one)
    assert {alias.name for alias in aliases} == {"Delta Norte", "Corporativo DN"}
    assert {name.words for name in said} == {"delta norte", "DN"}
    file(house, "luz", agency="dn")
    assert counted(house) == {"Delta Norte": 3}
    for gone in (other, one):
        with pytest.raises(RuleBroken):
            house.agencies.merge(chief, gone, one)


def test_a_corrected_complaint_counts_for_the_other_agency(house: House, chief: Staff) -> None:
    for name in ("Delta Norte", "Delta Sur"):
        house.agencies.add(chief, name)
    case = file(house, "ana", agency="delta norte")
    house.complaints.correct(case.folio, "t2", {"agency": "delta sur"})
    assert counted(house) == {"Delta Norte": 0, "Delta Sur": 1}


@pytest.mark.parametrize(
    "name", ["", "   ", "la agencia", "despacho jurídico", "🏠", "x" * 81, "delta norte", "DeltaNorte S.A."]
)
def test_a_name_that_tells_nothing_or_is_another_agencys_is_refused(house: House, chief: Staff, name: str) -> None:
    id_ = house.agencies.add(chief, "Delta Norte")
    house.agencies.add_alias(chief, id_, "deltanorte")
    other = house.agencies.add(chief, "Cobra Ya")
    for act in (
        lambda: house.agencies.add(chief, name),
        lambda: house.agencies.add_alias(chief, other, name),
        lambda: house.agencies.rename(chief, other, "Cobra Ya", name),
    ):
        with pytest.raises(RuleBroken):
            act()
    assert set(counted(house)) == {"Delta Norte", "Cobra Ya"}


def test_of_two_tabs_the_later_is_told(house: House, chief: Staff) -> None:
    id_ = house.agencies.add(chief, "Delta Norte")
    house.agencies.rename(chief, id_, "Delta Norte", "Delta del Norte")
    with pytest.raises(RuleBroken, match="ahora es Delta del Norte"):
        house.agencies.rename(chief, id_, "Delta Norte", "Otra")
    assert set(counted(house)) == {"Delta del Norte"}
    file(house, "ana", agency="delta norte")
    assert counted(house) == {"Delta del Norte": 1}, "the old name stays an alias"


def test_its_own_name_cannot_be_taken_from_an_agency(house: House, chief: Staff) -> None:
    id_ = house.agencies.add(chief, "Delta Norte")
    with pytest.raises(RuleBroken, match="renómbrala"):
        house.agencies.drop_alias(chief, id_, "delta norte")
    with pytest.raises(RuleBroken):
        house.agencies.drop_alias(chief, id_, "nunca estuvo")


# --- the pages ------------------------------------------------------------------------------------------------------


def test_a_supervisor_keeps_the_catalogue_and_it_is_written_down(house: House) -> None:
    file(house, "ana", agency="Cobra Ya")
    desk = Desk(house, "supervisor")
    page = desk.sees("/tablero/agencias")
    key = re.search(r'name="key" value="(\w{64})"', page)[1]
    assert desk.sends("/tablero/agencias", name="Cobra Ya", key=key).status_code == 303
    assert counted(house) == {"Cobra Ya": 1}
    id_ = house.agencies.all()[0].id
    desk.sends(f"/tablero/agencias/{id_}/alias", name="CY Soluciones")
    desk.sends(f"/tablero/agencias/{id_}/nombre", was="Cobra Ya", name="Cobra Ya Ya")
    desk.sends(f"/tablero/agencias/{id_}/alias/quitar", name="CY Soluciones")
    desk.sends("/tablero/agencias", name="Delta Norte")
    delta = next(agency.id for agency in house.agencies.all() if agency.name == "Delta Norte")
    assert desk.sends(f"/tablero/agencias/{delta}/unir", into=id_).headers["location"] == f"/tablero/agencias/{id_}"
    with house.store.read() as tx:
        actions = {line.action for line in tx.audit_lines()}
    assert actions >= {
        "agencia_agregada", "agencia_reconocida", "alias_agregado", "agencia_renombrada", "alias_quitado", "agencia_unida",
    }  # fmt: skip


def test_the_team_reads_the_catalogue_and_changes_nothing(house: House, chief: Staff) -> None:
    id_ = house.agencies.add(chief, "Cobra Ya")
    file(house, "ana", agency="Otra Casa")
    desk = Desk(house, "equipo")
    assert '<form method="post" action="/tablero' not in desk.sees("/tablero/agencias") + desk.sees(
        f"/tablero/agencias/{id_}"
    )
    assert desk.sends(f"/tablero/agencias/{id_}/nombre", was="Cobra Ya", name="Mala").status_code == 403
    assert set(counted(house)) == {"Cobra Ya"}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/tablero/agencias/reconocer", {"key": "x" * 64, "agency": "ninguna"}),
        ("/tablero/agencias/reconocer", {"key": "x" * 64, "agency": ""}),
        ("/tablero/agencias/reconocer", {"key": "", "agency": "Z" * 26}),
        ("/tablero/agencias", {"name": ""}),
        ("/tablero/agencias", {"name": "x" * 4000}),
        (f"/tablero/agencias/{'0' * 26}/unir", {"into": "0" * 26}),
        (f"/tablero/agencias/{'0' * 26}/alias", {"name": "Cobra Ya"}),
        ("/tablero/agencias/..%2f/nombre", {"name": "Cobra Ya", "was": ""}),
    ],
)
def test_bad_input_is_refused_with_a_sentence(house: House, path: str, fields: dict[str, Any]) -> None:
    answer = Desk(house, "supervisor").sends(path, **fields)
    assert answer.status_code in (404, 409, 413)
    assert counted(house) == {}


@pytest.mark.parametrize("id_", ["0", "0" * 26, "%3Cscript%3E"])
def test_an_agency_that_is_none_is_not_there(house: House, id_: str) -> None:
    assert Desk(house, "equipo").http.get(f"/tablero/agencias/{id_}").status_code in (404, 409)


def test_what_people_write_is_shown_as_text(house: House) -> None:
    file(house, "ana", agency='"><img src=x onerror=alert(1)> 5512345678')
    page = Desk(house, "supervisor").sees("/tablero/agencias")
    assert "<img src=x" not in page and "&lt;img" in page
    assert "5512345678" not in page, "numbers in what people write stay masked"
