"""One run: people write while things go wrong, then everything is left to finish, then it is counted."""

from __future__ import annotations

import asyncio
import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot import config, migrations
from bot.outbox import CONCURRENT, CONCURRENT_URGENT
from bot.wiring import House, build
from tests.conftest import POSTGRES
from tests.fakes.serve import free_port
from tests.faults.count import Counted, count
from tests.faults.people import People
from tests.faults.processes import Processes
from tests.faults.providers import PROVIDERS, Provider
from tests.faults.rasa import Tracker, tracker_path
from tests.faults.trouble import Trouble

LOOK = 0.1


@dataclass(frozen=True)
class Plan:
    """kill_every, database_every: mean seconds between troubles, 0 for none. points: rounds over all commit points.

    pause: mean seconds between two messages of a person. at_once: deliveries at the same time.
    drain: seconds that it may take to finish after the last message.
    """

    database: str
    messages: int
    people: int
    channel: str = "telegram"
    workers: int = 2
    kill_every: float = 2.0
    database_every: float = 10.0
    points: int = 1
    pause: float = 0.05
    at_once: int = 8
    lease: float = 10.0
    drain: float = 120.0
    seed: int = 1
    mangled: bool = True


@dataclass(frozen=True)
class Report:
    plan: Plan
    counted: Counted
    deaths: Counter[str]
    happened: Counter[str]
    refused: Counter[int]
    lost_answers: int
    writing: float
    total: float
    cpu: dict[str, float]

    @property
    def kills(self) -> int:
        return sum(self.deaths.values())

    @property
    def repeated(self) -> int:
        return self.counted.repeated + self.counted.danger_repeated

    @property
    def may_repeat(self) -> int:
        """All that can have been with the provider when a worker was killed, and what it took but did not say so."""
        return self.deaths["worker"] * (CONCURRENT + CONCURRENT_URGENT) + self.lost_answers

    def wrong(self) -> list[str]:
        """What must not be, in words; empty when all is well."""
        found = [f"{name} = {getattr(self.counted, name)}" for name in self.counted.wrong()]
        if self.repeated > self.may_repeat:
            found.append(f"repeated {self.repeated}, more than the {self.may_repeat} that were in flight")
        found += [f"{number} × {status} to what is broken" for status, number in self.refused.items() if status == 500]
        found += [f"{what}" for what in self.happened if what.startswith("NOT REACHED")]
        return [*found, *self.counted.examples] if found else []


def run(plan: Plan, folder: Path | None = None) -> Report:
    """folder: where data and logs are kept; a temporary one that is gone afterwards when there is none."""
    with stage(plan, folder) as on, on.processes:
        begun = time.monotonic()
        with on.trouble.brewing(plan.kill_every, plan.database_every, plan.points):
            asyncio.run(on.people.write(plan.people, plan.messages, plan.pause, plan.at_once, on.trouble.is_arming))
            writing = time.monotonic() - begun
        drain(on.house, plan.drain)
        return Report(
            plan=plan,
            counted=count(on.people, on.provider, on.tracker, on.house),
            deaths=on.processes.deaths,
            happened=on.trouble.happened,
            refused=on.people.refused,
            lost_answers=on.provider.lost,
            writing=writing,
            total=time.monotonic() - begun,
            cpu=on.processes.cpu_seconds(),
        )


@dataclass(frozen=True)
class Stage:
    """house: a view of the data from outside. processes: not started yet."""

    provider: Provider
    house: House
    tracker: Tracker
    people: People
    processes: Processes
    trouble: Trouble


@contextmanager
def stage(plan: Plan, folder: Path | None = None) -> Iterator[Stage]:
    """An empty database, a fake provider, and all that is needed to run the product between them."""
    chooser = random.Random(plan.seed)
    with (
        tempfile.TemporaryDirectory() as temporary,
        database(plan, Path(temporary)) as url,
        PROVIDERS[plan.channel](chooser, trouble=bool(plan.kill_every or plan.points)) as provider,
    ):
        place = folder or Path(temporary)
        points = place / "points"
        points.mkdir(parents=True, exist_ok=True)
        environment = _environment(plan, place, url, provider)
        house = build(config.load(environment))
        migrations.upgrade(house.store.engine)
        host, port = house.settings.gateway
        processes = Processes(environment, place / "log", plan.workers)
        tracker = Tracker(tracker_path(house.settings.data_dir))
        yield Stage(
            provider,
            house,
            tracker,
            People(provider, f"http://{host}:{port}{provider.path}", chooser, plan.mangled),
            processes,
            Trouble(processes, points, url, random.Random(plan.seed + 1)),
        )
        house.store.close()
        tracker.close()


@contextmanager
def database(plan: Plan, folder: Path) -> Iterator[str]:
    """Address of an empty database that is gone afterwards."""
    if plan.database == "sqlite":
        yield f"sqlite:///{folder}/faults.db"
        return
    name = f"bt_faults_{secrets.token_hex(4)}"
    admin = sa.create_engine(POSTGRES.format(database="postgres"), isolation_level="AUTOCOMMIT", future=True)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield POSTGRES.format(database=name)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def _environment(plan: Plan, folder: Path, url: str, provider: Provider) -> dict[str, str]:
    rasa = free_port()
    return {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder / "var"),
        "FAULTS": str(folder / "points"),
        "GATEWAY_PORT": str(free_port()),
        "RASA_URL": f"http://127.0.0.1:{rasa}",
        "RASA_PORT": str(rasa),
        "RASA_TOKEN": "rasa-token",
        "ACTIONS_URL": f"http://127.0.0.1:{rasa}/webhook",
        "QUIET_SECONDS": "0",
        "LEASE_SECONDS": str(plan.lease),
        "PUBLIC_URL": "https://ejemplo.mx",
        **provider.settings,
        "LOG_LEVEL": "WARNING",
    }


def drain(house: House, seconds: float) -> None:
    """Until nothing waits to be answered or to be sent; what is left after `seconds` is counted as such."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with house.store.read() as tx:
            if not any(tx.oldest_waiting().values()):
                return
        time.sleep(LOOK)
