"""care after filing: files that were left out, drafts whose end was announced, complaints whose news are wanted

Revision: 0007. After: 0006.
"""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("left_out_by", sa.String(length=26), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("notify", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("cases", "notify")
    op.drop_column("drafts", "warned_at")
    op.drop_column("evidence", "left_out_by")
