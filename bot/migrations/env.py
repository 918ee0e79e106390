"""How Alembic reaches the database: the caller hands over an open connection (bot/migrations/__init__.py)."""

from __future__ import annotations

from alembic import context

from bot.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
