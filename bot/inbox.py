"""A message's journey.

1. `accept`   commits every message once, and answers danger and crisis in the same transaction, before any model.
2. `take`     leases the conversation that waits longest and makes one turn of its burst; the turn keeps its id
              through restarts.
3. `answer`   asks `handoff.decide` who answers: if a person holds it, the turn is noted for them;
4.            fetches attachments and keeps them as evidence;
5.            asks Rasa, with a deadline. No answer in time: the person is told once, and the turn waits its next try;
6.            writes the replies, a doubtful parse for review, and marks the messages done, in one transaction.
7. The outbox sends (bot/outbox.py).
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from ulid import ULID

from bot import handoff, safety
from bot.channels.base import Channel
from bot.errors import FileRefused, Forged, RasaUnavailable, SendError
from bot.evidence import EvidenceRoom
from bot.model import Conversation, Evidence, FileRef, Inbound, Reply, Turn, TurnResult
from bot.rasa_client import RasaClient
from bot.review import is_doubtful
from bot.store import Store, Tx
from bot.store.base import now
from bot.store.messages import COMPLETE_KINDS
from bot.texts import Texts

log = logging.getLogger(__name__)

#: Seconds a worker may hold a conversation; longer than all deadlines of one turn together.
LEASE = 90.0
#: Waits between tries of a turn that Rasa could not answer, in seconds; the last one repeats.
WAITS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
#: Tries after which a turn that fails while Rasa is well is given to a person.
POISON_TRIES = 6
#: An option chosen by its number, where there were too many to tap.
NUMBER = re.compile(r"\s*([0-9]{1,2})[.)]?\s*")
#: Tries of a download before the person is asked to send the file again.
DOWNLOAD_TRIES = 3


class Inbox:
    def __init__(
        self,
        store: Store,
        rasa: RasaClient,
        texts: Texts,
        room: EvidenceRoom,
        channels: Mapping[str, Channel],
        quiet: float,
    ) -> None:
        self._store, self._rasa, self._texts, self._room = store, rasa, texts, room
        self._channels, self._quiet = channels, quiet

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
        with self._store.read() as tx:
            if not tx.due_conversations(self._quiet, limit=1):
                return None
        with self._store.begin() as tx:
            for conversation_id in tx.due_conversations(self._quiet, limit=20):
                if not tx.lease(conversation_id, owner, now() + timedelta(seconds=LEASE)):
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
        said, edit = _as_edited(rows)
        return Turn(
            id=turn_id,
            conversation=tx.conversation(conversation_id),
            inbox_ids=ids,
            texts=tuple(row["text"] for row in said if row["text"] and not button),
            button=button,
            files=tuple(file for row in rows for file in row["files"]),
            edits=any(row["edits"] for row in rows),
            at=rows[-1]["sent_at"],
            alarm=next((row["alarm"] for row in rows if row["alarm"]), ""),
            start=rows[0]["start"] if rows[0]["kind"] == "start" else "",
            attempts=rows[0]["attempts"],
            lease_owner=owner,
            external_id=rows[-1]["external_id"],
            replaces=tx.text_before(conversation_id, edit["edits"], edit["id"]) if edit else "",
        )

    # --- 3.–6. answer ----------------------------------------------------------------------------------------------

    async def answer(self, turn: Turn) -> None:
        """Answer a leased turn and let the conversation go. Whatever goes wrong, the turn is not lost."""
        try:
            await self._answer(turn)
        except RasaUnavailable as error:
            log.warning("turn %s waits: Rasa %s", turn.id, error)
            await self._put_off(turn)
        except SQLAlchemyError:
            raise  # the lease runs out by itself and the turn is taken again
        except Exception as error:
            # a surprise in one conversation must not stop the others; its message may quote what a person wrote
            trace = "".join(traceback.format_tb(error.__traceback__))
            log.error("turn %s: %s\n%s", turn.id, type(error).__name__, trace)
            await self._put_off(turn)
        finally:
            await asyncio.to_thread(self._release, turn)

    async def _put_off(self, turn: Turn) -> None:
        poisoned = turn.attempts >= POISON_TRIES and await self._rasa.ready()
        await asyncio.to_thread(self._set_aside if poisoned else self._wait, turn)

    async def _answer(self, turn: Turn) -> None:
        if handoff.decide(turn.conversation).who == "person":
            await asyncio.to_thread(self._finish, turn, TurnResult(()), (), "noted")
            return
        channel = self._channels[turn.conversation.channel]
        await channel.typing(turn.conversation.address, turn.external_id)
        evidence, refusals = await self._keep_files(turn, channel)
        only_refused = refusals and not evidence and not turn.texts
        result = TurnResult(()) if only_refused else await self._rasa.turn(turn, evidence)
        await asyncio.to_thread(self._finish, turn, result, refusals, "done")

    async def _keep_files(self, turn: Turn, channel: Channel) -> tuple[tuple[Evidence, ...], tuple[Reply, ...]]:
        """Keep what was attached; what cannot be kept comes back as a message that says why."""
        kept, refusals = [], []
        for file in turn.files:
            try:
                kept.append(await self._keep_file(turn, channel, file))
            except FileRefused as refused:
                refusals.append(self._texts.reply(f"utter_archivo_{refused.code}"))
        return tuple(kept), tuple(refusals)

    async def _keep_file(self, turn: Turn, channel: Channel, file: FileRef) -> Evidence:
        known = await asyncio.to_thread(self._known_file, turn.conversation.id, file.ref)
        if known:
            return known
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                data = await channel.fetch(file)
                return await asyncio.to_thread(self._room.keep, turn.conversation.id, file.ref, data, file)
            except SendError as error:
                log.warning("turn %s: attachment not fetched (%s), try %d", turn.id, error.code, attempt)
                if not error.retry:
                    break
                await asyncio.sleep(attempt)
        raise FileRefused("perdido")

    def _known_file(self, conversation_id: str, source: str) -> Evidence | None:
        with self._store.read() as tx:
            return tx.evidence_from(conversation_id, source)

    def _finish(self, turn: Turn, result: TurnResult, refusals: tuple[Reply, ...], status: str) -> None:
        replies = (*refusals, *(() if turn.alarm else result.replies))
        with self._store.begin() as tx:
            if not tx.finish_turn(turn.inbox_ids, status):
                return
            for reply in replies:
                tx.add_reply(turn.conversation, reply, turn_id=turn.id)
            if is_doubtful(result) and turn.texts:
                tx.add_review(turn.id, "\n".join(turn.texts), result.intent, result.confidence)

    def _wait(self, turn: Turn) -> None:
        """Not lost: the turn is tried again. The person is told once, unless an alarm has answered already."""
        wait = WAITS[min(turn.attempts, len(WAITS) - 1)]
        with self._store.begin() as tx:
            tx.postpone(turn.inbox_ids, now() + timedelta(seconds=wait))
            if not turn.alarm and not tx.has_reply(turn.id):
                reply = self._texts.reply("utter_tardamos")
                tx.add_reply(turn.conversation, reply, author="system", turn_id=turn.id)

    def _set_aside(self, turn: Turn) -> None:
        """Rasa is well but cannot answer this one turn: a person gets it, and the conversation goes on."""
        log.error("turn %s set aside after %d tries", turn.id, turn.attempts)
        with self._store.begin() as tx:
            tx.finish_turn(turn.inbox_ids, "failed")
            tx.open_handoff(turn.conversation.id, "fallo", handoff.URGENCY["fallo"])
            tx.add_reply(turn.conversation, self._texts.reply("utter_fallo"), author="system", turn_id=turn.id)

    def _release(self, turn: Turn) -> None:
        with self._store.begin() as tx:
            tx.release(turn.conversation.id, turn.lease_owner)


def _first_turn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the oldest turn: one that was begun stays as it was; a tap or an alarm stands alone;
    everything else said in a row belongs together."""
    if not rows:
        return []
    first = rows[0]
    if first["turn_id"]:
        return [row for row in rows if row["turn_id"] == first["turn_id"]]
    if first["kind"] in COMPLETE_KINDS or first["alarm"]:
        return [first]
    turn = []
    for row in rows:
        if row["kind"] in COMPLETE_KINDS or row["alarm"] or row["turn_id"]:
            break
        turn.append(row)
    return turn


def _as_edited(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The rows as they were meant: of a message and its edits only the last. And the first edit of a message that was
    answered before, if there is one."""
    last = {row["edits"] or row["external_id"]: row for row in rows}
    here = {row["external_id"] for row in rows}
    edit = next((row for row in rows if row["edits"] and row["edits"] not in here), None)
    return [row for row in rows if row is last[row["edits"] or row["external_id"]]], edit
