"""What comes back in several people's complaints, and that one person's never shows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.repeats import Repeat
from bot.wiring import House
from tests.flows.desk import Desk
from tests.flows.filed import file
from tests.flows.say import conversation

THREAT = "mañana temprano pasan por sus muebles con un actuario"
NUMBER = "55 1234 5678"
LAST_YEAR = datetime.now(timezone.utc) - timedelta(days=365)


def found(house: House, what: str) -> list[Repeat]:
    return getattr(house.repeats, what)(LAST_YEAR, datetime.now(timezone.utc) + timedelta(days=1))


def test_a_number_of_three_people_is_shown_however_it_is_written(house: House) -> None:
    for who, number in (("ana", NUMBER), ("eva", "+525512345678"), ("luz", "5512345678"), ("sol", "5500000000")):
        case = file(house, who, agency_phone=number)
        assert case.facts.agency_phone == number, "their own words stay"
    (one,) = found(house, "numbers")
    assert (one.people, one.cases, len(one.folios)) == (3, 3, 3)


@pytest.mark.parametrize("people", [1, 2])
def test_what_fewer_people_say_is_never_shown(house: House, people: int) -> None:
    for who in ("ana", "eva")[:people]:
        for _ in range(4):
            file(house, who, agency_phone=NUMBER, agency="Cobra Ya", description=f"Me dijo: {THREAT}.")
    assert found(house, "numbers") == found(house, "agencies") == found(house, "phrases") == []
    page = Desk(house, "admin").sees("/tablero/repetidas")
    assert "5678" not in page and "Cobra Ya" not in page and "actuario" not in page


def test_one_person_in_three_conversations_is_one_person(house: House) -> None:
    for who in ("web1", "web2", "web3"):
        file(house, who, agency_phone=NUMBER, name="Rosa Díaz Soto", description=f"Me dijo: {THREAT}.")
    assert found(house, "numbers") == found(house, "phrases") == []


def test_three_names_in_one_conversation_are_one_conversation(house: House) -> None:
    for name in ("Rosa Díaz", "Eva Luna", "Sol Paz"):
        file(house, "ana", agency_phone=NUMBER, name=name, description=f"Me dijo: {THREAT}.")
    assert found(house, "numbers") == found(house, "phrases") == []


def test_agencies_are_put_together_by_the_catalogue(house: House) -> None:
    member = Desk(house, "supervisor")
    with house.store.read() as tx:
        me = tx.staff_by_email(member.email)
    house.agencies.add(me, "Cobra Ya")
    for who, agency in (("ana", "cobraya"), ("eva", "los de Kobra Ya"), ("luz", "COBRA YA SA de CV")):
        file(house, who, agency=agency)
    for who in ("sol", "mar", "paz"):
        file(house, who, agency="Otra Casa")
    assert {(one.words, one.people) for one in found(house, "agencies")} == {("Cobra Ya", 3), ("Otra Casa", 3)}


def test_a_phrase_is_shown_as_far_as_all_of_them_wrote_it(house: House) -> None:
    for who, before, after in (("ana", "Soy Ana y", "y vivo en Puebla"), ("eva", "gritó", "y ya"), ("luz", "que", "")):
        file(house, who, description=f"{before} {THREAT} {after}".strip())
    (one,) = found(house, "phrases")
    assert (one.words, one.people) == (THREAT, 3)


def test_a_longer_phrase_of_fewer_people_does_not_hide_what_most_wrote(house: House) -> None:
    for number in range(10):
        more = " y se lleva su refrigerador nuevo" if number < 3 else f" número {number}"
        file(house, f"p{number}", description=THREAT + more)
    assert (found(house, "phrases")[0].words, found(house, "phrases")[0].people) == (THREAT, 10)


def test_pieces_said_by_different_people_are_not_put_together(house: House) -> None:
    """Nobody's own sentence is rebuilt from pieces that others wrote."""
    one, other = "mañana pasan por todos sus muebles", "todos sus muebles valen mucho dinero señora"
    for number in range(3):
        file(house, f"a{number}", description=f"caso{number} {one} fin{number}")
        file(house, f"b{number}", description=f"dice{number} {other} ya{number}")
    file(house, "ana", description="mañana pasan por todos sus muebles valen mucho dinero señora")
    words = [repeat.words for repeat in found(house, "phrases")]
    assert all("pasan por todos sus muebles valen" not in phrase for phrase in words), words


def test_what_stands_between_two_shared_phrases_stays_theirs(house: House) -> None:
    for who, name in (("ana", "Ana López"), ("eva", "Eva Luna"), ("luz", "Luz Paz")):
        file(
            house,
            who,
            description=f"mañana pasan por todos sus muebles\nme llamo {name}\nsu familia entera pagará las consecuencias",
        )
    words = [repeat.words for repeat in found(house, "phrases")]
    assert sorted(words) == ["mañana pasan por todos sus muebles", "su familia entera pagará las consecuencias"]


def test_only_the_dates_that_are_asked_for_count(house: House) -> None:
    for who, days in (("ana", 0), ("eva", 1), ("luz", 60)):
        file(house, who, days_ago=days, agency_phone=NUMBER)
    desk = Desk(house, "equipo")
    assert "••••78" not in desk.sees("/tablero/repetidas")
    first = (datetime.now(timezone.utc) - timedelta(days=90)).date()
    assert "••••78" in desk.sees(f"/tablero/repetidas?desde={first}")


def test_numbers_are_masked_until_somebody_asks_and_that_is_written_down(house: House) -> None:
    for who in ("ana", "eva", "luz"):
        file(house, who, agency_phone="5512345678")
    desk = Desk(house, "equipo")
    assert "5512345678" not in desk.sees("/tablero/repetidas")
    answer = desk.sends("/mostrar", subject="repetidas", back="/tablero/repetidas")
    assert "5512345678" in desk.sees(answer.headers["location"])
    with house.store.read() as tx:
        assert tx.audit_lines(action="datos_mostrados")[0].subject == "repetidas"


def test_what_was_erased_is_counted_no_more(house: House) -> None:
    for who in ("ana", "eva", "luz"):
        file(house, who, agency_phone=NUMBER, description=f"dijo {THREAT}")
    house.erasure.erase(conversation(house, "luz"), "t9")
    assert found(house, "numbers") == found(house, "phrases") == []


def test_what_people_write_is_shown_as_text(house: House) -> None:
    evil = "<script>alert(1)</script> pasan por todos sus muebles mañana"
    for who in ("ana", "eva", "luz"):
        file(house, who, description=evil, agency='"><img src=x onerror=alert(1)>')
    page = Desk(house, "equipo").sees("/tablero/repetidas")
    assert "script&gt;" in page or "alert(1" in page
    assert "<script>alert" not in page and "<img src=x" not in page


def test_a_trainer_does_not_see_it(house: House) -> None:
    Desk(house, "entrenador").sees("/tablero/repetidas", 403)
