"""One way to drive every channel in tests: who is on the other side, what they got, and what goes wrong there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from bot.channels import telegram, whatsapp
from bot.channels.base import Channel, OpenFile, nothing_to_open, split
from bot.channels.telegram import TelegramChannel
from bot.channels.whatsapp import WhatsAppChannel
from bot.config import Telegram, WhatsApp
from bot.model import FileRef, Inbound, Reply
from tests.fakes import telegram as fake_telegram
from tests.fakes import whatsapp as fake_whatsapp
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp

#: The conversation and number of the message that tests send.
KEY = "01JCCONVERSATION.7"
SECRET = "un-secreto_de_prueba"
OPTIONS = "Ver opciones"
NOBODY_LISTENS = "http://127.0.0.1:9"
T = TypeVar("T")


def telegram_channel(
    api_base: str = NOBODY_LISTENS, open_file: OpenFile = nothing_to_open, **changes: str
) -> TelegramChannel:
    settings = Telegram(token=fake_telegram.TOKEN, secret=SECRET, mode="polling", api_base=api_base)
    return TelegramChannel(replace(settings, **changes), open_file)


def whatsapp_channel(
    api_base: str = NOBODY_LISTENS, open_file: OpenFile = nothing_to_open, **changes: str
) -> WhatsAppChannel:
    settings = WhatsApp(
        fake_whatsapp.TOKEN,
        fake_whatsapp.PHONE_ID,
        fake_whatsapp.APP_SECRET,
        fake_whatsapp.VERIFY_TOKEN,
        api_base,
        fake_whatsapp.TEMPLATE,
    )
    return WhatsAppChannel(replace(settings, **changes), OPTIONS, open_file)


C = TypeVar("C", bound=Channel)


def use(channel: C, do: Callable[[C], Awaitable[T]]) -> T:
    """Run something with a channel in a loop of its own, as a process would."""

    async def run() -> T:
        try:
            return await do(channel)
        finally:
            await channel.close()

    return asyncio.run(run())


async def send_all(channel: Channel, address: str, reply: Reply) -> list[str]:
    """Send every part of a reply, as the outbox does."""
    return [await channel.send(address, part, KEY) for part in split(reply, channel.limits)]


@dataclass(frozen=True)
class Got:
    """A message as the person has it. buttons: (title, what comes back when tapped)."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    document: tuple[str, bytes] = ("", b"")


class Harness(Protocol):
    """A channel, and its provider as a fake that keeps the provider's rules. Somebody has written already.

    where: names of the provider's requests, for `fail`: send, download, upload.
    """

    name: str
    address: str
    url: str
    wrong_token: str
    module: Any

    def channel(self, api_base: str = "", open_file: OpenFile = nothing_to_open, **changes: str) -> Channel: ...
    def got(self) -> list[Got]: ...
    def gone(self) -> None: ...
    def too_fast(self, seconds: int) -> None: ...
    def fail(self, where: str) -> None: ...
    def stall(self) -> None: ...
    def sends_file(self, name: str, data: bytes) -> FileRef: ...
    def lies_about_sizes(self, size: int) -> None: ...


class OnTelegram:
    name, address = "telegram", str(fake_telegram.ANA)
    wrong_token = "424242:wrong"
    where = {"send": "sendMessage", "download": "download", "upload": "sendDocument"}

    def __init__(self, server: FakeTelegram) -> None:
        self.server, self.url, self.module = server, server.url, telegram
        server.push_start(fake_telegram.ANA)

    def channel(self, api_base: str = "", open_file: OpenFile = nothing_to_open, **changes: str) -> TelegramChannel:
        return telegram_channel(api_base or self.url, open_file, **changes)

    def got(self) -> list[Got]:
        return [Got(sent.text, sent.buttons, sent.document) for sent in self.server.sent]

    def gone(self) -> None:
        self.server.block(fake_telegram.ANA)

    def too_fast(self, seconds: int) -> None:
        self.server.fail("sendMessage", 429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def fail(self, where: str) -> None:
        self.server.fail(self.where[where], 502, "Bad Gateway")

    def stall(self) -> None:
        self.server.stall("sendMessage", 30)

    def sends_file(self, name: str, data: bytes) -> FileRef:
        return _only_file(
            self.channel().parse(json.dumps(self.server.push_document(fake_telegram.ANA, name, data)).encode())
        )

    def lies_about_sizes(self, size: int) -> None:
        self.server.says_size = size


class OnWhatsApp:
    name, address = "whatsapp", fake_whatsapp.ANA.bsuid
    wrong_token = "EAAwrong"
    where = {"send": "messages", "download": "download", "upload": "upload"}
    #: What Meta asks to wait is told by its number.
    codes = {2: 130429, 6: 131056, 60: 80007}

    def __init__(self, server: FakeWhatsApp) -> None:
        self.server, self.url, self.module = server, server.url, whatsapp
        server.text(fake_whatsapp.ANA, "hola")

    def channel(self, api_base: str = "", open_file: OpenFile = nothing_to_open, **changes: str) -> WhatsAppChannel:
        return whatsapp_channel(api_base or self.url, open_file, **changes)

    def got(self) -> list[Got]:
        return [Got(sent.text, sent.options, sent.document) for sent in self.server.sent]

    def gone(self) -> None:
        self.server.gone.add(self.address)

    def too_fast(self, seconds: int) -> None:
        self.server.fail("messages", 429, self.codes[seconds])

    def fail(self, where: str) -> None:
        self.server.fail(self.where[where], 500, 131000)

    def stall(self) -> None:
        self.server.stall("messages", 2)

    def sends_file(self, name: str, data: bytes) -> FileRef:
        webhook = self.server.file(fake_whatsapp.ANA, "document", data, filename=name)
        return _only_file(self.channel().parse(webhook.body))

    def lies_about_sizes(self, size: int) -> None:
        self.server.says_size = size


def _only_file(items: Any) -> FileRef:
    (item,) = items
    assert isinstance(item, Inbound)
    (file,) = item.files
    return file
