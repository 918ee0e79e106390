"""What goes wrong during a run, in threads of their own: kills, a database that stalls or is restarted, a full disk."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tests.faults.killable import DISK_FULL, POINTS, WITHOUT_RASA
from tests.faults.processes import Processes

#: Seconds that a database stands still, or that its disk is full.
STALL = (0.5, 3.0)
#: Seconds in which somebody should come by a commit point.
REACHED_WITHIN = 180.0


class Trouble:
    """happened: how often each thing was done."""

    def __init__(self, processes: Processes, folder: Path, database_url: str, chooser: random.Random) -> None:
        self._processes, self._folder, self._url, self._chooser = processes, folder, database_url, chooser
        self._stop, self._all_armed = threading.Event(), threading.Event()
        self.happened: Counter[str] = Counter()

    @contextmanager
    def brewing(self, kill_every: float, database_every: float, points: int) -> Iterator[None]:
        """Seconds between random kills and between troubles of the database, 0 for none; how often each point is armed."""
        loops = [(self._kill, kill_every), (self._trouble_database, database_every)]
        threads = [threading.Thread(target=self._repeat, args=loop) for loop in loops if loop[1]]
        threads.append(threading.Thread(target=self._arm_all, args=(points,)))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            for left in self._folder.iterdir():
                left.unlink()

    def is_arming(self) -> bool:
        """Points are left at which nobody has died yet: somebody must go on writing."""
        return not self._all_armed.is_set()

    def _repeat(self, act: Callable[[], None], every: float) -> None:
        while not self._stop.wait(self._chooser.expovariate(1 / every)):
            act()

    def _kill(self) -> None:
        self._processes.kill_one(self._chooser)
        self.happened["random kill"] += 1

    def _arm_all(self, times: int) -> None:
        """Arm one point after the other; the next when somebody died at the one before."""
        for _ in range(times):
            for point in self._chooser.sample(POINTS, len(POINTS)):
                self._arm(point)
        self._all_armed.set()

    def _arm(self, point: str) -> None:
        path, until = self._folder / point, time.monotonic() + REACHED_WITHIN
        path.touch()
        while path.exists() and time.monotonic() < until and not self._stop.is_set():
            if point.startswith(WITHOUT_RASA):
                self._processes.kill("rasa")
            self._stop.wait(0.2)
        reached = not path.exists()
        path.unlink(missing_ok=True)
        self.happened[f"{'at' if reached else 'NOT REACHED'} {point}"] += 1

    def _trouble_database(self) -> None:
        if self._url.startswith("sqlite"):
            self._chooser.choice((self._fill_disk, self._hold_sqlite))()
        else:
            self._chooser.choice((self._restart_postgres, self._hold_postgres))()

    def _fill_disk(self) -> None:
        (self._folder / DISK_FULL).touch()
        self._pause()
        (self._folder / DISK_FULL).unlink()
        self.happened["disk full"] += 1

    def _hold_sqlite(self) -> None:
        with contextlib.closing(sqlite3.connect(self._url.removeprefix("sqlite:///"), timeout=20)) as connection:
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("BEGIN IMMEDIATE")
            self._pause()
            connection.rollback()
        self.happened["database stalled"] += 1

    def _restart_postgres(self) -> None:
        """All connections end at once, as when the server is restarted."""
        with self._postgres() as connection:
            others = "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity {others}")
        self.happened["database restarted"] += 1

    def _hold_postgres(self) -> None:
        with self._postgres() as connection:
            connection.exec_driver_sql("LOCK TABLE inbox, outbox, conversations IN ACCESS EXCLUSIVE MODE")
            self._pause()
        self.happened["database stalled"] += 1

    @contextmanager
    def _postgres(self) -> Iterator[sa.engine.Connection]:
        engine = sa.create_engine(self._url, future=True)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def _pause(self) -> None:
        self._stop.wait(self._chooser.uniform(*STALL))
