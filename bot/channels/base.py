"""The contract of a channel: verify, parse, fetch, send, limits. It has no dependency on any web server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from bot.model import Button, FileRef, Inbound, Limits, Reply


class Channel(Protocol):
    """What the house asks of every channel."""

    name: str
    limits: Limits

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Is this request really the provider's? In constant time. headers: keys in lower case. Raises Forged."""

    def parse(self, body: bytes) -> list[Inbound]:
        """Every element of a request; what we do not act on comes as kind `ignored`. Raises Malformed."""

    async def announce(self, public_url: str) -> None:
        """Tell the provider how its messages reach us, when it wants to be told. Raises SendError."""

    async def fetch(self, file: FileRef) -> bytes:
        """The bytes of an attachment. Raises SendError (retry or not) and FileRefused."""

    async def send(self, address: str, part: Reply, key: str) -> str:
        """Send one part and return the provider's id of it.

        key: `<conversation>.<seq>`, for a channel that must refer to our own message later (buttons).
        Raises SendError.
        """

    async def received(self, message: Inbound) -> None:
        """The message is safe: tell the provider so where it waits for that (a tapped button). Never raises."""

    async def typing(self, address: str) -> None:
        """Show that an answer is being written. Never raises: it is a courtesy."""

    async def close(self) -> None:
        """Let go of connections."""


def split(reply: Reply, limits: Limits) -> list[Reply]:
    """A reply as parts that fit the channel: cut at paragraph, sentence or word ends; buttons on the last part."""
    pieces = _cut(reply.text, limits.text)
    parts = [Reply(text=piece) for piece in pieces[:-1]]
    buttons = tuple(Button(short(b.title, limits.title), b.payload) for b in reply.buttons[: limits.buttons])
    return [*parts, Reply(text=pieces[-1], buttons=buttons, attachments=reply.attachments)]


def short(title: str, length: int) -> str:
    """A button's title within `length` characters, cut at a word where there is one."""
    if len(title) <= length:
        return title
    cut = title[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip() + "…"


def _cut(text: str, length: int) -> list[str]:
    pieces = []
    while len(text) > length:
        window = text[:length]
        ends = [m.end() for m in re.finditer(r"\n\n|[.?!…]\s|\n|\s", window)]
        strong = [m.end() for m in re.finditer(r"\n\n|[.?!…]\s", window)]
        at = next((e for e in reversed(strong) if e > length // 2), ends[-1] if ends else length)
        pieces.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*pieces, text]
