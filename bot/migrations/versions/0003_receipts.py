"""receipts: what a complaint's receipt is known by

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


def downgrade() -> None:
    op.drop_index("ix_cases_receipt", table_name="cases")
    op.drop_column("cases", "receipt_id")
