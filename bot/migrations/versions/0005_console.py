"""the team's console: staff, sessions, audit log, notes, suggestions, referrals, and the life of a handoff

Revision: 0005. After: 0004.
"""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sa.String(length=26), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index('ix_audit_staff', 'audit', ['staff_id'], unique=False)
    op.create_index('ix_audit_subject', 'audit', ['subject'], unique=False)
    op.create_table('known_addresses',
    sa.Column('account_key', sa.String(length=64), nullable=False),
    sa.Column('address_key', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('account_key', 'address_key', name=op.f('pk_known_addresses'))
    )
    op.create_table('sign_in_failures',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account_key', sa.String(length=64), nullable=False),
    sa.Column('address_key', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failures'))
    )
    op.create_index('ix_sign_in_failures_account', 'sign_in_failures', ['account_key', 'at'], unique=False)
    op.create_table('staff',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('totp_sealed', sa.Text(), nullable=False),
    sa.Column('totp_step', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_email'))
    )
    op.create_table('notes',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('conversation_id', sa.String(length=26), nullable=False),
    sa.Column('staff_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('body_sealed', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_notes_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    op.create_index('ix_notes_conversation', 'notes', ['conversation_id', 'created_at'], unique=False)
    op.create_table('sent_files',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('conversation_id', sa.String(length=26), nullable=False),
    sa.Column('staff_id', sa.String(length=26), nullable=False),
    sa.Column('name_sealed', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('bytes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_sent_files_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_files'))
    )
    op.create_index('ix_sent_files_conversation', 'sent_files', ['conversation_id'], unique=False)
    op.create_table('staff_sessions',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('staff_id', sa.String(length=26), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_sessions_staff_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_staff_sessions'))
    )
    op.create_index('ix_staff_sessions_staff', 'staff_sessions', ['staff_id'], unique=False)
    op.create_table('suggestions',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('conversation_id', sa.String(length=26), nullable=False),
    sa.Column('fact', sa.String(length=24), nullable=False),
    sa.Column('value_sealed', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_suggestions_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestions'))
    )
    op.create_index('ix_suggestions_conversation', 'suggestions', ['conversation_id', 'status'], unique=False)
    op.create_table('referrals',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('staff_id', sa.String(length=26), nullable=False),
    sa.Column('origin', sa.String(length=16), nullable=False),
    sa.Column('body_sealed', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('conversation_id', sa.String(length=26), nullable=True),
    sa.Column('case_id', sa.String(length=26), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_referrals_case_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_referrals_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referrals')),
    sa.UniqueConstraint('code', name=op.f('uq_referrals_code'))
    )
    op.create_index('ix_referrals_conversation', 'referrals', ['conversation_id'], unique=False)
    op.create_index('ix_referrals_created', 'referrals', ['created_at'], unique=False)
    op.add_column('conversations', sa.Column('abuse_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_conversations_holder', 'conversations', ['holder'], unique=False)
    op.create_index('ix_conversations_last_inbound', 'conversations', ['last_inbound_at'], unique=False)
    op.add_column('handoffs', sa.Column('holder', sa.String(length=26), server_default='', nullable=False))
    op.add_column('handoffs', sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('handoffs', sa.Column('first_reply_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('handoffs', sa.Column('active_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('handoffs', sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('handoffs', sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('handoffs', sa.Column('ended_as', sa.String(length=16), server_default='', nullable=False))
    op.create_index('ix_handoffs_conversation', 'handoffs', ['conversation_id', 'status'], unique=False)
    _make_append_only(op.get_bind())


def _make_append_only(connection: sa.engine.Connection) -> None:
    """The database itself refuses to change or delete a line of the audit log."""
    if connection.dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER audit_no_{event.lower()} BEFORE {event} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    connection.exec_driver_sql(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION audit_is_append_only()")
    op.drop_index('ix_handoffs_conversation', table_name='handoffs')
    op.drop_column('handoffs', 'ended_as')
    op.drop_column('handoffs', 'ended_at')
    op.drop_column('handoffs', 'escalated_at')
    op.drop_column('handoffs', 'active_at')
    op.drop_column('handoffs', 'first_reply_at')
    op.drop_column('handoffs', 'taken_at')
    op.drop_column('handoffs', 'holder')
    op.drop_index('ix_conversations_last_inbound', table_name='conversations')
    op.drop_index('ix_conversations_holder', table_name='conversations')
    op.drop_column('conversations', 'abuse_at')
    op.drop_index('ix_referrals_created', table_name='referrals')
    op.drop_index('ix_referrals_conversation', table_name='referrals')
    op.drop_table('referrals')
    op.drop_index('ix_suggestions_conversation', table_name='suggestions')
    op.drop_table('suggestions')
    op.drop_index('ix_staff_sessions_staff', table_name='staff_sessions')
    op.drop_table('staff_sessions')
    op.drop_index('ix_sent_files_conversation', table_name='sent_files')
    op.drop_table('sent_files')
    op.drop_index('ix_notes_conversation', table_name='notes')
    op.drop_table('notes')
    op.drop_table('staff')
    op.drop_index('ix_sign_in_failures_account', table_name='sign_in_failures')
    op.drop_table('sign_in_failures')
    op.drop_table('known_addresses')
    op.drop_index('ix_audit_subject', table_name='audit')
    op.drop_index('ix_audit_staff', table_name='audit')
    op.drop_table('audit')
