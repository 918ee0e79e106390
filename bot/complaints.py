"""A complaint's life: draft, filed with a folio, corrected, withdrawn, and where it stands.

    borrador → registrada → en_revision → canalizada → resuelta | no_procede | retirada

Every change is an appended event whose hash covers the one before it, so nobody can rewrite a case unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from ulid import ULID

from bot.errors import RuleBroken
from bot.folio import new_folio
from bot.model import Case, CaseEvent, Complainant, Evidence, Facts
from bot.store import Store, Tx
from bot.store.base import now

NEXT_STATUS = {
    "registrada": ("en_revision", "canalizada", "no_procede", "retirada"),
    "en_revision": ("canalizada", "resuelta", "no_procede", "retirada"),
    "canalizada": ("resuelta", "no_procede", "retirada"),
}


def chain_hash(prev_hash: str, seq: int, at: datetime, kind: str, detail: dict[str, Any]) -> str:
    """SHA-256 over the event and the hash before it."""
    link = [prev_hash, seq, at.isoformat(), kind, detail]
    return hashlib.sha256(json.dumps(link, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def verify_chain(events: tuple[CaseEvent, ...]) -> bool:
    """Does every event follow the one before it, unchanged?"""
    prev = ""
    for number, event in enumerate(events, start=1):
        expected = chain_hash(prev, number, event.at, event.kind, event.detail)
        if (event.seq, event.prev_hash, event.hash) != (number, prev, expected):
            return False
        prev = event.hash
    return True


@dataclass(frozen=True)
class Purged:
    """drafts: how many were forgotten. files: ids of theirs."""

    drafts: int
    files: list[str]


class Complaints:
    """Everything that is done to complaints, over one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def draft(self, conversation_id: str) -> dict[str, Any] | None:
        """What is known so far of an unfinished complaint, or None. Status `borrador`."""
        with self._store.begin() as tx:
            return tx.draft(conversation_id)

    def save_draft(self, conversation_id: str, body: dict[str, Any], consent_at: datetime | None) -> None:
        with self._store.begin() as tx:
            tx.put_draft(conversation_id, body, consent_at)

    def drop_draft(self, conversation_id: str) -> list[str]:
        """Forget an unfinished complaint and its files. Returns the ids of the files, to be shredded."""
        with self._store.begin() as tx:
            tx.drop_draft(conversation_id)
            loose = [item.id for item in tx.loose_evidence(conversation_id)]
            tx.drop_evidence(loose)
            return loose

    def purge_drafts(self, retention: dict[str, timedelta]) -> Purged:
        """Forget drafts that nobody came back to, with their files. The files of the result must be shredded."""
        with self._store.begin() as tx:
            old = tx.old_drafts(now() - retention["draft_without_consent"], consented=False)
            old += tx.old_drafts(now() - retention["draft"], consented=True)
        return Purged(len(old), [file for conversation in old for file in self.drop_draft(conversation)])

    def filed_by(self, turn_id: str) -> bool:
        """Did this turn file a complaint already?"""
        with self._store.begin() as tx:
            return tx.case_of_turn(turn_id) is not None

    def open(self, conversation_id: str, turn_id: str, facts: Facts) -> Case:
        """File the complaint of a conversation and return it with its folio. The same turn files it once."""
        with self._store.begin() as tx:
            if not tx.case_of_turn(turn_id):
                self._insert(tx, conversation_id, turn_id, facts)
                tx.drop_draft(conversation_id)
            return _case(tx, tx.case_of_turn(turn_id) or {})

    def _insert(self, tx: Tx, conversation_id: str, turn_id: str, facts: Facts) -> None:
        case_id, channel = str(ULID()), tx.conversation(conversation_id).channel
        folio = new_folio()
        while tx.case_by_folio(folio):
            folio = new_folio()
        tx.add_case(
            asdict(facts),
            id=case_id,
            folio=folio,
            conversation_id=conversation_id,
            turn_id=turn_id,
            channel=channel,
            status="registrada",
            violations=",".join(facts.violations),
            created_at=now(),
            receipt_id=secrets.token_urlsafe(16),
        )
        tx.attach_evidence(conversation_id, case_id)
        tx.close_referral(conversation_id, case_id)
        hashes = [item.sha256 for item in tx.case_evidence(case_id)]
        # the salt is deleted with the case: what remains of the hash then leads nobody back to what was told
        detail = {"facts": asdict(facts), "evidence": hashes, "salt": secrets.token_hex(16)}
        _append(tx, case_id, "registrada", detail)

    def add_evidence(self, folio: str) -> int:
        """Attach the loose files of its conversation to a filed complaint. Returns how many."""
        with self._store.begin() as tx:
            row = _row(tx, folio)
            loose = tx.loose_evidence(row["conversation_id"])
            if loose:
                tx.attach_evidence(row["conversation_id"], row["id"])
                _append(tx, row["id"], "evidencia", {"evidence": [item.sha256 for item in loose]})
            return len(loose)

    def change_status(self, folio: str, status: str, reason: str) -> Case:
        """Move a complaint on. Raises RuleBroken when it cannot go from where it is to `status`."""
        with self._store.begin() as tx:
            row = _row(tx, folio)
            if row["erased_at"]:
                raise RuleBroken(f"Lo que decía la queja {folio} se borró; ya no cambia.")
            if status not in NEXT_STATUS.get(row["status"], ()):
                raise RuleBroken(f"Una queja {row['status']} no puede pasar a {status}.")
            tx.set_status(row["id"], status)
            _append(tx, row["id"], status, {"reason": reason})
            return _case(tx, {**row, "status": status})

    def of_conversation(self, conversation_id: str) -> list[Case]:
        """Its complaints, oldest first, without those that were erased."""
        with self._store.begin() as tx:
            return [_case(tx, row) for row in tx.cases_of(conversation_id) if not row["erased_at"]]

    def buried_of(self, conversation_id: str) -> list[Case]:
        """What stays of its erased complaints: folio, dates, status, hashes."""
        with self._store.begin() as tx:
            return [_case(tx, row) for row in tx.cases_of(conversation_id) if row["erased_at"]]

    def conversation_of(self, folio: str) -> str:
        """Id of the conversation a folio was given in, or an empty string when there is no such folio."""
        with self._store.begin() as tx:
            row = tx.case_by_folio(folio)
            return row["conversation_id"] if row else ""

    def show(self, folio: str) -> Case:
        """Raises RuleBroken when there is no such folio."""
        with self._store.begin() as tx:
            return _case(tx, _row(tx, folio))

    def of_receipt(self, receipt_id: str) -> Case | None:
        with self._store.begin() as tx:
            row = tx.case_by_receipt(receipt_id)
            return _case(tx, row) if row else None

    def all(self) -> list[Case]:
        with self._store.begin() as tx:
            return [_case(tx, row) for row in tx.all_cases()]


