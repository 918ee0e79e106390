"""Ready answers: those of domain.yml, and what the team changes, adds and takes away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import RuleBroken
from bot.model import Staff
from bot.ready_answers import BLANK_ROOM, ReadyAnswer, ReadyAnswers
from bot.wiring import House
from tests.flows.desk import Desk
from tests.flows.say import conversation, say

HELLO = "utter_equipo_saludo"


@pytest.fixture
def chief(house: House) -> Staff:
    house.accounts.add("jefa@ejemplo.mx", "supervisor")
    return next(member for member in house.accounts.all() if member.email == "jefa@ejemplo.mx")


def answers(house: House) -> dict[str, ReadyAnswer]:
    return {answer.id: answer for answer in house.ready_answers.all()}


def picked(house: House) -> set[str]:
    return {answer.title for answer in house.ready_answers.for_channel("web")}


def test_at_first_they_are_those_of_the_file(house: House) -> None:
    assert {(a.id, a.title, a.text) for a in answers(house).values()} == set(house.texts.ready_made())


def test_one_of_the_file_can_be_changed_and_brought_back(house: House, chief: Staff) -> None:
    original = answers(house)[HELLO]
    house.ready_answers.change(chief, HELLO, 0, "Saludo corto", "Hola, soy {tu_nombre}.")
    assert (answers(house)[HELLO].text, answers(house)[HELLO].version) == ("Hola, soy {tu_nombre}.", 1)
    house.ready_answers.bring_back(chief, HELLO, 1)
    assert answers(house)[HELLO] == original


def test_one_of_the_teams_can_be_added_changed_taken_away_and_brought_back(house: House, chief: Staff) -> None:
    id_ = house.ready_answers.add(chief, "Te llamo", "Te llamo a las {hora}.")
    house.ready_answers.change(chief, id_, 1, "Te llamo", "Te llamo hoy a las {hora}.")
    house.ready_answers.take_away(chief, id_, 2)
    assert "Te llamo" not in picked(house)
    house.ready_answers.bring_back(chief, id_, 3)
    assert "Te llamo" in picked(house) and answers(house)[id_].text == "Te llamo hoy a las {hora}."
    with house.store.read() as tx:
        assert [line.action for line in tx.audit_lines(staff_id=chief.id)] == [
            "respuesta_restaurada", "respuesta_borrada", "respuesta_cambiada", "respuesta_agregada",
        ]  # fmt: skip


def test_one_of_the_file_that_was_taken_away_is_not_picked(house: House, chief: Staff) -> None:
    house.ready_answers.take_away(chief, HELLO, 0)
    assert "Saludo" not in picked(house)
    house.ready_answers.bring_back(chief, HELLO, 1)
    assert "Saludo" in picked(house)


def test_of_two_tabs_the_later_is_told_and_nothing_is_overwritten(house: House, chief: Staff) -> None:
    house.ready_answers.change(chief, HELLO, 0, "Saludo", "Primera.")
    for act in (
        lambda: house.ready_answers.change(chief, HELLO, 0, "Saludo", "Segunda."),
        lambda: house.ready_answers.take_away(chief, HELLO, 0),
        lambda: house.ready_answers.bring_back(chief, HELLO, 0),
        lambda: house.ready_answers.change(chief, HELLO, -1, "Saludo", "Segunda."),
    ):
        with pytest.raises(RuleBroken, match="Alguien cambió"):
            act()
    assert answers(house)[HELLO].text == "Primera."


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", "texto"), ("título", ""), ("título", "   "), ("x" * 61, "texto"), ("Saludo", "otro con ese título"),
        ("SALUDO", "x"), ("llaves", "Te llamo a las {hora"), ("llaves", "a las hora}"), ("llaves", "a {mi hora}"),
        ("llaves", "{}"), ("largo", "x" * 100_001),
    ],
)  # fmt: skip
def test_what_would_not_work_is_refused(house: House, chief: Staff, title: str, text: str) -> None:
    before = answers(house)
    with pytest.raises(RuleBroken):
        house.ready_answers.add(chief, title, text)
    assert answers(house) == before


def test_each_channel_offers_what_fits_into_it_with_its_blanks_filled(house: House, chief: Staff) -> None:
    web = house.channels["web"]

    class Narrow:
        limits = replace(web.limits, text=100)

    both = ReadyAnswers(house.store, house.texts, {"web": web, "telegram": Narrow()})  # type: ignore[dict-item]
    both.add(chief, "Justa", "x" * 100)
    both.add(chief, "Larga", "x" * 101)
    both.add(chief, "Con espacio", "x" * (100 - BLANK_ROOM) + "{a}")
    both.add(chief, "Con espacio de más", "x" * (101 - BLANK_ROOM) + "{a}")
    fits = {answer.title for answer in both.for_channel("telegram")}
    assert {"Justa", "Con espacio"} <= fits and not {"Larga", "Con espacio de más"} & fits
    assert {"Justa", "Larga", "Con espacio", "Con espacio de más"} <= {a.title for a in both.for_channel("web")}
    assert both.too_long("x" * 101) == {"telegram": 1}


def test_the_conversation_offers_what_the_team_wrote(house: House) -> None:
    say(house, "quiero hablar con una persona")
    id_ = conversation(house)
    chief = Desk(house, "supervisor")
    chief.sends("/conversaciones/respuestas", title="Te llamo", text='Te "llamo" <b>hoy</b> a las {hora}.')
    chief.sends(f"/conversaciones/{id_}/tomar")
    page = chief.sees(f"/conversaciones/{id_}")
    assert 'data-text="Te &#34;llamo&#34; &lt;b&gt;hoy&lt;/b&gt; a las {hora}."' in page and "<b>hoy" not in page


# --- the pages ------------------------------------------------------------------------------------------------------


def test_a_problem_keeps_what_was_written(house: House) -> None:
    desk = Desk(house, "supervisor")
    for path, fields in (
        ("/conversaciones/respuestas", {}),
        (f"/conversaciones/respuestas/{HELLO}", {"version": "0"}),
    ):
        answer = desk.sends(path, title="Otro", text="a las {hora", **fields)
        assert answer.status_code == 409
        assert "llave suelta" in answer.text and "a las {hora" in answer.text


def test_the_team_reads_them_and_changes_nothing(house: House) -> None:
    desk = Desk(house, "equipo")
    page = desk.sees("/conversaciones/respuestas")
    assert "Saludo" in page and '<form method="post" action="/conversaciones' not in page
    assert desk.sends("/conversaciones/respuestas", title="x", text="y").status_code == 403
    assert desk.sends(f"/conversaciones/respuestas/{HELLO}", what="borrar", version="0").status_code == 403


@pytest.mark.parametrize(
    ("id_", "fields", "status"),
    [
        ("nada", {"title": "x", "text": "y"}, 409),
        ("../../x", {"title": "x", "text": "y"}, 404),
        ("ñ", {"what": "borrar"}, 404),
        ("0" * 65, {"what": "borrar"}, 404),
        ("nada", {"what": "borrar", "version": "0"}, 409),
        ("nada", {"what": "restaurar", "version": "99999999"}, 409),
        (HELLO, {"what": "borrar", "version": "x"}, 409),
        (HELLO, {"title": "x", "text": "y" * 300_000}, 413),
    ],
)
def test_bad_input_is_refused(house: House, id_: str, fields: dict[str, Any], status: int) -> None:
    before = answers(house)
    assert Desk(house, "supervisor").sends(f"/conversaciones/respuestas/{id_}", **fields).status_code == status
    assert answers(house) == before
