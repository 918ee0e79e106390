"""People who write, as a provider delivers them: until it hears 200, sometimes twice, late, in another order, or broken."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tests.faults.providers import Post, Provider
from tests.faults.rasa import COMPLAINS

DANGER = "estan rompiendo la puerta de mi casa ayuda"
#: Numbers of the chats of people, and of those in danger.
CHATS, IN_DANGER = 700_000_000, 800_000_000
#: How many go on writing for as long as they are needed, and after how many messages another comes in their place:
#: WhatsApp takes 45 to one person, and then one every six seconds.
MORE, ENOUGH = 4, 15
#: How often, of a hundred deliveries, each thing happens.
TWICE, LATER, SWAPPED, BROKEN, NEWS = 6, 6, 6, 6, 20
RETRY_AFTER = (0.05, 0.3)


@dataclass
class People:
    """accepted: for each chat its messages in the order in which they were accepted. refused: answers to what is broken."""

    provider: Provider
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
            token, post = mine.pop(1 if swapped else 0)
            async with self._room:
                await self._deliver(post)
            self.accepted[chat].append(token)

    async def _endless(self, number: int, go_on: Callable[[], bool]) -> None:
        index = 0
        while go_on():
            chat = CHATS + number + MORE * (index // ENOUGH)
            token, post = self._message(chat, number, index, complains=index % 3 == 0)
            await self._deliver(post)
            self.accepted[chat].append(token)
            index += 1
            await asyncio.sleep(0.1)

    async def _danger(self, number: int, pause: float) -> None:
        chat = IN_DANGER + number
        await asyncio.sleep(self.chooser.uniform(0, pause * 5))
        await self._deliver(self.provider.say(chat, DANGER))
        self.danger_at[chat] = time.monotonic()

    def _message(self, chat: int, number: int, index: int, complains: bool) -> tuple[str, Post]:
        token = f"m{number}x{index}"
        if complains:
            self.complaining.add(token)
        text = f"{token} {COMPLAINS}" if complains else f"{token} me marcan a cada rato"
        return token, self.provider.say(chat, text)

    async def _deliver(self, post: Post) -> None:
        """Until it is accepted, and what the network does besides."""
        if self._happens(BROKEN):
            await self._broken(post)
        again = [self._until_accepted(post)] if self._happens(TWICE) else []
        await asyncio.gather(self._until_accepted(post), *again)
        self._old.append(post)
        news = self.provider.news() if self._happens(NEWS) else None
        if news:
            await self._until_accepted(news)
        if self._happens(LATER):
            await self._until_accepted(self.chooser.choice(self._old))

    async def _until_accepted(self, post: Post) -> None:
        while await self._send(post) != 200:
            await asyncio.sleep(self.chooser.uniform(*RETRY_AFTER))

    async def _broken(self, post: Post) -> None:
        """The same cut off, not JSON or without our secret: refused or set aside, and never a message."""
        status = await self._send(self.chooser.choice(self.provider.broken(post)))
        if status:
            self.refused[status] += 1

    async def _send(self, post: Post) -> int:
        """The status, 0 when nobody answers."""
        self.posts += 1
        try:
            return (await self._http.post(self.url, content=post.body, headers=post.headers)).status_code
        except httpx.HTTPError:
            return 0

    def _happens(self, of_hundred: int) -> bool:
        return self.mangled and self._chance(of_hundred)

    def _chance(self, of_hundred: int) -> bool:
        return self.chooser.randrange(100) < of_hundred
