"""The words of the house as frozen dataclasses. No behaviour beyond what a value can say of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Author = Literal["bot", "staff", "system"]
Role = Literal["equipo", "entrenador", "supervisor", "admin"]
InboundKind = Literal["text", "button", "file", "album", "edit", "start", "ignored"]


@dataclass(frozen=True)
class FileRef:
    """An attachment that a person sent.

    Attributes:
        ref: the provider's id for it, or for the web chat the id under which the bytes are already kept.
        kind: foto, audio, video or documento, as the channel says.
        name: the file's own name, never trusted and never used as a path.
        mime: what the channel says it is; the real type is sniffed from the bytes.
        size: bytes as the channel says, 0 when it does not.
        sha256: of the bytes as the channel says, in whatever form it writes it; empty when it does not.
        unique: what the channel calls the same file wherever it appears; empty when that is `ref`.
    """

    ref: str
    kind: str
    name: str = ""
    mime: str = ""
    size: int = 0
    sha256: str = ""
    unique: str = ""

    @property
    def source(self) -> str:
        """By this a file is known again."""
        return self.unique or self.ref


@dataclass(frozen=True)
class Inbound:
    """One thing that arrived from a person, in the same form for all channels.

    Attributes:
        external_id: unique within the channel; the same id twice is the same message.
        user_id: the channel's own id of the person; with `channel` it is who they are.
        also: other ids that are the same person's now (WhatsApp: the phone beside the business-scoped id).
        formerly: ids that were the same person's and may become somebody else's (a phone they gave up).
        album: id shared by files that were sent as one (kind `album`); the others may still be on their way.
        edits: external id of the message that this one corrects (kind `edit`).
        start: payload of a deep link (kind `start`).
    """

    channel: str
    external_id: str
    user_id: str
    kind: InboundKind
    at: datetime
    text: str = ""
    button: str = ""
    files: tuple[FileRef, ...] = ()
    album: str = ""
    edits: str = ""
    start: str = ""
    also: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """What a provider says became of a message of ours.

    Attributes:
        provider_id: what `Channel.send` returned for it, or will return: this may come first.
        status: sent, delivered, read, failed or deleted.
        error: why it failed: the code of one of our SendErrors where it has one, else the provider's number.
    """

    channel: str
    provider_id: str
    status: str
    error: str = ""


@dataclass(frozen=True)
class Button:
    """A tap instead of typing. title: up to 20 characters. payload: what comes back when tapped."""

    title: str
    payload: str


@dataclass(frozen=True)
class Attachment:
    """A file the bot sends: an address below PUBLIC_URL and the name the person sees."""

    url: str
    name: str


@dataclass(frozen=True)
class Reply:
    """One message to a person.

    invitation: not a message of its own, but what may be sent to someone who has not written for so long that the
    channel takes nothing else (WhatsApp: an approved template).
    """

    text: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    invitation: bool = False


@dataclass(frozen=True)
class Limits:
    """What a channel can carry in one message.

    Attributes:
        callback: bytes of a button's payload.
        caption: characters of a text that goes along with a file; 0 when files are only links.
        body: characters of a text that has buttons, 0 when there is no difference.
        tappable: buttons that can be tapped; when there are more, all are numbered in the text. 0: all of them.
        window: seconds after the person's last message in which they can be written to, 0 when always.
        reports: the provider tells afterwards what became of a message.
        paced: the channel sends no faster than the provider allows; since a pace is counted in one process, one worker
            at a time sends.
    """

    text: int
    buttons: int
    title: int
    callback: int
    caption: int = 0
    body: int = 0
    tappable: int = 0
    window: float = 0
    reports: bool = False
    paced: bool = False


@dataclass(frozen=True)
class Conversation:
    """A person on a channel. `id` is an opaque ULID and is Rasa's sender id.

    epoch rises at each takeover: rows written under an older one are never sent.
    holder is the staff member who has it, or empty.
    last_inbound_at: when they last wrote, as the channel says.
    invited: they were asked to write, and have not yet; nothing else may be sent to them until then.
    """

    id: str
    channel: str
    address: str
    epoch: int
    holder: str
    closed: bool
    last_inbound_at: datetime
    invited: bool


@dataclass(frozen=True)
class Turn:
    """What one conversation said since it was last answered: one or more inbox rows taken as one.

    texts: the messages in order, as written. button: payload of the tap when the turn is a tap.
    alarm: kind of alarm already answered for this turn at arrival, or empty.
    replaces: what a message that was answered already said, until the person changed it into this one's.
    start: payload of the link that they came by, empty when it had none; None when they did not just come.
    attempts: how often it failed before although Rasa was well, or ended with its worker.
    retried: it was begun before, so Rasa may have answered it already.
    external_id: the channel's id of its last message.
    """

    id: str
    conversation: Conversation
    inbox_ids: tuple[str, ...]
    texts: tuple[str, ...]
    button: str
    files: tuple[FileRef, ...]
    replaces: str
    at: datetime
    alarm: str = ""
    start: str | None = None
    attempts: int = 0
    retried: bool = False
    lease_owner: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class TurnResult:
    """What Rasa made of a turn. doubt: the parse's main intent and confidence, for the review queue."""

    replies: tuple[Reply, ...]
    intent: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class Outgoing:
    """An outbox row on its way. parts_sent: how many of its parts the provider has already taken."""

    id: int
    conversation: Conversation
    seq: int
    author: Author
    reply: Reply
    epoch: int
    attempts: int
    parts_sent: int
    urgent: bool = False
    turn_id: str = ""

    @property
    def is_the_bots(self) -> bool:
        """Its own words, which end with a takeover; not what it must say whoever speaks (help lines, an invitation)."""
        return self.author == "bot" or (self.author == "system" and bool(self.turn_id))


