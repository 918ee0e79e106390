"""From a public complaint to a private conversation that knows the matter."""

from __future__ import annotations

import re

import pytest

from bot.errors import RuleBroken
from bot.model import Facts, Staff
from bot.referrals import code_in
from bot.store.base import now
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.desk import Desk
from tests.flows.say import answer_all, conversation, message, say


def referred(house: House, **texts: str) -> str:
    """A referral's code."""
    fields = {
        "origin": "x",
        "handle": "@juanita",
        "said": "me hablan 20 veces al día",
        "agency": "Cobranza Feliz",
        "notes": "ojo",
    }
    member = Staff("0" * 26, "eva@ejemplo.mx", "Eva", "equipo")
    id_ = house.referrals.add(member, **{**fields, **texts})
    with house.store.read() as tx:
        return tx.referral(id_).code


def opens(house: House, code: str, who: str = "ana") -> None:
    from dataclasses import replace

    house.inbox.accept([replace(message(who=who), kind="start", start=f"ref_{code}")])


def test_opening_it_begins_the_complaint_and_links_it(house: House, fake_rasa: FakeRasa) -> None:
    code = referred(house)
    opens(house, code)
    answer_all(house)
    id_ = conversation(house)
    assert fake_rasa.asked[0]["metadata"]["start"] == f"ref_{code}"
    assert house.referrals.came_by(id_, f"ref_{code}") == "X"
    draft = house.complaints.draft(id_)["now"]
    assert (draft["story"], draft["facts"]) == (["me hablan 20 veces al día"], {"agency": "Cobranza Feliz"})
    case = house.complaints.open(id_, "t1", Facts(description="x"))
    with house.store.read() as tx:
        assert tx.referral_by_code(code).folio == case.folio


def test_the_words_of_a_wa_me_link_open_it_too(house: House) -> None:
    code = referred(house)
    say(house, f"Hola, vengo por lo que publiqué. BT·{code}")
    with house.store.read() as tx:
        assert tx.referral_by_code(code).conversation_id == conversation(house)


def test_who_comes_second_learns_nothing(house: House) -> None:
    code = referred(house)
    opens(house, code, "ana")
    opens(house, code, "beto")
    other = conversation(house, "beto")
    assert house.complaints.draft(other) is None
    assert house.referrals.came_by(other, f"ref_{code}") == ""
    with house.store.read() as tx:
        assert tx.referral_by_code(code).conversation_id == conversation(house, "ana")


@pytest.mark.parametrize(
    "start",
    ["ref_AAAAAAAA", "ref_", "ref_aaaaaaaa", "ref_' OR 1=1", "ref_22222222/../x", "REF_22222222", "ref_2222222"],
)
def test_a_forged_code_is_a_plain_hello(house: House, fake_rasa: FakeRasa, start: str) -> None:
    referred(house)
    from dataclasses import replace

    house.inbox.accept([replace(message(), kind="start", start=start)])
    answer_all(house)
    assert house.complaints.draft(conversation(house)) is None
    assert fake_rasa.processed == ["saludar"] or fake_rasa.processed == ["/saludar"]


def test_opening_it_again_in_the_same_chat_changes_nothing(house: House) -> None:
    code = referred(house)
    opens(house, code)
    before = house.complaints.draft(conversation(house))["now"]
    opens(house, code)
    assert house.complaints.draft(conversation(house))["now"] == before


def test_codes_are_found_only_where_they_are_written_whole() -> None:
    assert code_in("ref_23456789", "") == "23456789"
    assert code_in("", "hola BT·23456789 gracias") == "23456789"
    for start, text in (("ref_2345678", ""), ("x ref_23456789", ""), ("", "BT·234567890"), ("", "BT-234-567-8")):
        assert code_in(start, text) == ""


def test_what_is_pasted_in_public_asks_for_nothing_personal_and_says_nothing_of_them(house: House) -> None:
    desk = Desk(house, "equipo")
    answer = desk.sends(
        "/canalizaciones", origin="tiktok", handle="@juanita", said="soy Juana 5512345678", agency="", notes=""
    )
    html = desk.sees(answer.headers["location"])
    reply = re.search(r'<p class="paste">([^<]+)', html)[1]
    assert "No somos Infonavit" in reply and "no publiques" in reply
    assert not re.search(r"juan|5512345678", reply, re.IGNORECASE)
    assert "5512345678" not in html and "juanita" not in html


@pytest.mark.parametrize("fields", [{"origin": "nada"}, {"said": ""}, {"said": "x" * 2001}])
def test_a_referral_that_says_nothing_is_refused(house: House, fields: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        referred(house, **fields)


def test_the_console_shows_what_became_of_them(house: House) -> None:
    opened, desk = referred(house), Desk(house, "equipo")
    referred(house)
    opens(house, opened)
    case = house.complaints.open(conversation(house), "t1", Facts(description="x"))
    html = desk.sees("/canalizaciones")
    assert case.folio in html and "sin abrir" in html


def test_what_was_said_in_public_goes_with_everything_else(house: House) -> None:
    code = referred(house)
    opens(house, code)
    house.erasure.erase(conversation(house), "t1")
    with house.store.read() as tx:
        found = tx.referral_by_code(code)
    assert (found.said, found.handle, found.notes) == ("", "", "") and found.opened_at <= now()
