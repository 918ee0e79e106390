"""What nobody should send us arrives all the same: it is refused or set aside, counted, and never said in a log."""

from __future__ import annotations

import json
import logging
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot import config
from bot.channels.base import clean
from bot.channels.telegram import SECRET_HEADER
from bot.gateway.app import create_app
from bot.schema import inbox
from bot.wiring import House, build
from tests.channels.harness import NOBODY_LISTENS, SECRET
from tests.fakes.telegram import ANA, TOKEN
from tests.fakes.whatsapp import ANA as ANA_ON_WHATSAPP
from tests.fakes.whatsapp import APP_SECRET, PHONE_ID, TEMPLATE, VERIFY_TOKEN, FakeWhatsApp, envelope
from tests.fakes.whatsapp import TOKEN as WHATSAPP_TOKEN

PRIVATE = "me amenazó Rosario Quintanilla en 5512345678"
CHANNELS = ("telegram", "whatsapp")
#: Hypothesis would start the house anew for each example; what one leaves in it does not matter to the next.
SHARED = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.fixture
def open_house(house: House) -> Iterator[House]:
    """With both channels, whose providers do not answer."""
    telegram = config.Telegram(token=TOKEN, secret=SECRET, mode="webhook", api_base=NOBODY_LISTENS)
    whatsapp = config.WhatsApp(WHATSAPP_TOKEN, PHONE_ID, APP_SECRET, VERIFY_TOKEN, NOBODY_LISTENS, TEMPLATE)
    made = build(replace(house.settings, telegram=telegram, whatsapp=whatsapp))
    yield made
    made.store.close()


@pytest.fixture
def gateway(open_house: House) -> TestClient:
    return TestClient(create_app(open_house), raise_server_exceptions=False)


