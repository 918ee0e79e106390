"""the trainers' workbench: labels of doubtful messages, changes of examples, released models

Revision: 0006. After: 0005.
"""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reviews", sa.Column("conversation_id", sa.String(length=26), nullable=False, server_default=""))
    op.add_column("reviews", sa.Column("reason", sa.String(length=24), nullable=False, server_default="duda"))
    op.add_column("reviews", sa.Column("marked_by", sa.String(length=120), nullable=False, server_default=""))
    op.create_index("ix_reviews_status", "reviews", ["status", "created_at"], unique=False)
    op.create_table(
        "review_labels",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("turn_id", sa.String(length=26), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("intent", sa.String(length=48), nullable=False),
        sa.Column("also", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("example_key", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.String(length=26), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_labels")),
    )
    op.create_index("ix_review_labels_turn", "review_labels", ["turn_id"], unique=False)
    op.create_index("ix_review_labels_group", "review_labels", ["group_id"], unique=False)
    op.create_table(
        "example_changes",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("intent", sa.String(length=48), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_changes")),
    )
    op.create_index("ix_example_changes_at", "example_changes", ["at"], unique=False)
    op.create_table(
        "model_releases",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_releases")),
    )
    # there from the start, so that it can be locked: see WorkbenchQueries.is_held
    state = sa.table("channel_state", sa.column("name", sa.String), sa.column("value", sa.String))
    op.bulk_insert(state, [{"name": "rasa_hold", "value": ""}])


def downgrade() -> None:
    op.execute("DELETE FROM channel_state WHERE name = 'rasa_hold'")
    op.drop_table("model_releases")
    op.drop_index("ix_example_changes_at", table_name="example_changes")
    op.drop_table("example_changes")
    op.drop_index("ix_review_labels_group", table_name="review_labels")
    op.drop_index("ix_review_labels_turn", table_name="review_labels")
    op.drop_table("review_labels")
    op.drop_index("ix_reviews_status", table_name="reviews")
    for name in ("marked_by", "reason", "conversation_id"):
        op.drop_column("reviews", name)
