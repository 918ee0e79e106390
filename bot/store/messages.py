"""Queries about what came in and what goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from ulid import ULID

from bot.model import Attachment, Author, Button, Conversation, FileRef, Inbound, Outgoing, Reply
from bot.schema import conversations, inbox, outbox
from bot.store.base import Queries, now

#: A tap and a deep link are complete in themselves; a text may have a second half on its way.
COMPLETE_KINDS = ("button", "start")
#: Seconds after the last file of an album in which others of it may still come.
ALBUM_QUIET = 3.0
#: A burst that never pauses is answered after this many quiet times.
LONGEST_BURST = 5
#: How far back a tapped button is looked for.
RECENT_REPLIES = 60
#: In the outbox; a claimed row is `sending`.
UNSENT = ("waiting", "sending")


class MessageQueries(Queries):
    # --- inbox -----------------------------------------------------------------------------------------------------

    def add_inbound(self, conversation_id: str, message: Inbound, alarm: str = "") -> str:
        """Commit what arrived. Returns its id, or an empty string when it was here already."""
        id_ = str(ULID())
        body = {
            "text": message.text,
            "button": message.button,
            "files": [asdict(file) for file in message.files],
            "album": message.album,
            "edits": message.edits,
            "start": message.start,
        }
        added = self.insert_once(
            inbox,
            id=id_,
            conversation_id=conversation_id,
            channel=message.channel,
            external_id=message.external_id,
            kind=message.kind,
            body_sealed=self.vault.seal_json(body),
            sent_at=message.at,
            received_at=now(),
            status="ignored" if message.kind == "ignored" else "waiting",
            alarm=alarm,
            next_try_at=now(),
        )
        return id_ if added else ""

    def inbound_id(self, channel: str, external_id: str) -> str:
        where = (inbox.c.channel == channel) & (inbox.c.external_id == external_id)
        row = self.connection.execute(select(inbox.c.id).where(where)).first()
        return row.id if row else ""

    def due_conversations(self, quiet: float, limit: int) -> list[str]:
        """Conversations whose waiting messages may be answered now, the one waiting longest first.

        quiet: seconds of silence after which a burst counts as complete.
        """
        moment = now()
        first, last = func.min(inbox.c.received_at), func.max(inbox.c.received_at)
        album = func.max(case((inbox.c.kind == "album", inbox.c.received_at)))
        complete = func.sum(case((or_(inbox.c.kind.in_(COMPLETE_KINDS), inbox.c.turn_id != ""), 1), else_=0))
        statement = (
            select(inbox.c.conversation_id)
            .join(conversations, conversations.c.id == inbox.c.conversation_id)
            .where(inbox.c.status == "waiting")
            .where(or_(conversations.c.lease_until.is_(None), conversations.c.lease_until < moment))
            .group_by(inbox.c.conversation_id)
            .having(func.max(inbox.c.next_try_at) <= moment)  # a turn that waits holds back what was said after it
            .having(
                or_(
                    last <= moment - timedelta(seconds=quiet),
                    first <= moment - timedelta(seconds=quiet * LONGEST_BURST),
                    complete > 0,
                )
            )
            .having(or_(album.is_(None), album <= moment - timedelta(seconds=ALBUM_QUIET), complete > 0))
            .order_by(first)
            .limit(limit)
        )
        return [row.conversation_id for row in self.connection.execute(statement)]

    def waiting_rows(self, conversation_id: str) -> list[dict[str, Any]]:
        """Unanswered messages of a conversation in order of arrival, opened."""
        where = (inbox.c.conversation_id == conversation_id) & (inbox.c.status == "waiting")
        rows = self.connection.execute(select(inbox).where(where).order_by(inbox.c.received_at, inbox.c.id))
        return [self._inbox_row(row) for row in rows]

    def wordings(self, conversation_id: str, external_id: str) -> list[dict[str, Any]]:
        """A message as it was written, and as it was corrected since, in order of arrival; opened."""
        this_one = (inbox.c.external_id == external_id) | (inbox.c.kind == "edit")
        where = (inbox.c.conversation_id == conversation_id) & this_one
        rows = self.connection.execute(select(inbox).where(where).order_by(inbox.c.received_at, inbox.c.id))
        opened = [self._inbox_row(row) for row in rows]
        return [row for row in opened if external_id in (row["external_id"], row["edits"])]

    def mark_turn(self, inbox_ids: tuple[str, ...], turn_id: str) -> None:
        """These rows are one turn from now on, also after a restart."""
        self.connection.execute(update(inbox).where(inbox.c.id.in_(inbox_ids)).values(turn_id=turn_id))

    def mark_attempt(self, inbox_ids: tuple[str, ...]) -> None:
        self.connection.execute(update(inbox).where(inbox.c.id.in_(inbox_ids)).values(attempts=inbox.c.attempts + 1))

    def finish_turn(self, inbox_ids: tuple[str, ...], status: str = "done") -> bool:
        """Mark rows answered. False when they were answered already (another worker was faster)."""
        where = inbox.c.id.in_(inbox_ids) & (inbox.c.status == "waiting")
        changed = self.connection.execute(update(inbox).where(where).values(status=status, done_at=now())).rowcount
        return changed == len(inbox_ids)

    def postpone(self, inbox_ids: tuple[str, ...], until: datetime, blameless: bool = False) -> None:
        """blameless: the try that ends now does not count, as it failed for another's fault."""
        tries = inbox.c.attempts - 1 if blameless else inbox.c.attempts
        values = {"next_try_at": until, "attempts": tries}
        self.connection.execute(update(inbox).where(inbox.c.id.in_(inbox_ids)).values(**values))

    def waiting_count(self) -> int:
        return self.connection.execute(
            select(func.count()).select_from(inbox).where(inbox.c.status == "waiting")
        ).scalar_one()

    def set_aside_count(self) -> int:
        """Rows that came in and that we do not act on."""
        return self.connection.execute(
            select(func.count()).select_from(inbox).where(inbox.c.status == "ignored")
        ).scalar_one()

    def is_working(self, conversation_id: str) -> bool:
        """Something of the conversation waits to be answered or to be sent."""
        unanswered = exists().where((inbox.c.conversation_id == conversation_id) & (inbox.c.status == "waiting"))
        unsent = exists().where((outbox.c.conversation_id == conversation_id) & outbox.c.status.in_(UNSENT))
        return bool(self.connection.execute(select(or_(unanswered, unsent))).scalar())

    # --- outbox ----------------------------------------------------------------------------------------------------

    def add_reply(
        self,
        conversation: Conversation,
        reply: Reply,
        author: Author = "bot",
        turn_id: str = "",
        urgent: bool = False,
    ) -> int:
        """Queue one message to the person and return its number within the conversation, from 1 up without gaps."""
        numbered = (
            update(conversations)
            .where(conversations.c.id == conversation.id)
            .values(next_seq=conversations.c.next_seq + 1)
        )
        self.connection.execute(numbered)
        seq = (
            self.connection.execute(
                select(conversations.c.next_seq).where(conversations.c.id == conversation.id)
            ).scalar_one()
            - 1
        )
        self.connection.execute(
            insert(outbox).values(
                conversation_id=conversation.id,
                seq=seq,
                author=author,
                body_sealed=self.vault.seal_json(asdict(reply)),
                epoch=conversation.epoch,
                urgent=urgent,
                turn_id=turn_id,
                status="waiting",
                next_try_at=now(),
                created_at=now(),
            )
        )
        return seq

    def due_channels(self) -> list[str]:
        """Channels that have something for `claim_outbox`."""
        statement = select(conversations.c.channel).join(outbox, outbox.c.conversation_id == conversations.c.id)
        return list(
            self.connection.execute(statement.where(_is_due(), _is_first() | outbox.c.urgent).distinct()).scalars()
        )

    def claim_outbox(self, lease: float, limit: int, channel: str, urgent: bool = False) -> list[Outgoing]:
        """Messages of a channel whose turn it is: the first unsent one of each conversation, or every urgent one.

        A claimed row that nobody finishes or renews within `lease` seconds (a killed sender) is claimed again.
        """
        statement = (
            select(outbox)
            .join(conversations, conversations.c.id == outbox.c.conversation_id)
            .where(_is_due(), outbox.c.urgent if urgent else _is_first(), conversations.c.channel == channel)
            .order_by(outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        rows = self.connection.execute(statement).all()
        if not rows:
            return []
        claimed = outbox.c.id.in_([row.id for row in rows])
        values = {"status": "sending", "next_try_at": now() + timedelta(seconds=lease)}
        self.connection.execute(update(outbox).where(claimed).values(**values))
        return [self._outgoing(row) for row in rows]

    def keep_claims(self, ids: Sequence[int], lease: float) -> None:
        """Nobody else claims these rows for another `lease` seconds, unless they are finished before."""
        ours = outbox.c.id.in_(ids) & (outbox.c.status == "sending")
        until = now() + timedelta(seconds=lease)
        self.connection.execute(update(outbox).where(ours).values(next_try_at=until))

    def outbox_sent(self, id_: int, provider_id: str) -> None:
        self._outbox(id_, status="sent", sent_at=now(), provider_id=provider_id[:128], error="")

    def outbox_retry(self, id_: int, after: float, attempts: int, error: str) -> None:
        until = now() + timedelta(seconds=after)
        self._outbox(id_, status="waiting", next_try_at=until, attempts=attempts, error=error)

    def parts_sent(self, id_: int) -> int:
        return self.connection.execute(select(outbox.c.parts_sent).where(outbox.c.id == id_)).scalar_one()

    def outbox_ended(self, id_: int, status: str, error: str) -> None:
        """status: `failed` or `dropped`."""
        self._outbox(id_, status=status, error=error)

    def sent_after(self, conversation_id: str, seq: int) -> list[dict[str, Any]]:
        """What the web chat shows: messages to the person that are out, after number `seq`."""
        statement = (
            select(outbox)
            .where(outbox.c.conversation_id == conversation_id, outbox.c.status == "sent", outbox.c.seq > seq)
            .order_by(outbox.c.seq)
        )
        return [
            {
                "id": row.seq,
                "author": row.author,
                "reply": self._reply(row.body_sealed),
                "at": row.sent_at,
            }
            for row in self.connection.execute(statement)
        ]

    def said_by_person(self, conversation_id: str) -> list[dict[str, Any]]:
        """The person's own messages, opened, for the transcript."""
        where = (inbox.c.conversation_id == conversation_id) & (inbox.c.kind != "ignored")
        rows = self.connection.execute(select(inbox).where(where).order_by(inbox.c.received_at, inbox.c.id))
        return [self._inbox_row(row) for row in rows]

    def offered_button(self, conversation_id: str, tapped: str) -> Button | None:
        """The button that was tapped, if the bot did offer it here; taps are not trusted.

        tapped: the payload itself, or `<seq>.<index>` from channels that cannot carry a payload.
        """
        statement = select(outbox.c.body_sealed).where(outbox.c.conversation_id == conversation_id)
        seq, _, index = tapped.partition(".")
        if seq.isdigit() and index.isdigit():
            row = self.connection.execute(statement.where(outbox.c.seq == int(seq))).first()
            buttons = self._reply(row.body_sealed).buttons if row else ()
            return buttons[int(index)] if int(index) < len(buttons) else None
        for row in self.connection.execute(statement.order_by(outbox.c.seq.desc()).limit(RECENT_REPLIES)):
            for button in self._reply(row.body_sealed).buttons:
                if button.payload == tapped:
                    return button
        return None

    def numbered_button(self, conversation_id: str, number: int, tappable: int) -> Button | None:
        """The option with this number in the last message, if it had more of them than could be tapped."""
        statement = select(outbox.c.body_sealed).where(outbox.c.conversation_id == conversation_id)
        row = self.connection.execute(statement.order_by(outbox.c.seq.desc()).limit(1)).first()
        buttons = self._reply(row.body_sealed).buttons if row else ()
        return buttons[number - 1] if tappable < len(buttons) and 1 <= number <= len(buttons) else None

    # --- rows to values --------------------------------------------------------------------------------------------

    def _outbox(self, id_: int, **values: Any) -> None:
        self.connection.execute(update(outbox).where(outbox.c.id == id_).values(**values))

    def _inbox_row(self, row: Any) -> dict[str, Any]:
        body = self.vault.open_json(row.body_sealed)
        body["files"] = tuple(FileRef(**file) for file in body["files"])
        body.setdefault("album", "")  # rows of before albums
        return {**body, **{k: v for k, v in row._mapping.items() if k != "body_sealed"}}

    def _outgoing(self, row: Any) -> Outgoing:
        return Outgoing(
            id=row.id,
            conversation=self._conversation_of(row.conversation_id),
            seq=row.seq,
            author=row.author,
            reply=self._reply(row.body_sealed),
            epoch=row.epoch,
            attempts=row.attempts,
            parts_sent=row.parts_sent,
            turn_id=row.turn_id,
            urgent=row.urgent,
        )

    def _conversation_of(self, id_: str) -> Conversation:
        return self.conversation(id_)  # type: ignore[attr-defined]  # of ConversationQueries, beside us in Tx

    def _reply(self, sealed: str) -> Reply:
        body = self.vault.open_json(sealed)
        return Reply(
            text=body["text"],
            buttons=tuple(Button(**button) for button in body["buttons"]),
            attachments=tuple(Attachment(**attachment) for attachment in body["attachments"]),
            invitation=body.get("invitation", False),
        )


def _is_due() -> ColumnElement[bool]:
    return outbox.c.status.in_(UNSENT) & (outbox.c.next_try_at <= now())


def _is_first() -> ColumnElement[bool]:
    """Nothing of its conversation that was written before it waits to be sent."""
    earlier = outbox.alias("earlier")
    same = earlier.c.conversation_id == outbox.c.conversation_id
    return ~exists().where(same & earlier.c.status.in_(UNSENT) & (earlier.c.seq < outbox.c.seq))
