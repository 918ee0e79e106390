"""What all tests share: nobody leaves this machine, and a house over a real database."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings

from bot import config, migrations
from bot.wiring import House, build
from tests.fakes.rasa import FakeRasa

# how long an example takes says more of who else uses the machine
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg2://root@127.0.0.1:5432/{database}")


@pytest.fixture(autouse=True)
def nobody_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database of our own on the PostgreSQL of this machine. In CI it must be there."""
    name = f"bt_test_{secrets.token_hex(4)}"
    admin = sa.create_engine(POSTGRES.format(database="postgres"), isolation_level="AUTOCOMMIT", future=True)
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except sa.exc.OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip("PostgreSQL does not answer on this machine")
    yield POSTGRES.format(database=name)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/test.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def fake_rasa() -> Iterator[FakeRasa]:
    with FakeRasa() as rasa:
        yield rasa


@pytest.fixture
def settings(database_url: str, tmp_path: Path, fake_rasa: FakeRasa) -> config.Settings:
    return config.load(
        {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(tmp_path / "var"),
            "RASA_URL": fake_rasa.url,
            "RASA_TOKEN": "rasa-token",
            "ACTIONS_URL": f"{fake_rasa.url}/webhook",
            "QUIET_SECONDS": "0",
        }
    )


@pytest.fixture(autouse=True)
def passwords_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost of hashing a password is a tenth of a second and 64 MB, each time."""
    monkeypatch.setattr("bot.staff.PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def house(settings: config.Settings) -> Iterator[House]:
    made = build(settings)
    if made.store.engine.dialect.name == "postgresql":
        _empty(made.store.engine)
    migrations.upgrade(made.store.engine)
    yield made
    made.store.close()


def _empty(engine: sa.engine.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
