"""The Telegram adapter: recorded updates in, and a Bot API that keeps Telegram's limits at the other end."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.channels import telegram as adapter
from bot.channels.base import split
from bot.channels.telegram import SECRET_HEADER, TelegramChannel, read_update
from bot.errors import (
    BadToken,
    FileRefused,
    Forged,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    TwoOfUs,
    Unavailable,
)
from bot.model import Button, FileRef, Inbound, Reply
from tests.channels import harness
from tests.channels.harness import KEY, SECRET, telegram_channel
from tests.fakes.telegram import ANA, DOWNLOAD_MAX, LUIS, TOKEN, FakeTelegram

PAYLOADS = Path(__file__).parent / "payloads" / "telegram"
T = TypeVar("T")

USER = "700100200"
GROUP = "-1002003004005"
SENT_AT = datetime(2024, 11, 8, 16, 0, tzinfo=timezone.utc)


def message(number: int, kind: str, **fields: Any) -> Inbound:
    return Inbound("telegram", f"{USER}:{number}", USER, kind, SENT_AT, **fields)  # type: ignore[arg-type]


def file(number: int, *ref: Any, unique: str, **fields: Any) -> Inbound:
    return message(number, **{"kind": "file", **fields}, files=(FileRef(*ref, unique=unique),))


def edit(number: int, seconds: int, **fields: Any) -> Inbound:
    original = f"{USER}:{number}"
    at = SENT_AT + timedelta(seconds=seconds)
    return Inbound("telegram", f"{original}:e{int(at.timestamp())}", USER, "edit", at, edits=original, **fields)


def tap(id_: str, data: str) -> Inbound:
    return Inbound("telegram", f"callback:{id_}", USER, "button", SENT_AT, button=data)


def ignored(update_id: int, user: str = USER) -> Inbound:
    return Inbound("telegram", f"update:{update_id}", user, "ignored", SENT_AT)


def unreadable(number: int) -> Inbound:
    return message(number, "file", files=(FileRef(f"{USER}:{number}", "ilegible"),))


PHOTO = FileRef("AgACAgEAAxkBAAIBphoto_x", "foto", size=98211, unique="AgADhoto_x")

#: Every payload file, and what it is to us. A tap and what is ignored have no time of their own.
EXPECTED = {
    "text": message(101, "text", text="Me llamaron a las 11 de la noche y me dijeron que me iban a quitar la casa 😡"),
    "text_reply_forwarded": message(102, "text", text="Paga hoy o vamos por ti"),
    "edit": edit(101, 60, text="Me llamaron a las 10 de la noche"),
    "edit_caption": edit(103, 120, text="Esto me lo dejaron en la puerta", files=(PHOTO,)),
    "edit_live_location": ignored(873400005),
    "tap": tap("3006904012345678901", "7.0"),
    "tap_inaccessible": tap("3006904012345678902", "2.1"),
    "tap_group": ignored(873400008),
    "tap_inline_message": ignored(873400009),
    "tap_game": ignored(873400010),
    "photo": message(103, "file", text="Me dejaron esto en la puerta", files=(PHOTO,)),
    "photo_album_part": file(
        105,
        *("AgACAgEAAxkBAAIBalbum_x", "foto", "", "", 77002),
        unique="AgADlbum_x",
        kind="album",
        album="13843251234567890",
    ),
    "voice": file(106, "AwACAgEAAxkBAAIBvoice", "audio", "", "audio/ogg", 41022, unique="AgADBvoice"),
    "audio": file(
        107,
        "CQACAgEAAxkBAAIBaudio",
        "audio",
        "llamada_despacho.mp3",
        "audio/mpeg",
        812345,
        text="la llamada",
        unique="AgADBaudio",
    ),
    "video": file(108, "BAACAgEAAxkBAAIBvideo", "video", "VID_20241108.mp4", "video/mp4", 5203311, unique="AgADBvideo"),
    "video_note": file(109, "DQACAgEAAxkBAAIBround", "video", "", "", 911002, unique="AgADBround"),
    "document": file(
        110,
        "BQACAgEAAxkBAAIBdoc",
        "documento",
        "carta despacho.pdf",
        "application/pdf",
        120334,
        text="Carta de cobranza",
        unique="AgADAIBdoc",
    ),
    "document_bare": file(111, "BQACAgEAAxkBAAIBbare", "documento", unique="AgADbare"),
    "animation": file(112, "CgACAgEAAxkBAAIBgif", "video", "", "video/mp4", 33000, unique="AgADAIBgif"),
    "sticker": message(113, "text", text="😢"),
    "sticker_without_emoji": unreadable(123),
    "poll": unreadable(124),
    "location": message(114, "text", text="25.6714, -100.3092"),
    "venue": message(115, "text", text="Despacho Cobra Ya, Av. Inventada 100, Monterrey"),
    "contact": message(116, "text", text="Cobrador Despacho +528100000000"),
    "start": message(117, "start"),
    "start_payload": message(118, "start", start="cartel_oficina-12"),
    "start_bot_name": message(119, "start"),
    "start_typed_text": message(121, "text", text="/start me están amenazando"),
    "command": message(122, "text", text="/borrar"),
    "group_text": ignored(873400029, GROUP),
    "channel_post": ignored(873400030, "-1009009009009"),
    "blocked": ignored(873400031),
    "service_pin": ignored(873400032),
    "poll_answer": ignored(873400033, ""),
    "unknown_kind": ignored(873400034),
    "message_null": ignored(873400035, ""),
    "message_without_chat": ignored(873400036, ""),
    "message_date_absurd": ignored(873400037),
}


def use(telegram: FakeTelegram, do: Callable[[TelegramChannel], Awaitable[T]], **changes: str) -> T:
    return harness.use(telegram_channel(telegram.url, **changes), do)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "POLL_SECONDS", 0)


# --- reading updates ---------------------------------------------------------------------------------------------------


def test_every_payload_is_expected() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_payload(name: str) -> None:
    body = (PAYLOADS / f"{name}.json").read_bytes()
    [inbound] = telegram_channel().parse(body)
    expected = EXPECTED[name]
    if expected.kind in ("button", "ignored"):
        assert abs(datetime.now(timezone.utc) - inbound.at) < timedelta(minutes=1)
        inbound = replace(inbound, at=expected.at)
    assert inbound == expected
    assert inbound.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("value", [None, 0, "", "text", [], {}, [1], {"chat": 5}, {"chat": {"type": "private"}}])
@pytest.mark.parametrize("field", ["message", "edited_message", "callback_query", "my_chat_member", "novelty"])
def test_a_strange_update_is_ignored(field: str, value: Any) -> None:
    inbound = read_update({"update_id": 5, field: value})
    assert (inbound.kind, inbound.external_id) == ("ignored", "update:5")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"7", b"{}", b'{"update_id": "5"}', b"[" * 100_000])
def test_what_is_not_an_update_is_set_aside(body: bytes) -> None:
    [first], [again] = (telegram_channel().parse(body) for _ in range(2))
    assert first.kind == "ignored" and first.external_id == again.external_id


def test_right_secret() -> None:
    telegram_channel().verify({SECRET_HEADER: SECRET}, b"{}")


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET + "x"}, {SECRET_HEADER: "ñ"}])
def test_wrong_secret_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(Forged):
        telegram_channel().verify(headers, b"{}")


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET}])
def test_without_a_secret_of_ours_nothing_is_let_in(headers: dict[str, str]) -> None:
    with pytest.raises(Forged):
        telegram_channel(secret="").verify(headers, b"{}")


# --- polling -----------------------------------------------------------------------------------------------------------


def test_poll_confirms_only_what_it_is_asked_to(telegram: FakeTelegram) -> None:
    first = telegram.push_text(ANA, "hola")
    second = telegram.push_text(LUIS, "buenas")

    async def do(channel: TelegramChannel) -> tuple[Any, ...]:
        return await channel.poll(0), await channel.poll(0), await channel.poll(first["update_id"] + 1)

    seen, again, rest = use(telegram, do)
    assert [m.text for m in seen[0]] == [m.text for m in again[0]] == ["hola", "buenas"]
    assert seen[1] == second["update_id"] + 1
    assert [m.text for m in rest[0]] == ["buenas"]


def test_an_empty_poll_keeps_the_offset(telegram: FakeTelegram) -> None:
    assert use(telegram, lambda channel: channel.poll(77)) == ([], 77)


def test_poll_asks_for_every_kind_we_use_and_waits(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "POLL_SECONDS", 20)
    telegram.push_start(ANA, "volante")
    [start], _ = use(telegram, lambda channel: channel.poll(0))
    method, fields = telegram.calls[-1]
    assert (start.kind, start.start) == ("start", "volante")
    assert (method, fields["timeout"]) == ("getUpdates", "20")
    assert json.loads(fields["allowed_updates"]) == ["message", "edited_message", "callback_query", "my_chat_member"]


def test_a_strange_update_does_not_stop_the_poll(telegram: FakeTelegram) -> None:
    telegram.push_raw({"message": {"text": "sin chat"}})
    telegram.push_text(ANA, "hola")
    messages, _ = use(telegram, lambda channel: channel.poll(0))
    assert [m.kind for m in messages] == ["ignored", "text"]


def test_two_polls_at_once(
    telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(adapter, "POLL_SECONDS", 20)

    async def do(channel: TelegramChannel) -> Any:
        other = telegram_channel(telegram.url)
        older = asyncio.create_task(other.poll(0))
        await asyncio.to_thread(telegram.wait_until, lambda: telegram.polling)
        newer = asyncio.create_task(channel.poll(0))
        with pytest.raises(TwoOfUs):
            await older
        telegram.push_text(ANA, "hola")
        await other.close()
        return await newer

    messages, _ = use(telegram, do)
    assert [m.text for m in messages] == ["hola"]
    assert "409" in caplog.text


def test_poll_errors_are_ours(telegram: FakeTelegram) -> None:
    telegram.fail("getUpdates", 502, "Bad Gateway")
    with pytest.raises(Unavailable):
        use(telegram, lambda channel: channel.poll(0))


def test_polls_only_in_polling_mode() -> None:
    assert telegram_channel().polls
    assert not telegram_channel(mode="webhook").polls


# --- sending -----------------------------------------------------------------------------------------------------------


def test_plain_text_with_a_button_in_each_row(telegram: FakeTelegram) -> None:
    telegram.push_start(ANA)
    reply = Reply("¿Aceptas *el aviso* <b>?", (Button("Sí, acepto", "/aceptar" * 40), Button("No", "/negar")))
    id_ = use(telegram, lambda channel: channel.send(str(ANA), reply, KEY))
    [sent] = telegram.sent
    assert id_ == str(sent.message_id)
    assert (sent.chat_id, sent.text) == (ANA, reply.text)
    assert sent.buttons == (("Sí, acepto", "7.0"), ("No", "7.1"))
    assert (sent.rows, sent.parse_mode, sent.preview_off) == ((1, 1), "", True)


def test_a_long_reply_goes_in_parts_with_its_buttons_on_the_last(telegram: FakeTelegram) -> None:
    telegram.push_start(ANA)
    buttons = tuple(Button(f"Opción número {n} con un título que no cabe entero", f"/elegir_{n}") for n in range(20))
    reply = Reply("Tienes derecho a un trato digno. " * 400, buttons)

    async def do(channel: TelegramChannel) -> None:
        for part in split(reply, channel.limits):
            await channel.send(str(ANA), part, "01JCCONVERSATION.1234567890")

    use(telegram, do)
    assert len(telegram.sent) > 1
    assert all(1 <= len(sent.text) <= 4096 for sent in telegram.sent)
    assert [len(sent.buttons) for sent in telegram.sent[:-1]] == [0] * (len(telegram.sent) - 1)
    assert [data for _, data in telegram.sent[-1].buttons] == [f"1234567890.{n}" for n in range(13)]
    assert all(len(title) <= 40 for title, _ in telegram.sent[-1].buttons)


ERRORS = [
    (403, "Forbidden: bot was blocked by the user", RecipientGone),
    (403, "Forbidden: user is deactivated", RecipientGone),
    (400, "Bad Request: chat not found", RecipientGone),
    (400, "Bad Request: message is too long", Rejected),
    (401, "Unauthorized", BadToken),
    (404, "Not Found", BadToken),
    (409, "Conflict: terminated by other getUpdates request", TwoOfUs),
    (429, "Too Many Requests without a time", Unavailable),
    (500, "Internal Server Error", Unavailable),
    (502, "Bad Gateway", Unavailable),
]


@pytest.mark.parametrize(("status", "description", "expected"), ERRORS)
def test_errors(telegram: FakeTelegram, status: int, description: str, expected: type[SendError]) -> None:
    telegram.push_start(ANA)
    telegram.fail("sendMessage", status, description)
    with pytest.raises(SendError) as caught:
        use(telegram, lambda channel: channel.send(str(ANA), Reply("hola"), KEY))
    assert type(caught.value) is expected
    assert telegram.sent == []


def test_an_answer_that_was_cut_off(telegram: FakeTelegram) -> None:
    telegram.garble("getUpdates", b'{"ok": true, "result": [{"upd')
    with pytest.raises(Unavailable):
        use(telegram, lambda channel: channel.poll(0))


def test_real_rules_of_the_fake_reach_us(telegram: FakeTelegram) -> None:
    with pytest.raises(RecipientGone):
        use(telegram, lambda channel: channel.send("1", Reply("hola"), KEY))
    telegram.push_start(ANA)
    with pytest.raises(Rejected):
        use(telegram, lambda channel: channel.send(str(ANA), Reply("a" * 4097), KEY))
    with pytest.raises(Rejected):
        use(telegram, lambda channel: channel.send(str(ANA), Reply(""), KEY))
    telegram.block(ANA)
    with pytest.raises(RecipientGone):
        use(telegram, lambda channel: channel.send(str(ANA), Reply("hola"), KEY))


# --- pace --------------------------------------------------------------------------------------------------------------


def took(telegram: FakeTelegram, do: Callable[[TelegramChannel], Awaitable[None]]) -> float:
    """Seconds. How evenly requests arrive is the machine's doing, so only how long they take at least is told."""
    telegram.chat_burst = telegram.throughput = 1000
    began = time.monotonic()
    use(telegram, do)
    return time.monotonic() - began


