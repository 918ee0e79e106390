"""The product's processes: started, killed, and started again at once when they die."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import psutil

from tests.faults import killable

#: One process imports everything once and forks the others off: a new worker is there in a tenth of a second.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["bot.cli", "bot.wiring", "bot.worker", "bot.gateway.app", "uvicorn", "tests.faults.rasa", "telegram.ext"]
)
LOOK = 0.02


class Processes:
    """deaths: how often each kind died, by whatever hand."""

    def __init__(self, environment: dict[str, str], logs: Path, workers: int) -> None:
        self._environment, self._logs = environment, logs
        self._kinds = ["rasa", "gateway", *["worker"] * workers]
        self._children: list[multiprocessing.process.BaseProcess] = []
        self._stop, self._paused = threading.Event(), set[str]()
        self.deaths: Counter[str] = Counter()

    def __enter__(self) -> Processes:
        self._logs.mkdir(parents=True, exist_ok=True)
        self._children = [self._start(kind) for kind in self._kinds]
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watching.join()
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.join(15)
            child.kill()
            child.join()

    def kill_one(self, chooser: random.Random) -> None:
        """Kill -9 whatever the lot falls on: workers most often, they have most to lose."""
        number = chooser.randrange(len(self._children) + 2)
        _kill(self._children[min(number, len(self._children) - 1)])

    def kill(self, kind: str) -> None:
        for name, child in zip(self._kinds, self._children, strict=True):
            if name == kind:
                _kill(child)

    def cpu_seconds(self) -> dict[str, float]:
        """What the living processes have used, by kind."""
        used: Counter[str] = Counter()
        for kind, child in zip(self._kinds, self._children, strict=True):
            times = psutil.Process(child.pid).cpu_times()
            used[kind] += times.user + times.system
        return used

    def pause(self, kind: str) -> None:
        """Kill all of a kind and leave them dead."""
        self._paused.add(kind)
        self.kill(kind)

    def resume(self, kind: str) -> None:
        self._paused.discard(kind)

    def _start(self, kind: str) -> multiprocessing.process.BaseProcess:
        log = str(self._logs / f"{kind}.log")
        child = FORKS.Process(target=killable.main, args=(kind, self._environment, log), daemon=True)
        child.start()
        return child

    def _watch(self) -> None:
        while not self._stop.is_set():
            for index, child in enumerate(self._children):
                kind = self._kinds[index]
                if child.is_alive() or kind in self._paused:
                    continue
                self.deaths[kind] += 1
                self._children[index] = self._start(kind)
            time.sleep(LOOK)


def _kill(child: multiprocessing.process.BaseProcess) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child.pid or 0, signal.SIGKILL)
