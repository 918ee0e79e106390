"""receipts and erasure: what a receipt is known by, keys that can be destroyed, and what is to be forgotten

Revision: 0003. After: 0002.
"""

import secrets

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("receipt_id", sa.String(length=32), nullable=True))
    cases = sa.table("cases", sa.column("id", sa.String), sa.column("receipt_id", sa.String))
    connection = op.get_bind()
    for row in connection.execute(sa.select(cases.c.id)).all():
        filled = sa.update(cases).where(cases.c.id == row.id)
        connection.execute(filled.values(receipt_id=secrets.token_urlsafe(16)))
    op.create_index("ix_cases_receipt", "cases", ["receipt_id"], unique=True)
    op.add_column("cases", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("forget_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_conversations_forget", "conversations", ["forget_at"], unique=False)
    op.create_table(
        "case_keys",
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("key_sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_case_keys_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_case_keys")),
    )


def downgrade() -> None:
    op.drop_table("case_keys")
    op.drop_index("ix_conversations_forget", table_name="conversations")
    op.drop_column("conversations", "forget_at")
    op.drop_column("cases", "erased_at")
    op.drop_index("ix_cases_receipt", table_name="cases")
    op.drop_column("cases", "receipt_id")
