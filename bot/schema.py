"""The tables and nothing else. Columns ending in `_sealed` hold text encrypted by `privacy.Vault`."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class When(TypeDecorator):
    """A moment: aware datetimes in and out, in UTC. SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(timezone.utc) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("person_key", String(64), nullable=False),
    Column("address_sealed", Text, nullable=False),
    Column("token_hash", String(64)),
    Column("created_at", When, nullable=False),
    Column("last_inbound_at", When, nullable=False),
    Column("epoch", Integer, nullable=False, default=0),
    Column("holder", String(26), nullable=False, default=""),
    Column("closed", Boolean, nullable=False, default=False),
    Column("next_seq", Integer, nullable=False, default=1),
    Column("lease_owner", String(64), nullable=False, default=""),
    Column("lease_until", When),
    Column("invited_at", When),
    Column("forget_at", When),
    Column("told_late_at", When),
    Column("abuse_at", When),
    UniqueConstraint("channel", "person_key"),
    UniqueConstraint("token_hash"),
    Index("ix_conversations_forget", "forget_at"),
    Index("ix_conversations_last_inbound", "last_inbound_at"),
    Index("ix_conversations_holder", "holder"),
)

case_keys = Table(
    "case_keys",
    metadata,
    Column("conversation_id", String(26), ForeignKey("conversations.id"), primary_key=True),
    Column("key_sealed", Text, nullable=False),
)

