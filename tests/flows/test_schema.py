"""The steps of the migrations and the tables in schema.py give the same database."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot import migrations, schema
from bot.wiring import House


def test_migrations_and_schema_agree(house: House) -> None:
    with house.store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    assert differences == []


def test_migrating_twice_changes_nothing(house: House) -> None:
    migrations.upgrade(house.store.engine)
    assert migrations.is_current(house.store.engine)