@dataclass(frozen=True)
class Evidence:
    """A file kept as proof: what was received, not what it claims to be.

    flaw: why a photo cannot be made out (bot/images.py), looked at when it is answered and not stored.
    """

    id: str
    sha256: str
    kind: str
    bytes: int
    name: str
    received_at: datetime
    flaw: str = ""


@dataclass(frozen=True)
class Complainant:
    """Who speaks. All may be empty: an anonymous complaint is a complaint."""

    name: str = ""
    phone: str = ""
    anonymous: bool = False


@dataclass(frozen=True)
class CaseEvent:
    """One link of a case's chain: hash covers prev_hash, seq, at, kind and detail."""

    seq: int
    at: datetime
    kind: str
    detail: dict
    prev_hash: str
    hash: str


@dataclass(frozen=True)
class Facts:
    """What is known of what happened. Empty string: not known. Fields as in contracts.md.

    Attributes:
        relation: how who writes stands to the debt, when they said so: titular, familiar, aval, inquilino, referencia,
            tercero or no_deudor.
        affected: who was treated badly, when it is not who writes ("mi mamá").
        uncertain: names of the fields that the person was not sure of.
    """

    description: str = ""
    violations: tuple[str, ...] = ()
    agency: str = ""
    incident_date: str = ""
    incident_time: str = ""
    contact_channel: str = ""
    agency_phone: str = ""
    place: str = ""
    frequency: str = ""
    amount: str = ""
    complainant: Complainant = field(default_factory=Complainant)
    relation: str = ""
    affected: str = ""
    uncertain: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A filed complaint. receipt_id: what its receipt is known by in public; it leads to no personal datum.

    notify: the person asked to be told in the chat when it moves on.
    erased_at: what was told is gone since then; facts and the events' details are empty.
    """

    folio: str
    status: str
    channel: str
    created_at: datetime
    facts: Facts
    evidence: tuple[Evidence, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    receipt_id: str = ""
    erased_at: datetime | None = None
    conversation_id: str = ""
    notify: bool = False


@dataclass(frozen=True)
class Staff:
    """Somebody who works with the console. must_change: their password was given to them. totp: they also give a code."""

    id: str
    email: str
    name: str
    role: Role
    must_change: bool = False
    totp: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class Session:
    """A sign-in of a staff member on one device. confirmed: the code of their second factor was given too."""

    key: str
    staff: Staff
    confirmed: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str


@dataclass(frozen=True)
class AuditLine:
    """Who did what to what. detail holds no personal data."""

    id: int
    at: datetime
    staff_id: str
    who: str
    action: str
    subject: str
    detail: dict
