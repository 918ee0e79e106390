"""finding complaints by what is sealed in them: a blind index, and the list of a status

Revision: 0008. After: 0007.
"""

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_terms",
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_terms_case_id")),
        sa.PrimaryKeyConstraint("term", "case_id", name=op.f("pk_case_terms")),
    )
    op.create_index("ix_case_terms_case", "case_terms", ["case_id"])
    op.add_column("cases", sa.Column("terms_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_cases_status", "cases", ["status", "id"])


def downgrade() -> None:
    op.drop_index("ix_cases_status", table_name="cases")
    op.drop_column("cases", "terms_version")
    op.drop_index("ix_case_terms_case", table_name="case_terms")
    op.drop_table("case_terms")
