"""A person on WhatsApp, from their message to the answer, over a Cloud API that keeps Meta's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from bot import config
from bot.gateway.app import create_app
from bot.model import Button, Conversation, Facts, Reply
from bot.receipt import verify
from bot.schema import conversations, deliveries, inbox, outbox
from bot.store.base import now
from bot.wiring import House, build
from tests.fakes.whatsapp import (
    ANA,
    APP_SECRET,
    EVA,
    LUIS,
    PHONE_ID,
    TEMPLATE,
    TOKEN,
    VERIFY_TOKEN,
    FakeWhatsApp,
    Person,
    Sent,
    Webhook,
    envelope,
)
from tests.flows.say import answer_all, run

JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50
OGG = b"OggS\x00\x02" + b"\x00" * 50
#: Ana before Meta gave her an id, and after she changed her number.
ANA_OF_BEFORE = Person(ANA.phone, "")
ANA_LATER = Person("5218199999999", "MX.99991208655302749999")


@pytest.fixture
def whatsapp() -> Iterator[FakeWhatsApp]:
    with FakeWhatsApp() as server:
        yield server


def with_whatsapp(house: House, whatsapp: FakeWhatsApp) -> House:
    """The same house as another process would build it: connections belong to the loop they were opened in."""
    whatsapp_settings = config.WhatsApp(TOKEN, PHONE_ID, APP_SECRET, VERIFY_TOKEN, whatsapp.url, TEMPLATE)
    return build(replace(house.settings, whatsapp=whatsapp_settings))


@pytest.fixture
def worker(house: House, whatsapp: FakeWhatsApp) -> Iterator[House]:
    made = with_whatsapp(house, whatsapp)
    yield made
    run(made.close())


@pytest.fixture
def gateway(house: House, whatsapp: FakeWhatsApp) -> Iterator[TestClient]:
    with TestClient(create_app(with_whatsapp(house, whatsapp))) as client:
        yield client


def post(gateway: TestClient, webhook: Webhook) -> int:
    return gateway.post("/webhooks/whatsapp", content=webhook.body, headers=webhook.headers).status_code


def hear(gateway: TestClient, worker: House, *webhooks: Webhook) -> None:
    """What was written arrives, and is answered."""
    assert [post(gateway, webhook) for webhook in webhooks] == [200] * len(webhooks)
    answer_all(worker)


def said(whatsapp: FakeWhatsApp) -> list[str]:
    return [sent.text for sent in whatsapp.sent]


def conversation_of(house: House, person: Person) -> Conversation:
    with house.store.begin() as tx:
        return tx.conversation_for("whatsapp", person.bsuid or person.phone)


def write(house: House, person: Person, *texts: str) -> None:
    """Queue messages of the bot, as a turn or a person of the team would."""
    conversation = conversation_of(house, person)
    with house.store.begin() as tx:
        for text in texts:
            tx.add_reply(conversation, Reply(text))


def hours_pass(house: House, whatsapp: FakeWhatsApp, hours: float) -> None:
    """On Meta's side and, as seen from our database, on ours."""
    whatsapp.advance(hours)
    with house.store.begin() as tx:
        for row in tx.connection.execute(select(conversations)).all():
            earlier = row.last_inbound_at - timedelta(hours=hours)
            where = conversations.c.id == row.id
            tx.connection.execute(update(conversations).where(where).values(last_inbound_at=earlier))


def make_due(house: House) -> None:
    with house.store.begin() as tx:
        tx.connection.execute(update(outbox).values(next_try_at=now()))


def rows(house: House) -> list[tuple[str, str]]:
    """Status and error of every message to people, in order."""
    with house.store.begin() as tx:
        return [(row.status, row.error) for row in tx.connection.execute(select(outbox).order_by(outbox.c.id))]


def statuses(house: House) -> list[str]:
    return [status for status, _ in rows(house)]


def delivery_statuses(house: House) -> list[str]:
    with house.store.begin() as tx:
        return [row.status for row in tx.connection.execute(select(deliveries).order_by(deliveries.c.provider_id))]


# --- there and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [ANA, EVA, LUIS])
def test_a_message_is_answered(gateway: TestClient, worker: House, whatsapp: FakeWhatsApp, person: Person) -> None:
    webhook = whatsapp.text(person, "me amenazan")
    hear(gateway, worker, webhook)
    [sent] = whatsapp.sent
    assert (sent.text, sent.to) == ("Leí: me amenazan", person.bsuid or person.phone)
    assert whatsapp.read == whatsapp.typing == [webhook.message["id"]]


