"""Telegram and WhatsApp as the fault run has them: they sometimes take a message and their answer is lost, and
sometimes ask to wait.

Both offer the same: what `say` gives is posted to `path`; `broken` gives what must never count as a message; `news` is
what a provider tells besides; `heard` is what people got, as (chat, text). lost: answers that were lost; each makes the
bot send again what had arrived, as it cannot know.
"""

from __future__ import annotations

import json
import random
import time
from typing import Any, NamedTuple, TypeAlias

from tests.fakes import telegram, whatsapp
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp, Person

SECRET = "un-secreto_de_prueba"
#: Of a thousand messages of the bot, those that are told to wait, and those whose answer is lost.
WAITS, LOSES = 5, 3


class Post(NamedTuple):
    """A request to our webhook."""

    body: bytes
    headers: dict[str, str]


class Telegram(FakeTelegram):
    path = "/webhooks/telegram"
    headers = {"x-telegram-bot-api-secret-token": SECRET, "content-type": "application/json"}

    def __init__(self, chooser: random.Random, trouble: bool) -> None:
        super().__init__()
        self._chooser, self._trouble = chooser, trouble
        self.lost = 0
        self.arrived_at: dict[int, float] = {}

    @property
    def settings(self) -> dict[str, str]:
        return {
            "TELEGRAM_TOKEN": telegram.TOKEN,
            "TELEGRAM_SECRET": SECRET,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_API_BASE": self.url,
        }

    @property
    def heard(self) -> list[tuple[int, str]]:
        return [(sent.chat_id, sent.text) for sent in self.sent]

    def say(self, chat: int, text: str) -> Post:
        return Post(json.dumps(self.push_text(chat, text)).encode(), self.headers)

    def broken(self, post: Post) -> list[Post]:
        body = json.dumps({**json.loads(post.body), "update_id": 1}).encode()
        unsigned = {**self.headers, "x-telegram-bot-api-secret-token": "otro"}
        nonsense = _nonsense(body, self._chooser)
        return [*(Post(body, self.headers) for body in nonsense), Post(body, unsigned)]

    def news(self) -> Post | None:
        return None

    async def _on_sendMessage(self, fields: Any) -> dict[str, Any]:
        lot = self._chooser.randrange(1000) if self._trouble else 1000
        if lot < WAITS:
            raise telegram.ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
        taken = await super()._on_sendMessage(fields)
        self.arrived_at.setdefault(int(fields["chat_id"]), time.monotonic())
        if lot < WAITS + LOSES:
            self.lost += 1
            raise telegram.ApiError(504, "Gateway Timeout")
        return taken


class WhatsApp(FakeWhatsApp):
    path = "/webhooks/whatsapp"

    def __init__(self, chooser: random.Random, trouble: bool) -> None:
        super().__init__()
        self._chooser, self._trouble = chooser, trouble
        self.lost = 0
        self.arrived_at: dict[int, float] = {}

    @property
    def settings(self) -> dict[str, str]:
        return {
            "WHATSAPP_TOKEN": whatsapp.TOKEN,
            "WHATSAPP_PHONE_ID": whatsapp.PHONE_ID,
            "WHATSAPP_APP_SECRET": whatsapp.APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": whatsapp.VERIFY_TOKEN,
            "WHATSAPP_TEMPLATE": whatsapp.TEMPLATE,
            "WHATSAPP_API_BASE": self.url,
        }

    @property
    def heard(self) -> list[tuple[int, str]]:
        return [(_chat(sent.to), sent.text) for sent in self.sent]

    def say(self, chat: int, text: str) -> Post:
        return Post(*self.text(Person(bsuid=f"MX.{chat}"), text))

    def broken(self, post: Post) -> list[Post]:
        nonsense = _nonsense(post.body, self._chooser)
        forged = [self.signed(post.body, secret="otro"), (nonsense[0], post.headers)]
        return [*(Post(*self.signed(body)) for body in nonsense), *(Post(*one) for one in forged)]

    def news(self) -> Post | None:
        """What became of a message, in no order; now and then twice."""
        if not self.sent:
            return None
        return Post(*self.status(self._chooser.choice(self.sent[-50:]), self._chooser.choice(("sent", "delivered"))))

    def _take(self, body: Any) -> dict[str, Any]:
        lot = self._chooser.randrange(1000) if self._trouble else 1000
        if lot < WAITS:
            raise whatsapp.ApiError(429, 130429, "Rate limit hit")
        taken = super()._take(body)
        self.arrived_at.setdefault(_chat(self.sent[-1].to), time.monotonic())
        if lot < WAITS + LOSES:
            self.lost += 1
            raise whatsapp.ApiError(504, 2, "Gateway Timeout")
        return taken


Provider: TypeAlias = Telegram | WhatsApp
PROVIDERS: dict[str, type[Telegram] | type[WhatsApp]] = {"telegram": Telegram, "whatsapp": WhatsApp}


def _chat(address: str) -> int:
    return int(address.removeprefix("MX."))


def _nonsense(body: bytes, chooser: random.Random) -> list[bytes]:
    """Cut off, not JSON, and nothing of the provider's form."""
    return [body[: chooser.randrange(1, len(body) - 1)], b"\xff\xfe" + body, b"[]"]