def test_many_messages_to_one_chat_go_no_faster_than_telegram_takes_them(telegram: FakeTelegram) -> None:
    telegram.push_start(ANA)
    assert took(telegram, lambda channel: _send_all(channel, ANA, 5)) > 0.95 * (5 - adapter.CHAT_AT_ONCE)
    assert len(telegram.sent) == 5


def test_all_chats_together_are_no_faster_than_telegram_takes_them(telegram: FakeTelegram) -> None:
    people = range(700300001, 700300041)
    for person in people:
        telegram.push_start(person)

    async def do(channel: TelegramChannel) -> None:
        await asyncio.gather(*(channel.send(str(person), Reply("hola"), KEY) for person in people))

    assert took(telegram, do) > 0.95 * (40 - adapter.AT_ONCE) / adapter.A_SECOND
    assert len(telegram.sent) == 40


def test_nobody_waits_for_a_chat_that_is_written_to_a_lot(telegram: FakeTelegram) -> None:
    telegram.push_start(ANA)
    telegram.push_start(LUIS)

    async def do(channel: TelegramChannel) -> None:
        many = asyncio.create_task(_send_all(channel, ANA, 100))
        await asyncio.to_thread(telegram.wait_until, lambda: len(telegram.sent) >= adapter.CHAT_AT_ONCE, 30)
        await asyncio.wait_for(channel.send(str(LUIS), Reply("en peligro, 911"), KEY), 60)
        many.cancel()  # it would take more than 90 seconds

    use(telegram, do)
    assert LUIS in [sent.chat_id for sent in telegram.sent]


