"""what may be counted of complaints, the catalogue of agencies, forms that were left, answers that staff writes

Revision: 0009. After: 0007.
"""

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("pending", sa.String(length=24), nullable=False, server_default=""))
    op.create_index("ix_cases_created", "cases", ["created_at"])
    op.create_index("ix_handoffs_created", "handoffs", ["created_at"])
    op.create_table(
        "left_forms",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("pending", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_forms")),
    )
    op.create_index("ix_left_forms_at", "left_forms", ["at"])
    op.create_table(
        "case_traits",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=3), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("daypart", sa.String(length=12), nullable=False),
        sa.Column("agency_key", sa.String(length=64), nullable=False),
        sa.Column("number_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_traits_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_traits")),
    )
    op.create_index("ix_case_traits_agency", "case_traits", ["agency_key"])
    op.create_index("ix_case_traits_number", "case_traits", ["number_key"])
    op.create_table(
        "case_phrases",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("phrase_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_phrases_case_id")),
        sa.PrimaryKeyConstraint("case_id", "phrase_key", name=op.f("pk_case_phrases")),
    )
    op.create_index("ix_case_phrases_phrase", "case_phrases", ["phrase_key"])
    op.create_table(
        "agencies",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
    )
    op.create_table(
        "agency_aliases",
        sa.Column("core", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("agency_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_agency_aliases_agency_id")),
        sa.PrimaryKeyConstraint("core", name=op.f("pk_agency_aliases")),
    )
    op.create_index("ix_agency_aliases_agency", "agency_aliases", ["agency_id"])
    op.create_table(
        "agency_names",
        sa.Column("agency_key", sa.String(length=64), nullable=False),
        sa.Column("agency_id", sa.String(length=26), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_agency_names_agency_id")),
        sa.PrimaryKeyConstraint("agency_key", name=op.f("pk_agency_names")),
    )
    op.create_index("ix_agency_names_agency", "agency_names", ["agency_id"])
    op.create_table(
        "ready_answers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=26), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_answers")),
    )


def downgrade() -> None:
    for table in (
        "ready_answers", "agency_names", "agency_aliases", "agencies", "case_phrases", "case_traits", "left_forms"
    ):
        op.drop_table(table)
    op.drop_index("ix_handoffs_created", table_name="handoffs")
    op.drop_index("ix_cases_created", table_name="cases")
    op.drop_column("drafts", "pending")