def post(gateway: TestClient, channel: str, body: Any, **headers: str | bytes) -> int:
    """With a good signature, unless headers say otherwise."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = FakeWhatsApp().signed(raw).headers if channel == "whatsapp" else {SECRET_HEADER: SECRET}
    return gateway.post(f"/webhooks/{channel}", content=raw, headers={**signed, **headers}).status_code


def on_telegram(number: int, text: str = PRIVATE, **fields: Any) -> dict[str, Any]:
    chat = {"id": ANA, "type": "private"}
    message = {"message_id": number, "chat": chat, "from": chat, "date": 1731081600, "text": text}
    return {"update_id": number, "message": {**message, **fields}}


def on_whatsapp(number: int, text: str = PRIVATE, **fields: Any) -> dict[str, Any]:
    who = {"from": ANA_ON_WHATSAPP.phone, "from_user_id": ANA_ON_WHATSAPP.bsuid}
    message = {"id": f"wamid.{number}", "timestamp": "1731081600", "type": "text", "text": {"body": text}, **who}
    return envelope({"messages": [{**message, **fields}]})


SAYS = {"telegram": on_telegram, "whatsapp": on_whatsapp}


def rows(house: House) -> list[Any]:
    with house.store.read() as tx:
        return tx.connection.execute(sa.select(inbox)).all()


def texts(house: House) -> list[str]:
    with house.store.read() as tx:
        return [tx.vault.open_json(row.body_sealed)["text"] for row in rows(house)]


def metrics(house: House) -> str:
    return TestClient(create_app(house), client=("127.0.0.1", 1)).get("/metrics").text


# --- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
def test_unsigned_and_forged(gateway: TestClient, open_house: House, channel: str) -> None:
    body = SAYS[channel](1)
    name = SECRET_HEADER if channel == "telegram" else "x-hub-signature-256"
    for value in ("", "x", SECRET + " x", "sha256=" + "0" * 64, "sha1=" + "0" * 40, b"\xff" * 90):
        assert post(gateway, channel, body, **{name: value}) == 403
    assert gateway.post(f"/webhooks/{channel}", json=body).status_code == 403
    assert rows(open_house) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_oversized(gateway: TestClient, open_house: House, channel: str) -> None:
    assert post(gateway, channel, b" " * (4 * 2**20 + 1)) == 413
    assert rows(open_house) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_replayed(gateway: TestClient, open_house: House, channel: str) -> None:
    body = SAYS[channel](1)
    assert [post(gateway, channel, body) for _ in range(3)] == [200] * 3
    assert len(rows(open_house)) == 1


def test_a_channel_that_is_not_there(gateway: TestClient) -> None:
    assert [gateway.post(f"/webhooks/{name}", json={}).status_code for name in ("web", "x")] == [403, 404]


# --- nonsense with a good signature ------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
def test_truncated_and_not_json_is_set_aside_and_counted_once(
    gateway: TestClient, open_house: House, channel: str
) -> None:
    """Meta sends for days what is not answered with 200."""
    raw = json.dumps(SAYS[channel](1)).encode()
    bodies = [
        raw[:-2],
        raw[: len(raw) // 2],
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 9999,
    ]
    assert {post(gateway, channel, body) for body in bodies * 2} == {200}
    assert {row.status for row in rows(open_house)} == {"ignored"}
    assert f"buentrato_inbox_set_aside {len(bodies)}.0" in metrics(open_house)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_letters, max_size=8), inner),
    max_leaves=6,
)
FIELDS = {
    "telegram": ("message_id", "chat", "date", "text", "photo", "voice", "location", "media_group_id", "sticker"),
    "whatsapp": ("id", "from", "from_user_id", "timestamp", "type", "text", "image", "context", "interactive"),
}


@pytest.mark.parametrize("channel", CHANNELS)
@SHARED
@given(data=st.data())
def test_a_message_with_a_spoilt_field(gateway: TestClient, channel: str, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(FIELDS[channel]))
    number = data.draw(st.integers(1, 10**9))
    assert post(gateway, channel, SAYS[channel](number, **{field: data.draw(JSON)})) == 200


@pytest.mark.parametrize("channel", CHANNELS)
@SHARED
@given(body=JSON, id_=st.integers())
def test_any_json(gateway: TestClient, channel: str, body: Any, id_: int) -> None:
    assert post(gateway, channel, body) == 200
    update = {"update_id": id_, "message": body, "callback_query": body, "edited_message": body}
    wrapped = {"object": "whatsapp_business_account", "entry": body}
    assert post(gateway, channel, update if channel == "telegram" else wrapped) == 200


HARD_IDS = [
    "\x00",
    "a\x00b",
    "x" * 5000,
    "\ud800",
    "💥",
    "' OR 1=1 --",
    "../../etc",
    "",
    " ",
    10**300,
    -1,
    1.5,
    None,
    [],
    {},
]


@pytest.mark.parametrize("channel", CHANNELS)
def test_ids_that_no_database_takes(gateway: TestClient, open_house: House, channel: str) -> None:
    fields = {"telegram": ("message_id", "media_group_id"), "whatsapp": ("id", "from", "from_user_id")}
    for number, id_ in enumerate(HARD_IDS, start=1):
        for field in fields[channel]:
            assert post(gateway, channel, SAYS[channel](number, **{field: id_})) == 200, (field, id_)
    if channel == "telegram":
        for id_ in HARD_IDS:
            tap = {"id": id_, "data": "7.0", "message": on_telegram(5)["message"]}
            assert post(gateway, channel, {"update_id": 10**300, "callback_query": tap}) == 200
    assert all(len(row.external_id) <= 128 for row in rows(open_house))


# --- text --------------------------------------------------------------------------------------------------------------

#: One of every 16 characters that Unicode has room for, as no block is smaller; halves of characters and what is not
#: assigned too. The ninth: a block's first is often not assigned.
EVERY_BLOCK = ["".join(map(chr, range(at + 8, at + 0x10000, 16))) for at in range(0, 0x110000, 0x10000)]


@pytest.mark.parametrize("channel", CHANNELS)
def test_text_of_every_unicode_block_is_kept_as_it_is(gateway: TestClient, open_house: House, channel: str) -> None:
    for number, text in enumerate(EVERY_BLOCK, start=1):
        assert post(gateway, channel, SAYS[channel](number, text)) == 200
    assert sorted(texts(open_house)) == sorted(clean(json.loads(json.dumps(text))) for text in EVERY_BLOCK)


@pytest.mark.parametrize("text", ["\x00", "\u200b", " \n ", "\ud83d", "\u202e", "a\x00\x1bb"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_text_that_nobody_can_see(gateway: TestClient, open_house: House, channel: str, text: str) -> None:
    assert post(gateway, channel, SAYS[channel](1, text)) == 200
    assert all("\x00" not in kept and "\x1b" not in kept for kept in texts(open_house))


# --- what is said of it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
def test_it_is_counted_and_nothing_personal_is_logged(
    gateway: TestClient, open_house: House, channel: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    good = SAYS[channel](1)
    raw = json.dumps(good).encode()
    assert gateway.post(f"/webhooks/{channel}", json=good).status_code == 403
    assert post(gateway, channel, raw[:-2]) == 200
    assert post(gateway, channel, good) == post(gateway, channel, good) == 200
    assert post(gateway, channel, SAYS[channel](2, text=[PRIVATE])) == 200
    told = caplog.text + "".join(str(record.args) + str(record.exc_info) for record in caplog.records)
    phone, bsuid = ANA_ON_WHATSAPP.phone, ANA_ON_WHATSAPP.bsuid
    for secret in (PRIVATE, "Rosario", "5512345678", str(ANA), phone, bsuid, SECRET, APP_SECRET, TOKEN):
        assert secret not in told
    assert f"refused /webhooks/{channel}: forged" in caplog.text
    assert f"{channel}: a request that cannot be read was set aside" in caplog.text
