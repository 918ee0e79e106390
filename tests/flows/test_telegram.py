"""A person on Telegram, from their message to the answer, over a Bot API that keeps Telegram's rules."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot import config
from bot.channels import telegram as adapter
from bot.channels.telegram import SECRET_HEADER
from bot.gateway.app import create_app
from bot.model import Facts, Reply
from bot.receipt import verify
from bot.schema import conversations
from bot.store import messages
from bot.wiring import House, build
from tests.fakes.telegram import ANA, TOKEN, FakeTelegram
from tests.flows.say import answer_all, run

JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50
OGG = b"OggS\x00\x02" + b"\x00" * 50
SECRET = "un-secreto_de_prueba"


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTelegram]:
    monkeypatch.setattr(adapter, "POLL_SECONDS", 0)
    with FakeTelegram() as server:
        yield server


def with_telegram(house: House, telegram: FakeTelegram, mode: str) -> House:
    """The same house as another process would build it: connections belong to the loop they were opened in."""
    settings: config.Settings = replace(
        house.settings,
        public_url="https://ejemplo.mx",
        telegram=config.Telegram(token=TOKEN, secret=SECRET, mode=mode, api_base=telegram.url),
    )
    return build(settings)


@pytest.fixture
def worker(house: House, telegram: FakeTelegram) -> Iterator[House]:
    made = with_telegram(house, telegram, "polling")
    yield made
    run(made.close())


@pytest.fixture
def polling(house: House, telegram: FakeTelegram) -> Iterator[TestClient]:
    with TestClient(create_app(with_telegram(house, telegram, "polling"))) as gateway:
        yield gateway


@pytest.fixture
def webhook(house: House, telegram: FakeTelegram) -> Iterator[TestClient]:
    with TestClient(create_app(with_telegram(house, telegram, "webhook"))) as gateway:
        telegram.wait_until(lambda: telegram.webhook)
        yield gateway


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def waiting(house: House) -> int:
    with house.store.begin() as tx:
        return tx.waiting_count()


def hear(house: House, worker: House) -> None:
    """Wait until what was written arrived, and answer it."""
    until(lambda: waiting(house))
    answer_all(worker)


def test_a_message_is_fetched_and_answered(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House
) -> None:
    telegram.push_text(ANA, "me amenazan")
    hear(house, worker)
    assert [sent.text for sent in telegram.sent] == ["Leí: me amenazan"]


def test_a_tap_says_what_its_button_says(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House
) -> None:
    telegram.push_text(ANA, "hola")
    hear(house, worker)
    ((_, data),) = telegram.sent[0].buttons
    telegram.push_tap(ANA, data)
    hear(house, worker)
    assert telegram.sent[-1].text == "Leí: /afirmar"
    assert telegram.answered


def test_a_tap_that_was_never_offered_is_no_message(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House
) -> None:
    telegram.push_tap(ANA, "99.0")
    telegram.push_text(ANA, "hola")
    hear(house, worker)
    assert [sent.text for sent in telegram.sent] == ["Leí: hola"]


def test_an_edited_message_is_a_correction(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa
) -> None:
    original = telegram.push_text(ANA, "fue el lunes")
    hear(house, worker)
    telegram.push_edit(original, "fue el martes")
    hear(house, worker)
    assert [turn["metadata"]["replaces"] for turn in fake_rasa.asked] == ["", "fue el lunes"]


def test_what_is_corrected_before_anybody_read_it_was_never_said_otherwise(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = telegram.push_text(ANA, "fue el lunes")
    telegram.push_text(ANA, "en mi casa")
    telegram.push_edit(original, "fue el miercoles")
    monkeypatch.setattr("tests.fakes.telegram.time.time", lambda clock=time.time: clock() + 5)
    telegram.push_edit(original, "fue el martes")
    until(lambda: waiting(house) == 4)
    answer_all(worker)
    assert [turn["text"] for turn in fake_rasa.asked] == ["fue el martes\nen mi casa"]
    assert fake_rasa.asked[0]["metadata"]["replaces"] == ""


def test_a_second_correction_corrects_the_first(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = telegram.push_text(ANA, "fue el lunes")
    hear(house, worker)
    telegram.push_edit(original, "fue el martes")
    hear(house, worker)
    monkeypatch.setattr("tests.fakes.telegram.time.time", lambda clock=time.time: clock() + 5)
    telegram.push_edit(original, "fue el jueves")
    hear(house, worker)
    assert fake_rasa.asked[-1]["metadata"]["replaces"] == "fue el martes"


def test_a_corrected_caption_does_not_bring_its_photo_again(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa
) -> None:
    original = telegram.push_photo(ANA, JPG, "me dejaron esto")
    hear(house, worker)
    telegram.push_edit(original, "me dejaron esto el lunes")
    hear(house, worker)
    assert [len(turn["metadata"]["evidence"]) for turn in fake_rasa.asked] == [1, 0]
    assert fake_rasa.asked[1]["metadata"]["replaces"] == "me dejaron esto"


def test_an_album_is_one_turn_even_when_its_parts_come_apart(
    house: House, telegram: FakeTelegram, worker: House, webhook: TestClient, fake_rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "ALBUM_QUIET", 1000.0)
    first, second, third = telegram.push_album(ANA, JPG, JPG + b"2", JPG + b"3", caption="todo esto dejaron")
    assert post(webhook, first) == 200
    assert answer_all(worker) == []
    assert [post(webhook, second), post(webhook, third)] == [200, 200]
    assert answer_all(worker) == []
    monkeypatch.setattr(messages, "ALBUM_QUIET", 0.0)
    assert len(answer_all(worker)) == 1
    (turn,) = fake_rasa.asked
    assert turn["text"] == "todo esto dejaron"
    assert [item["kind"] for item in turn["metadata"]["evidence"]] == ["foto"] * 3


def test_an_album_with_words_of_danger_stays_together(
    house: House, telegram: FakeTelegram, worker: House, webhook: TestClient, fake_rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "ALBUM_QUIET", 0.1)
    parts = telegram.push_album(ANA, JPG, JPG + b"2", caption="estan rompiendo mi puerta ahorita")
    assert [post(webhook, part) for part in parts] == [200, 200]
    run(worker.outbox.send_due())
    assert "911" in telegram.sent[0].text
    time.sleep(0.15)
    answer_all(worker)
    (turn,) = fake_rasa.asked
    assert turn["metadata"]["alarm"] == "emergencia"
    assert len(turn["metadata"]["evidence"]) == 2


def test_what_is_sent_while_a_person_of_the_team_answers_is_kept_as_evidence(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa
) -> None:
    with house.store.begin() as tx:
        conversation = tx.conversation_for("telegram", str(ANA))
        tx.connection.execute(
            conversations.update().where(conversations.c.id == conversation.id).values(holder="alguien")
        )
    telegram.push_voice(ANA, OGG)
    hear(house, worker)
    with house.store.begin() as tx:
        assert [item.kind for item in tx.loose_evidence(conversation.id)] == ["audio"]
    assert telegram.sent == [] and fake_rasa.asked == []


def test_what_cannot_be_opened_is_said_kindly(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House
) -> None:
    telegram.push_raw({"message": telegram.said(ANA, poll={"id": "1", "question": "¿?", "options": []})})
    hear(house, worker)
    assert "no lo puedo abrir" in telegram.sent[0].text


def test_a_photo_and_a_voice_note_are_kept(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa
) -> None:
    telegram.push_photo(ANA, JPG, "esto dejaron")
    hear(house, worker)
    telegram.push_voice(ANA, OGG)
    hear(house, worker)
    kinds = [item["kind"] for turn in fake_rasa.asked for item in turn["metadata"]["evidence"]]
    assert kinds == ["foto", "audio"]


def test_start_is_a_greeting(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa
) -> None:
    telegram.push_start(ANA)
    hear(house, worker)
    assert [turn["text"] for turn in fake_rasa.asked] == ["/saludar"]


def test_start_with_a_payload_is_a_greeting_that_remembers_it(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa
) -> None:
    telegram.push_start(ANA, "cartel-12")
    hear(house, worker)
    assert fake_rasa.asked[0]["text"] == "/saludar"
    assert fake_rasa.asked[0]["metadata"]["start"] == "cartel-12"


def test_who_blocks_the_bot_is_left_alone_until_they_write_again(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House
) -> None:
    telegram.push_text(ANA, "hola")
    until(lambda: waiting(house))
    telegram.block(ANA)
    answer_all(worker)
    with house.store.begin() as tx:
        assert tx.conversation_for("telegram", str(ANA)).closed
    telegram.push_text(ANA, "ya volví")
    hear(house, worker)
    assert telegram.sent[-1].text == "Leí: ya volví"


def test_danger_is_answered_on_telegram_too(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House, fake_rasa
) -> None:
    fake_rasa.down = True
    telegram.push_text(ANA, "estan rompiendo mi puerta ahorita")
    hear(house, worker)
    assert "911" in telegram.sent[0].text


def post(gateway: TestClient, update: dict, secret: str = SECRET) -> int:
    return gateway.post("/webhooks/telegram", json=update, headers={SECRET_HEADER: secret}).status_code


def test_the_webhook_takes_each_update_once(
    house: House, telegram: FakeTelegram, webhook: TestClient, worker: House
) -> None:
    update = telegram.push_text(ANA, "hola")
    assert [post(webhook, update), post(webhook, update)] == [200, 200]
    answer_all(worker)
    assert [sent.text for sent in telegram.sent] == ["Leí: hola"]


def test_the_webhook_refuses_a_wrong_secret(house: House, telegram: FakeTelegram, webhook: TestClient) -> None:
    assert post(webhook, telegram.push_text(ANA, "hola"), secret="otro") == 403
    assert waiting(house) == 0


def test_a_receipt_comes_as_a_document_in_the_same_chat(
    house: House, telegram: FakeTelegram, polling: TestClient, worker: House
) -> None:
    telegram.push_text(ANA, "hola")
    hear(house, worker)
    with house.store.begin() as tx:
        conversation = tx.conversation_for("telegram", str(ANA))
    case = house.complaints.open(conversation.id, "t1", Facts(description="me gritaron"))
    with house.store.begin() as tx:
        tx.add_reply(conversation, Reply("Tu queja en PDF:", attachments=(worker.receipts.attachment(case),)))
    answer_all(worker)
    name, pdf = telegram.sent[-1].document
    assert name.endswith(".pdf") and case.folio in name
    assert telegram.sent[-1].text == "Tu queja en PDF:"
    assert verify(pdf, house.receipts.public_key, house.receipts.say)


def test_several_workers_together_stay_below_telegrams_pace(house: House, telegram: FakeTelegram) -> None:
    """A pace is counted in one process: one of them sends, and another goes on when it no longer does."""
    chats = range(ANA, ANA + 60)
    for chat in chats:
        telegram.push_start(chat)
        write(house, chat, "hola")

    async def all_send() -> None:
        workers = [with_telegram(house, telegram, "polling") for _ in range(3)]
        while len(telegram.sent) < len(chats):
            await asyncio.gather(*(one.outbox.start_due() for one in workers))
            await asyncio.sleep(0.02)
        for one in workers:
            await one.outbox.finish()
            await one.close()

    run(all_send())
    assert sorted(sent.chat_id for sent in telegram.sent) == list(chats)
    assert [method for method, _ in telegram.calls].count("sendMessage") == len(chats)  # none was refused


def test_danger_is_sent_by_whoever_sees_it(house: House, telegram: FakeTelegram, worker: House) -> None:
    telegram.push_start(ANA)
    with house.store.begin() as tx:
        assert tx.become_sender("telegram", "another", 60)
    write(house, ANA, "911", urgent=True)
    write(house, ANA, "hola")
    run(worker.outbox.send_due())
    assert [sent.text for sent in telegram.sent] == ["911"]
    with house.store.begin() as tx:
        assert tx.become_sender("telegram", "another", 0)  # it no longer does
    run(worker.outbox.send_due())
    assert [sent.text for sent in telegram.sent] == ["911", "hola"]


def write(house: House, chat: int, text: str, urgent: bool = False) -> None:
    with house.store.begin() as tx:
        tx.add_reply(tx.conversation_for("telegram", str(chat)), Reply(text), urgent=urgent)