async def _send_all(channel: TelegramChannel, chat: int, number: int) -> None:
    for _ in range(number):
        await channel.send(str(chat), Reply("hola"), KEY)


def test_the_fake_minds_the_pace(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "CHAT_AT_ONCE", 100)
    telegram.clock = lambda: 1000.0  # everything at the same moment
    telegram.push_start(ANA)
    with pytest.raises(Throttled) as caught:
        use(telegram, lambda channel: _send_all(channel, ANA, 8))
    assert caught.value.after == 2
    assert len(telegram.sent) == 5


# --- files -------------------------------------------------------------------------------------------------------------


def fetch(telegram: FakeTelegram, update: dict[str, Any]) -> bytes:
    [file_ref] = read_update(update).files
    return use(telegram, lambda channel: channel.fetch(file_ref))


def test_files_come_as_they_were_sent(telegram: FakeTelegram) -> None:
    photo, voice, paper = b"\xff\xd8" * 5000, b"OggS" * 200, b"%PDF-1.4 carta"
    assert fetch(telegram, telegram.push_photo(ANA, photo, "mira")) == photo
    assert fetch(telegram, telegram.push_voice(ANA, voice)) == voice
    assert fetch(telegram, telegram.push_video_note(ANA, voice)) == voice
    assert [fetch(telegram, part) for part in telegram.push_album(ANA, photo, photo + b"2")] == [photo, photo + b"2"]
    assert fetch(telegram, telegram.push_document(ANA, "carta ñ 1.pdf", paper)) == paper


