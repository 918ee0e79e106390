"""One voice: the bot or one person of the team, never both, whoever races whom."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from ulid import ULID

from bot import schema
from bot.errors import RuleBroken
from bot.gateway.app import create_app
from bot.model import Limits, Reply, Staff
from bot.outbox import Outbox
from bot.store.base import now
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.say import answer_all, conversation, heard, run, say

#: Takeovers on each database; `make races` raises it to 10,000.
RACES = int(os.environ.get("RACES", "500"))
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def member(house: House, name: str, role: str = "equipo") -> Staff:
    house.accounts.add(f"{name}@ejemplo.mx", role, name)
    with house.store.read() as tx:
        return replace(tx.staff_by_email(f"{name}@ejemplo.mx"), must_change=False)


@pytest.fixture
def eva(house: House) -> Staff:
    return member(house, "eva")


@pytest.fixture
def leo(house: House) -> Staff:
    return member(house, "leo")


@pytest.fixture
def jefa(house: House) -> Staff:
    return member(house, "jefa", "supervisor")


def speaks(house: House, desk: Staff, epoch: int, text: str, id_: str = "", **more: Any) -> None:
    house.desk.say(id_ or conversation(house), desk, epoch, text, str(ULID()), **more)


def request(house: House) -> Any:
    with house.store.read() as tx:
        return tx.requests_of(conversation(house))[-1]


def long_ago(house: House, **columns: timedelta) -> None:
    with house.store.engine.begin() as connection:
        values = {name: now() - ago for name, ago in columns.items()}
        connection.execute(sa.update(schema.handoffs).values(**values))


# --- taking over ----------------------------------------------------------------------------------------------------


def test_after_a_takeover_the_bot_only_listens(house: House, fake_rasa: FakeRasa, eva: Staff) -> None:
    say(house, "hola")
    answer_all(house)
    house.desk.take(conversation(house), eva)
    say(house, "sigo aqui")
    answer_all(house)
    assert fake_rasa.processed == ["hola"]
    assert heard(house)[1:] == [house.texts.reply("utter_te_atiende").text]


def test_what_the_bot_had_written_never_goes_out(house: House, eva: Staff) -> None:
    say(house, "hola")
    run(house.inbox.answer(house.inbox.take("test")))
    house.desk.take(conversation(house), eva)
    answer_all(house)
    assert heard(house) == [house.texts.reply("utter_te_atiende").text]


def test_an_answer_that_was_being_written_never_goes_out(house: House, eva: Staff) -> None:
    say(house, "hola")
    turn = house.inbox.take("test")
    house.desk.take(conversation(house), eva)
    run(house.inbox.answer(turn))
    answer_all(house)
    assert heard(house) == [house.texts.reply("utter_te_atiende").text]


def test_what_is_said_when_rasa_is_down_is_the_bots_too(house: House, fake_rasa: FakeRasa, eva: Staff) -> None:
    fake_rasa.down = True
    say(house, "hola")
    turn = house.inbox.take("test")
    house.desk.take(conversation(house), eva)
    run(house.inbox.answer(turn))
    answer_all(house)
    assert heard(house) == [house.texts.reply("utter_te_atiende").text]


def test_danger_is_answered_whoever_speaks_and_raises_the_alarm(house: House, eva: Staff) -> None:
    say(house, "hola")
    house.desk.take(conversation(house), eva)
    say(house, "ya no quiero vivir")
    answer_all(house)
    assert "800 911 2000" in heard(house)[-1]
    assert (request(house).urgency, request(house).status) == (3, "taken")


def test_only_one_of_many_gets_it(house: House) -> None:
    people = [member(house, f"p{n}") for n in range(6)]
    for round_ in range(8):
        say(house, "hola", who=f"w{round_}")
        id_ = conversation(house, f"w{round_}")
        won = at_once([lambda p=person, id_=id_: house.desk.take(id_, p) for person in people])
        assert sum(isinstance(result, int) for result in won) == 1
        assert all(isinstance(result, (int, RuleBroken)) for result in won)


def test_a_conversation_that_somebody_has_is_not_taken_but_by_a_supervisor(
    house: House, eva: Staff, leo: Staff, jefa: Staff
) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    with pytest.raises(RuleBroken, match="eva"):
        house.desk.take(conversation(house), leo)
    newer = house.desk.take(conversation(house), jefa)
    assert newer > epoch
    with pytest.raises(RuleBroken, match="jefa"):
        speaks(house, eva, epoch, "sigo yo")
    speaks(house, jefa, newer, "te atiendo yo")


def test_a_trainer_holds_no_conversation(house: House) -> None:
    say(house, "hola")
    with pytest.raises(RuleBroken):
        house.desk.take(conversation(house), member(house, "tere", "entrenador"))


# --- answering ------------------------------------------------------------------------------------------------------


def test_what_a_person_says_arrives_once_and_as_theirs(house: House, eva: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    once = str(ULID())
    for _ in range(2):
        house.desk.say(conversation(house), eva, epoch, "Buenas tardes", once)
    answer_all(house)
    assert heard(house)[-1] == "Buenas tardes"
    assert heard(house).count("Buenas tardes") == 1


def test_who_does_not_hold_it_writes_nothing(house: House, eva: Staff, leo: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    for who, token in ((leo, epoch), (eva, epoch - 1), (eva, epoch + 1)):
        with pytest.raises(RuleBroken):
            speaks(house, who, token, "hola")
    answer_all(house)
    assert "hola" not in heard(house)


@pytest.mark.parametrize("text", ["", "   ", "Te escribo antes de {hora}.", "x" * 100_001])
def test_what_cannot_be_said_is_refused(house: House, eva: Staff, text: str) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    with pytest.raises(RuleBroken):
        speaks(house, eva, epoch, text)


def test_who_blocked_us_cannot_be_written_to(house: House, eva: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    id_ = conversation(house)
    with house.store.begin() as tx:
        tx.close_channel(id_)
    with pytest.raises(RuleBroken, match="bloqueó"):
        speaks(house, eva, epoch, "hola")


def test_outside_the_window_only_the_template_goes(house: House, eva: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    with pytest.raises(RuleBroken, match="sin plantilla"):
        house.desk.invite(conversation(house), eva, epoch)
    monkeypatch.setattr(type(house.channels["web"]), "limits", Limits(4096, 3, 20, 200, window=3600))
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.conversations).values(last_inbound_at=now() - timedelta(hours=2)))
    with pytest.raises(RuleBroken, match="plantilla"):
        speaks(house, eva, epoch, "hola")
    house.desk.invite(conversation(house), eva, epoch)
    with pytest.raises(RuleBroken, match="Ya se le invitó"):
        house.desk.invite(conversation(house), eva, epoch)
    say(house, "aqui estoy")
    speaks(house, eva, epoch, "Buenas tardes")


def test_a_file_is_sent_and_found_only_under_its_own_address(house: House, eva: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    speaks(house, eva, epoch, "Aquí está", files=[("../../etc/pass\nwd.png", PNG)])
    answer_all(house)
    with house.store.read() as tx:
        [attachment] = tx.sent_after(conversation(house), 0)[-1]["reply"].attachments
    assert attachment.name == "pass_wd.png"
    assert house.sent_files.open_at(attachment.url) == PNG
    assert house.sent_files.open_at("/archivo/" + "A" * 32) is None
    assert house.sent_files.open_at("/archivo/../keys/secret_key") is None
    assert PNG not in b"".join(p.read_bytes() for p in (house.settings.data_dir / "sent").iterdir())


# --- giving back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["bot", "cerrada", "abuso", "fila"])
def test_after_it_is_given_back_the_bot_answers_and_says_so(house: House, eva: Staff, how: str) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    answer_all(house)
    house.desk.give_back(conversation(house), eva, epoch, how)
    with pytest.raises(RuleBroken):
        speaks(house, eva, epoch, "una cosa mas")
    say(house, "gracias")
    answer_all(house)
    assert heard(house)[-1] == "Leí: gracias"
    assert "asistente automático" in heard(house)[-2]
    assert request(house).status == ("open" if how == "fila" else "ended")


def test_who_was_abusive_waits_for_nobody_but_in_danger(house: House, eva: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    house.desk.give_back(conversation(house), eva, epoch, "abuso")
    assert house.handoffs.request(conversation(house), "pedir_humano") is False
    assert house.handoffs.request(conversation(house), "emergencia") is True


def test_a_transfer_changes_who_may_write(house: House, eva: Staff, leo: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    house.desk.transfer(conversation(house), eva, leo, epoch)
    with house.store.read() as tx:
        newer = tx.conversation(conversation(house)).epoch
    with pytest.raises(RuleBroken, match="leo"):
        speaks(house, eva, epoch, "adios")
    speaks(house, leo, newer, "sigo yo")
    answer_all(house)
    assert heard(house)[-2:] == [house.texts.reply("utter_otra_persona").text, "sigo yo"]


def test_somebody_left_waiting_returns_to_the_queue(house: House, eva: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    assert house.desk.mind() == 0
    long_ago(house, active_at=timedelta(minutes=16), taken_at=timedelta(minutes=16))
    assert house.desk.mind() == 1
    assert request(house).status == "open"
    with pytest.raises(RuleBroken):
        speaks(house, eva, epoch, "ya volví")
    with house.store.read() as tx:
        assert any("no contestó en 15 minutos" in note["text"] for note in tx.staff_notes(conversation(house)))
    assert house.desk.mind() == 0


def test_who_was_answered_is_not_left_waiting(house: House, eva: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    speaks(house, eva, epoch, "¿qué pasó?")
    long_ago(house, active_at=timedelta(minutes=16), taken_at=timedelta(minutes=16))
    assert house.desk.mind() == 0
    say(house, "me insultaron")
    assert house.desk.mind() == 1


# --- listening ------------------------------------------------------------------------------------------------------


def test_what_the_bot_hears_is_suggested_and_accepted_into_the_complaint(
    house: House, fake_rasa: FakeRasa, eva: Staff
) -> None:
    text = "me insultaron los de Delta"
    fake_rasa.parses[text] = {
        "entities": [{"entity": "agencia", "value": "Delta"}],
        "conductas": [
            {"name": "denunciar_maltrato", "confidence": 0.9},
            {"name": "denunciar_acoso", "confidence": 0.2},
        ],
    }
    say(house, "hola")
    answer_all(house)
    id_ = conversation(house)
    epoch = house.desk.take(id_, eva)
    for _ in range(2):
        say(house, text)
        answer_all(house)
    with house.store.read() as tx:
        found = {item["fact"]: item for item in tx.suggestions_of(id_)}
    assert {fact: item["value"] for fact, item in found.items()} == {
        "agency": "Delta",
        "violation": "denunciar_maltrato",
        "story": text,
    }
    house.desk.settle(id_, eva, epoch, found["agency"]["id"], accept=True)
    with pytest.raises(RuleBroken, match="ya se resolvió"):
        house.desk.settle(id_, eva, epoch, found["agency"]["id"], accept=True)
    assert house.complaints.draft(id_)["now"]["facts"] == {"agency": "Delta"}


def test_danger_that_only_the_model_hears_is_raised(house: House, fake_rasa: FakeRasa, eva: Staff) -> None:
    say(house, "hola")
    answer_all(house)
    house.desk.take(conversation(house), eva)
    fake_rasa.parses["ya no puedo mas"] = {"intent": {"name": "crisis_emocional", "confidence": 0.9}}
    say(house, "ya no puedo mas")
    answer_all(house)
    assert (request(house).urgency, request(house).reason) == (3, "crisis_emocional")


def test_without_rasa_a_person_answers_all_the_same(house: House, fake_rasa: FakeRasa, eva: Staff) -> None:
    say(house, "hola")
    answer_all(house)
    epoch = house.desk.take(conversation(house), eva)
    fake_rasa.down = True
    say(house, "me insultaron")
    answer_all(house)
    speaks(house, eva, epoch, "te leo")
    answer_all(house)
    assert heard(house)[-1] == "te leo"


# --- clocks ---------------------------------------------------------------------------------------------------------


def test_a_first_reply_that_takes_too_long_is_escalated_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    say(house, "hola")
    house.handoffs.request(conversation(house), "pedir_humano")
    monkeypatch.setattr(house.desk, "is_late", lambda request: True)
    assert house.desk.mind() == 1
    assert request(house).urgency == 2 and request(house).escalated_at
    assert house.desk.mind() == 0


def test_the_clocks_of_a_request_survive_changing_hands_and_stop_at_its_end(
    house: House, eva: Staff, leo: Staff
) -> None:
    say(house, "hola")
    house.handoffs.request(conversation(house), "pedir_humano")
    begun = request(house).created_at
    epoch = house.desk.take(conversation(house), eva)
    speaks(house, eva, epoch, "hola")
    first = request(house).first_reply_at
    house.desk.transfer(conversation(house), eva, leo, epoch)
    with house.store.read() as tx:
        epoch = tx.conversation(conversation(house)).epoch
    speaks(house, leo, epoch, "sigo yo")
    house.desk.give_back(conversation(house), leo, epoch, "cerrada")
    done = request(house)
    assert (done.created_at, done.first_reply_at, done.ended_as) == (begun, first, "cerrada")
    assert done.ended_at > first > begun


# --- races ----------------------------------------------------------------------------------------------------------


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Run all at the same instant; what each returned or raised."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def work(number: int) -> None:
        barrier.wait()
        try:
            results[number] = calls[number]()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_no_reply_of_the_bot_begins_after_a_takeover_is_done(
    house: House, eva: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of takeovers race the sender of a reply that is ready. Crossed: the bot begins to speak when the
    takeover has returned."""
    crossed, went, dropped = 0, 0, 0
    begun: dict[str, float] = {}

    async def send(address: str, part: Reply, key: str) -> str:
        if part.text.startswith("del bot"):
            begun[part.text] = time.monotonic()
        return key

    monkeypatch.setattr(house.channels["web"], "send", send)
    batch = 25
    for first in range(0, RACES, batch):
        ids = []
        for number in range(first, first + batch):
            with house.store.begin() as tx:
                one = tx.conversation_for("web", f"r{number}")
                tx.add_reply(one, Reply(f"del bot {number}"))
                ids.append(one.id)
        done: dict[int, float] = {}

        def take_all(ids: list[str] = ids, first: int = first, done: dict[int, float] = done) -> None:
            for offset, id_ in enumerate(ids):
                house.desk.take(id_, eva)
                done[first + offset] = time.monotonic()

        def send_all() -> None:
            async def until_nothing() -> None:
                outbox = Outbox(house.store, house.channels, house.texts, lease=60.0)  # as another process has its own
                while await outbox.send_due():
                    pass

            asyncio.run(until_nothing())

        results = at_once([take_all, send_all, send_all])
        assert all(result is None for result in results), results
        for number, at in done.items():
            text = f"del bot {number}"
            if text in begun:
                went += 1
                crossed += begun[text] > at
            else:
                dropped += 1
    assert crossed == 0
    assert went + dropped == RACES
    print(f"{RACES} takeovers: {went} replies were out before, {dropped} dropped, {crossed} crossed")


