"""What Meta's webhooks say, as ours. One part of a form that nobody foresaw is set aside; the others are read.

People are known by their business-scoped id when there is one, and by their phone otherwise: since 2026 the phone may be
missing, and it may change hands.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from bot.channels.base import KEEPABLE, LOST, PART, UNREADABLE, clean, kept_id
from bot.errors import RecipientGone, WindowClosed
from bot.model import Delivery, FileRef, Inbound

NAME = "whatsapp"
USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
PHONE = re.compile(r"[0-9]{5,20}")
#: What we put behind a button: the number of our message and of the button.
TAP = re.compile(r"[0-9]{1,9}\.[0-9]{1,2}")
FILES = {
    "image": "foto",
    "sticker": "foto",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "document": "documento",
}
CHANGES = ("user_changed_number", "customer_changed_number", "user_changed_user_id")
STATUSES = ("sent", "delivered", "read", "failed", "deleted")
#: Numbers of Meta's errors that mean something to the house; the rest stay numbers.
MEANINGS = {131047: WindowClosed.code, 131026: RecipientGone.code}
#: A number of seconds above this one is of milliseconds.
MILLISECONDS = 10**11
#: The year in which WhatsApp began.
FOUNDED = 2009


def read(body: Mapping[str, Any], phone_id: str) -> list[Inbound | Delivery]:
    """Every message and status of a request; the rest, and what is for another number, as kind `ignored`."""
    items: list[Inbound | Delivery] = []
    for entry in _each(body.get("entry")):
        changes = entry.get("changes") if isinstance(entry, dict) else None
        items += [item for change in _each(changes) for item in _change(change, phone_id)] or [_ignored(entry)]
    return items


def _change(change: Any, phone_id: str) -> list[Inbound | Delivery]:
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict) or change.get("field") != "messages" or not _is_for(value, phone_id):
        return [_ignored(change)]
    contacts = [contact for contact in _each(value.get("contacts")) if isinstance(contact, dict)]
    messages = [_guarded(lambda m: _message(m, contacts), part) for part in _each(value.get("messages"))]
    statuses = [_guarded(_delivery, part) for part in _each(value.get("statuses"))]
    return [*messages, *statuses] or [_ignored(change)]


def _is_for(value: Mapping[str, Any], phone_id: str) -> bool:
    metadata = value.get("metadata")
    return isinstance(metadata, dict) and str(metadata.get("phone_number_id")) == phone_id


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _guarded(reader: Callable[[Any], Inbound | Delivery | None], part: Any) -> Inbound | Delivery:
    try:
        return reader(part) or _ignored(part)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        # one part of an unforeseen form would otherwise have the whole request sent again for days
        return _ignored(part)


# --- messages ----------------------------------------------------------------------------------------------------------


def _message(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]]) -> Inbound | None:
    kind = message["type"]
    if kind == "system":
        return _new_identity(message)
    user_id, also = _person(message, contacts)
    id_ = _id(message)
    head: dict[str, Any] = {"channel": NAME, "external_id": id_, "user_id": user_id, "also": also, "at": _time(message)}
    if kind == "revoke":
        # what they took back stays what they said; that they did is kept beside it
        return Inbound(**head, kind="ignored", edits=kept_id(message["revoke"]["original_message_id"]))
    edit = message["edit"] if kind == "edit" else None
    content = None if message.get("group_id") else _content(edit["message"] if edit else message, id_)
    if content is None:
        return Inbound(**head, kind="ignored")
    if edit:
        return Inbound(**head, **{**content, "kind": "edit"}, edits=kept_id(edit["original_message_id"]))
    return Inbound(**head, **content)


def _content(message: Mapping[str, Any], id_: str) -> dict[str, Any] | None:
    """kind, text, button and files of a message; None when there is nothing that we act on."""
    kind = message["type"]
    if kind in FILES:
        media = message[kind]
        return {"kind": "file", "text": clean(media.get("caption")), "files": (_file(media, FILES[kind], id_),)}
    if kind == "unsupported":
        return {"kind": "file", "files": (FileRef(ref=id_, kind=UNREADABLE),)}
    if kind == "button":
        return _tap(message["button"].get("payload"), message["button"]["text"])
    if kind == "interactive":
        reply = message["interactive"][message["interactive"]["type"]]
        return _tap(reply["id"], reply["title"])
    text = clean(WORDS[kind](message[kind])) if kind in WORDS else ""
    return {"kind": "text", "text": text} if text else None


def _tap(payload: Any, title: Any) -> dict[str, Any]:
    """A button of ours; any other (a template that somebody else sent) says what is written on it."""
    if isinstance(payload, str) and TAP.fullmatch(payload):
        return {"kind": "button", "button": payload}
    return {"kind": "text", "text": clean(title)}


def _file(media: Mapping[str, Any], kind: str, id_: str) -> FileRef:
    if not KEEPABLE.fullmatch(str(media.get("id", ""))) or "/" in str(media["id"]):
        return FileRef(ref=id_, kind=LOST)
    return FileRef(
        ref=str(media["id"]),
        kind=kind,
        name=clean(media.get("filename")),
        mime=clean(media.get("mime_type")),
        sha256=clean(media.get("sha256")),
    )


def _text(text: Mapping[str, Any]) -> str:
    return text["body"]


def _place(place: Mapping[str, Any]) -> str:
    """A named place in its words; one without a name as where it is."""
    words = [str(place[name]) for name in ("name", "address") if place.get(name)]
    return ", ".join(words) or f"{float(place['latitude'])}, {float(place['longitude'])}"


def _people(contacts: Sequence[Mapping[str, Any]]) -> str:
    """Contacts are said as words, since they may name who calls."""
    lines = []
    for contact in contacts:
        phones = [str(phone["phone"]) for phone in contact.get("phones", ()) if phone.get("phone")]
        lines.append(" ".join([str(contact.get("name", {}).get("formatted_name") or ""), *phones]).strip())
    return "\n".join(lines)


WORDS: dict[str, Callable[[Any], str]] = {"text": _text, "location": _place, "contacts": _people}


# --- people ------------------------------------------------------------------------------------------------------------


def _person(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]]) -> tuple[str, tuple[str, ...]]:
    """Their id and the others that are theirs. Raises ValueError when nobody can be told."""
    ids = [message.get("from_user_id"), message.get("from")]
    said = {id_ for id_ in ids if id_}
    for contact in contacts:
        theirs = [contact.get("user_id"), contact.get("wa_id")]
        if said & set(theirs) or (not said and len(contacts) == 1):
            ids += theirs
            break
    return _ids(ids)


def _ids(found: Sequence[Any]) -> tuple[str, tuple[str, ...]]:
    """The business-scoped id if there is one, else the phone; then the others."""
    ids = [str(id_) for id_ in found if id_]
    known = [id_ for id_ in ids if USER_ID.fullmatch(id_)]
    known += [form for id_ in ids if PHONE.fullmatch(id_) for form in _forms(id_)]
    if not known:
        raise ValueError("nobody")
    first, *others = dict.fromkeys(known)
    return first, tuple(others)


def _forms(phone: str) -> tuple[str, ...]:
    """A Mexican mobile is written with and without the old 1 after the country's code."""
    if len(phone) == 13 and phone.startswith("521"):
        return phone, f"52{phone[3:]}"
    if len(phone) == 12 and phone.startswith("52"):
        return phone, f"521{phone[2:]}"
    return (phone,)


