"""second ids of a person, what became of a message, and who was invited to write

Revision: 0002. After: 0001.
"""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_links",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_person_links_conversation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "channel", "person_key", name=op.f("pk_person_links")
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=128), nullable=False),
        sa.Column(
            "outbox_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("error", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_deliveries_outbox_id")
        ),
        sa.PrimaryKeyConstraint("channel", "provider_id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_outbox", "deliveries", ["outbox_id"], unique=False)
    op.add_column(
        "conversations",
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("conversations", "invited_at")
    op.drop_index("ix_deliveries_outbox", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("person_links")