def _row(tx: Tx, folio: str) -> dict[str, Any]:
    row = tx.case_by_folio(folio)
    if row is None:
        raise RuleBroken(f"No hay ninguna queja con el folio {folio}.")
    return row


def _append(tx: Tx, case_id: str, kind: str, detail: dict[str, Any]) -> None:
    earlier = tx.events(case_id)
    prev = earlier[-1]["hash"] if earlier else ""
    seq, at = len(earlier) + 1, now()
    digest = chain_hash(prev, seq, at, kind, detail)
    tx.add_event(case_id, detail, seq=seq, at=at, kind=kind, prev_hash=prev, hash=digest)


def _case(tx: Tx, row: dict[str, Any]) -> Case:
    facts = dict(row["facts"])
    if facts:
        facts["violations"] = tuple(facts["violations"])
        facts["complainant"] = Complainant(**facts["complainant"])
    evidence: tuple[Evidence, ...] = tuple(tx.case_evidence(row["id"]))
    return Case(
        folio=row["folio"],
        status=row["status"],
        channel=row["channel"],
        created_at=row["created_at"],
        facts=Facts(**facts),
        evidence=evidence,
        events=tuple(CaseEvent(**event) for event in tx.events(row["id"])),
        receipt_id=row["receipt_id"],
        erased_at=row["erased_at"],
    )
