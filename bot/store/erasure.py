"""Queries that empty a conversation of what a person said, and those that find what has had its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.schema import (
    case_events,
    case_terms,
    cases,
    conversations,
    deliveries,
    drafts,
    evidence,
    handoffs,
    inbox,
    notes,
    outbox,
    person_links,
    referrals,
    reviews,
    sent_files,
    sign_in_failures,
    staff_sessions,
    suggestions,
)
from bot.store.base import Queries, now

#: What an emptied message looks like; its external id stays, or the provider's next retry would bring it back.
EMPTY = {"text": "", "button": "", "files": [], "album": "", "edits": "", "start": ""}
CLOSED = ("resuelta", "no_procede", "retirada")


@dataclass(frozen=True)
class Emptied:
    """files: ids of those to be shredded; sent: of those that staff sent. messages, cases: how many."""

    files: tuple[str, ...]
    sent: tuple[str, ...]
    messages: int
    cases: int


class ErasureQueries(Queries):
    def message_count(self, conversation_id: str) -> int:
        """Messages of the person that are kept."""
        mine = (inbox.c.conversation_id == conversation_id) & (inbox.c.kind != "ignored")
        return self.connection.execute(select(func.count()).select_from(inbox).where(mine)).scalar_one()

    def empty_conversation(self, conversation_id: str, turn_id: str) -> Emptied:
        """Delete all that was told, but for the turn that asks for it and what is on its way out this moment.

        Of cases there stays the tombstone. The tracker is marked to be forgotten when no turn runs.
        """
        open_cases = self._ids(cases.c.id, (cases.c.conversation_id == conversation_id) & cases.c.erased_at.is_(None))
        files = self._ids(evidence.c.id, evidence.c.conversation_id == conversation_id)
        self.connection.execute(delete(evidence).where(evidence.c.conversation_id == conversation_id))
        self.connection.execute(delete(drafts).where(drafts.c.conversation_id == conversation_id))
        sent = self._drop_staff_words(conversation_id)
        self._bury(open_cases)
        messages = self._empty_messages(conversation_id, turn_id)
        self.connection.execute(delete(person_links).where(person_links.c.conversation_id == conversation_id))
        # who waits for a person goes on waiting
        answered = (handoffs.c.conversation_id == conversation_id) & (handoffs.c.status == "ended")
        self.connection.execute(delete(handoffs).where(answered))
        self.destroy_box(conversation_id)
        self.forget_tracker(conversation_id)
        return Emptied(tuple(files), tuple(sent), messages, len(open_cases))

    def _drop_staff_words(self, conversation_id: str) -> list[str]:
        """What the team noted about them, heard of them, sent them, and was told in public. Returns the files' ids."""
        sent = self._ids(sent_files.c.id, sent_files.c.conversation_id == conversation_id)
        for table in (notes, suggestions, sent_files):
            self.connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
        mine = referrals.c.conversation_id == conversation_id
        self.connection.execute(update(referrals).where(mine).values(body_sealed=self.vault.seal_json({})))
        return sent

    def bury_case(self, case_id: str) -> tuple[str, ...]:
        """Leave only the tombstone of a case. Returns ids of the files to be shredded."""
        files = self._ids(evidence.c.id, evidence.c.case_id == case_id)
        self.connection.execute(delete(evidence).where(evidence.c.case_id == case_id))
        self._bury([case_id])
        return tuple(files)

    def closed_cases(self, before: datetime) -> list[str]:
        """Cases that were closed and have not been touched since `before`."""
        last = select(func.max(case_events.c.at)).where(case_events.c.case_id == cases.c.id).scalar_subquery()
        return self._ids(cases.c.id, cases.c.status.in_(CLOSED) & cases.c.erased_at.is_(None) & (last < before))

    def drop_old_messages(self, before: datetime) -> int:
        """Empty messages from before then, and delete what was answered. Returns how many of people's there were."""
        old = (inbox.c.received_at < before) & (inbox.c.kind != "ignored") & (inbox.c.status != "waiting")
        touched = self._ids(inbox.c.conversation_id, old)
        emptied = self._empty_inbox(old)
        self._drop_outbox((outbox.c.created_at < before) & (outbox.c.status.notin_(("sending", "waiting"))))
        for conversation_id in dict.fromkeys(touched):
            self._forget_if_quiet(conversation_id, before)
        return emptied

    def drop_old_desk(self, before: datetime) -> list[str]:
        """Forget what staff wrote down before then, and what became of old sign-ins. Returns ids of files to be shredded."""
        sent = self._ids(sent_files.c.id, sent_files.c.created_at < before)
        for table in (notes, suggestions, sent_files):
            self.connection.execute(delete(table).where(table.c.created_at < before))
        nothing = self.vault.seal_json({})
        self.connection.execute(update(referrals).where(referrals.c.created_at < before).values(body_sealed=nothing))
        self.connection.execute(delete(sign_in_failures).where(sign_in_failures.c.at < before))
        self.connection.execute(delete(staff_sessions).where(staff_sessions.c.expires_at < before))
        return sent

    def drop_old_reviews(self, before: datetime) -> int:
        return self.connection.execute(delete(reviews).where(reviews.c.created_at < before)).rowcount

    def forget_tracker(self, conversation_id: str) -> None:
        """Have Rasa's tracker deleted as soon as no turn runs."""
        this_one = conversations.c.id == conversation_id
        self.connection.execute(update(conversations).where(this_one).values(forget_at=now()))

    def to_forget(self) -> list[str]:
        """Conversations whose tracker is to be deleted."""
        return self._ids(conversations.c.id, conversations.c.forget_at.is_not(None))

    def forgotten(self, conversation_id: str) -> None:
        this_one = conversations.c.id == conversation_id
        self.connection.execute(update(conversations).where(this_one).values(forget_at=None))

    def _bury(self, case_ids: list[str]) -> None:
        nothing = self.vault.seal_json({})
        self.connection.execute(delete(case_terms).where(case_terms.c.case_id.in_(case_ids)))
        self.connection.execute(
            update(case_events).where(case_events.c.case_id.in_(case_ids)).values(detail_sealed=nothing)
        )
        self.connection.execute(
            update(cases).where(cases.c.id.in_(case_ids)).values(facts_sealed=nothing, violations="", erased_at=now())
        )

    def _empty_messages(self, conversation_id: str, turn_id: str) -> int:
        """Of the inbox all but the turn that asks for it and what is not answered yet; of the outbox all but what is
        with the provider this moment."""
        mine = inbox.c.conversation_id == conversation_id
        turns = select(inbox.c.turn_id).where(mine & (inbox.c.turn_id != ""))
        self.connection.execute(delete(reviews).where(reviews.c.turn_id.in_(turns)))
        help_on_its_way = outbox.c.urgent & (outbox.c.status == "waiting")
        self._drop_outbox(
            (outbox.c.conversation_id == conversation_id) & (outbox.c.status != "sending") & ~help_on_its_way
        )
        told = mine & (inbox.c.kind != "ignored") & (inbox.c.turn_id != turn_id) & (inbox.c.status != "waiting")
        return self._empty_inbox(told)

    def _empty_inbox(self, where: Any) -> int:
        values = {"body_sealed": self.vault.seal_json(EMPTY), "kind": "ignored", "alarm": ""}
        return self.connection.execute(update(inbox).where(where).values(**values)).rowcount

    def _drop_outbox(self, where: Any) -> None:
        self.connection.execute(delete(deliveries).where(deliveries.c.outbox_id.in_(select(outbox.c.id).where(where))))
        self.connection.execute(delete(outbox).where(where))

    def _forget_if_quiet(self, conversation_id: str, before: datetime) -> None:
        quiet = (conversations.c.id == conversation_id) & (conversations.c.last_inbound_at < before)
        self.connection.execute(update(conversations).where(quiet).values(forget_at=now()))

    def _ids(self, column: Any, where: Any) -> list[str]:
        return list(self.connection.execute(select(column).where(where)).scalars())
