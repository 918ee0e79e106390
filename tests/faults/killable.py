"""How a process dies, or runs out of disk, at a point that was named beforehand.

A point is `<function that commits> before|after`, for example `Inbox._finish before`. It is armed by a file of that
name; the first process that gets there removes the file and kills itself with SIGKILL, as a power cut would.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

#: Every place of the journey where something is committed, or was done outside and is not committed yet.
POINTS = (
    *(
        f"{where} {when}"
        for where in (
            "Inbox.accept",
            "Inbox.take",
            "Inbox._finish",
            "Inbox._wait",
            "Leases._release",
            "Outbox._claim",
            "Scribe._commit",
            "Complaints.open",
            "Tracker.save",
        )
        for when in ("before", "after")
    ),
    "RasaClient.turn after",
    "Channel.send after",
)
#: Those that are passed only when Rasa does not answer.
WITHOUT_RASA = ("Inbox._wait", "Leases._release")
FOLDER = "FAULTS"
DISK_FULL = "disk full"


def die(point: str) -> None:
    """End here, at once and without a word, if this point is armed."""
    try:
        (Path(os.environ[FOLDER]) / point).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def arm() -> None:
    """Make this process killable wherever it commits or has done something outside."""
    from bot.channels.telegram import TelegramChannel
    from bot.channels.whatsapp import WhatsAppChannel
    from bot.rasa_client import RasaClient
    from bot.store import Store

    begin = Store.begin

    def killable(self: Store) -> AbstractContextManager:
        return _dying(begin(self), sys._getframe(1).f_code.co_qualname)

    Store.begin = killable  # type: ignore[method-assign]
    RasaClient.turn = _dying_after(RasaClient.turn, "RasaClient.turn")  # type: ignore[method-assign]
    for channel in (TelegramChannel, WhatsAppChannel):
        channel.send = _dying_after(channel.send, "Channel.send")  # type: ignore[method-assign]


@contextmanager
def _dying(transaction: AbstractContextManager, where: str) -> Iterator[Any]:
    with transaction as tx:
        if tx.connection.dialect.name == "sqlite":
            full = (Path(os.environ[FOLDER]) / DISK_FULL).exists()
            tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if full else 2**30}")
        yield tx
        die(f"{where} before")
    die(f"{where} after")


def _dying_after(call: Callable, where: str) -> Callable:
    async def wrapped(*args: Any, **options: Any) -> Any:
        result = await call(*args, **options)
        die(f"{where} after")
        return result

    return wrapped


def main(what: str, environment: dict[str, str], log: str) -> None:
    """Body of a child process: `gateway`, `worker` or `rasa`, in an environment of its own."""
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    arm()
    if what == "rasa":
        import uvicorn

        from tests.faults.rasa import FakeRasa

        uvicorn.run(FakeRasa().app(), port=int(environment["RASA_PORT"]), log_level="warning", ws="none")
        return
    from bot.cli import main as cli

    cli([what])