def test_a_file_of_exactly_the_limit(telegram: FakeTelegram) -> None:
    assert len(fetch(telegram, telegram.push_document(ANA, "video.pdf", bytes(DOWNLOAD_MAX)))) == DOWNLOAD_MAX


@pytest.mark.parametrize("server_limit", [DOWNLOAD_MAX, 10 * DOWNLOAD_MAX])
def test_too_large_whether_or_not_the_server_minds(server_limit: int) -> None:
    with FakeTelegram(file_limit=server_limit) as telegram:
        update = telegram.push_document(ANA, "enorme.pdf", bytes(DOWNLOAD_MAX + 1))
        del update["message"]["document"]["file_size"]
        with pytest.raises(FileRefused) as caught:
            fetch(telegram, update)
    assert caught.value.code == "grande"
    assert [method for method, _ in telegram.calls] == ["getFile"]


def test_a_file_said_to_be_too_large_is_not_asked_for(telegram: FakeTelegram) -> None:
    with pytest.raises(FileRefused):
        use(telegram, lambda channel: channel.fetch(FileRef("x", "video", size=DOWNLOAD_MAX + 1)))
    assert telegram.calls == []


def test_download_errors_are_ours(telegram: FakeTelegram) -> None:
    with pytest.raises(Rejected):
        use(telegram, lambda channel: channel.fetch(FileRef("unknown", "foto")))
    update = telegram.push_voice(ANA, b"OggS")
    telegram.fail("download", 404)
    with pytest.raises(Rejected):
        fetch(telegram, update)
    telegram.fail("download", 500)
    with pytest.raises(Unavailable):
        fetch(telegram, update)


