"""The contract of a channel: verify, parse, fetch, send, limits. It has no dependency on any web server."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Protocol

from bot.model import Attachment, Button, Delivery, FileRef, Inbound, Limits, Reply

log = logging.getLogger(__name__)

#: Attachments without bytes; the word names the text that says so (`utter_archivo_<word>`).
UNREADABLE, LOST = "ilegible", "perdido"
#: An id that can be stored as it is.
KEEPABLE = re.compile(r"[!-~]{1,120}")
#: Ids that we give to what has none that we can keep.
PART = "part:"
#: The bytes behind the address of one of our own attachments, for a channel that sends files; None when it is not ours.
OpenFile = Callable[[str], bytes | None]


def nothing_to_open(url: str) -> bytes | None:
    return None


class Channel(Protocol):
    """What the house asks of every channel."""

    name: str
    limits: Limits

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Is this request really the provider's? In constant time. headers: keys in lower case. Raises Forged."""

    def parse(self, body: bytes) -> Sequence[Inbound | Delivery]:
        """Every element of a request; what we do not act on, and a body that nobody can read, as kind `ignored`."""

    async def announce(self, public_url: str) -> None:
        """Tell the provider how its messages reach us, when it wants to be told. Raises SendError."""

    async def trouble(self, public_url: str) -> str:
        """What somebody must mend before messages come and go: a word that `doctor` knows, or empty. Never raises."""

    async def fetch(self, file: FileRef) -> bytes:
        """The bytes of an attachment. Raises SendError (retry or not) and FileRefused."""

    async def send(self, address: str, part: Reply, key: str) -> str:
        """Send one part and return the provider's id of it.

        key: `<conversation>.<seq>`, for a channel that must refer to our own message later (buttons).
        Raises SendError.
        """

    async def received(self, message: Inbound) -> None:
        """The message is safe: tell the provider so where it waits for that (a tapped button). Never raises."""

    async def typing(self, address: str, answering: str = "") -> None:
        """Show that an answer is being written. Never raises: it is a courtesy.

        answering: external id of the message that is answered, for a channel that must name it.
        """

    async def close(self) -> None:
        """Let go of connections."""


def clean(text: Any) -> str:
    """Text as it may be kept: no control characters but line breaks, no halves of characters, not only blanks."""
    whole = str(text or "").encode("utf-8", "replace").decode()
    kept = (c for c in whole.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    text = "".join(kept).strip()
    return text if any(unicodedata.category(c)[0] not in "CZ" for c in text) else ""


def kept_id(id_: str) -> str:
    """A provider's id as we keep it; one that no database would take is known by its hash."""
    return id_ if KEEPABLE.fullmatch(id_) else PART + hashlib.sha256(json.dumps(id_).encode()).hexdigest()


def unreadable(channel: str, body: bytes) -> Inbound:
    """A whole request that is the provider's and not of its form. Refused, it would come again for days: it is set
    aside and counted, and the same one counts once."""
    log.warning("%s: a request that cannot be read was set aside", channel)
    id_ = PART + hashlib.sha256(body).hexdigest()
    return Inbound(channel, id_, user_id="", kind="ignored", at=datetime.now(timezone.utc))


def split(reply: Reply, limits: Limits) -> list[Reply]:
    """A reply as parts that fit the channel: cut at paragraph, sentence or word ends; buttons on the last part.

    A file goes along with its text where there is room for it; otherwise files come first, each in a part of its own.
    """
    buttons = tuple(Button(short(b.title, limits.title), b.payload) for b in reply.buttons[: limits.buttons])
    text = reply.text
    if limits.tappable and len(buttons) > limits.tappable:
        options = "\n".join(f"{number}. {button.title}" for number, button in enumerate(buttons, start=1))
        text, buttons = f"{text}\n\n{options}", ()
    files, along = _files(reply, text, buttons, limits)
    pieces = _cut(text, limits.text)
    if buttons and limits.body:
        pieces = [*pieces[:-1], *_ending(pieces[-1], limits.body)]
    parts = [Reply(text=piece) for piece in pieces[:-1]]
    return [*files, *parts, replace(reply, text=pieces[-1], buttons=buttons, attachments=along)]


def _files(
    reply: Reply, text: str, buttons: tuple[Button, ...], limits: Limits
) -> tuple[list[Reply], tuple[Attachment, ...]]:
    """Files that are parts of their own, and those that go along with the last part."""
    has_room = len(reply.attachments) == 1 and not buttons and len(text) <= limits.caption
    if not limits.caption or has_room:
        return [], reply.attachments
    return [Reply(text="", attachments=(attachment,)) for attachment in reply.attachments], ()


def links(part: Reply) -> str:
    """The part's files as lines, for where they cannot be sent themselves."""
    return "\n".join(f"{attachment.name}: {attachment.url}" for attachment in part.attachments)


def short(title: str, length: int) -> str:
    """A button's title within `length` characters, cut at a word where there is one."""
    if len(title) <= length:
        return title
    before, _, _ = title[:length].rpartition(" ")
    return (before.rstrip() or title[: length - 1]) + "…"


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


def _ending(text: str, length: int) -> list[str]:
    """The text in two, the second of which is as long as fits and begins a paragraph, line, sentence or word."""
    if len(text) <= length:
        return [text]
    for end in (r"\n\n", r"\n", r"[.?!…]\s", r"\s"):
        found = next((m.end() for m in re.finditer(end, text) if 0 < len(text) - m.end() <= length), 0)
        if found:
            return [text[:found].rstrip(), text[found:]]
    return [text[:-length], text[-length:]]
