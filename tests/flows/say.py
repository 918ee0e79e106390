"""Helpers to speak to the house in tests."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime, timezone

from bot.model import FileRef, Inbound, Turn
from bot.wiring import House

_numbers = itertools.count(1)
#: One event loop for all: a house's connections belong to the loop they were opened in.
run = asyncio.Runner().run


def message(
    text: str = "", *, who: str = "ana", id_: str = "", button: str = "", files: tuple[FileRef, ...] = ()
) -> Inbound:
    return Inbound(
        channel="web",
        external_id=id_ or f"m{next(_numbers)}",
        user_id=who,
        kind="button" if button else "file" if files else "text",
        at=datetime.now(timezone.utc),
        text=text,
        button=button,
        files=files,
    )


def say(house: House, *texts: str, who: str = "ana") -> None:
    for text in texts:
        house.inbox.accept([message(text, who=who)])


def conversation(house: House, who: str = "ana") -> str:
    with house.store.begin() as tx:
        return tx.conversation_for("web", who).id


def answer_all(house: House) -> list[Turn]:
    """Answer every turn that is due, and send what was written."""

    async def work() -> list[Turn]:
        turns = []
        while turn := house.inbox.take("test"):
            turns.append(turn)
            await house.inbox.answer(turn)
        while await house.outbox.send_due():
            pass
        return turns

    return run(work())


def heard(house: House, who: str = "ana") -> list[str]:
    """What the person has been told so far."""
    id_ = conversation(house, who)
    with house.store.begin() as tx:
        return [row["reply"].text for row in tx.sent_after(id_, 0)]
