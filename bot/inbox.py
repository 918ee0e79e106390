"""A message's journey.

1. `accept`   commits every message once, and answers danger and crisis in the same transaction, before any model.
2. `take`     leases the conversation that waits longest and makes one turn of its burst; the turn keeps its id
              through restarts.
3. `answer`   fetches attachments and keeps them as evidence,
4.            and asks `handoff.decide` who answers: if a person holds it, the turn is noted for them, and what the bot
              hears in it becomes suggestions;
5.            asks Rasa, with a deadline. No answer in time: the person is told once, and the turn waits its next try.
              While Rasa rests (bot/breaker.py) nothing is taken, and who waits is told (bot/late.py);
6.            writes the replies, a doubtful parse for review, and marks the messages done, in one transaction.
7. The outbox sends (bot/outbox.py).
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from ulid import ULID

from bot import handoff, listening, referrals, review, safety
from bot.channels.base import Channel
from bot.errors import FileLate, FileRefused, Forged, RasaUnavailable, SendError
from bot.evidence import EvidenceRoom
from bot.late import Late
from bot.lease import Leases
from bot.model import Conversation, Evidence, FileRef, Inbound, Reply, Turn, TurnResult
from bot.rasa_client import RasaClient
from bot.store import Store, Tx
from bot.store.base import now
from bot.store.messages import COMPLETE_KINDS
from bot.texts import Texts

log = logging.getLogger(__name__)

#: Waits between tries of a turn that Rasa could not answer, in seconds; the last one repeats.
WAITS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
#: Tries after which a turn that fails while Rasa is well is given to a person.
POISON_TRIES = 6
#: An option chosen by its number, where there were too many to tap.
NUMBER = re.compile(r"\s*([0-9]{1,2})[.)]?\s*")
#: Tries of a download in a turn.
DOWNLOAD_TRIES = 3
#: Seconds after the first of them that fails; after the second twice as long.
DOWNLOAD_PAUSE = 1.0
#: Tries of the turn before the person is asked to send the file again.
TURNS_FOR_A_FILE = 4


class Inbox:
    def __init__(
        self,
        store: Store,
        rasa: RasaClient,
        texts: Texts,
        room: EvidenceRoom,
        channels: Mapping[str, Channel],
        quiet: float,
        leases: Leases,
        late: Late,
    ) -> None:
        self._store, self._rasa, self._texts, self._room = store, rasa, texts, room
        self._channels, self._quiet, self._leases, self._late = channels, quiet, leases, late

    # --- 1. accept -------------------------------------------------------------------------------------------------

    def accept(self, messages: list[Inbound], conversation_id: str = "") -> list[str]:
        """Commit messages of one request together. Returns their ids, also of those that were here already.

        Raises Forged when a tapped button was never offered in that conversation.
        """
        with self._store.begin() as tx:
            return [self._accept_one(tx, message, conversation_id) for message in messages]

    def _accept_one(self, tx: Tx, message: Inbound, conversation_id: str) -> str:
        known = tx.inbound_id(message.channel, message.external_id)
        if known:
            return known
        conversation = (
            tx.conversation(conversation_id)
            if conversation_id
            else tx.conversation_for(message.channel, message.user_id, message.also, message.formerly)
        )
        message = self._understood(tx, conversation, message)
        message = _by_referral(tx, conversation.id, message)
        alarm = safety.check(message.text) if message.text else None
        released = tx.person_wrote(conversation.id, message.at) if message.kind != "ignored" else 0
        if released and message.button == self._texts.reply("utter_continuar").buttons[0].payload:
            message = replace(message, kind="ignored")  # what was held for them is the answer
        id_ = tx.add_inbound(conversation.id, message, alarm.kind if alarm else "")
        if not id_:
            return tx.inbound_id(message.channel, message.external_id)
        if alarm:
            tx.add_reply(conversation, self._texts.reply(f"utter_{alarm.kind}"), author="system", urgent=True)
            tx.open_handoff(conversation.id, alarm.kind, handoff.URGENCY[alarm.kind])
        return id_

    def _understood(self, tx: Tx, conversation: Conversation, message: Inbound) -> Inbound:
        """The message with what a tap, or the number of an option, stands for."""
        if message.kind == "button":
            return self._checked_tap(tx, conversation.id, message)
        channel = self._channels.get(message.channel)
        number = NUMBER.fullmatch(message.text)
        if not (channel and channel.limits.tappable and number and message.kind == "text"):
            return message
        button = tx.numbered_button(conversation.id, int(number[1]), channel.limits.tappable)
        return replace(message, kind="button", button=button.payload, text=button.title) if button else message

    def _checked_tap(self, tx: Tx, conversation_id: str, message: Inbound) -> Inbound:
        """The tap with what it stands for. The welcome's buttons are on the page before there is a conversation."""
        welcome = {button.payload: button for button in self._texts.reply("utter_bienvenida").buttons}
        button = tx.offered_button(conversation_id, message.button) or welcome.get(message.button)
        if button is None:
            raise Forged("a button that was never offered")
        return replace(message, button=button.payload, text=button.title)

    # --- 2. take ---------------------------------------------------------------------------------------------------

    def take(self, owner: str) -> Turn | None:
        """Lease the conversation that waits longest and return its turn, or None when nothing is due."""
        if self._rasa.breaker.rest > 0:
            return None
        with self._store.read() as tx:
            if not tx.due_conversations(self._quiet, limit=1):
                return None
        with self._store.begin() as tx:
            if tx.is_held(until_committed=True):
                return None
            for conversation_id in tx.due_conversations(self._quiet, limit=20):
                if not self._leases.take(tx, conversation_id, owner):
                    continue
                rows = _first_turn(tx.waiting_rows(conversation_id))
                if rows and rows[0]["next_try_at"] <= now():
                    return self._start_turn(tx, conversation_id, rows, owner)
                tx.release(conversation_id, owner)
        return None

    def _start_turn(self, tx: Tx, conversation_id: str, rows: list[dict[str, Any]], owner: str) -> Turn:
        ids = tuple(row["id"] for row in rows)
        turn_id = rows[0]["turn_id"] or str(ULID())
        tx.mark_turn(ids, turn_id)
        tx.mark_attempt(ids)
        button = rows[0]["button"]
        told = _latest(rows)
        before = _before(tx, conversation_id, told)
        known = {file.source for row in before for file in row["files"]}
        return Turn(
            id=turn_id,
            conversation=tx.conversation(conversation_id),
            inbox_ids=ids,
            texts=tuple(row["text"] for row in told if row["text"] and not button),
            button=button,
            files=tuple(file for row in told for file in row["files"] if not (row["edits"] and file.source in known)),
            replaces=next((row["text"] for row in reversed(before) if row["text"]), ""),
            at=rows[-1]["sent_at"],
            alarm=next((row["alarm"] for row in rows if row["alarm"]), ""),
            start=rows[0]["start"] if rows[0]["kind"] == "start" else None,
            attempts=rows[0]["attempts"],
            retried=bool(rows[0]["turn_id"]),
            lease_owner=owner,
            external_id=rows[-1]["external_id"],
        )

    # --- 3.–6. answer ----------------------------------------------------------------------------------------------

    async def answer(self, turn: Turn) -> None:
        """Answer a leased turn and let the conversation go. Whatever goes wrong, the turn is not lost."""
        async with self._leases.held(turn.conversation.id, turn.lease_owner):
            try:
                await self._answer(turn)
            except (RasaUnavailable, FileLate) as error:
                log.warning("turn %s waits: %s: %s", turn.id, error.code, error)
                await self._put_off(turn)
            except SQLAlchemyError:
                raise  # the turn is taken again when the database answers
            except Exception as error:
                # a surprise in one conversation must not stop the others; its message may quote what a person wrote
                trace = "".join(traceback.format_tb(error.__traceback__))
                log.error("turn %s: %s\n%s", turn.id, type(error).__name__, trace)
                await self._put_off(turn)

    async def tell_late(self) -> int:
        """Tell some of who has waited too long, or of everybody who waits while Rasa rests. Returns how many."""
        return await asyncio.to_thread(self._late.tell_some, not self._rasa.breaker.is_closed)

    async def _put_off(self, turn: Turn) -> None:
        """The try counts against the turn only when Rasa is well and answers others."""
        blameless = not self._rasa.breaker.is_closed or not await self._rasa.well()
        if turn.attempts >= POISON_TRIES and not blameless:
            await asyncio.to_thread(self._set_aside, turn)
        else:
            await asyncio.to_thread(self._wait, turn, blameless)

    async def _answer(self, turn: Turn) -> None:
        channel = self._channels[turn.conversation.channel]
        if handoff.decide(turn.conversation).who == "person":
            await self._listen(turn, channel)
            return
        await channel.typing(turn.conversation.address, turn.external_id)
        evidence, refusals = await self._keep_files(turn, channel)
        only_refused = refusals and not evidence and not turn.texts
        result = TurnResult(()) if only_refused else await self._rasa.turn(turn, evidence)
        await asyncio.to_thread(self._finish, turn, result, refusals)

    async def _listen(self, turn: Turn, channel: Channel) -> None:
        """A person answers: keep the files, and note what would belong into the complaint."""
        _, refusals = await self._keep_files(turn, channel)
        said = "\n".join(turn.texts)
        try:
            parse = await self._rasa.parse(said) if said else {}
        except RasaUnavailable:
            parse = {}  # nothing is suggested; who answers reads it all the same
        await asyncio.to_thread(self._note, turn, said, parse, refusals)

    def _note(self, turn: Turn, said: str, parse: dict[str, Any], refusals: tuple[str, ...]) -> None:
        conversation_id = turn.conversation.id
        with self._store.begin() as tx:
            if not tx.finish_turn(turn.inbox_ids, "noted"):
                return
            for fact, value in listening.heard(parse, said):
                tx.suggest(conversation_id, fact, value)
            danger = "" if turn.alarm else listening.alarm(parse)
            if danger:
                tx.open_handoff(conversation_id, danger, handoff.URGENCY[danger])
            for code in refusals:
                tx.count(f"refused.{code}")
                why = self._texts.reply(f"utter_archivo_{code}").text
                tx.add_staff_note(
                    conversation_id, "", f"Mandó un archivo que no se guardó. El bot le habría dicho: {why}", "aviso"
                )

    async def _keep_files(self, turn: Turn, channel: Channel) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
        """Keep what was attached. What cannot be kept comes back as the code of why."""
        kept, refusals = [], []
        for file in turn.files:
            try:
                item = await self._keep_file(turn, channel, file)
                kept.append(await asyncio.to_thread(self._room.looked_at, item))
            except FileRefused as refused:
                refusals.append(refused.code)
        return tuple(kept), tuple(refusals)

    async def _keep_file(self, turn: Turn, channel: Channel, file: FileRef) -> Evidence:
        known = await asyncio.to_thread(self._known_file, turn.conversation.id, file.source)
        if known:
            return known
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                data = await channel.fetch(file)
                return await asyncio.to_thread(self._room.keep, turn.conversation.id, file.source, data, file)
            except SendError as error:
                log.warning("turn %s: attachment not fetched (%s), try %d", turn.id, error.code, attempt)
                if not error.retry:
                    raise FileRefused("perdido") from None
                await asyncio.sleep(attempt * DOWNLOAD_PAUSE)
        if turn.attempts < TURNS_FOR_A_FILE:
            raise FileLate("an attachment cannot be fetched now")
        raise FileRefused("perdido")

    def _known_file(self, conversation_id: str, source: str) -> Evidence | None:
        with self._store.read() as tx:
            return tx.evidence_from(conversation_id, source)

    def _finish(self, turn: Turn, result: TurnResult, refusals: tuple[str, ...]) -> None:
        replies = (*self._refused(refusals), *(() if turn.alarm else result.replies))
        with self._store.begin() as tx:
            if not tx.finish_turn(turn.inbox_ids):
                return
            for code in refusals:
                tx.count(f"refused.{code}")
            tx.wait_over(turn.conversation.id)
            tx.release(turn.conversation.id, turn.lease_owner)
            for reply in replies:
                tx.add_reply(turn.conversation, reply, turn_id=turn.id)
            review.note(tx, turn, result)

    def _refused(self, codes: tuple[str, ...]) -> tuple[Reply, ...]:
        """Each reason once, however many files it is about."""
        counted = [(f"utter_archivo_{code}" + ("_varios" if n > 1 else ""), n) for code, n in Counter(codes).items()]
        return tuple(self._texts.reply(name, n=str(n)) for name, n in counted)

    def _wait(self, turn: Turn, blameless: bool) -> None:
        """Not lost: the turn is tried again. The person is told once, unless an alarm has answered already."""
        rest = self._rasa.breaker.rest
        wait = max(rest, WAITS[min(turn.attempts, len(WAITS) - 1)] * random.uniform(0.8, 1.2))
        with self._store.begin() as tx:
            tx.postpone(turn.inbox_ids, now() + timedelta(seconds=wait), blameless)
            if not turn.alarm:
                self._late.tell(tx, turn.conversation)

    def _set_aside(self, turn: Turn) -> None:
        """Rasa is well but cannot answer this one turn: a person gets it, and the conversation goes on."""
        log.error("turn %s set aside after %d tries", turn.id, turn.attempts)
        with self._store.begin() as tx:
            tx.finish_turn(turn.inbox_ids, "failed")
            tx.wait_over(turn.conversation.id)
            tx.open_handoff(turn.conversation.id, "fallo", handoff.URGENCY["fallo"])
            tx.add_reply(turn.conversation, self._texts.reply("utter_fallo"), author="system", turn_id=turn.id)


