"""Child processes that never outlive us, each with its own log file."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

PR_SET_PDEATHSIG = 1
#: Seconds a process gets to finish what it is doing.
GRACE = 12.0
#: A process that dies this often within WINDOW seconds is not started again.
MAX_DEATHS = 5
WINDOW = 60.0

_libc = ctypes.CDLL(None, use_errno=True)


def _prepared(patience: int) -> None:
    """In the child, before its command: die with the parent, and step back."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(patience)


@dataclass
class Child:
    """A command that should be running.

    command: the words, or what gives them at each start.
    patience: how far it steps back for others on a busy machine (niceness).
    """

    name: str
    command: list[str] | Callable[[], list[str]]
    environment: Mapping[str, str]
    log: Path
    patience: int = 0
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command() if callable(self.command) else self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=partial(_prepared, self.patience),
            )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def died(self) -> bool:
        """Note a death. True when it dies too often to be worth starting again."""
        moment = time.monotonic()
        self.deaths = [t for t in self.deaths if moment - t < WINDOW] + [moment]
        return len(self.deaths) >= MAX_DEATHS

    def last_words(self, lines: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def stop_all(children: list[Child]) -> None:
    """Ask all to finish, then insist. Groups are signalled, so that grandchildren go too."""
    for child in children:
        _signal(child, signal.SIGTERM)
    until = time.monotonic() + GRACE
    while any(child.is_running() for child in children) and time.monotonic() < until:
        time.sleep(0.05)
    for child in children:
        _signal(child, signal.SIGKILL)
        if child.process:
            child.process.wait()


def _signal(child: Child, number: int) -> None:
    if child.process is None:
        return
    with contextlib.suppress(ProcessLookupError):  # the whole group is gone already
        os.killpg(child.process.pid, number)
