"""The WhatsApp adapter: recorded webhooks in, and a Cloud API that keeps Meta's limits at the other end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import string
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import whatsapp as adapter
from bot.channels.base import short, split
from bot.channels.whatsapp import SIGNATURE, WhatsAppChannel
from bot.errors import (
    BadToken,
    FileRefused,
    Forged,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    WindowClosed,
)
from bot.model import Button, Delivery, FileRef, Inbound, Reply
from tests.channels import harness
from tests.channels.harness import KEY, OPTIONS, send_all, whatsapp_channel
from tests.fakes.whatsapp import (
    ANA,
    APP_SECRET,
    EVA,
    LUIS,
    TEMPLATE,
    TOKEN,
    VERIFY_TOKEN,
    FakeWhatsApp,
    Person,
    Webhook,
    envelope,
)

PAYLOADS = Path(__file__).parent / "payloads" / "whatsapp"
T = TypeVar("T")

USER, PHONES = ANA.bsuid, (ANA.phone, "528112345678")
NEW_USER, NEW_PHONES = "MX.99991208655302749999", ("5218199999999", "528199999999")
SENT_AT = datetime(2024, 11, 8, 16, 0, tzinfo=timezone.utc)
SHA256 = "0cf9a1b1d2c3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d"


def wamid(number: int) -> str:
    return f"wamid.HBgNNTIxODExMjM0NTY3OBUCABIYFDNBMDBC{number:04d}A="


def message(number: int, kind: str, user: str = USER, also: tuple[str, ...] = PHONES, **fields: Any) -> Inbound:
    head = {"external_id": wamid(number), "at": SENT_AT, **fields}
    return Inbound("whatsapp", user_id=user, kind=kind, also=also, **head)  # type: ignore[arg-type]


def text(number: int, said: str, **fields: Any) -> Inbound:
    return message(number, "text", text=said, **fields)


def file(number: int, kind: str, mime: str, name: str = "", said: str = "", **fields: Any) -> Inbound:
    ref = FileRef(f"10033834213872{number:02d}", kind, name, mime, 0, SHA256)
    return message(number, "file", text=said, files=(ref,), **fields)


def without_bytes(number: int, kind: str, said: str = "") -> Inbound:
    return message(number, "file", text=said, files=(FileRef(wamid(number), kind),))


def ignored(number: int, **fields: Any) -> Inbound:
    return message(number, "ignored", **fields)


#: A part from which nobody can be told, or that is not of a message; those without an id get one of their content.
NOBODY = Inbound("whatsapp", "part:", "", "ignored", SENT_AT)


def nobody(number: int) -> Inbound:
    return replace(NOBODY, external_id=wamid(number))


def delivery(number: int, status: str, error: str = "") -> Delivery:
    return Delivery("whatsapp", f"wamid.OURS{number:04d}=", status, error)


MINUTE = timedelta(minutes=1)
OLD_FORM = {"user": "528112345678", "also": ("5218112345678",)}
ONLY_PHONE = {"user": ANA.phone, "also": ("528112345678",)}

#: Every payload file, and what it is to us. What is read at a time that cannot be is read now.
EXPECTED: dict[str, list[Inbound | Delivery]] = {
    "text": [text(1, "Me llamaron a las 11 de la noche y me dijeron que me iban a quitar la casa 😡")],
    "text_phone_only": [text(2, "Buenas tardes", **ONLY_PHONE)],
    "text_bsuid_only": [
        text(3, "Tengo nombre de usuario", also=(), at=datetime(2026, 7, 3, 12, 26, 40, tzinfo=timezone.utc))
    ],
    "text_bsuid_in_from": [text(4, "Sin teléfono", also=())],
    "text_bsuid_in_contact": [text(5, "El id está en contacts")],
    "text_bsuid_letters": [text(6, "Un id con letras", user="MX.aB3dE5fG7h", also=())],
    "text_without_ids": [text(7, "Solo contacts dice quién soy")],
    "text_old_form_of_phone": [text(8, "Sin el 1", **OLD_FORM)],
    "text_milliseconds": [text(9, "Con milisegundos", at=SENT_AT + timedelta(milliseconds=250))],
    "text_time_missing": [text(10, "Sin hora")],
    "text_time_absurd": [text(11, "En el futuro")],
    "text_reply_forwarded": [text(12, "Paga hoy o vamos por ti")],
    "text_half_characters": [text(13, "medio ? emoji")],
    "text_in_group": [ignored(14)],
    "button_ours": [message(20, "button", button="7.0")],
    "button_of_another_template": [text(21, "No, gracias")],
    "button_reply": [message(22, "button", button="7.1")],
    "list_reply": [message(23, "button", button="12.8")],
    "nfm_reply": [nobody(24)],
    "image": [file(30, "foto", "image/jpeg", said="Me dejaron esto en la puerta")],
    "image_sha256_base64": [
        message(
            31,
            "file",
            files=(
                FileRef(
                    "1003383421387231", "foto", "", "image/jpeg", 0, base64.b64encode(bytes.fromhex(SHA256)).decode()
                ),
            ),
        )
    ],
    "image_without_id": [without_bytes(32, "perdido", "mira")],
    "voice": [file(33, "audio", "audio/ogg; codecs=opus")],
    "voice_old_type": [file(34, "audio", "audio/ogg; codecs=opus")],
    "audio": [file(35, "audio", "audio/mpeg")],
    "video": [file(36, "video", "video/mp4")],
    "document": [file(37, "documento", "application/pdf", "carta despacho.pdf", "Carta de cobranza")],
    "sticker": [file(38, "foto", "image/webp")],
    "location_named": [text(40, "Despacho Cobra Ya, Av. Inventada 100, Monterrey")],
    "location_bare": [text(41, "25.686613, -100.316116")],
    "contacts": [text(42, "Cobrador Despacho +52 1 81 0000 0000 +52 81 0000 0001\nOtro")],
    "reaction": [ignored(43)],
    "edit": [
        message(44, "edit", text="Me llamaron a las 10 de la noche", edits=wamid(1), at=SENT_AT + MINUTE),
    ],
    "edit_caption": [
        replace(
            file(30, "foto", "image/jpeg", said="Esto me lo dejaron en la puerta", at=SENT_AT + 2 * MINUTE),
            external_id=wamid(45),
            kind="edit",
            edits=wamid(30),
        )
    ],
    "revoke": [ignored(46, edits=wamid(1))],
    "unsupported": [without_bytes(47, "ilegible")],
    "order": [ignored(48)],
    "unknown_kind": [ignored(49)],
    "system_changed_number": [ignored(50, user=NEW_USER, also=(USER, *NEW_PHONES), formerly=PHONES)],
    "system_changed_number_old_form": [ignored(51, user=NEW_PHONES[0], also=NEW_PHONES[1:], formerly=PHONES)],
    "system_changed_user_id": [ignored(52, user=NEW_USER, also=(USER,))],
    "system_identity_changed": [nobody(53)],
    "status_sent": [delivery(1, "sent")],
    "statuses_out_of_order": [delivery(1, "read"), delivery(1, "delivered"), delivery(1, "sent")],
    "status_failed": [delivery(2, "failed", "131014")],
    "status_failed_window": [delivery(3, "failed", "window_closed")],
    "status_failed_gone": [delivery(4, "failed", "recipient_gone")],
    "status_failed_without_code": [delivery(5, "failed", "unknown")],
    "status_unknown": [NOBODY],
    "status_without_id": [NOBODY],
    "batch": [
        text(60, "uno"),
        text(61, "dos"),
        text(62, "tres", user="5215587654321", also=("525587654321",)),
        delivery(7, "delivered"),
        text(63, "cuatro"),
    ],
    "batch_with_malformed_parts": [
        text(64, "antes"),
        *[NOBODY] * 5,
        nobody(65),
        nobody(66),
        ignored(67),
        text(68, "x", external_id="part:"),
        text(69, "después"),
        NOBODY,
        NOBODY,
        delivery(8, "failed", "unknown"),
        delivery(9, "read"),
        *[NOBODY] * 8,
    ],
    "for_another_number": [NOBODY],
    "account_error": [NOBODY],
    "template_status_update": [NOBODY],
    "id_too_long": [text(71, "Un id larguísimo", external_id="part:")],
    "from_of_nobody": [nobody(72)],
    "entry_empty": [],
}


@pytest.fixture
def whatsapp() -> Iterator[FakeWhatsApp]:
    with FakeWhatsApp() as server:
        yield server


def use(whatsapp: FakeWhatsApp, do: Callable[[WhatsAppChannel], Awaitable[T]], **changes: str) -> T:
    return harness.use(whatsapp_channel(whatsapp.url, **changes), do)


def send(whatsapp: FakeWhatsApp, reply: Reply, to: str = ANA.bsuid, **changes: str) -> list[str]:
    return use(whatsapp, lambda channel: send_all(channel, to, reply), **changes)


def options(number: int, title: str = "Opción {n}") -> tuple[Button, ...]:
    return tuple(Button(title.format(n=n), f"/elegir_{n}") for n in range(1, number + 1))


# --- reading webhooks --------------------------------------------------------------------------------------------------


def test_every_payload_is_expected() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_payload(name: str) -> None:
    items = whatsapp_channel().parse((PAYLOADS / f"{name}.json").read_bytes())
    assert len(items) == len(EXPECTED[name])
    for item, expected in zip(items, EXPECTED[name], strict=True):
        if isinstance(item, Inbound) and isinstance(expected, Inbound):
            if expected.user_id == "" or "time" in name:
                assert abs(datetime.now(timezone.utc) - item.at) < MINUTE
                item = replace(item, at=expected.at)
            if expected.external_id == "part:":
                assert item.external_id.startswith("part:") and len(item.external_id) < 128
                item = replace(item, external_id="part:")
        assert item == expected


def test_a_part_without_an_id_has_the_same_one_again() -> None:
    body = (PAYLOADS / "batch_with_malformed_parts.json").read_bytes()
    ids = [[item.external_id for item in whatsapp_channel().parse(body) if isinstance(item, Inbound)] for _ in range(2)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"7", b"{}", b'{"object": "page", "entry": []}', b"[" * 100_000],
)
def test_what_is_not_of_a_whatsapp_account_is_set_aside(body: bytes) -> None:
    [first], [again] = (whatsapp_channel().parse(body) for _ in range(2))
    assert isinstance(first, Inbound) and isinstance(again, Inbound)
    assert first.kind == "ignored" and first.external_id == again.external_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_letters, max_size=8), inner),
    max_leaves=8,
)
KINDS = st.sampled_from(["text", "image", "button", "interactive", "location", "contacts", "edit", "revoke", "system"])


@given(kind=KINDS, content=JSON, spoilt=st.sampled_from(["", "id", "from", "timestamp", "context"]), with_=JSON)
def test_nonsense_with_a_good_signature_never_breaks(kind: str, content: Any, spoilt: str, with_: Any) -> None:
    part = {"id": "wamid.1", "from": ANA.phone, "timestamp": "1731081600", "type": kind, kind: content}
    if spoilt:
        part[spoilt] = with_
    good = {"id": "wamid.2", "from": ANA.phone, "timestamp": "1731081600", "type": "text", "text": {"body": "hola"}}
    body = json.dumps(envelope({"contacts": with_, "messages": [part, good], "statuses": content})).encode()
    items = whatsapp_channel().parse(body)
    assert all(isinstance(item, Inbound | Delivery) for item in items)
    assert [item.text for item in items if isinstance(item, Inbound) and item.external_id == "wamid.2"] == ["hola"]


# --- signature and handshake -------------------------------------------------------------------------------------------

BODY = b'{"object": "whatsapp_business_account", "entry": []}'
SIGNED = f"sha256={hmac.new(APP_SECRET.encode(), BODY, hashlib.sha256).hexdigest()}"


def test_right_signature() -> None:
    whatsapp_channel().verify({SIGNATURE: SIGNED}, BODY)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SIGNATURE: ""},
        {SIGNATURE: "sha256="},
        {SIGNATURE: SIGNED.removeprefix("sha256=")},
        {SIGNATURE: SIGNED[:-1]},
        {SIGNATURE: SIGNED + "0"},
        {SIGNATURE: SIGNED.replace("sha256", "sha1")},
        {SIGNATURE: "sha256=ñ"},
        {"x-hub-signature": SIGNED},
    ],
)
def test_wrong_signature_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(Forged):
        whatsapp_channel().verify(headers, BODY)


def test_a_changed_byte_is_forged() -> None:
    with pytest.raises(Forged):
        whatsapp_channel().verify({SIGNATURE: SIGNED}, BODY + b" ")


def test_without_a_secret_of_ours_nothing_is_let_in() -> None:
    empty = f"sha256={hmac.new(b'', BODY, hashlib.sha256).hexdigest()}"
    for headers in ({}, {SIGNATURE: ""}, {SIGNATURE: empty}, {SIGNATURE: SIGNED}):
        with pytest.raises(Forged):
            whatsapp_channel(app_secret="").verify(headers, BODY)


def asks(**params: str) -> dict[str, str]:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    return {**asked, **{f"hub.{name}": value for name, value in params.items()}}


def test_the_handshake_returns_the_challenge() -> None:
    assert whatsapp_channel().handshake(asks()) == "1158201444"


@pytest.mark.parametrize("params", [{}, asks(mode="unsubscribe"), asks(verify_token="x"), asks(verify_token="")])
def test_a_wrong_handshake_is_forged(params: dict[str, str]) -> None:
    with pytest.raises(Forged):
        whatsapp_channel().handshake(params)
    with pytest.raises(Forged):
        whatsapp_channel(verify_token="").handshake(params)


# --- sending -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "address", "field"),
    [
        (ANA, ANA.bsuid, "recipient"),
        (EVA, EVA.bsuid, "recipient"),
        (LUIS, LUIS.phone, "to"),
        (Person("", "MX.aB3dE5fG7h"), "MX.aB3dE5fG7h", "recipient"),
    ],
)
def test_a_phone_goes_in_to_and_any_other_id_in_recipient(
    whatsapp: FakeWhatsApp, person: Person, address: str, field: str
) -> None:
    whatsapp.text(person, "hola")
    send(whatsapp, Reply("hola"), to=address)
    [(_, body)] = whatsapp.calls
    assert body[field] == address
    assert {"to", "recipient"} & set(body) == {field}


def test_up_to_three_options_are_buttons(whatsapp: FakeWhatsApp) -> None:
    whatsapp.text(ANA, "hola")
    send(whatsapp, Reply("¿Aceptas?", (Button("Sí, acepto", "/aceptar"), Button("No", "/negar"), *options(1))))
    [sent] = whatsapp.sent
    assert sent.kind == "button"
    assert sent.options == (("Sí, acepto", "7.0"), ("No", "7.1"), ("Opción 1", "7.2"))


@pytest.mark.parametrize("number", [4, 10])
def test_up_to_ten_options_are_a_list(whatsapp: FakeWhatsApp, number: int) -> None:
    whatsapp.text(ANA, "hola")
    send(whatsapp, Reply("Elige", options(number)))
    [sent] = whatsapp.sent
    assert sent.kind == "list"
    assert sent.options == tuple((f"Opción {n}", f"7.{n - 1}") for n in range(1, number + 1))
    assert whatsapp.calls[-1][1]["interactive"]["action"]["button"] == OPTIONS


def test_more_options_are_numbered_in_the_text(whatsapp: FakeWhatsApp) -> None:
    whatsapp.text(ANA, "hola")
    send(whatsapp, Reply("Elige", options(12)))
    [sent] = whatsapp.sent
    assert sent.kind == "text"
    assert sent.text.startswith("Elige\n\n1. Opción 1\n2. Opción 2\n")
    assert sent.text.endswith("\n12. Opción 12")


def test_long_titles_are_shortened_at_a_word(whatsapp: FakeWhatsApp) -> None:
    whatsapp.text(ANA, "hola")
    long = "Prefiero hablar con una persona del equipo"
    send(whatsapp, Reply("¿Qué hacemos?", (Button(long, "/a"), Button("No", "/b"))))
    send(whatsapp, Reply("¿Qué hacemos?", (Button(long, "/a"), *options(4))))
    assert whatsapp.sent[0].options[0][0] == "Prefiero hablar con…"
    assert whatsapp.sent[1].options[0][0] == "Prefiero hablar con una…"
    assert whatsapp.sent[1].descriptions == (long, "", "", "", "")


@pytest.mark.parametrize("number", [3, 8])
def test_titles_that_became_the_same_are_numbered(whatsapp: FakeWhatsApp, number: int) -> None:
    whatsapp.text(ANA, "hola")
    send(whatsapp, Reply("¿Cuál?", options(number, "Infonavit personal de la oficina {n}")))
    titles = [title for title, _ in whatsapp.sent[0].options]
    assert [title[:2] for title in titles] == [f"{n}." for n in range(1, number + 1)]


def test_a_long_text_with_options_ends_in_what_fits_beside_them(whatsapp: FakeWhatsApp) -> None:
    whatsapp.text(ANA, "hola")
    lines = [f"• Dato {n}: {'algo que pasó ' * 5}" for n in range(40)]
    send(whatsapp, Reply("\n".join([*lines, "¿La registro así?"]), options(3)))
    *before, last = whatsapp.sent
    assert [sent.kind for sent in before] == ["text"]
    assert last.kind == "button" and len(last.text) <= 1024
    assert last.text.startswith("• Dato") and last.text.endswith("¿La registro así?")
    assert "".join(sent.text for sent in whatsapp.sent).count("Dato") == 40


@given(length=st.integers(1, 9000), buttons=st.integers(0, 13), gap=st.sampled_from(["", " ", ". ", "\n", "\n\n"]))
def test_every_part_of_any_reply_fits(length: int, buttons: int, gap: str) -> None:
    limits = WhatsAppChannel.limits
    said = (("palabra" + gap) * length)[:length].strip() or "x"
    parts = split(Reply(said, options(buttons)), limits)
    assert all(0 < len(part.text) <= limits.text for part in parts)
    assert all(not part.buttons for part in parts[:-1])
    assert not parts[-1].buttons or len(parts[-1].text) <= limits.body
    assert len(parts[-1].buttons) == (buttons if buttons <= limits.tappable else 0)
    kept = "".join("".join(part.text for part in parts).split())
    assert kept.startswith("".join(said.split()))


@given(title=st.text(st.characters(categories=("L", "Zs")), min_size=1, max_size=80), length=st.integers(5, 24))
def test_a_short_title_fits(title: str, length: int) -> None:
    assert 0 < len(short(title, length)) <= length


INVITATION = Reply("¿Seguimos?", (Button("Continuar", "/saludar"),), invitation=True)


def test_the_invitation_is_the_approved_template_and_needs_no_window(whatsapp: FakeWhatsApp) -> None:
    send(whatsapp, INVITATION)
    [sent] = whatsapp.sent
    assert (sent.kind, sent.template, sent.options) == ("template", TEMPLATE, (("Continuar", "7.0"),))
    assert whatsapp.calls[0][1]["template"]["language"] == {"code": "es_MX"}


def test_a_template_that_is_not_approved_is_said_in_the_log(
    whatsapp: FakeWhatsApp, caplog: pytest.LogCaptureFixture
) -> None:
    whatsapp.templates.clear()
    with pytest.raises(Rejected):
        send(whatsapp, INVITATION)
    assert "WHATSAPP_TEMPLATE" in caplog.text


ERRORS = [
    (400, 131047, WindowClosed),
    (400, 131026, RecipientGone),
    (400, 131009, Rejected),
    (400, 100, Rejected),
    (400, 131030, Rejected),
    (400, 131051, Rejected),
    (401, 190, BadToken),
    (403, 10, BadToken),
    (403, 131031, Rejected),
    (500, 131000, Unavailable),
    (500, 131016, Unavailable),
    (503, 2, Unavailable),
    (500, 77, Unavailable),
    (400, 131057, Unavailable),
]


@pytest.mark.parametrize(("status", "code", "expected"), ERRORS)
def test_errors(whatsapp: FakeWhatsApp, status: int, code: int, expected: type[SendError]) -> None:
    whatsapp.text(ANA, "hola")
    whatsapp.fail("messages", status, code, "quoting what was sent")
    with pytest.raises(SendError) as caught:
        send(whatsapp, Reply("hola"))
    assert type(caught.value) is expected
    assert "quoting" not in str(caught.value)
    assert whatsapp.sent == []


@pytest.mark.parametrize(
    ("status", "code", "after"),
    [(400, 131056, 6), (429, 130429, 2), (400, 131048, 900), (400, 80007, 60), (400, 4, 60), (429, 0, 60)],
)
def test_too_fast(whatsapp: FakeWhatsApp, status: int, code: int, after: int) -> None:
    whatsapp.text(ANA, "hola")
    whatsapp.fail("messages", status, code)
    with pytest.raises(Throttled) as caught:
        send(whatsapp, Reply("hola"))
    assert caught.value.after == after


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"messages": []}', b'{"messages": [{}]}'])
def test_an_answer_that_cannot_be_read(whatsapp: FakeWhatsApp, body: bytes) -> None:
    whatsapp.text(ANA, "hola")
    whatsapp.garble("messages", body)
    with pytest.raises(Unavailable):
        send(whatsapp, Reply("hola"))


def test_real_rules_of_the_fake_reach_us(whatsapp: FakeWhatsApp) -> None:
    with pytest.raises(WindowClosed):  # who never wrote
        send(whatsapp, Reply("hola"))
    whatsapp.text(ANA, "hola")
    send(whatsapp, Reply("hola"))
    whatsapp.advance(hours=24)
    with pytest.raises(WindowClosed):
        send(whatsapp, Reply("hola"))
    whatsapp.text(ANA, "ya volví")
    with pytest.raises(Rejected):
        use(whatsapp, lambda channel: channel.send(ANA.bsuid, Reply("a" * 4097), KEY))
    with pytest.raises(Rejected):
        use(whatsapp, lambda channel: channel.send(ANA.bsuid, Reply("a" * 1025, options(1)), KEY))
    whatsapp.pair_burst = 2
    send(whatsapp, Reply("dos"))
    send(whatsapp, Reply("tres"))
    with pytest.raises(Throttled):
        send(whatsapp, Reply("cuatro"))
    whatsapp.pair_burst, whatsapp.throughput = 45, 1
    with pytest.raises(Throttled):
        send(whatsapp, Reply("cuatro"))
    whatsapp.gone.add(ANA.bsuid)
    with pytest.raises(RecipientGone):
        send(whatsapp, Reply("adiós"))


# --- files -------------------------------------------------------------------------------------------------------------


def only_file(webhook: Webhook) -> FileRef:
    [item] = whatsapp_channel().parse(webhook.body)
    assert isinstance(item, Inbound)
    [file_ref] = item.files
    return file_ref


def fetch(whatsapp: FakeWhatsApp, file_ref: FileRef) -> bytes:
    return use(whatsapp, lambda channel: channel.fetch(file_ref))


@pytest.mark.parametrize("kind", ["image", "audio", "voice", "video", "document", "sticker"])
def test_files_come_as_they_were_sent(whatsapp: FakeWhatsApp, kind: str) -> None:
    data = b"\xff\xd8" * 5000
    assert fetch(whatsapp, only_file(whatsapp.file(ANA, kind, data))) == data


@pytest.mark.parametrize("form", [lambda data: base64.b64encode(hashlib.sha256(data).digest()).decode(), lambda _: ""])
def test_the_hash_may_be_written_otherwise_or_missing(whatsapp: FakeWhatsApp, form: Callable[[bytes], str]) -> None:
    data = b"%PDF-1.4 carta"
    assert fetch(whatsapp, only_file(whatsapp.file(ANA, "document", data, sha256=form(data)))) == data


@pytest.mark.parametrize("sha256", ["0" * 64, base64.b64encode(bytes(32)).decode()])
def test_other_bytes_than_were_sent_are_not_kept(whatsapp: FakeWhatsApp, sha256: str) -> None:
    with pytest.raises(Unavailable):
        fetch(whatsapp, only_file(whatsapp.file(ANA, "image", b"\xff\xd8", sha256=sha256)))


def test_a_download_that_was_cut_is_noticed(whatsapp: FakeWhatsApp) -> None:
    file_ref = only_file(whatsapp.file(ANA, "image", b"\xff\xd8" * 100))
    whatsapp.garble("download", b"\xff\xd8" * 50)
    with pytest.raises(Unavailable):
        fetch(whatsapp, file_ref)
    assert fetch(whatsapp, file_ref) == b"\xff\xd8" * 100


def test_an_address_that_expired_is_asked_for_again(whatsapp: FakeWhatsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    file_ref = only_file(whatsapp.file(ANA, "audio", b"OggS"))
    monkeypatch.setattr("tests.fakes.whatsapp.MEDIA_SECONDS", -1)
    with pytest.raises(Unavailable):
        fetch(whatsapp, file_ref)
    monkeypatch.setattr("tests.fakes.whatsapp.MEDIA_SECONDS", 300)
    assert fetch(whatsapp, file_ref) == b"OggS"


def test_too_large_by_what_is_said_or_by_what_comes(whatsapp: FakeWhatsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MAX_BYTES", 1000)
    exact = only_file(whatsapp.file(ANA, "video", bytes(1000)))
    assert len(fetch(whatsapp, exact)) == 1000
    with pytest.raises(FileRefused) as caught:
        fetch(whatsapp, only_file(whatsapp.file(ANA, "video", bytes(1001))))
    assert caught.value.code == "grande"
    assert [where for where, _ in whatsapp.calls].count("download") == 1
    whatsapp.garble("download", bytes(5000))
    with pytest.raises(FileRefused):
        fetch(whatsapp, exact)


def test_download_errors_are_ours(whatsapp: FakeWhatsApp) -> None:
    with pytest.raises(Rejected):
        fetch(whatsapp, FileRef("777", "foto"))
    file_ref = only_file(whatsapp.file(ANA, "voice", b"OggS"))
    for where in ("media", "download"):
        whatsapp.fail(where, 500, 131000)
        with pytest.raises(Unavailable):
            fetch(whatsapp, file_ref)
    for body in (b"{}", b"", b'{"url": 7}'):
        whatsapp.garble("media", body)
        with pytest.raises(Unavailable):
            fetch(whatsapp, file_ref)


def test_the_token_is_not_sent_where_it_could_be_read(whatsapp: FakeWhatsApp) -> None:
    answer = {"url": "ftp://ejemplo.mx/1", "mime_type": "x", "sha256": "", "file_size": 1, "id": "1"}
    file_ref = only_file(whatsapp.file(ANA, "voice", b"OggS"))
    whatsapp.garble("media", json.dumps(answer).encode())
    with pytest.raises(Rejected):
        fetch(whatsapp, file_ref)


# --- courtesies --------------------------------------------------------------------------------------------------------


def test_typing_marks_the_message_as_read(whatsapp: FakeWhatsApp) -> None:
    id_ = whatsapp.text(ANA, "hola").message["id"]
    use(whatsapp, lambda channel: channel.typing(ANA.bsuid, id_))
    assert whatsapp.read == whatsapp.typing == [id_]


@pytest.mark.parametrize("answering", ["", "part:0123"])
def test_typing_needs_a_message_that_meta_knows(whatsapp: FakeWhatsApp, answering: str) -> None:
    use(whatsapp, lambda channel: channel.typing(ANA.bsuid, answering))
    assert whatsapp.calls == []


def test_courtesies_never_raise(whatsapp: FakeWhatsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "COURTESY_TIMEOUT", 0.1)
    webhook = whatsapp.text(ANA, "hola")
    [item] = whatsapp_channel().parse(webhook.body)
    assert isinstance(item, Inbound)
    with FakeWhatsApp() as gone:
        pass

    async def do(channel: WhatsAppChannel) -> None:
        await channel.received(item)
        await channel.typing(ANA.bsuid, "wamid.unknown")

    use(whatsapp, do)
    use(gone, do)


# --- what the log may say ----------------------------------------------------------------------------------------------


def test_nothing_secret_or_personal_is_logged(whatsapp: FakeWhatsApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    private = "me amenazaron en mi casa"
    said = whatsapp.text(ANA, private)
    voice = only_file(whatsapp.file(ANA, "voice", b"OggS", filename=private))
    for where in ("messages", "media", "download"):
        whatsapp.fail(where, 400, 131009, f"{private} {ANA.phone}")
        whatsapp.garble(where, f'{{"{private}": "{ANA.phone}"'.encode())

    async def do(channel: WhatsAppChannel) -> list[SendError]:
        caught = []
        channel.parse(said.body)
        for _ in range(5):  # a refusal, an answer that cannot be read, and then it goes well
            for call in (channel.send(ANA.bsuid, Reply(private), KEY), channel.fetch(voice)):
                try:
                    await call
                except SendError as error:
                    caught.append(error)
        await channel.typing(ANA.bsuid, "wamid.unknown")
        return caught

    caught = use(whatsapp, do)
    assert len(caught) == 6
    assert len(whatsapp.sent) == 4
    assert "typing failed: rejected" in caplog.text
    for secret in (TOKEN, APP_SECRET, VERIFY_TOKEN, private, ANA.phone, ANA.bsuid, ANA.name):
        assert secret not in caplog.text
        assert all(secret not in str(error) for error in caught)