person_links = Table(
    "person_links",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("person_key", String(64), primary_key=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body_sealed", Text, nullable=False),
    Column("sent_at", When, nullable=False),
    Column("received_at", When, nullable=False),
    Column("status", String(16), nullable=False),
    Column("alarm", String(24), nullable=False, default=""),
    Column("turn_id", String(26), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", When, nullable=False),
    Column("done_at", When),
    UniqueConstraint("channel", "external_id"),
    Index("ix_inbox_waiting", "status", "next_try_at"),
    Index("ix_inbox_conversation", "conversation_id", "status"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", String(8), nullable=False),
    Column("body_sealed", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("turn_id", String(26), nullable=False, default=""),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("parts_sent", Integer, nullable=False, default=0),
    Column("next_try_at", When, nullable=False),
    Column("created_at", When, nullable=False),
    Column("sent_at", When),
    Column("provider_id", String(128), nullable=False, default=""),
    Column("error", String(32), nullable=False, default=""),
    UniqueConstraint("conversation_id", "seq"),
    Index("ix_outbox_waiting", "status", "next_try_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("provider_id", String(128), primary_key=True),
    Column("outbox_id", BigId, ForeignKey("outbox.id")),
    Column("part", Integer, nullable=False, default=0),
    Column("status", String(16), nullable=False, default=""),
    Column("error", String(32), nullable=False, default=""),
    Column("changed_at", When, nullable=False),
    Index("ix_deliveries_outbox", "outbox_id"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("case_id", String(26), ForeignKey("cases.id")),
    Column("source_key", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("bytes", BigId, nullable=False),
    Column("name_sealed", Text, nullable=False),
    Column("received_at", When, nullable=False),
    Column("left_out_by", String(26), nullable=False, default=""),
    UniqueConstraint("conversation_id", "source_key"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("conversation_id", String(26), ForeignKey("conversations.id"), primary_key=True),
    Column("body_sealed", Text, nullable=False),
    Column("consent_at", When),
    Column("updated_at", When, nullable=False),
    Column("warned_at", When),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("folio", String(16), nullable=False, unique=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("turn_id", String(26), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("violations", Text, nullable=False),
    Column("created_at", When, nullable=False),
    Column("facts_sealed", Text, nullable=False),
    Column("receipt_id", String(32)),
    Column("erased_at", When),
    Column("notify", Boolean, nullable=False, default=False),
    Column("terms_version", Integer, nullable=False, default=0),
    Index("ix_cases_conversation", "conversation_id"),
    Index("ix_cases_status", "status", "id"),
    Index("ix_cases_receipt", "receipt_id", unique=True),
)

#: Blind index (bot/search_terms.py): numbers that only who has SECRET_KEY can make of a word.
case_terms = Table(
    "case_terms",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", String(26), ForeignKey("cases.id"), primary_key=True),
    Index("ix_case_terms_case", "case_id"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("case_id", String(26), ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", When, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("detail_sealed", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", When, nullable=False),
    Column("holder", String(26), nullable=False, default="", server_default=""),
    Column("taken_at", When),
    Column("first_reply_at", When),
    Column("active_at", When),
    Column("escalated_at", When),
    Column("ended_at", When),
    Column("ended_as", String(16), nullable=False, default="", server_default=""),
    Index("ix_handoffs_open", "status", "urgency", "created_at"),
    Index("ix_handoffs_conversation", "conversation_id", "status"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("staff_id", String(26), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body_sealed", Text, nullable=False),
    Column("created_at", When, nullable=False),
    Index("ix_notes_conversation", "conversation_id", "created_at"),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("fact", String(24), nullable=False),
    Column("value_sealed", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", When, nullable=False),
    Index("ix_suggestions_conversation", "conversation_id", "status"),
)

sent_files = Table(
    "sent_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(26), ForeignKey("conversations.id"), nullable=False),
    Column("staff_id", String(26), nullable=False),
    Column("name_sealed", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("bytes", BigId, nullable=False),
    Column("created_at", When, nullable=False),
    Index("ix_sent_files_conversation", "conversation_id"),
)

referrals = Table(
    "referrals",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("staff_id", String(26), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("body_sealed", Text, nullable=False),
    Column("created_at", When, nullable=False),
    Column("opened_at", When),
    Column("conversation_id", String(26), ForeignKey("conversations.id")),
    Column("case_id", String(26), ForeignKey("cases.id")),
    Index("ix_referrals_created", "created_at"),
    Index("ix_referrals_conversation", "conversation_id"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("totp_sealed", Text, nullable=False, default=""),
    Column("totp_step", BigInteger, nullable=False, default=0),
    Column("created_at", When, nullable=False),
    Column("disabled_at", When),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", String(26), ForeignKey("staff.id"), nullable=False),
    Column("created_at", When, nullable=False),
    Column("seen_at", When, nullable=False),
    Column("expires_at", When, nullable=False),
    Column("revoked_at", When),
    Column("confirmed", Boolean, nullable=False),
    Column("device", String(120), nullable=False),
    Index("ix_staff_sessions_staff", "staff_id"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("account_key", String(64), nullable=False),
    Column("address_key", String(64), nullable=False),
    Column("at", When, nullable=False),
    Index("ix_sign_in_failures_account", "account_key", "at"),
)

known_addresses = Table(
    "known_addresses",
    metadata,
    Column("account_key", String(64), primary_key=True),
    Column("address_key", String(64), primary_key=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", When, nullable=False),
    Column("staff_id", String(26), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_audit_subject", "subject"),
    Index("ix_audit_staff", "staff_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("turn_id", String(26), primary_key=True),
    Column("text_sealed", Text, nullable=False),
    Column("intent", String(48), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("created_at", When, nullable=False),
    Column("status", String(16), nullable=False),
    Column("conversation_id", String(26), nullable=False, default=""),
    Column("reason", String(24), nullable=False, default="duda"),
    Column("marked_by", String(120), nullable=False, default=""),
    Index("ix_reviews_status", "status", "created_at"),
)

review_labels = Table(
    "review_labels",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("turn_id", String(26), nullable=False),
    Column("author", String(120), nullable=False),
    Column("at", When, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("intent", String(48), nullable=False, default=""),
    Column("also", Text, nullable=False, default=""),
    Column("blind", Boolean, nullable=False, default=False),
    Column("example_key", String(16), nullable=False, default=""),
    Column("group_id", String(26), nullable=False),
    Column("undone_at", When),
    Index("ix_review_labels_turn", "turn_id"),
    Index("ix_review_labels_group", "group_id"),
)

example_changes = Table(
    "example_changes",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("at", When, nullable=False),
    Column("author", String(120), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("action", String(12), nullable=False),
    Column("intent", String(48), nullable=False),
    Column("before", Text, nullable=False, default=""),
    Column("after", Text, nullable=False, default=""),
    Index("ix_example_changes_at", "at"),
)

model_releases = Table(
    "model_releases",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("at", When, nullable=False),
    Column("author", String(120), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("model", String(64), nullable=False),
    Column("previous", String(64), nullable=False, default=""),
    Column("overridden", Boolean, nullable=False, default=False),
    Column("effect", Text, nullable=False, default=""),
)

channel_state = Table(
    "channel_state",
    metadata,
    Column("name", String(48), primary_key=True),
    Column("value", String(64), nullable=False),
)