# --- courtesies and the webhook ----------------------------------------------------------------------------------------


def test_a_tap_is_answered_and_text_is_not(telegram: FakeTelegram) -> None:
    update = telegram.push_tap(ANA, "7.0")
    text = telegram.push_text(ANA, "hola")

    async def do(channel: TelegramChannel) -> None:
        await channel.received(read_update(update))
        await channel.received(read_update(text))

    use(telegram, do)
    assert telegram.answered == [update["callback_query"]["id"]]
    assert [method for method, _ in telegram.calls] == ["answerCallbackQuery"]


def test_typing(telegram: FakeTelegram) -> None:
    telegram.push_start(ANA)
    use(telegram, lambda channel: channel.typing(str(ANA)))
    assert telegram.actions == [(ANA, "typing")]


@pytest.mark.parametrize(("status", "retry_after"), [(400, 0), (403, 0), (429, 9), (500, 0)])
def test_courtesies_never_raise(telegram: FakeTelegram, status: int, retry_after: int) -> None:
    update = telegram.push_tap(ANA, "7.0")
    telegram.fail("answerCallbackQuery", status, retry_after=retry_after)
    telegram.fail("sendChatAction", status, retry_after=retry_after)

    async def do(channel: TelegramChannel) -> None:
        await channel.received(read_update(update))
        await channel.typing(str(ANA))

    use(telegram, do)


