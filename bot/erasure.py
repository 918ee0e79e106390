"""What a person can have deleted, and what goes by itself when its time is over (bot/privacy.py RETENTION).

1. `erase` empties the conversation in one transaction and destroys its key; then the files are shredded.
2. Rasa's tracker goes after the turn that asked for it (`forget_due`, in the worker), as Rasa writes it last.
3. A tombstone of each case stays: folio, dates, status, hashes. Its receipt becomes a signed note of the erasure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.complaints import Complaints
from bot.evidence import EvidenceRoom
from bot.model import Case
from bot.sent_files import SentFiles
from bot.store import Store
from bot.store.base import now
from bot.store.trackers import Trackers

#: Seconds that a conversation is kept from new turns while its tracker is deleted.
LEASE = 30.0


@dataclass(frozen=True)
class Erased:
    """What is gone. cases: tombstones of all cases of the conversation that were ever erased."""

    messages: int
    files: int
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Purged:
    """How many of each went because their time was over."""

    drafts: int
    files: int
    messages: int
    reviews: int
    cases: int
    trackers: int


class Erasure:
    def __init__(
        self, store: Store, complaints: Complaints, room: EvidenceRoom, sent: SentFiles, trackers: Trackers
    ) -> None:
        self._store, self._complaints, self._room = store, complaints, room
        self._sent, self._trackers = sent, trackers

    def erase(self, conversation_id: str, turn_id: str) -> Erased:
        """Delete all that a conversation told. Doing it again changes nothing."""
        with self._store.begin() as tx:
            gone = tx.empty_conversation(conversation_id, turn_id)
        self._room.shred(list(gone.files))
        self._sent.shred(list(gone.sent))
        return Erased(gone.messages, len(gone.files), tuple(self._complaints.buried_of(conversation_id)))

    def message_count(self, conversation_id: str) -> int:
        with self._store.read() as tx:
            return tx.message_count(conversation_id)

    def forget_due(self, owner: str) -> int:
        """Delete the trackers that are marked, of conversations in which no turn runs. Returns how many."""
        with self._store.read() as tx:
            marked = tx.to_forget()
        return sum(self._forget(conversation_id, owner) for conversation_id in marked)

    def purge(self, retention: dict[str, timedelta]) -> Purged:
        """Delete what has had its time: drafts, messages, reviews, and cases that were closed long ago."""
        drafts = self._complaints.purge_drafts(retention)
        with self._store.begin() as tx:
            messages = tx.drop_old_messages(now() - retention["messages"])
            sent = tx.drop_old_desk(now() - retention["messages"])
            reviews = tx.drop_old_reviews(now() - retention["review"])
            closed = tx.closed_cases(now() - retention["closed_case"])
            files = [file for case_id in closed for file in tx.bury_case(case_id)]
        self._room.shred([*drafts.files, *files])
        self._sent.shred(sent)
        forgotten = self.forget_due("purge")
        return Purged(drafts.drafts, len(drafts.files) + len(files), messages, reviews, len(closed), forgotten)

    def close(self) -> None:
        self._trackers.close()

    def _forget(self, conversation_id: str, owner: str) -> bool:
        with self._store.begin() as tx:
            if not tx.lease(conversation_id, owner, now() + timedelta(seconds=LEASE)):
                return False
        self._trackers.forget(conversation_id)
        with self._store.begin() as tx:
            tx.forgotten(conversation_id)
            tx.release(conversation_id, owner)
        return True