# --- what is deleted ------------------------------------------------------------------------------------------------


def test_what_the_team_wrote_about_somebody_and_sent_them_goes_when_they_ask(house: House, eva: Staff) -> None:
    say(house, "hola")
    id_ = conversation(house)
    epoch = house.desk.take(id_, eva)
    house.desk.jot(id_, eva, "suena asustada")
    speaks(house, eva, epoch, "Aquí está", files=[("guia.png", PNG)])
    with house.store.begin() as tx:
        tx.suggest(id_, "place", "Ecatepec")
        [attachment] = tx.transcript(id_, 10)[-1].attachments
    house.erasure.erase(id_, "t1")
    with house.store.read() as tx:
        assert (tx.staff_notes(id_), tx.suggestions_of(id_)) == ([], [])
    assert house.sent_files.open_at(attachment[1]) is None
    assert request(house).status == "taken", "who is being attended still is"
    assert list((house.settings.data_dir / "sent").iterdir()) == []


def test_a_sent_file_is_a_download_for_who_has_its_address(house: House, eva: Staff) -> None:
    say(house, "hola")
    epoch = house.desk.take(conversation(house), eva)
    speaks(house, eva, epoch, "Aquí está", files=[("guía.png", PNG)])
    with house.store.read() as tx:
        [(_, url)] = tx.transcript(conversation(house), 10)[-1].attachments
    gateway = TestClient(create_app(house))
    found = gateway.get(url)
    assert found.content == PNG and found.headers["content-disposition"].startswith("attachment;")
    assert found.headers["content-type"] == "application/octet-stream"
    for forged in ("/archivo/" + "A" * 32, "/archivo/x", "/archivo/..%2f..%2fkeys"):
        assert gateway.get(forged).status_code == 404
