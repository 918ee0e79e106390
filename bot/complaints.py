"""A complaint's life: draft, filed with a folio, corrected, withdrawn, and where it stands.

    borrador → registrada → en_revision → canalizada → resuelta | no_procede | retirada

Every change is an appended event whose hash covers the one before it, so nobody can rewrite a case unnoticed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from ulid import ULID

from bot import search_terms
from bot.chain import chain_hash
from bot.errors import Outdated, RuleBroken
from bot.folio import new_folio
from bot.model import Case, CaseEvent, Complainant, Evidence, Facts
from bot.store import Store, Tx
from bot.store.base import now
from bot.store.case_search import CaseQuery
from bot.texts import Texts

#: How long before a draft is forgotten its end is announced.
WARNING = timedelta(days=3)
NEXT_STATUS = {
    "registrada": ("en_revision", "canalizada", "no_procede", "retirada"),
    "en_revision": ("canalizada", "resuelta", "no_procede", "retirada"),
    "canalizada": ("resuelta", "no_procede", "retirada"),
}


#: Complaints that are read at once when many are.
BATCH = 200


@dataclass(frozen=True)
class Purged:
    """drafts: how many were forgotten. files: ids of theirs."""

    drafts: int
    files: list[str]


@dataclass(frozen=True)
class Edit:
    """What a staff member does to a complaint, from a page of it.

    Attributes:
        seen: number of events the complaint had on that page.
        once: id of the form; the same form sent twice is one edit.
        reason: why, in their words.
    """

    staff_id: str
    seen: int
    once: str
    reason: str


class Complaints:
    """Everything that is done to complaints, over one database."""

    def __init__(self, store: Store, texts: Texts) -> None:
        self._store, self._texts = store, texts

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
            tx.note_left_form(conversation_id)
            tx.drop_draft(conversation_id)
            return tx.drop_loose_evidence(conversation_id)

    def purge_drafts(self, retention: dict[str, timedelta]) -> Purged:
        """Forget drafts that nobody came back to, with their files. The files of the result must be shredded.

        Who has agreed to be kept is told some days before, in words that give nothing away.
        """
        with self._store.begin() as tx:
            for conversation in tx.drafts_to_warn(now() - retention["draft"] + WARNING):
                tx.add_reply(
                    tx.conversation(conversation), self._texts.reply("utter_borrador_por_vencer"), author="system"
                )
                tx.draft_warned(conversation)
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
        _make_findable(tx, tx.case_of_turn(turn_id) or {})

    def add_evidence(self, folio: str) -> int:
        """Attach the loose files of its conversation to a filed complaint. Returns how many."""
        with self._store.begin() as tx:
            row = _locked(tx, folio)
            loose = tx.loose_evidence(row["conversation_id"])
            if loose:
                tx.attach_evidence(row["conversation_id"], row["id"])
                _append(tx, row["id"], "evidencia", {"evidence": [item.sha256 for item in loose]})
            return len(loose)

    def add_entry(self, folio: str, turn_id: str, entry: dict[str, Any]) -> None:
        """Something more that happened, with its day: what the person told of it, and conducts that are new."""
        with self._store.begin() as tx:
            row = _locked(tx, folio)
            if not _done_by(tx, row, "bitacora", turn_id):
                _append(tx, row["id"], "bitacora", {"turno": turn_id, **entry})
                violations = [*dict.fromkeys([*row["facts"]["violations"], *entry.get("violations", ())])]
                _set_facts(tx, row, {**row["facts"], "violations": violations})

    def correct(self, folio: str, turn_id: str, changes: dict[str, Any], remark: str = "", replaces: str = "") -> None:
        """Change facts of a filed complaint (`name` is the complainant's). The event keeps what stood before.

        remark: what is no datum, in the person's words. replaces: words of the story for which the remark stands.
        """
        with self._store.begin() as tx:
            row = _locked(tx, folio)
            if not _done_by(tx, row, "correccion", turn_id):
                _correct(tx, row, changes, {"turno": turn_id, "remark": remark, "replaces": replaces})

    def correct_as_staff(self, folio: str, edit: Edit, wanted: dict[str, Any]) -> bool:
        """Make the facts what staff says they are. False when they were so already: nothing is kept of that.

        Raises:
            Outdated: the complaint was changed after the page was shown; nothing is done.
            RuleBroken: what was told was erased.
        """
        with self._store.begin() as tx:
            row = _locked(tx, folio)
            if _done_by(tx, row, "correccion", edit.once):
                return True
            _check_not_erased(row)
            _check_seen(tx, row, edit)
            changes = {name: value for name, value in wanted.items() if _known(row["facts"], name) != value}
            if changes:
                _correct(tx, row, changes, {"turno": edit.once, "reason": edit.reason, "equipo": edit.staff_id})
                tx.note(edit.staff_id, "caso_corregido", folio, datos=sorted(changes))
            return bool(changes)

    def leave_out(self, evidence_id: str, turn_id: str) -> str:
        """Take a file that waits for a complaint out of it. Returns its id, to be shredded."""
        with self._store.begin() as tx:
            tx.leave_out_evidence(evidence_id, turn_id)
            return evidence_id

    def leave_out_filed(self, folio: str, turn_id: str, evidence_ids: list[str]) -> list[str]:
        """Take files out of a filed complaint; the event keeps their hashes. Returns their ids, to be shredded."""
        with self._store.begin() as tx:
            row = _row(tx, folio)
            gone = [item for item in tx.case_evidence(row["id"], but_for=turn_id) if item.id in evidence_ids]
            if gone and not _done_by(tx, row, "prueba_retirada", turn_id):
                _append(
                    tx,
                    row["id"],
                    "prueba_retirada",
                    {"turno": turn_id, "evidence": [item.sha256 for item in gone]},
                )
            for item in gone:
                tx.leave_out_evidence(item.id, turn_id)
            return [item.id for item in gone]

    def files_of(self, folio: str, but_for: str) -> list[Evidence]:
        """Files of a filed complaint, with those that the turn `but_for` left out."""
        with self._store.begin() as tx:
            return tx.case_evidence(_row(tx, folio)["id"], but_for)

    def notify(self, folio: str, wanted: bool) -> None:
        """Does the person want to be told in the chat when the complaint moves on?"""
        with self._store.begin() as tx:
            tx.set_notify(_row(tx, folio)["id"], wanted)

    def change_status(self, folio: str, status: str, reason: str) -> Case:
        """Move a complaint on. Raises RuleBroken when it cannot go from where it is to `status`."""
        with self._store.begin() as tx:
            row = _locked(tx, folio)
            self._move(tx, row, status, {"reason": reason})
            return _case(tx, {**row, "status": status})

    def move_as_staff(self, folio: str, edit: Edit, status: str) -> None:
        """The same, from a page of the console. Whoever asked for news is told in their chat that there are some.

        Raises:
            Outdated: the complaint was changed after the page was shown; nothing is done.
            RuleBroken: it cannot go there, or what was told was erased.
        """
        with self._store.begin() as tx:
            row = _locked(tx, folio)
            if _done_by(tx, row, status, edit.once):
                return
            _check_seen(tx, row, edit)
            self._move(tx, row, status, {"turno": edit.once, "reason": edit.reason, "equipo": edit.staff_id})
            tx.note(edit.staff_id, "caso_movido", folio, de=row["status"], a=status)

    def _move(self, tx: Tx, row: dict[str, Any], status: str, detail: dict[str, Any]) -> None:
        _check_not_erased(row)
        if status not in NEXT_STATUS.get(row["status"], ()):
            raise RuleBroken(f"Una queja {row['status']} no puede pasar a {status}.")
        tx.set_status(row["id"], status)
        _append(tx, row["id"], status, detail)
        if row["notify"] and status != "retirada":
            news = self._texts.reply("utter_hay_novedad")
            tx.add_reply(tx.conversation(row["conversation_id"]), news, author="system")

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

    def each(self, query: CaseQuery) -> Iterator[Case]:
        """All that a search finds, newest first, read in batches: no transaction is held meanwhile."""
        before = ""
        while True:
            with self._store.read() as tx:
                rows = tx.find_cases(query, BATCH, before)
                events = tx.events_of(rows)
                cases = [_case(tx, row, events[row["id"]]) for row in rows]
            yield from cases
            if len(rows) < BATCH:
                return
            before = rows[-1]["id"]

    def make_findable(self) -> int:
        """Make the search terms of complaints that have none yet, or old ones. Returns how many."""
        done = 0
        while True:
            with self._store.begin() as tx:
                rows = tx.unfindable_cases(BATCH)
                for row in rows:
                    _make_findable(tx, row)
            done += len(rows)
            if not rows:
                return done


def _row(tx: Tx, folio: str) -> dict[str, Any]:
    return _existing(tx.case_by_folio(folio), folio)


def _locked(tx: Tx, folio: str) -> dict[str, Any]:
    """The same, kept from being changed by anybody else meanwhile: each event follows the one before it."""
    return _existing(tx.locked_case(folio), folio)


def _existing(row: dict[str, Any] | None, folio: str) -> dict[str, Any]:
    if row is None:
        raise RuleBroken(f"No hay ninguna queja con el folio {folio}.")
    return row


def _check_not_erased(row: dict[str, Any]) -> None:
    if row["erased_at"]:
        raise RuleBroken(f"Lo que decía la queja {row['folio']} se borró; ya no cambia.")


def _check_seen(tx: Tx, row: dict[str, Any], edit: Edit) -> None:
    if len(tx.events(row["id"])) != edit.seen:
        raise Outdated(
            "Alguien cambió esta queja mientras la tenías abierta. No se guardó nada: revisa cómo quedó y guarda de nuevo."
        )


def _correct(tx: Tx, row: dict[str, Any], changes: dict[str, Any], how: dict[str, str]) -> None:
    facts = dict(row["facts"])
    changed = {name: {"antes": _known(facts, name), "ahora": value} for name, value in changes.items()}
    for name, value in changes.items():
        facts = _with(facts, name, value)
    _append(tx, row["id"], "correccion", {"changes": changed, **{key: value for key, value in how.items() if value}})
    _set_facts(tx, row, facts)


def _set_facts(tx: Tx, row: dict[str, Any], facts: dict[str, Any]) -> None:
    tx.set_facts(row["id"], facts, ",".join(facts["violations"]))
    _make_findable(tx, {**row, "facts": facts})


def _make_findable(tx: Tx, row: dict[str, Any]) -> None:
    """By what was told, also later, and as it was corrected."""
    details = [event["detail"] for event in tx.events(row["id"])]
    told = [detail.get(name, "") for detail in details for name in ("description", "remark")]
    tx.put_terms(row["id"], search_terms.of_case(row["facts"], told))


def _done_by(tx: Tx, row: dict[str, Any], kind: str, turn_id: str) -> bool:
    return any(e["kind"] == kind and e["detail"].get("turno") == turn_id for e in tx.events(row["id"]))


def _known(facts: dict[str, Any], name: str) -> Any:
    return facts["complainant"]["name"] if name == "name" else facts.get(name, "")


def _with(facts: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The facts with one of them changed; what is said again is no longer uncertain."""
    if name == "name":
        return {**facts, "complainant": {**facts["complainant"], "name": value, "anonymous": not value}}
    return {**facts, name: value, "uncertain": [kept for kept in facts.get("uncertain", ()) if kept != name]}


def _append(tx: Tx, case_id: str, kind: str, detail: dict[str, Any]) -> None:
    earlier = tx.events(case_id)
    prev = earlier[-1]["hash"] if earlier else ""
    seq, at = len(earlier) + 1, now()
    digest = chain_hash(prev, seq, at, kind, detail)
    tx.add_event(case_id, detail, seq=seq, at=at, kind=kind, prev_hash=prev, hash=digest)


def _case(tx: Tx, row: dict[str, Any], events: list[dict[str, Any]] | None = None) -> Case:
    facts = dict(row["facts"])
    if facts:
        facts["violations"] = tuple(facts["violations"])
        facts["uncertain"] = tuple(facts.get("uncertain", ()))
        facts["complainant"] = Complainant(**facts["complainant"])
    evidence: tuple[Evidence, ...] = tuple(tx.case_evidence(row["id"]))
    return Case(
        folio=row["folio"],
        status=row["status"],
        channel=row["channel"],
        created_at=row["created_at"],
        facts=Facts(**facts),
        evidence=evidence,
        events=tuple(CaseEvent(**event) for event in (tx.events(row["id"]) if events is None else events)),
        receipt_id=row["receipt_id"],
        erased_at=row["erased_at"],
        conversation_id=row["conversation_id"],
        notify=row["notify"],
    )
