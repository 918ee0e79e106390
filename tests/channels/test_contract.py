"""What every channel with a provider does, whoever the provider is (tests/channels/harness.py)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.base import Channel, split
from bot.channels.web import WebChannel
from bot.errors import BadToken, FileRefused, Forged, Ignored, RecipientGone, SendError, Throttled, Unavailable
from bot.model import Attachment, Button, FileRef, Inbound, Reply
from bot.store.base import now
from tests.channels.harness import KEY, Got, Harness, OnTelegram, OnWhatsApp, send_all, use
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp

PDF = b"%PDF-1.7 un recibo"
HELLO = Reply("hola")
RECEIPT = Attachment("/recibo/1.pdf?k=x", "Queja BT-7K3.pdf")
YES_NO = (Button("Sí, acepto", "/aceptar" * 40), Button("No", "/negar"))
SENTENCES = [f"Esta es la oración número {number} de un texto largo." for number in range(300)]
OURS = {RECEIPT.url: PDF}.get


@pytest.fixture(params=["telegram", "whatsapp"])
def there(request: pytest.FixtureRequest) -> Iterator[Harness]:
    if request.param == "telegram":
        with FakeTelegram() as telegram:
            yield OnTelegram(telegram)
    else:
        with FakeWhatsApp() as whatsapp:
            yield OnWhatsApp(whatsapp)


def send(there: Harness, reply: Reply, channel: Channel | None = None) -> list[str]:
    return use(channel or there.channel(open_file=OURS), lambda opened: send_all(opened, there.address, reply))


# --- what people get ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Cuéntame *qué* pasó", "<b>no</b> es _formato_ `ni` [enlace](x)", "😡 漢字 ñ ‏עברית"])
def test_text_arrives_as_it_was_written(there: Harness, text: str) -> None:
    ids = send(there, Reply(text))
    assert there.got() == [Got(text)]
    assert all(ids)


def test_a_tap_comes_back_as_the_number_of_the_message_and_of_the_button(there: Harness) -> None:
    send(there, Reply("¿Aceptas?", YES_NO))
    assert there.got() == [Got("¿Aceptas?", (("Sí, acepto", "7.0"), ("No", "7.1")))]


def test_a_file_goes_as_a_document_with_its_text(there: Harness) -> None:
    send(there, Reply("Tu queja en PDF:", attachments=(RECEIPT,)))
    assert there.got() == [Got("Tu queja en PDF:", document=(RECEIPT.name, PDF))]


def test_a_file_goes_first_when_its_text_has_buttons(there: Harness) -> None:
    send(there, Reply("¿Qué sigue?", YES_NO, (RECEIPT,)))
    document, question = there.got()
    assert document == Got("", document=(RECEIPT.name, PDF))
    assert (question.text, [title for title, _ in question.buttons]) == ("¿Qué sigue?", ["Sí, acepto", "No"])


def test_files_go_first_when_the_text_is_long_or_there_are_several(there: Harness) -> None:
    long = " ".join(SENTENCES[:30])
    send(there, Reply(long, attachments=(RECEIPT,)))
    send(there, Reply("Dos copias:", attachments=(RECEIPT, RECEIPT)))
    assert [got.document[0] for got in there.got()] == [RECEIPT.name, "", RECEIPT.name, RECEIPT.name, ""]
    assert there.got()[1].text == long


def test_a_file_that_is_not_ours_is_a_link(there: Harness) -> None:
    elsewhere = Attachment("https://ejemplo.mx/aviso.pdf", "aviso.pdf")
    send(there, Reply("El aviso:", attachments=(elsewhere,)))
    assert there.got() == [Got("El aviso:\n\naviso.pdf: https://ejemplo.mx/aviso.pdf")]


def test_a_long_text_is_cut_at_the_ends_of_sentences_and_nothing_of_it_is_lost(there: Harness) -> None:
    send(there, Reply(" ".join(SENTENCES), YES_NO))
    parts = there.got()
    assert len(parts) > 3
    assert all(part.text.endswith(".") for part in parts)
    assert " ".join(part.text for part in parts) == " ".join(SENTENCES)
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


# --- what goes wrong ---------------------------------------------------------------------------------------------------


def failing(there: Harness, reply: Reply = HELLO, channel: Channel | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        send(there, reply, channel)
    return caught.value


def test_who_is_gone(there: Harness) -> None:
    there.gone()
    assert type(failing(there)) is RecipientGone
    assert there.got() == []


@pytest.mark.parametrize("seconds", [2, 6, 60])
def test_too_fast_says_how_long_to_wait(there: Harness, seconds: int) -> None:
    there.too_fast(seconds)
    error = failing(there)
    assert isinstance(error, Throttled) and error.retry
    assert error.after == seconds
    send(there, Reply("otra vez"))
    assert [got.text for got in there.got()] == ["otra vez"]


@pytest.mark.parametrize("where", ["send", "upload"])
def test_a_provider_that_is_not_well(there: Harness, where: str) -> None:
    there.fail(where)
    reply = Reply("hola", attachments=(RECEIPT,) if where == "upload" else ())
    error = failing(there, reply)
    assert type(error) is Unavailable and error.retry
    send(there, reply)
    assert len(there.got()) == 1


def test_no_answer_in_time(there: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(there.module, "TIMEOUT", 0.2)
    there.stall()
    assert type(failing(there)) is Unavailable


def test_nobody_listens(there: Harness) -> None:
    assert type(failing(there, channel=there.channel("http://127.0.0.1:9"))) is Unavailable


def test_a_token_that_is_not_accepted_is_said_in_the_log_and_tried_again(
    there: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    error = failing(there, channel=there.channel(token=there.wrong_token))
    assert type(error) is BadToken and error.retry
    assert f"{there.name.upper()}_TOKEN" in caplog.text
    assert there.wrong_token not in caplog.text and "424242" not in caplog.text


def test_trouble_is_named_for_doctor(there: Harness) -> None:
    assert use(there.channel(), lambda channel: channel.trouble("")) == ""
    assert use(there.channel(token=there.wrong_token), lambda channel: channel.trouble("")) == "bad_token"
    assert use(there.channel("http://127.0.0.1:9"), lambda channel: channel.trouble("")) == "unavailable"


def test_courtesies_never_raise(there: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(there.module, "TIMEOUT", 0.2)
    tap = Inbound(there.name, "callback:1", there.address, "button", now(), button="7.0")

    async def do(channel: Channel) -> None:
        await channel.received(tap)
        await channel.typing(there.address, "un-mensaje")

    for api_base in (there.url, "http://127.0.0.1:9"):
        use(there.channel(api_base), do)


def test_proxies_of_the_environment_are_left_alone(there: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    send(there, Reply("hola"))
    assert len(there.got()) == 1


def test_it_can_be_closed_unused_twice_and_used_again(there: Harness) -> None:
    async def do(channel: Channel) -> None:
        await channel.close()
        await channel.send(there.address, Reply("uno"), KEY)
        await channel.close()
        await channel.send(there.address, Reply("dos"), KEY)

    use(there.channel(), do)
    assert [got.text for got in there.got()] == ["uno", "dos"]


# --- what people send --------------------------------------------------------------------------------------------------


def fetch(there: Harness, file: FileRef) -> bytes:
    return use(there.channel(), lambda channel: channel.fetch(file))


@pytest.mark.parametrize("name", ["carta ñ 1.pdf", "../../etc/passwd", "a\x00b.pdf", "x" * 300, "", "‮fdp.exe"])
def test_a_file_comes_as_it_was_sent_whatever_its_name(there: Harness, name: str) -> None:
    file = there.sends_file(name, PDF)
    assert fetch(there, file) == PDF
    assert "\x00" not in file.name


def test_a_file_that_is_too_large_is_refused_before_it_is_loaded(
    there: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(there.module, "MAX_BYTES", 1000)
    assert len(fetch(there, there.sends_file("a.pdf", bytes(1000)))) == 1000
    with pytest.raises(FileRefused) as caught:
        fetch(there, there.sends_file("a.pdf", bytes(1001)))
    assert caught.value.code == "grande"


def test_what_is_larger_than_it_says_is_refused(there: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(there.module, "MAX_BYTES", 1000)
    there.lies_about_sizes(10)
    with pytest.raises(FileRefused) as caught:
        fetch(there, replace(there.sends_file("a.pdf", bytes(1001)), size=10))
    assert caught.value.code == "grande"


def test_what_cannot_be_opened_is_said_without_asking(there: Harness) -> None:
    with pytest.raises(FileRefused) as caught:
        use(there.channel("http://127.0.0.1:9"), lambda channel: channel.fetch(FileRef("1", "ilegible")))
    assert caught.value.code == "ilegible"


def test_a_download_that_fails_may_be_tried_again(there: Harness) -> None:
    file = there.sends_file("a.pdf", PDF)
    there.fail("download")
    with pytest.raises(Unavailable):
        fetch(there, file)
    assert fetch(there, file) == PDF


def test_without_a_secret_nothing_is_let_in(there: Harness) -> None:
    channel = there.channel(**{"secret" if there.name == "telegram" else "app_secret": ""})
    for value in ("", "sha256=", "ñ", "x" * 5000):
        with pytest.raises(Forged):
            channel.verify({"x-telegram-bot-api-secret-token": value, "x-hub-signature-256": value}, b"{}")


# --- the web chat, which has no provider -------------------------------------------------------------------------------


def test_the_web_chat_shows_what_was_written_and_has_no_webhook(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    channel = WebChannel()
    reply = Reply(" ".join(SENTENCES), YES_NO, (RECEIPT,))
    assert split(reply, channel.limits) == [reply]
    assert use(channel, lambda opened: opened.send("ana", reply, KEY)) == KEY
    assert use(channel, lambda opened: opened.trouble("")) == ""
    for refuse in (lambda: channel.verify({}, b""), lambda: channel.parse(b"{}")):
        with pytest.raises((Forged, Ignored)):
            refuse()
