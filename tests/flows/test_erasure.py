"""What a person has deleted is gone everywhere, also from copies; what remains says nothing of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot import privacy, schema
from bot.errors import ConfigError, RuleBroken
from bot.gateway.app import create_app
from bot.model import Case, FileRef
from bot.receipt import verify
from bot.store.engine import make_engine
from bot.wiring import House
from tests.flows.say import answer_all, conversation, heard, message, say
from tests.flows.test_cases import FACTS
from tests.flows.test_chat_api import PNG


def told(house: House, who: str = "ana") -> Case:
    """Somebody who wrote, sent a file, filed a complaint and began another."""
    id_ = conversation(house, who)
    say(house, "me llamo Rosa y me gritaron", who=who)
    answer_all(house)
    house.room.keep(id_, "f1", PNG, FileRef("f1", "foto", "rosa.png"))
    case = house.complaints.open(id_, f"turn-of-{who}", FACTS)
    house.complaints.save_draft(id_, {"story": "otra vez Rosa"}, None)
    house.room.keep(id_, "f2", PNG, FileRef("f2", "foto"))
    return case


def rows(house: House, table: sa.Table, who: str = "ana") -> list:
    with house.store.engine.connect() as connection:
        return connection.execute(sa.select(table).where(table.c.conversation_id == conversation(house, who))).all()


def opened(house: House) -> str:
    """Everything in the database that the house's own keys open, and all that is not sealed."""
    words = []
    with house.store.engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for name, value in row._mapping.items():
                    sealed = name.endswith("_sealed") and value and table.name != "case_keys"
                    words.append(house.store.vault.open(value.encode()).decode() if sealed else str(value))
    return "\n".join(words)


def test_nothing_that_was_told_remains(house: House) -> None:
    case = told(house)
    files = [house.room._path(row.id) for row in rows(house, schema.evidence)]
    assert len(files) == 2 and all(path.exists() for path in files)
    erased = house.erasure.erase(conversation(house), "t9")
    assert (erased.messages, erased.files, [c.folio for c in erased.cases]) == (1, 2, [case.folio])
    left = opened(house)  # and what the destroyed key had sealed would raise here
    assert "Rosa" not in left and "gritaron" not in left and "rosa.png" not in left and "acoso" not in left
    assert not any(path.exists() for path in files)
    assert heard(house) == [] and house.complaints.draft(conversation(house)) is None
    assert house.complaints.of_conversation(conversation(house)) == []


def test_a_copy_from_before_stays_closed(house: House) -> None:
    case, id_ = told(house), conversation(house)
    copy_of_file = house.room._path(rows(house, schema.evidence)[0].id).read_bytes()
    copy_of_facts = rows(house, schema.cases)[0].facts_sealed
    house.erasure.erase(conversation(house), "t9")
    again = house.complaints.open(conversation(house), "t10", FACTS)  # a new key does not open the old things
    assert again.folio != case.folio
    for copy in (copy_of_file, copy_of_facts.encode()):
        with house.store.begin() as tx, pytest.raises(ConfigError):
            tx.box(id_).open(copy)


def test_somebody_elses_things_stay(house: House) -> None:
    told(house)
    other = told(house, "beto")
    house.erasure.erase(conversation(house), "t9")
    assert house.complaints.show(other.folio).facts == FACTS and heard(house, "beto")
    assert len(rows(house, schema.evidence, "beto")) == 2


def test_erasing_twice_changes_nothing(house: House) -> None:
    told(house)
    first = house.erasure.erase(conversation(house), "t9")
    again = house.erasure.erase(conversation(house), "t9")
    assert (again.messages, again.files, again.cases) == (0, 0, first.cases)


def test_the_tombstone_keeps_folio_dates_and_hashes_and_does_not_change(house: House) -> None:
    before = told(house)
    (case,) = house.erasure.erase(conversation(house), "t9").cases
    assert (case.folio, case.created_at, case.status) == (before.folio, before.created_at, "registrada")
    assert [event.hash for event in case.events] == [event.hash for event in before.events]
    assert case.erased_at is not None and not case.facts.description and not case.evidence
    with pytest.raises(RuleBroken):
        house.complaints.change_status(case.folio, "en_revision", "x")


def test_the_receipt_becomes_a_signed_note(house: House) -> None:
    before = told(house)
    url = house.receipts.attachment(before).url
    (case,) = house.erasure.erase(conversation(house), "t9").cases
    assert house.receipts.attachment(case).name == f"Constancia de borrado {case.folio}.pdf"
    with TestClient(create_app(house)) as client:
        page = client.get(f"/recibo/{case.receipt_id}").text
        note = client.get(url).content
    assert "fue válido" in page and before.events[0].hash in page
    assert "Constancia de borrado válida" in verify(note, house.receipts.public_key, house.receipts.say)


def test_a_message_sent_again_by_the_provider_does_not_come_back(house: House) -> None:
    once = message("me llamo Rosa", id_="m-again")
    house.inbox.accept([once])
    answer_all(house)
    house.erasure.erase(conversation(house), "t9")
    house.inbox.accept([once])
    assert answer_all(house) == [] and "Rosa" not in opened(house)


def tracker(house: House) -> sa.engine.Engine:
    engine = make_engine(house.settings.rasa_tracker_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS events (id INTEGER, sender_id VARCHAR(255))")
        connection.exec_driver_sql(f"INSERT INTO events VALUES (1, '{conversation(house)}'), (2, 'otra')")
    return engine


def test_rasas_memory_goes_when_no_turn_runs(house: House) -> None:
    told(house)
    engine, id_ = tracker(house), conversation(house)
    house.erasure.erase(id_, "t9")
    with house.store.begin() as tx:
        assert tx.lease(id_, "a turn", datetime.now(timezone.utc) + timedelta(minutes=1))
    assert house.erasure.forget_due("worker") == 0
    with house.store.begin() as tx:
        tx.release(id_, "a turn")
    assert house.erasure.forget_due("worker") == 1 and house.erasure.forget_due("worker") == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT sender_id FROM events").scalars().all() == ["otra"]
    engine.dispose()


def test_what_has_had_its_time_is_purged(house: House) -> None:
    closed, open_ = told(house), told(house, "beto")
    house.complaints.change_status(closed.folio, "retirada", "x")
    assert house.erasure.purge(privacy.RETENTION).messages == 0
    long_ago = datetime.now(timezone.utc) - timedelta(days=400)
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.inbox).values(received_at=long_ago))
        connection.execute(sa.update(schema.outbox).values(created_at=long_ago))
        connection.execute(sa.update(schema.case_events).values(at=long_ago))
        connection.execute(sa.update(schema.conversations).values(last_inbound_at=long_ago))
    gone = house.erasure.purge(privacy.RETENTION)
    assert (gone.messages, gone.cases, gone.files, gone.trackers) == (2, 1, 1, 2)
    assert house.complaints.show(closed.folio).erased_at and not house.complaints.show(open_.folio).erased_at
    assert "gritaron" not in "".join(heard(house, "beto"))
