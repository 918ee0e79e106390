"""What is done to a complaint that has its folio, over a real database: once a turn, and nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from bot.chain import verify_chain
from bot.privacy import RETENTION
from bot.schema import drafts
from bot.store.base import now
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.say import answer_all, conversation, heard, message, say
from tests.flows.test_cases import FACTS


def test_a_correction_keeps_what_stood_before_and_happens_once(house: House) -> None:
    folio = house.complaints.open(conversation(house), "t1", FACTS).folio
    for _ in range(2):
        house.complaints.correct(folio, "t2", {"agency": "Sigma", "name": "Ana"})
    case = house.complaints.show(folio)
    assert (case.facts.agency, case.facts.complainant.name, case.facts.complainant.anonymous) == ("Sigma", "Ana", False)
    assert [event.kind for event in case.events] == ["registrada", "correccion"]
    assert case.events[1].detail["changes"]["agency"] == {"antes": FACTS.agency, "ahora": "Sigma"}
    assert verify_chain(case.events)


def test_what_happened_later_is_an_entry_and_brings_its_conducts(house: House) -> None:
    folio = house.complaints.open(conversation(house), "t1", FACTS).folio
    entry = {"incident_date": "2026-11-24", "description": "volvieron", "violations": ["denunciar_engano"]}
    for _ in range(2):
        house.complaints.add_entry(folio, "t2", entry)
    case = house.complaints.show(folio)
    assert [event.kind for event in case.events] == ["registrada", "bitacora"]
    assert case.facts.violations == (*FACTS.violations, "denunciar_engano") and verify_chain(case.events)


def test_news_are_told_only_to_who_wants_them_and_say_nothing(house: House) -> None:
    quiet = house.complaints.open(conversation(house), "t1", FACTS).folio
    told = house.complaints.open(conversation(house, "luis"), "t2", FACTS).folio
    house.complaints.notify(told, True)
    for folio in (quiet, told):
        house.complaints.change_status(folio, "en_revision", "la leyó el equipo")
    answer_all(house)
    assert heard(house) == []
    (news,) = heard(house, "luis")
    assert not {"queja", "infonavit", "folio"} & set(news.lower().split())


def test_the_end_of_a_draft_is_announced_once_three_days_before(house: House) -> None:
    house.complaints.save_draft(conversation(house), {"turn_id": "t", "before": None, "now": {}}, now())
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(drafts).values(updated_at=now() - timedelta(days=28)))
    for _ in range(2):
        house.erasure.purge(RETENTION)
    answer_all(house)
    (warning,) = heard(house)
    assert "tres días" in warning and "queja" not in warning
    assert house.complaints.draft(conversation(house)) is not None


def test_an_edit_says_what_it_replaces_and_in_a_burst_replaces_it(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "fue el lunes")
    answer_all(house)
    ana = conversation(house)
    with house.store.read() as tx:
        first = tx.said_by_person(ana)[-1]["external_id"]
    house.inbox.accept([replace(message("fue el martes"), kind="edit", edits=first)])
    answer_all(house)
    assert fake_rasa.asked[-1]["metadata"]["replaces"] == "fue el lunes"
    both = message("me grito"), message("me gritaron")
    house.inbox.accept([both[0], replace(both[1], kind="edit", edits=both[0].external_id)])
    answer_all(house)
    assert fake_rasa.asked[-1]["metadata"]["texts"] == ["me gritaron"]
    assert fake_rasa.asked[-1]["metadata"]["replaces"] == ""