def _new_identity(message: Mapping[str, Any]) -> Inbound | None:
    """Nobody wrote; somebody has another number or id from now on, and stays who they were."""
    system = message["system"]
    if system["type"] not in CHANGES:
        return None
    new = [system.get("user_id"), system.get("wa_id"), system.get("new_wa_id")]
    user_id, also = _ids(new)
    old = [message.get("from_user_id"), system.get("previous_user_id"), message.get("from"), system.get("customer")]
    forms = dict.fromkeys(form for id_ in old if id_ for form in _forms(str(id_)))
    gone = [form for form in forms if form != user_id and form not in also]
    return Inbound(
        channel=NAME,
        external_id=_id(message),
        user_id=user_id,
        kind="ignored",
        at=_time(message),
        # an id of theirs is never given to anybody else, a phone is
        also=(*(id_ for id_ in gone if USER_ID.fullmatch(id_)), *also),
        formerly=tuple(id_ for id_ in gone if PHONE.fullmatch(id_)),
    )


# --- statuses ----------------------------------------------------------------------------------------------------------


def _delivery(status: Mapping[str, Any]) -> Delivery | None:
    if status["status"] not in STATUSES:
        return None
    error = _error(status.get("errors")) if status["status"] == "failed" else ""
    return Delivery(channel=NAME, provider_id=kept_id(status["id"]), status=status["status"], error=error)


def _error(errors: Any) -> str:
    codes = [int(error["code"]) for error in _each(errors) if isinstance(error, dict) and "code" in error]
    return (MEANINGS.get(codes[0]) or str(codes[0])) if codes else "unknown"


# --- small things ------------------------------------------------------------------------------------------------------


def _ignored(part: Any) -> Inbound:
    return Inbound(channel=NAME, external_id=_id(part), user_id="", kind="ignored", at=_now())


def _id(part: Any) -> str:
    """The message's own id; a part without one is known by what is in it."""
    if isinstance(part, dict) and isinstance(part.get("id"), str) and "type" in part:
        return kept_id(part["id"])
    return PART + hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()


def _time(message: Mapping[str, Any]) -> datetime:
    """When it was written. With a time that cannot be, it was written now: it is no reason to lose it."""
    try:
        number = int(message["timestamp"])
        at = datetime.fromtimestamp(number / 1000 if number > MILLISECONDS else number, timezone.utc)
    except (ArithmeticError, LookupError, OSError, TypeError, ValueError):
        return _now()
    return at if at.year >= FOUNDED and at <= _now() else _now()


def _now() -> datetime:
    return datetime.now(timezone.utc)