def _by_referral(tx: Tx, conversation_id: str, message: Inbound) -> Inbound:
    """A message with the code of a referral opens it, and is a deep link from then on."""
    code = referrals.code_in(message.start, message.text)
    if code and referrals.open_in(tx, code, conversation_id):
        return replace(message, kind="start", start=f"ref_{code}")
    return message


def _latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages of a turn as they stand now: one that was corrected before anybody read it is its last wording."""
    last = {row["edits"]: row for row in rows if row["edits"]}
    ids = {row["external_id"] for row in rows}
    kept = [row for row in rows if not row["edits"] or (row["edits"] not in ids and last[row["edits"]] is row)]
    return [_corrected(row, last[row["external_id"]]) if row["external_id"] in last else row for row in kept]


def _corrected(row: dict[str, Any], edit: dict[str, Any]) -> dict[str, Any]:
    files = {file.source: file for file in (*row["files"], *edit["files"])}
    return {**row, "text": edit["text"], "files": tuple(files.values())}


def _before(tx: Tx, conversation_id: str, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The earlier wordings, already answered, of what a turn corrects."""
    originals = dict.fromkeys(row["edits"] for row in told if row["edits"])
    return [
        row for original in originals for row in tx.wordings(conversation_id, original) if row["status"] != "waiting"
    ]


def _first_turn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the oldest turn: one that was begun stays as it was; a tap or an alarm stands alone;
    everything else said in a row belongs together."""
    if not rows:
        return []
    first = rows[0]
    if first["turn_id"]:
        return [row for row in rows if row["turn_id"] == first["turn_id"]]
    if first["kind"] in COMPLETE_KINDS:
        return [first]
    if first["alarm"]:
        return [row for row in rows if row is first or (first["album"] and row["album"] == first["album"])]
    turn = []
    for row in rows:
        if row["kind"] in COMPLETE_KINDS or row["alarm"] or row["turn_id"]:
            break
        turn.append(row)
    return turn