def test_meta_asks_for_the_address(gateway: TestClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = gateway.get("/webhooks/whatsapp", params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert gateway.get("/webhooks/whatsapp", params={**asked, "hub.verify_token": "x"}).status_code == 403
    assert gateway.get("/webhooks/whatsapp").status_code == 403
    assert gateway.get("/webhooks/paloma").status_code == 404


def test_without_whatsapp_there_is_no_route(house: House) -> None:
    with TestClient(create_app(house)) as gateway:
        assert gateway.post("/webhooks/whatsapp", content=b"{}").status_code == 404
        assert gateway.get("/webhooks/whatsapp").status_code == 404


def test_a_webhook_counts_once(gateway: TestClient, worker: House, whatsapp: FakeWhatsApp) -> None:
    webhook = whatsapp.text(ANA, "hola")
    hear(gateway, worker, webhook, webhook)
    hear(gateway, worker, webhook)
    assert said(whatsapp) == ["Leí: hola"]


def test_forged_and_oversized_webhooks_leave_nothing(gateway: TestClient, house: House, whatsapp: FakeWhatsApp) -> None:
    good = whatsapp.text(ANA, "hola")
    assert post(gateway, whatsapp.signed(good.body, secret="otro")) == 403
    assert post(gateway, Webhook(good.body, {})) == 403
    assert post(gateway, Webhook(good.body[:-1] + b" ", good.headers)) == 403
    assert post(gateway, whatsapp.signed(b"x" * 5_000_000)) == 413
    with house.store.begin() as tx:
        assert tx.connection.execute(select(inbox)).all() == []


def test_a_batch_is_answered_although_a_part_is_malformed(
    gateway: TestClient, worker: House, whatsapp: FakeWhatsApp
) -> None:
    first, second = (whatsapp.value(ANA, {"type": "text", "text": {"body": text}}) for text in ("uno", "dos"))
    other = whatsapp.value(LUIS, {"type": "text", "text": {"body": "tres"}})
    first["messages"] += [{"id": "wamid.x", "type": "text"}, None, *second["messages"]]
    first["statuses"] = [{"id": "wamid.y", "status": "delivered"}, {"status": 7}]
    hear(gateway, worker, whatsapp.signed(envelope(first, {"messages": "x"}, other)))
    assert sorted(said(whatsapp)) == ["Leí: tres", "Leí: uno\ndos"]


def test_a_large_batch_is_taken(gateway: TestClient, house: House, whatsapp: FakeWhatsApp) -> None:
    value = whatsapp.value(ANA, {"type": "text", "text": {"body": "a" * 4096}})
    one = value["messages"][0]
    value["messages"] = [{**one, "id": f"wamid.large{n}"} for n in range(90)]
    assert post(gateway, whatsapp.signed(envelope(value))) == 200
    with house.store.begin() as tx:
        assert tx.waiting_count() == 90


def test_a_tap_says_what_its_button_says(gateway: TestClient, worker: House, whatsapp: FakeWhatsApp) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    hear(gateway, worker, whatsapp.tap(ANA, whatsapp.sent[0]))
    assert said(whatsapp)[-1] == "Leí: /afirmar"


def test_an_option_of_a_list_and_one_by_its_number(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    for number in (8, 12):
        options = tuple(Button(f"Opción {n}", f"/elegir_{n}") for n in range(1, number + 1))
        conversation = conversation_of(house, ANA)
        with house.store.begin() as tx:
            tx.add_reply(conversation, Reply("¿Cuál?", options))
        answer_all(worker)
        shown = whatsapp.sent[-1]
        answer = whatsapp.tap(ANA, shown, 6) if shown.options else whatsapp.text(ANA, " 11. ")
        hear(gateway, worker, answer)
    assert said(whatsapp)[-3:] == ["Leí: /elegir_7", whatsapp.sent[-2].text, "Leí: /elegir_11"]
    hear(gateway, worker, whatsapp.text(ANA, "11"))
    assert said(whatsapp)[-1] == "Leí: 11"


def test_a_tap_that_was_never_offered_is_no_message(gateway: TestClient, worker: House, whatsapp: FakeWhatsApp) -> None:
    never = Sent("wamid.x", ANA.bsuid, "button", "", (("Sí", "99.0"),))
    hear(gateway, worker, whatsapp.tap(ANA, never), whatsapp.text(ANA, "hola"))
    assert said(whatsapp) == ["Leí: hola"]


def test_an_edited_message_is_a_correction(
    gateway: TestClient, worker: House, whatsapp: FakeWhatsApp, fake_rasa
) -> None:
    original = whatsapp.text(ANA, "fue el lunes")
    hear(gateway, worker, original)
    hear(gateway, worker, whatsapp.edit(original, ANA, "fue el martes"))
    assert [turn["metadata"]["replaces"] for turn in fake_rasa.asked] == ["", "fue el lunes"]


def test_what_was_sent_is_kept(gateway: TestClient, worker: House, whatsapp: FakeWhatsApp, fake_rasa) -> None:
    hear(gateway, worker, whatsapp.file(ANA, "image", JPG, "esto dejaron"))
    hear(gateway, worker, whatsapp.file(ANA, "audio", OGG, voice=True))
    kinds = [item["kind"] for turn in fake_rasa.asked for item in turn["metadata"]["evidence"]]
    assert kinds == ["foto", "audio"]


def test_a_download_that_fails_once_is_tried_again(
    gateway: TestClient, worker: House, whatsapp: FakeWhatsApp, fake_rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    whatsapp.garble("download", JPG[:20])
    hear(gateway, worker, whatsapp.file(ANA, "image", JPG))
    [turn] = fake_rasa.asked
    assert len(turn["metadata"]["evidence"]) == 1


def test_what_cannot_be_read_is_said(gateway: TestClient, worker: House, whatsapp: FakeWhatsApp) -> None:
    hear(gateway, worker, whatsapp.says(ANA, {"type": "unsupported", "unsupported": {"type": "poll_creation"}}))
    assert said(whatsapp) == [worker.texts.reply("utter_archivo_ilegible").text]


def test_reactions_and_deletions_are_kept_and_not_answered(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    original = whatsapp.text(ANA, "me amenazan")
    hear(gateway, worker, original)
    id_ = original.message["id"]
    hear(gateway, worker, whatsapp.says(ANA, {"type": "reaction", "reaction": {"message_id": "x", "emoji": "👍"}}))
    hear(gateway, worker, whatsapp.says(ANA, {"type": "revoke", "revoke": {"original_message_id": id_}}))
    assert said(whatsapp) == ["Leí: me amenazan"]
    conversation = conversation_of(house, ANA)
    with house.store.begin() as tx:
        kinds = [row.kind for row in tx.connection.execute(select(inbox).order_by(inbox.c.received_at))]
        assert tx.said_by_person(conversation.id)[0]["text"] == "me amenazan"
    assert kinds == ["text", "ignored", "ignored"]


def test_danger_is_answered_on_whatsapp_too(
    gateway: TestClient, worker: House, whatsapp: FakeWhatsApp, fake_rasa
) -> None:
    fake_rasa.down = True
    hear(gateway, worker, whatsapp.text(ANA, "estan rompiendo mi puerta ahorita"))
    assert "911" in said(whatsapp)[0]


# --- who is who --------------------------------------------------------------------------------------------------------


def test_who_was_known_by_phone_keeps_their_conversation(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA_OF_BEFORE, "soy yo"))
    before = conversation_of(house, ANA_OF_BEFORE)
    hear(gateway, worker, whatsapp.text(ANA, "ahora con id"))
    hear(gateway, worker, whatsapp.text(Person("", ANA.bsuid), "y sin teléfono"))
    hear(gateway, worker, whatsapp.text(ANA_OF_BEFORE, "y solo con teléfono"))
    ids = {conversation_of(house, who).id for who in (ANA, ANA_OF_BEFORE, Person("", ANA.bsuid))}
    assert ids == {before.id}
    assert [sent.to for sent in whatsapp.sent] == [ANA.phone, ANA.bsuid, ANA.bsuid, ANA.phone]


def test_a_mexican_phone_in_both_its_forms_is_one_person(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    other_form = Person("52" + LUIS.phone[3:], "")
    hear(gateway, worker, whatsapp.text(LUIS, "hola"), whatsapp.text(other_form, "sigo aquí"))
    assert conversation_of(house, LUIS).id == conversation_of(house, other_form).id


def test_who_changes_their_number_keeps_their_conversation(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    before = conversation_of(house, ANA)
    hear(gateway, worker, whatsapp.moves(ANA, ANA_LATER))
    assert conversation_of(house, ANA_LATER).id == before.id
    hear(gateway, worker, whatsapp.text(ANA_LATER, "ya cambié"))
    assert [(sent.text, sent.to) for sent in whatsapp.sent][-1] == ("Leí: ya cambié", ANA_LATER.bsuid)
    assert len(whatsapp.sent) == 2


def test_a_number_that_was_given_up_is_not_its_new_owners_way_in(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "mi queja"))
    before = conversation_of(house, ANA)
    hear(gateway, worker, whatsapp.text(Person(ANA.phone, EVA.bsuid), "tengo un número nuevo"))
    assert conversation_of(house, EVA).id != before.id
    hear(gateway, worker, whatsapp.text(ANA_LATER, "y yo otro"), whatsapp.moves(ANA, ANA_LATER))
    assert conversation_of(house, Person(ANA.phone, "")).id == conversation_of(house, EVA).id


def test_a_phone_that_was_left_leads_to_nobody(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(LUIS, "mi queja"))
    before = conversation_of(house, LUIS)
    hear(gateway, worker, whatsapp.moves(LUIS, Person("5215500000000", "")))
    hear(gateway, worker, whatsapp.text(LUIS, "soy otra persona"))
    assert conversation_of(house, LUIS).id != before.id
    assert conversation_of(house, Person("5215500000000", "")).id == before.id


# --- what became of a message ------------------------------------------------------------------------------------------


def test_statuses_come_in_any_order(gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    [sent] = whatsapp.sent
    for status in ("delivered", "sent", "read", "delivered"):
        hear(gateway, worker, whatsapp.status(sent, status))
    assert delivery_statuses(house) == ["read"]
    assert rows(house) == [("sent", "")]


@pytest.mark.parametrize("early", [True, False])
def test_a_message_that_failed_afterwards_is_marked(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp, early: bool
) -> None:
    assert post(gateway, whatsapp.text(ANA, "hola")) == 200
    if early:  # before our own call has returned
        post(gateway, whatsapp.status(whatsapp.next_id(), "failed", 131014))
    answer_all(worker)
    if not early:
        post(gateway, whatsapp.status(whatsapp.sent[0], "failed", 131014))
    assert rows(house) == [("failed", "131014")]


def test_who_cannot_be_reached_is_left_alone_until_they_write(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    hear(gateway, worker, whatsapp.status(whatsapp.sent[0], "failed", 131026))
    assert conversation_of(house, ANA).closed
    write(house, ANA, "¿sigues ahí?")
    answer_all(worker)
    assert rows(house) == [("failed", "recipient_gone"), ("failed", "channel_closed")]
    hear(gateway, worker, whatsapp.text(ANA, "ya volví"))
    assert said(whatsapp)[-1] == "Leí: ya volví"


def test_the_status_of_a_message_that_is_not_ours_is_only_kept(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.status("wamid.of-another-tool", "failed", 131047))
    assert (delivery_statuses(house), rows(house)) == (["failed"], [])


def test_too_fast_waits_and_keeps_the_order(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    whatsapp.fail("messages", 400, 131056)
    write(house, ANA, "uno", "dos")
    for _ in range(3):
        run(worker.outbox.send_due())
        make_due(house)
    assert said(whatsapp) == ["Leí: hola", "uno", "dos"]


# --- 24 hours ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def silent(gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp) -> None:
    """Ana wrote, was answered, and has not written for 25 hours."""
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    hours_pass(house, whatsapp, 25)


@pytest.mark.usefixtures("silent")
def test_after_24_hours_they_are_invited_once_and_get_everything_when_they_tap(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp, fake_rasa
) -> None:
    write(house, ANA, "uno", "dos")
    answer_all(worker)
    write(house, ANA, "tres")
    answer_all(worker)
    assert [(sent.kind, sent.template) for sent in whatsapp.sent[1:]] == [("template", TEMPLATE)]
    assert statuses(house) == ["sent", "held", "held", "sent", "held"]
    hear(gateway, worker, whatsapp.tap(ANA, whatsapp.sent[-1]))
    assert said(whatsapp)[2:] == ["uno", "dos", "tres"]
    assert len(fake_rasa.asked) == 1
    assert set(statuses(house)) == {"sent"}


@pytest.mark.usefixtures("silent")
def test_what_was_held_goes_also_when_they_write(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    write(house, ANA, "uno")
    answer_all(worker)
    hear(gateway, worker, whatsapp.text(ANA, "aquí estoy"))
    assert said(whatsapp)[2:] == ["uno", "Leí: aquí estoy"]


@pytest.mark.usefixtures("silent")
def test_a_tap_when_nothing_is_held_any_more_is_a_greeting(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    write(house, ANA, "uno")
    answer_all(worker)
    invitation = whatsapp.sent[-1]
    hear(gateway, worker, whatsapp.text(ANA, "aquí estoy"))
    hear(gateway, worker, whatsapp.tap(ANA, invitation))
    assert said(whatsapp)[-1].startswith("Leí: /saludar")


@pytest.mark.usefixtures("silent")
def test_who_writes_before_the_invitation_is_not_invited(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    write(house, ANA, "uno")
    run(worker.outbox.send_due())
    assert statuses(house) == ["sent", "held", "waiting"]
    hear(gateway, worker, whatsapp.text(ANA, "aquí estoy"))
    assert [sent.kind for sent in whatsapp.sent] == ["button", "text", "button"]
    assert rows(house)[2] == ("dropped", "they_wrote")


@pytest.mark.usefixtures("silent")
def test_they_are_invited_again_after_another_silence(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    for _ in range(2):
        write(house, ANA, "uno")
        answer_all(worker)
        hear(gateway, worker, whatsapp.tap(ANA, whatsapp.sent[-1]))
        hours_pass(house, whatsapp, 25)
    assert [sent.kind for sent in whatsapp.sent].count("template") == 2
    assert said(whatsapp).count("uno") == 2


def test_meta_knows_better_when_the_window_closed(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    whatsapp.advance(hours=25)  # not on our side
    write(house, ANA, "uno", "dos")
    answer_all(worker)
    assert statuses(house) == ["sent", "held", "held", "sent"]
    hear(gateway, worker, whatsapp.tap(ANA, whatsapp.sent[-1]))
    assert said(whatsapp)[2:] == ["uno", "dos"]


def test_a_message_that_failed_afterwards_for_the_window_is_held(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    whatsapp.advance(hours=25)
    whatsapp._wrote[ANA.bsuid] = whatsapp.now  # it is taken, and fails on its way
    write(house, ANA, "uno")
    answer_all(worker)
    uno = whatsapp.sent[-1]
    del whatsapp._wrote[ANA.bsuid]
    hear(gateway, worker, whatsapp.status(uno, "failed", 131047))
    assert statuses(house) == ["sent", "held", "sent"]
    hear(gateway, worker, whatsapp.tap(ANA, whatsapp.sent[-1]))
    assert said(whatsapp)[-1] == "uno"
    assert statuses(house) == ["sent", "sent", "sent"]


@pytest.mark.usefixtures("silent")
def test_without_an_approved_template_what_was_held_waits(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    whatsapp.templates.clear()
    write(house, ANA, "uno")
    answer_all(worker)
    assert rows(house)[1:] == [("held", "window_closed"), ("failed", "rejected")]
    hear(gateway, worker, whatsapp.text(ANA, "aquí estoy"))
    assert said(whatsapp)[1:] == ["uno", "Leí: aquí estoy"]


@pytest.mark.usefixtures("silent")
def test_what_was_held_is_dropped_when_someone_took_over(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    write(house, ANA, "uno")
    answer_all(worker)
    with house.store.begin() as tx:
        tx.connection.execute(update(conversations).values(epoch=1))
    hear(gateway, worker, whatsapp.text(ANA, "aquí estoy"))
    assert statuses(house)[1] == "dropped"
    assert "uno" not in said(whatsapp)


def test_a_replayed_webhook_does_not_open_the_window(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    webhook = whatsapp.text(ANA, "hola")
    hear(gateway, worker, webhook)
    hours_pass(house, whatsapp, 25)
    hear(gateway, worker, webhook)
    write(house, ANA, "uno")
    answer_all(worker)
    assert statuses(house) == ["sent", "held", "sent"]


def test_a_receipt_comes_as_a_document_in_the_same_chat(
    gateway: TestClient, worker: House, house: House, whatsapp: FakeWhatsApp
) -> None:
    hear(gateway, worker, whatsapp.text(ANA, "hola"))
    conversation = conversation_of(house, ANA)
    case = house.complaints.open(conversation.id, "t1", Facts(description="me gritaron"))
    with house.store.begin() as tx:
        tx.add_reply(conversation, Reply("Tu queja en PDF:", attachments=(worker.receipts.attachment(case),)))
    answer_all(worker)
    name, pdf = whatsapp.sent[-1].document
    assert name.endswith(".pdf") and case.folio in name
    assert whatsapp.sent[-1].text == "Tu queja en PDF:"
    assert verify(pdf, house.receipts.public_key, house.receipts.say)
