"""A message's journey: committed once, answered once, in order, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import schema
from bot.errors import Forged, Unavailable
from bot.model import FileRef, Reply
from bot.store.base import now
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.say import answer_all, conversation, heard, message, run, say


def make_due(house: House) -> None:
    """Let all waits pass."""
    with house.store.engine.begin() as connection:
        past = now() - timedelta(hours=1)
        connection.execute(sa.update(schema.inbox).values(next_try_at=past, received_at=schema.inbox.c.received_at))
        connection.execute(sa.update(schema.outbox).values(next_try_at=past))
        connection.execute(sa.update(schema.conversations).values(lease_until=None))


def test_a_message_is_answered(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "me llaman a todas horas")
    answer_all(house)
    assert heard(house) == ["Leí: me llaman a todas horas"]


def test_the_same_message_twice_is_one_message(house: House, fake_rasa: FakeRasa) -> None:
    first = house.inbox.accept([message("hola", id_="x1")])
    again = house.inbox.accept([message("hola", id_="x1")])
    answer_all(house)
    assert first == again
    assert fake_rasa.processed == ["hola"]


def test_a_burst_is_one_turn_in_order(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "me llaman", "diario", "y me insultan")
    answer_all(house)
    assert fake_rasa.processed == ["me llaman\ndiario\ny me insultan"]


def test_a_burst_waits_for_quiet(house: House) -> None:
    say(house, "me llaman")
    with house.store.begin() as tx:
        assert tx.due_conversations(quiet=60, limit=5) == []
        assert len(tx.due_conversations(quiet=0, limit=5)) == 1


def test_conversations_do_not_mix(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "soy ana", who="ana")
    say(house, "soy beto", who="beto")
    answer_all(house)
    assert heard(house, "ana") == ["Leí: soy ana"]
    assert heard(house, "beto") == ["Leí: soy beto"]


def test_typed_commands_are_text(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "/restart", who="a")
    say(house, '/denunciar_acoso{"x": 1}', who="b")
    answer_all(house)
    assert sorted(fake_rasa.processed) == ['denunciar_acoso{"x": 1}', "restart"]


def test_danger_is_answered_at_once_and_a_person_is_called(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.down = True
    say(house, "estan rompiendo mi puerta de mi casa")
    run(house.outbox.send_due())
    assert "911" in heard(house)[0]
    assert [row["reason"] for row in house.handoffs.queue()] == ["emergencia"]


def test_despair_gets_the_line_of_life(house: House) -> None:
    say(house, "ya no quiero vivir")
    run(house.outbox.send_due())
    assert "800 911 2000" in heard(house)[0] and "911" in heard(house)[0]


def test_words_that_an_alarm_answered_are_only_noted_by_rasa(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "me quiero morir")
    answer_all(house)
    assert fake_rasa.asked[0]["metadata"]["alarm"] == "crisis_emocional"
    assert len(heard(house)) == 1


def test_with_rasa_down_the_person_is_told_once_and_answered_later(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.down = True
    say(house, "hola")
    answer_all(house)
    make_due(house)
    answer_all(house)
    assert len(heard(house)) == 1 and "tardar" in heard(house)[0]
    fake_rasa.down = False
    make_due(house)
    answer_all(house)
    assert heard(house)[1:] == ["Leí: hola"]


def test_what_is_said_while_rasa_is_down_is_answered_in_order(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.down = True
    say(house, "uno")
    answer_all(house)
    say(house, "dos")
    fake_rasa.down = False
    make_due(house)
    answer_all(house)
    assert fake_rasa.processed == ["uno", "dos"]


def test_an_answer_lost_on_the_way_is_looked_up_and_not_made_again(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.lose_answers = 1
    say(house, "hola")
    answer_all(house)
    make_due(house)
    answer_all(house)
    assert fake_rasa.processed == ["hola"]
    assert heard(house)[-1] == "Leí: hola"


def test_a_worker_killed_before_the_answer_loses_nothing(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "hola")
    killed = house.inbox.take("worker that dies")
    make_due(house)
    (turn,) = answer_all(house)
    assert turn.id == killed.id and turn.retried
    assert heard(house) == ["Leí: hola"]


def test_a_turn_that_rasa_can_never_answer_goes_to_a_person(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.lose_answers = 1000
    say(house, "hola")
    for _ in range(8):
        answer_all(house)
        make_due(house)
    assert [row["reason"] for row in house.handoffs.queue()] == ["fallo"]
    fake_rasa.lose_answers = 0
    say(house, "sigo aqui")
    answer_all(house)
    assert heard(house)[-1] == "Leí: sigo aqui"


def test_two_workers_never_take_the_same_conversation(house: House) -> None:
    say(house, "hola")
    assert house.inbox.take("one") is not None
    assert house.inbox.take("two") is None


def test_a_turn_is_finished_by_one_worker_only(house: House) -> None:
    say(house, "hola")
    turn = house.inbox.take("one")
    with house.store.begin() as tx:
        assert tx.finish_turn(turn.inbox_ids)
        assert not tx.finish_turn(turn.inbox_ids)


def test_what_a_person_holds_is_noted_and_not_answered(house: House, fake_rasa: FakeRasa) -> None:
    id_ = conversation(house)
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.conversations).values(holder="staff"))
    say(house, "hola")
    answer_all(house)
    assert fake_rasa.asked == [] and heard(house) == []
    with house.store.begin() as tx:
        assert not tx.is_working(id_)


def test_a_reply_written_before_a_takeover_is_dropped(house: House) -> None:
    say(house, "hola")
    with house.store.begin() as tx:
        tx.add_reply(tx.conversation_for("web", "ana"), Reply("ya no"))
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.conversations).values(epoch=1))
    run(house.outbox.send_due())
    assert heard(house) == []


def test_a_button_that_was_offered_is_taken_and_another_is_refused(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "hola")
    answer_all(house)
    house.inbox.accept([message(button="/afirmar")])
    answer_all(house)
    assert fake_rasa.processed[-1] == "/afirmar"
    with pytest.raises(Forged):
        house.inbox.accept([message(button="/borrar_datos")])


def test_a_button_by_number_stands_for_its_payload(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "hola")
    answer_all(house)
    house.inbox.accept([message(button="1.0")])
    answer_all(house)
    assert fake_rasa.processed[-1] == "/afirmar"
    for wrong in ("1.7", "99.0", "1.-1"):
        with pytest.raises(Forged):
            house.inbox.accept([message(button=wrong)])


def test_a_doubtful_reading_is_kept_for_review_encrypted(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.confidence = 0.3
    say(house, "mensaje raro")
    answer_all(house)
    with house.store.engine.connect() as connection:
        (row,) = connection.execute(sa.select(schema.reviews)).all()
    assert "mensaje raro" not in row.text_sealed
    assert house.store.vault.open_json(row.text_sealed) == "mensaje raro"


def test_nothing_a_person_writes_stands_in_the_database_readably(house: House) -> None:
    say(house, "palabra secretisima")
    answer_all(house)
    with house.store.engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                assert "secretisima" not in str(row)


class FlakyChannel:
    """The web channel, failing as told."""

    def __init__(self, house: House, failures: list[Exception]) -> None:
        self._real = house.channels["web"]
        self.failures, self.sent = failures, []
        self.name, self.limits = "web", self._real.limits

    async def send(self, address: str, part: Reply, key: str) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(part.text)
        return key

    async def typing(self, address: str, answering: str = "") -> None:
        return None

    async def fetch(self, file: FileRef) -> bytes:
        raise Unavailable("never there")

    async def close(self) -> None:
        return None


def test_a_sending_that_fails_is_tried_again_and_keeps_the_order(house: House) -> None:
    flaky = FlakyChannel(house, [Unavailable("down")])
    house.channels["web"] = flaky
    with house.store.begin() as tx:
        conv = tx.conversation_for("web", "ana")
        for text in ("uno", "dos", "tres"):
            tx.add_reply(conv, Reply(text))
    for _ in range(6):
        run(house.outbox.send_due())
        make_due(house)
    assert flaky.sent == ["uno", "dos", "tres"]


def test_an_attachment_that_cannot_be_fetched_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    flaky = FlakyChannel(house, [])
    house.channels["web"] = flaky
    monkeypatch.setattr("bot.inbox.DOWNLOAD_TRIES", 1)
    monkeypatch.setattr("bot.inbox.TURNS_FOR_A_FILE", 0)
    house.inbox.accept([message(files=(FileRef("f1", "foto"),))])
    answer_all(house)
    assert "No pude bajar tu archivo" in flaky.sent[0]
