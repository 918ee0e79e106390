"""People who write, as Telegram delivers them: until it hears 200, sometimes twice, late, in another order, or broken."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.fakes.telegram import ApiError, FakeTelegram
from tests.faults.rasa import COMPLAINS

SECRET = "un-secreto_de_prueba"
HEADERS = {"x-telegram-bot-api-secret-token": SECRET, "content-type": "application/json"}
DANGER = "estan rompiendo la puerta de mi casa ayuda"
#: Numbers of the chats of people, and of those in danger.
CHATS, IN_DANGER = 700_000_000, 800_000_000
#: How many go on writing for as long as they are needed.
MORE = 4
#: How often, of a hundred deliveries, each thing happens.
TWICE, LATER, SWAPPED, BROKEN = 6, 6, 6, 6
RETRY_AFTER = (0.05, 0.3)


class Telegram(FakeTelegram):
    """It sometimes takes a message and its answer is lost, and sometimes asks to wait.

    lost: how many answers; each makes the bot send again what had arrived, as it cannot know.
    """

    def __init__(self, chooser: random.Random, trouble: bool) -> None:
        super().__init__()
        self._chooser, self._trouble = chooser, trouble
        self.lost = self.throttled = 0
        self.arrived_at: dict[int, float] = {}

    async def _on_sendMessage(self, fields: Any) -> dict[str, Any]:
        lot = self._chooser.randrange(1000) if self._trouble else 999
        if lot < 5:
            self.throttled += 1
            raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
        taken = await super()._on_sendMessage(fields)
        self.arrived_at.setdefault(int(fields["chat_id"]), time.monotonic())
        if lot < 8:
            self.lost += 1
            raise ApiError(504, "Gateway Timeout")
        return taken


@dataclass
class People:
    """accepted: for each chat its messages in the order in which they were accepted. refused: answers to what is broken."""

    telegram: FakeTelegram
    url: str
    chooser: random.Random
    mangled: bool = True
    accepted: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    complaining: set[str] = field(default_factory=set)
    danger_at: dict[int, float] = field(default_factory=dict)
    refused: Counter[int] = field(default_factory=Counter)
    posts: int = 0

    async def write(
        self, people: int, messages: int, pause: float, at_once: int, go_on: Callable[[], bool] = lambda: False
    ) -> None:
        """Everybody writes their share of the messages until all are taken; a few more write as long as `go_on`."""
        limits = httpx.Limits(max_connections=at_once * 2)
        async with httpx.AsyncClient(timeout=30, limits=limits, trust_env=False) as self._http:
            self._room, self._old = asyncio.Semaphore(at_once), []
            share, rest = divmod(messages, people)
            await asyncio.gather(
                *(self._person(number, share + (number < rest), pause) for number in range(people)),
                *(self._danger(number, pause) for number in range(max(1, people // 20))),
                *(self._endless(people + number, go_on) for number in range(MORE)),
            )

    @property
    def count(self) -> int:
        return sum(map(len, self.accepted.values()))

    async def _person(self, number: int, messages: int, pause: float) -> None:
        chat = CHATS + number
        mine = [self._message(chat, number, index, complains=self._chance(10)) for index in range(messages)]
        while mine:
            await asyncio.sleep(self.chooser.expovariate(1 / pause) if pause else 0)
            swapped = len(mine) > 1 and self._happens(SWAPPED)
            token, update = mine.pop(1 if swapped else 0)
            async with self._room:
                await self._deliver(update)
            self.accepted[chat].append(token)

    async def _endless(self, number: int, go_on: Callable[[], bool]) -> None:
        chat, index = CHATS + number, 0
        while go_on():
            token, update = self._message(chat, number, index, complains=index % 3 == 0)
            await self._deliver(update)
            self.accepted[chat].append(token)
            index += 1
            await asyncio.sleep(0.1)

    async def _danger(self, number: int, pause: float) -> None:
        chat = IN_DANGER + number
        await asyncio.sleep(self.chooser.uniform(0, pause * 5))
        update = self.telegram.push_text(chat, DANGER)
        await self._deliver(update)
        self.danger_at[chat] = time.monotonic()

    def _message(self, chat: int, number: int, index: int, complains: bool) -> tuple[str, dict[str, Any]]:
        token = f"m{number}x{index}"
        if complains:
            self.complaining.add(token)
        text = f"{token} {COMPLAINS}" if complains else f"{token} me marcan a cada rato"
        return token, self.telegram.push_text(chat, text)

    async def _deliver(self, update: dict[str, Any]) -> None:
        """Until it is accepted, and what Telegram's network does besides."""
        if self._happens(BROKEN):
            await self._broken(update)
        body = json.dumps(update).encode()
        again = [self._until_accepted(body)] if self._happens(TWICE) else []
        await asyncio.gather(self._until_accepted(body), *again)
        self._old.append(body)
        if self._happens(LATER):
            await self._until_accepted(self.chooser.choice(self._old))

    async def _until_accepted(self, body: bytes) -> None:
        while await self._post(body, HEADERS) != 200:
            await asyncio.sleep(self.chooser.uniform(*RETRY_AFTER))

    async def _broken(self, update: dict[str, Any]) -> None:
        """The same with another person's words, but cut off, not JSON, or without our secret: never accepted."""
        body = json.dumps({**update, "update_id": 1}).encode()
        cut = body[: self.chooser.randrange(1, len(body) - 1)]
        unsigned = {**HEADERS, "x-telegram-bot-api-secret-token": "otro"}
        broken = self.chooser.choice(
            [(cut, HEADERS), (b"\xff\xfe" + body, HEADERS), (b"[]", HEADERS), (body, unsigned)]
        )
        status = await self._post(*broken)
        if status:
            self.refused[status] += 1

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        """The status, 0 when nobody answers."""
        self.posts += 1
        try:
            return (await self._http.post(self.url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            return 0

    def _happens(self, of_hundred: int) -> bool:
        return self.mangled and self._chance(of_hundred)

    def _chance(self, of_hundred: int) -> bool:
        return self.chooser.randrange(100) < of_hundred
