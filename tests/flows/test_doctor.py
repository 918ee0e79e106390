"""`buentrato doctor` says which channel is not well, and what to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot import config, doctor, training
from bot.channels import telegram as adapter
from bot.gateway.app import create_app
from bot.wiring import House, build
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.whatsapp import APP_SECRET, PHONE_ID, TEMPLATE, VERIFY_TOKEN, FakeWhatsApp
from tests.flows.test_publishing import NEW, OLD, put_model, read


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTelegram]:
    monkeypatch.setattr(adapter, "POLL_SECONDS", 0)
    with FakeTelegram() as server:
        yield server


def with_telegram(house: House, telegram: FakeTelegram, token: str = TOKEN) -> House:
    settings = config.Telegram(token=token, secret="", mode="polling", api_base=telegram.url)
    return build(replace(house.settings, telegram=settings))


def finding(house: House, what: str) -> doctor.Finding:
    return next(found for found in doctor.examine(house) if found.what == what)


def test_the_model_that_was_published_is_looked_at_not_the_newest(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MODELS", tmp_path)
    for name, made_of in ((OLD, "otros datos"), (NEW, training.ingredients())):
        put_model(tmp_path, name, [read("hola", "saludar", "saludar")])
        training.note(tmp_path / f"{name}.tar.gz", ingredients=made_of)
    assert finding(build(house.settings), f"el modelo {NEW}.tar.gz").well, "none was published: the newest"
    with house.store.begin() as tx:
        tx.add_release(author="eva", reason="", kind="publicar", model=OLD, previous="", overridden=False)
    found = finding(build(house.settings), f"el modelo {OLD}.tar.gz")
    assert not found.well and NEW in found.cure and "promote" in found.cure


def test_a_channel_that_is_well(house: House, telegram: FakeTelegram) -> None:
    assert finding(with_telegram(house, telegram), "telegram").well


def test_a_token_that_is_not_accepted(house: House, telegram: FakeTelegram) -> None:
    found = finding(with_telegram(house, telegram, "424242:wrong"), "telegram")
    assert not found.well and "token" in found.cure


def test_two_programs_with_one_bot(house: House, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=1000)
    with TestClient(create_app(with_telegram(house, telegram))):
        until = time.monotonic() + 10
        while finding(with_telegram(house, telegram), "telegram").well:
            assert time.monotonic() < until
    found = finding(with_telegram(house, telegram), "telegram")
    assert "otro programa" in found.cure and "409" in caplog.text
    telegram._failures.clear()
    with TestClient(create_app(with_telegram(house, telegram))):
        until = time.monotonic() + 10
        while not finding(with_telegram(house, telegram), "telegram").well:
            assert time.monotonic() < until


def test_whatsapp_is_asked_too(house: House) -> None:
    with FakeWhatsApp() as whatsapp:
        for token, is_well in ((whatsapp.token, True), ("EAAwrong", False)):
            settings = config.WhatsApp(token, PHONE_ID, APP_SECRET, VERIFY_TOKEN, whatsapp.url, TEMPLATE)
            assert finding(build(replace(house.settings, whatsapp=settings)), "whatsapp").well is is_well
