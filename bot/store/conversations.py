"""Queries about conversations: who, their lease, the queue of people waiting for staff, and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, cast, delete, func, insert, select, update
from ulid import ULID

from bot.model import Conversation, Evidence
from bot.privacy import Vault
from bot.schema import channel_state, conversations, evidence, handoffs, outbox, person_links
from bot.store.base import Queries, now

#: From this urgency on somebody is in danger.
DANGER = 3


class ConversationQueries(Queries):
    def conversation_for(
        self, channel: str, user_id: str, also: Sequence[str] = (), formerly: Sequence[str] = ()
    ) -> Conversation:
        """The conversation of this person on this channel, made on first contact.

        also: other ids of theirs. Who was known only by one of them keeps their conversation; one that is already
        somebody's second id is not followed, as a phone number may have a new owner.
        formerly: ids that were theirs, which lead here this once and then to nobody.
        """
        if also or formerly:
            self._alone_with(channel, {user_id, *also, *formerly})
        row = self._linked(channel, user_id) or self._keyed(channel, user_id)
        if row is None:
            row = self._known_as(channel, also, formerly) or self._new_conversation(channel, user_id)
            self._rekey(row, channel, user_id)
        for other in also:
            self._link(channel, other, row.id)
        for old in formerly:
            self._unlink(channel, old, row.id)
        self._readdress(row, user_id)
        return self.conversation(row.id)

    def _alone_with(self, channel: str, ids: set[str]) -> None:
        """Wait for whoever else is finding out who this is: two first messages must not make two people."""
        if self.connection.dialect.name != "postgresql":
            return  # SQLite has one writer at a time
        for number in sorted(int(self.vault.pseudonym(channel, id_)[:15], 16) for id_ in ids):
            self.connection.execute(select(func.pg_advisory_xact_lock(number)))

    def _keyed(self, channel: str, user_id: str) -> Any:
        where = (conversations.c.channel == channel) & (
            conversations.c.person_key == self.vault.pseudonym(channel, user_id)
        )
        return self.connection.execute(select(conversations).where(where)).first()

    def _linked(self, channel: str, user_id: str) -> Any:
        statement = (
            select(conversations)
            .join(person_links, person_links.c.conversation_id == conversations.c.id)
            .where(person_links.c.channel == channel)
            .where(person_links.c.person_key == self.vault.pseudonym(channel, user_id))
        )
        return self.connection.execute(statement).first()

    def _known_as(self, channel: str, also: Sequence[str], formerly: Sequence[str]) -> Any:
        for old in formerly:
            if row := self._linked(channel, old) or self._keyed(channel, old):
                return row
        return next((row for other in also if (row := self._keyed(channel, other))), None)

    def _new_conversation(self, channel: str, user_id: str) -> Any:
        self.insert_once(
            conversations,
            id=str(ULID()),
            channel=channel,
            person_key=self.vault.pseudonym(channel, user_id),
            address_sealed=self.vault.seal_json(user_id),
            created_at=now(),
            last_inbound_at=now(),
        )
        return self._keyed(channel, user_id)

    def _rekey(self, row: Any, channel: str, user_id: str) -> None:
        key = self.vault.pseudonym(channel, user_id)
        if row.person_key != key:
            self.connection.execute(update(conversations).where(conversations.c.id == row.id).values(person_key=key))

    def _readdress(self, row: Any, address: str) -> None:
        if self.vault.open_json(row.address_sealed) != address:
            sealed = self.vault.seal_json(address)
            self.connection.execute(
                update(conversations).where(conversations.c.id == row.id).values(address_sealed=sealed)
            )

    def _link(self, channel: str, user_id: str, conversation_id: str) -> None:
        key = self.vault.pseudonym(channel, user_id)
        if self.insert_once(person_links, channel=channel, person_key=key, conversation_id=conversation_id):
            return
        self.connection.execute(
            update(person_links)
            .where(person_links.c.channel == channel, person_links.c.person_key == key)
            .where(person_links.c.conversation_id != conversation_id)
            .values(conversation_id=conversation_id)
        )

    def _unlink(self, channel: str, user_id: str, conversation_id: str) -> None:
        key = self.vault.pseudonym(channel, user_id)
        self.connection.execute(
            delete(person_links)
            .where(person_links.c.channel == channel, person_links.c.person_key == key)
            .where(person_links.c.conversation_id == conversation_id)
        )

    def person_wrote(self, conversation_id: str, at: datetime) -> int:
        """They can be written to again. Returns how many messages were held for them and go now."""
        this_one = conversations.c.id == conversation_id
        moment = min(at, now())
        self.connection.execute(update(conversations).where(this_one).values(closed=False, invited_at=None))
        self.connection.execute(
            update(conversations)
            .where(this_one, conversations.c.last_inbound_at < moment)
            .values(last_inbound_at=moment)
        )
        held = (outbox.c.conversation_id == conversation_id) & (outbox.c.status == "held")
        return self.connection.execute(
            update(outbox).where(held).values(status="waiting", next_try_at=now(), error="")
        ).rowcount

    def invite(self, conversation_id: str) -> bool:
        """Note that the person is asked to write. False when they were asked since they last wrote."""
        this_one = (conversations.c.id == conversation_id) & conversations.c.invited_at.is_(None)
        return self.connection.execute(update(conversations).where(this_one).values(invited_at=now())).rowcount == 1

    def new_web_conversation(self, token_hash: str) -> Conversation:
        """A conversation that is known only by the token its browser holds."""
        name = str(ULID())
        conversation = self.conversation_for("web", name)
        self.connection.execute(
            update(conversations).where(conversations.c.id == conversation.id).values(token_hash=token_hash)
        )
        return conversation

    def conversation_by_token(self, token_hash: str) -> Conversation | None:
        row = self.connection.execute(select(conversations).where(conversations.c.token_hash == token_hash)).first()
        return self._conversation(row) if row else None

    def conversation(self, id_: str) -> Conversation:
        return self._conversation(self.connection.execute(select(conversations).where(conversations.c.id == id_)).one())

    def close_channel(self, conversation_id: str) -> None:
        """The person blocked us: nothing more is sent there until they write again."""
        self.connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(closed=True))

    def lease(self, conversation_id: str, owner: str, until: datetime) -> bool:
        """Take the conversation unless another worker holds it. True when it is ours."""
        free = (conversations.c.lease_until.is_(None)) | (conversations.c.lease_until < now())
        mine = conversations.c.lease_owner == owner
        statement = (
            update(conversations)
            .where(conversations.c.id == conversation_id, free | mine)
            .values(lease_owner=owner, lease_until=until)
        )
        return self.connection.execute(statement).rowcount == 1

    def renew_lease(self, conversation_id: str, owner: str, until: datetime) -> bool:
        """Keep a conversation that is ours. False when it is not any more."""
        mine = (conversations.c.id == conversation_id) & (conversations.c.lease_owner == owner)
        return self.connection.execute(update(conversations).where(mine).values(lease_until=until)).rowcount == 1

    def holds_lease(self, conversation_id: str, owner: str) -> bool:
        mine = (conversations.c.id == conversation_id) & (conversations.c.lease_owner == owner)
        return self.connection.execute(select(conversations.c.id).where(mine)).first() is not None

    def release(self, conversation_id: str, owner: str) -> None:
        self.connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.lease_owner == owner)
            .values(lease_owner="", lease_until=None)
        )

    def open_handoff(self, conversation_id: str, reason: str, urgency: int) -> bool:
        """Queue the conversation for a person. A request that waits, or that somebody has taken, is only made more
        urgent, never doubled. Who was marked as abusive is queued for danger only.

        Returns True when the conversation was not waiting before.
        """
        live = (handoffs.c.conversation_id == conversation_id) & handoffs.c.status.in_(("open", "taken"))
        row = self.connection.execute(select(handoffs).where(live)).first()
        if row is None and urgency < DANGER and self._is_abusive(conversation_id):
            return False
        if row is None:
            self.connection.execute(
                insert(handoffs).values(
                    id=str(ULID()),
                    conversation_id=conversation_id,
                    reason=reason,
                    urgency=urgency,
                    status="open",
                    created_at=now(),
                )
            )
            return True
        if urgency > row.urgency:
            self.connection.execute(
                update(handoffs).where(handoffs.c.id == row.id).values(reason=reason, urgency=urgency)
            )
        return False

    def _is_abusive(self, conversation_id: str) -> bool:
        abuse = select(conversations.c.abuse_at).where(conversations.c.id == conversation_id)
        return self.connection.execute(abuse).scalar() is not None

    def handoff_queue(self) -> list[dict[str, Any]]:
        """People waiting for a person, most urgent first, then longest waiting."""
        statement = (
            select(handoffs, conversations.c.channel)
            .join(conversations, conversations.c.id == handoffs.c.conversation_id)
            .where(handoffs.c.status == "open")
            .order_by(handoffs.c.urgency.desc(), handoffs.c.created_at)
        )
        keys = ("conversation_id", "channel", "reason", "urgency", "created_at")
        return [{key: row._mapping[key] for key in keys} for row in self.connection.execute(statement)]

    def add_evidence(self, conversation_id: str, source: str, item: Evidence) -> bool:
        """Note a file that was kept. False when the same source was noted before."""
        return self.insert_once(
            evidence,
            id=item.id,
            conversation_id=conversation_id,
            source_key=self.vault.pseudonym(source),
            sha256=item.sha256,
            kind=item.kind,
            bytes=item.bytes,
            name_sealed=self.box(conversation_id).seal_json(item.name),
            received_at=item.received_at,
        )

    def evidence_from(self, conversation_id: str, source: str) -> Evidence | None:
        where = (evidence.c.conversation_id == conversation_id) & (
            evidence.c.source_key == self.vault.pseudonym(source)
        )
        row = self.connection.execute(select(evidence).where(where)).first()
        return self._evidence(row) if row else None

    def evidence_box(self, id_: str) -> Vault:
        """What opens the file kept under this id. Raises sqlalchemy.exc.NoResultFound."""
        owner = select(evidence.c.conversation_id).where(evidence.c.id == id_)
        return self.opener(self.connection.execute(owner).scalar_one())

    def loose_evidence(self, conversation_id: str, but_for: str = "") -> list[Evidence]:
        """Files of the conversation that belong to no complaint yet. but_for: a turn whose own leaving out does not
        count, so that it means the same files when it is answered again."""
        there = evidence.c.left_out_by.in_(("", but_for))
        where = (evidence.c.conversation_id == conversation_id) & evidence.c.case_id.is_(None) & there
        rows = self.connection.execute(select(evidence).where(where).order_by(evidence.c.id))
        return [self._evidence(row) for row in rows]

    def case_evidence(self, case_id: str, but_for: str = "") -> list[Evidence]:
        """Files of a filed complaint, oldest first. but_for: as for `loose_evidence`."""
        there = evidence.c.left_out_by.in_(("", but_for))
        where = (evidence.c.case_id == case_id) & there
        rows = self.connection.execute(select(evidence).where(where).order_by(evidence.c.id))
        return [self._evidence(row) for row in rows]

    def attach_evidence(self, conversation_id: str, case_id: str) -> None:
        loose = (evidence.c.conversation_id == conversation_id) & evidence.c.case_id.is_(None)
        self.connection.execute(delete(evidence).where(loose & (evidence.c.left_out_by != "")))
        self.connection.execute(update(evidence).where(loose).values(case_id=case_id))

    def leave_out_evidence(self, id_: str, turn_id: str) -> None:
        """The file is gone; what is left of it here goes when the complaint is filed, dropped or erased."""
        nothing = self.vault.seal_json("")
        gone = update(evidence).where(evidence.c.id == id_)
        self.connection.execute(gone.values(left_out_by=turn_id, name_sealed=nothing))

    def drop_loose_evidence(self, conversation_id: str) -> list[str]:
        """Forget all files that belong to no complaint. Returns their ids, to be shredded."""
        loose = (evidence.c.conversation_id == conversation_id) & evidence.c.case_id.is_(None)
        ids = list(self.connection.execute(select(evidence.c.id).where(loose)).scalars())
        self.connection.execute(delete(evidence).where(loose))
        return ids

    def channel_value(self, name: str) -> str:
        row = self.connection.execute(select(channel_state.c.value).where(channel_state.c.name == name)).first()
        return row.value if row else ""

    def set_channel_value(self, name: str, value: str) -> None:
        if not self.insert_once(channel_state, name=name, value=value):
            self.connection.execute(update(channel_state).where(channel_state.c.name == name).values(value=value))

    def sender(self, channel: str) -> str:
        """Who alone sends a channel's messages now; empty when nobody does."""
        until, _, owner = self.channel_value(f"{channel}.sender").partition(" ")
        return owner if until > now().isoformat() else ""

    def become_sender(self, channel: str, owner: str, seconds: float) -> bool:
        """True when `owner` alone sends the channel's messages for so many seconds, from now or again from now."""
        name = f"{channel}.sender"
        known = self.channel_value(name)
        if self.sender(channel) not in ("", owner):
            return False
        value = f"{(now() + timedelta(seconds=seconds)).isoformat()} {owner}"
        if not known:
            return self.insert_once(channel_state, name=name, value=value)
        same = (channel_state.c.name == name) & (channel_state.c.value == known)
        return self.connection.execute(update(channel_state).where(same).values(value=value)).rowcount == 1

    def count(self, name: str) -> None:
        """One more of something that is only counted."""
        if not self.insert_once(channel_state, name=name, value="1"):
            more = cast(cast(channel_state.c.value, Integer) + 1, String)
            self.connection.execute(update(channel_state).where(channel_state.c.name == name).values(value=more))

    def counted(self, prefix: str) -> dict[str, int]:
        """Counts whose name begins with `prefix`, by the rest of it."""
        rows = self.connection.execute(select(channel_state).where(channel_state.c.name.startswith(prefix)))
        return {row.name.removeprefix(prefix): int(row.value) for row in rows}

    def _conversation(self, row: Any) -> Conversation:
        return Conversation(
            id=row.id,
            channel=row.channel,
            address=self.vault.open_json(row.address_sealed),
            epoch=row.epoch,
            holder=row.holder,
            closed=row.closed,
            last_inbound_at=row.last_inbound_at,
            invited=row.invited_at is not None,
        )

    def _evidence(self, row: Any) -> Evidence:
        return Evidence(
            id=row.id,
            sha256=row.sha256,
            kind=row.kind,
            bytes=row.bytes,
            name=self.opener(row.conversation_id).open_json(row.name_sealed),
            received_at=row.received_at,
        )