def test_webhook_is_set_with_our_secret(telegram: FakeTelegram) -> None:
    use(telegram, lambda channel: channel.announce("https://ejemplo.mx"), mode="webhook")
    address = "https://ejemplo.mx/webhooks/telegram"
    assert (telegram.webhook["url"], telegram.webhook["secret_token"]) == (address, SECRET)
    with pytest.raises(Unavailable):
        use(telegram, lambda channel: channel.poll(0))


def test_a_webhook_of_before_does_not_stop_the_polling(telegram: FakeTelegram) -> None:
    use(telegram, lambda channel: channel.announce("https://ejemplo.mx"), mode="webhook")
    use(telegram, lambda channel: channel.announce(""))
    assert use(telegram, lambda channel: channel.poll(0)) == ([], 0)


def test_a_webhook_that_is_refused(telegram: FakeTelegram) -> None:
    with pytest.raises(Rejected):
        use(telegram, lambda channel: channel.announce("http://ejemplo.mx"), mode="webhook")


# --- what doctor asks --------------------------------------------------------------------------------------------------

PUBLIC = "https://ejemplo.mx"


def trouble(telegram: FakeTelegram, **changes: str) -> str:
    return use(telegram, lambda channel: channel.trouble(PUBLIC), **changes)


def test_all_is_well(telegram: FakeTelegram) -> None:
    assert trouble(telegram) == ""
    use(telegram, lambda channel: channel.announce(PUBLIC), mode="webhook")
    assert trouble(telegram, mode="webhook") == ""


def test_trouble_is_named(telegram: FakeTelegram) -> None:
    assert trouble(telegram, token="424242:wrong") == "bad_token"
    assert trouble(telegram, mode="webhook") == "webhook_elsewhere"
    use(telegram, lambda channel: channel.announce("https://otro.mx"), mode="webhook")
    assert trouble(telegram) == trouble(telegram, mode="webhook") == "webhook_elsewhere"
    use(telegram, lambda channel: channel.announce(PUBLIC), mode="webhook")
    telegram.webhook_error = {"last_error_date": 1731081600, "last_error_message": "Connection refused"}
    telegram.push_text(ANA, "hola")
    assert trouble(telegram, mode="webhook") == "webhook_unanswered"
    telegram.fail("getMe", 502)
    assert trouble(telegram) == "unavailable"


# --- what the log may say ----------------------------------------------------------------------------------------------


def test_nothing_secret_or_personal_is_logged(telegram: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    private = "me amenazaron en mi casa"
    update = telegram.push_text(ANA, private)
    voice = telegram.push_voice(ANA, b"OggS")
    tapped = telegram.push_tap(ANA, "7.0")
    for method in ("sendMessage", "sendChatAction", "answerCallbackQuery", "download"):
        telegram.fail(method, 400, f"Bad Request: {private} {ANA}")
    telegram.garble("getUpdates", json.dumps({"ok": True, "result": [update]}).encode()[:-3])

    async def do(channel: TelegramChannel) -> list[SendError]:
        [file_ref] = read_update(voice).files
        caught = []
        for _ in range(2):  # the first round fails, the second goes well
            for call in (channel.poll(0), channel.send(str(ANA), Reply(private), KEY), channel.fetch(file_ref)):
                try:
                    await call
                except SendError as error:
                    caught.append(error)
            await channel.received(read_update(tapped))
            await channel.typing(str(ANA))
        return caught

    caught = use(telegram, do)
    assert len(caught) == 3
    assert "typing failed: rejected" in caplog.text
    for secret in (TOKEN, TOKEN.partition(":")[2], SECRET, private, str(ANA)):
        assert secret not in caplog.text
        assert all(secret not in str(error) for error in caught)
