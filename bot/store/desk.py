"""Queries about people who wait for a person, those who answer them, and what staff writes down for each other."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from ulid import ULID

from bot.model import Conversation
from bot.schema import conversations, drafts, handoffs, inbox, notes, outbox, sent_files, suggestions
from bot.store.base import Queries, now

#: A request for a person that has not come to its end.
LIVE = ("open", "taken")
#: The bot's own words: what it says by itself is `bot`, what it says for a turn that went wrong is `system`.
OF_THE_BOT = or_(outbox.c.author == "bot", and_(outbox.c.author == "system", outbox.c.turn_id != ""))


@dataclass(frozen=True)
class Request:
    """A conversation's request for a person, from the moment it was made to its end."""

    id: str
    conversation_id: str
    reason: str
    urgency: int
    status: str
    created_at: datetime
    holder: str
    taken_at: datetime | None
    first_reply_at: datetime | None
    active_at: datetime | None
    escalated_at: datetime | None
    ended_at: datetime | None
    ended_as: str


@dataclass(frozen=True)
class Waiting:
    """A line of the list of conversations. request: None when nobody was asked for."""

    conversation_id: str
    channel: str
    holder: str
    last_inbound_at: datetime
    has_draft: bool
    request: Request | None


class DeskQueries(Queries):
    # --- who speaks --------------------------------------------------------------------------------------------------

    def hold(self, conversation_id: str, staff_id: str, only_from: str = "") -> int:
        """Give the conversation to somebody (or, with an empty id, back). Returns the new epoch, 0 when it is not
        held by `only_from` any more. From here on nothing that the bot wrote before goes out."""
        taken = (
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.holder == only_from)
            .values(holder=staff_id, epoch=conversations.c.epoch + 1)
        )
        if not self.connection.execute(taken).rowcount:
            return 0
        self.connection.execute(
            update(outbox)
            .where(outbox.c.conversation_id == conversation_id, OF_THE_BOT, outbox.c.urgent.is_(False))
            .where(outbox.c.status.in_(("waiting", "held")))
            .values(status="dropped", error="taken_over")
        )
        return self.connection.execute(
            select(conversations.c.epoch).where(conversations.c.id == conversation_id)
        ).scalar_one()

    def locked(self, conversation_id: str) -> Conversation:
        """The conversation, kept from changing hands until the end of the transaction."""
        row = select(conversations).where(conversations.c.id == conversation_id).with_for_update()
        return self._conversation(self.connection.execute(row).one())  # type: ignore[attr-defined]  # of Tx

    def is_current(self, conversation_id: str, epoch: int) -> bool:
        """Has nobody taken over since this epoch?"""
        current = select(conversations.c.epoch).where(conversations.c.id == conversation_id)
        return self.connection.execute(current).scalar_one() <= epoch

    def bot_is_speaking(self, conversation_id: str, epoch: int) -> bool:
        """Is a sender just handing over something that the bot wrote before this epoch?"""
        flying = (
            select(outbox.c.id)
            .where(outbox.c.conversation_id == conversation_id, OF_THE_BOT, outbox.c.urgent.is_(False))
            .where(outbox.c.status == "sending", outbox.c.epoch < epoch, outbox.c.next_try_at > now())
        )
        return self.connection.execute(flying).first() is not None

    # --- requests ------------------------------------------------------------------------------------------------------

    def live_request(self, conversation_id: str) -> Request | None:
        where = (handoffs.c.conversation_id == conversation_id) & handoffs.c.status.in_(LIVE)
        row = self.connection.execute(select(handoffs).where(where)).first()
        return _request(row) if row else None

    def has_said(self, conversation_id: str, once: str) -> bool:
        """Was this message of staff's queued before?"""
        where = (outbox.c.conversation_id == conversation_id) & (outbox.c.turn_id == once)
        return self.connection.execute(select(outbox.c.id).where(where)).first() is not None

    def requests_of(self, conversation_id: str) -> list[Request]:
        rows = select(handoffs).where(handoffs.c.conversation_id == conversation_id).order_by(handoffs.c.created_at)
        return [_request(row) for row in self.connection.execute(rows)]

    def take_request(self, conversation_id: str, staff_id: str) -> None:
        """Mark what waits as taken; who takes a conversation that did not wait has a request made for it."""
        moment = now()
        live = (handoffs.c.conversation_id == conversation_id) & handoffs.c.status.in_(LIVE)
        values = {"status": "taken", "holder": staff_id, "taken_at": moment, "active_at": moment}
        if not self.connection.execute(update(handoffs).where(live).values(**values)).rowcount:
            self.connection.execute(
                insert(handoffs).values(
                    id=str(ULID()),
                    conversation_id=conversation_id,
                    reason="iniciativa",
                    urgency=0,
                    created_at=moment,
                    **values,
                )
            )

    def change_request(self, conversation_id: str, **values: Any) -> None:
        live = (handoffs.c.conversation_id == conversation_id) & handoffs.c.status.in_(LIVE)
        self.connection.execute(update(handoffs).where(live).values(**values))

    def note_first_reply(self, conversation_id: str) -> None:
        live = (handoffs.c.conversation_id == conversation_id) & handoffs.c.status.in_(LIVE)
        first = live & handoffs.c.first_reply_at.is_(None)
        self.connection.execute(update(handoffs).where(first).values(first_reply_at=now()))
        self.connection.execute(update(handoffs).where(live).values(active_at=now()))

    def idle_requests(self, before: datetime) -> list[Request]:
        """Taken ones whose holder has done nothing since then."""
        where = (handoffs.c.status == "taken") & (handoffs.c.active_at < before)
        return [_request(row) for row in self.connection.execute(select(handoffs).where(where))]

    def late_requests(self) -> list[Request]:
        """Those without a first reply that were not escalated yet."""
        where = handoffs.c.status.in_(LIVE) & handoffs.c.first_reply_at.is_(None) & handoffs.c.escalated_at.is_(None)
        return [_request(row) for row in self.connection.execute(select(handoffs).where(where))]

    def is_left_waiting(self, conversation_id: str, since: datetime) -> bool:
        """Did the person write, and nobody of the staff since then? since: when the holder took it."""
        staff_said = (outbox.c.conversation_id == conversation_id) & (outbox.c.author == "staff")
        last = self.connection.execute(select(func.max(outbox.c.created_at)).where(staff_said)).scalar()
        if last is None or last < since:
            return True
        wrote = (
            (inbox.c.conversation_id == conversation_id) & (inbox.c.kind != "ignored") & (inbox.c.received_at > last)
        )
        return self.connection.execute(select(inbox.c.id).where(wrote)).first() is not None

    def set_abuse(self, conversation_id: str, abused: bool) -> None:
        this_one = conversations.c.id == conversation_id
        self.connection.execute(update(conversations).where(this_one).values(abuse_at=now() if abused else None))

    # --- lists ---------------------------------------------------------------------------------------------------------

    def waiting(self, limit: int) -> list[Waiting]:
        """Those nobody has taken: most urgent first, then who waits longest."""
        order = (handoffs.c.urgency.desc(), handoffs.c.created_at)
        return self._requests(handoffs.c.status == "open", order, limit)

    def held(self, limit: int, by: str = "", but: str = "") -> list[Waiting]:
        """Those somebody has, or that this one has, or all but theirs; longest ago taken first."""
        where = handoffs.c.status == "taken"
        if by:
            where &= handoffs.c.holder == by
        if but:
            where &= handoffs.c.holder != but
        return self._requests(where, (handoffs.c.urgency.desc(), handoffs.c.taken_at), limit)

    def with_draft(self, limit: int) -> list[Waiting]:
        """A complaint in progress with the bot, latest first."""
        statement = self._lines().where(drafts.c.conversation_id.is_not(None), handoffs.c.id.is_(None))
        return self._waiting(statement.order_by(drafts.c.updated_at.desc()).limit(limit))

    def recent(self, limit: int, before: datetime | None = None) -> list[Waiting]:
        """All, by when they last wrote."""
        statement = self._lines()
        if before:
            statement = statement.where(conversations.c.last_inbound_at < before)
        return self._waiting(statement.order_by(conversations.c.last_inbound_at.desc()).limit(limit))

    def found(self, ids: list[str]) -> list[Waiting]:
        return self._waiting(self._lines().where(conversations.c.id.in_(ids)))

    def conversation_by_user(self, channel: str, user_id: str) -> str:
        """Id of the conversation of who has this id or phone on that channel, or an empty string. Makes none."""
        row = self._linked(channel, user_id) or self._keyed(channel, user_id)  # type: ignore[attr-defined]  # of Tx
        return row.id if row else ""

    def counts(self, staff_id: str) -> dict[str, int]:
        mine = handoffs.c.holder == staff_id
        statement = select(
            func.count().filter(handoffs.c.status == "open"),
            func.count().filter((handoffs.c.status == "taken") & mine),
            func.count().filter((handoffs.c.status == "taken") & ~mine),
        ).where(handoffs.c.status.in_(LIVE))
        waiting, own, others = self.connection.execute(statement).one()
        return {"espera": waiting, "mias": own, "equipo": others}

    def last_words(self, ids: list[str]) -> dict[str, str]:
        """The last thing each of these people wrote."""
        latest = (
            select(func.max(inbox.c.id))
            .where(inbox.c.conversation_id.in_(ids), inbox.c.kind != "ignored")
            .group_by(inbox.c.conversation_id)
        )
        rows = self.connection.execute(select(inbox).where(inbox.c.id.in_(latest)))
        return {row.conversation_id: self.vault.open_json(row.body_sealed)["text"] for row in rows}

    # --- notes, suggestions, files -----------------------------------------------------------------------------------

    def add_staff_note(self, conversation_id: str, staff_id: str, text: str, kind: str = "nota") -> None:
        """kind: `nota` of a member for the others, `aviso` of what happened."""
        self.connection.execute(
            insert(notes).values(
                id=str(ULID()),
                conversation_id=conversation_id,
                staff_id=staff_id,
                kind=kind,
                body_sealed=self.box(conversation_id).seal_json(text),
                created_at=now(),
            )
        )

    def staff_notes(self, conversation_id: str) -> list[dict[str, Any]]:
        rows = select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.created_at, notes.c.id)
        opener = self.opener(conversation_id)
        return [
            {**row._mapping, "text": opener.open_json(row.body_sealed)} for row in self.connection.execute(rows).all()
        ]

    def suggest(self, conversation_id: str, fact: str, value: str) -> bool:
        """Keep what was heard for staff to accept. False when the same was suggested before."""
        known = self.suggestions_of(conversation_id, ("open", "accepted", "dismissed"))
        if any((item["fact"], item["value"]) == (fact, value) for item in known):
            return False
        self.connection.execute(
            insert(suggestions).values(
                id=str(ULID()),
                conversation_id=conversation_id,
                fact=fact,
                value_sealed=self.box(conversation_id).seal_json(value),
                status="open",
                created_at=now(),
            )
        )
        return True

    def suggestions_of(self, conversation_id: str, statuses: tuple[str, ...] = ("open",)) -> list[dict[str, Any]]:
        where = (suggestions.c.conversation_id == conversation_id) & suggestions.c.status.in_(statuses)
        opener = self.opener(conversation_id)
        return [
            {"id": row.id, "fact": row.fact, "value": opener.open_json(row.value_sealed), "status": row.status}
            for row in self.connection.execute(select(suggestions).where(where).order_by(suggestions.c.id))
        ]

    def settle_suggestion(self, conversation_id: str, id_: str, status: str) -> bool:
        """status: accepted or dismissed. False when it was settled before."""
        where = (suggestions.c.id == id_) & (suggestions.c.conversation_id == conversation_id)
        still = where & (suggestions.c.status == "open")
        return self.connection.execute(update(suggestions).where(still).values(status=status)).rowcount == 1

    def add_sent_file(self, id_: str, conversation_id: str, staff_id: str, name: str, kind: str, size: int) -> None:
        self.connection.execute(
            insert(sent_files).values(
                id=id_,
                conversation_id=conversation_id,
                staff_id=staff_id,
                name_sealed=self.box(conversation_id).seal_json(name),
                kind=kind,
                bytes=size,
                created_at=now(),
            )
        )

    def sent_file(self, id_: str) -> dict[str, Any] | None:
        """name, kind, conversation_id of a file that staff sent."""
        row = self.connection.execute(select(sent_files).where(sent_files.c.id == id_)).first()
        if row is None:
            return None
        name = self.opener(row.conversation_id).open_json(row.name_sealed)
        return {"conversation_id": row.conversation_id, "name": name, "kind": row.kind}

    # --- rows to values ----------------------------------------------------------------------------------------------

    def _lines(self) -> Any:
        live = (handoffs.c.conversation_id == conversations.c.id) & handoffs.c.status.in_(LIVE)
        return (
            select(conversations, drafts.c.updated_at.label("draft_at"), handoffs)
            .outerjoin(handoffs, live)
            .outerjoin(drafts, drafts.c.conversation_id == conversations.c.id)
        )

    def _requests(self, where: Any, order: Any, limit: int) -> list[Waiting]:
        return self._waiting(self._lines().where(where).order_by(*order).limit(limit))

    def _waiting(self, statement: Any) -> list[Waiting]:
        return [
            Waiting(
                conversation_id=row._mapping[conversations.c.id],
                channel=row._mapping[conversations.c.channel],
                holder=row._mapping[conversations.c.holder],
                last_inbound_at=row._mapping[conversations.c.last_inbound_at],
                has_draft=row._mapping["draft_at"] is not None,
                request=_request(row) if row._mapping[handoffs.c.id] else None,
            )
            for row in self.connection.execute(statement)
        ]


def _request(row: Any) -> Request:
    values = row._mapping
    return Request(**{column.name: values[handoffs.c[column.name]] for column in fields(Request)})
