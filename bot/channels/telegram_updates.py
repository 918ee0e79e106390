"""What Telegram's updates say, as ours. Private chats only.

Updates are read as the JSON they are, not as the library's objects: one update of a form that the library does not
know must not stop the polling, and the library writes what it cannot read into its log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from bot.channels.base import UNREADABLE, clean, kept_id
from bot.model import FileRef, Inbound

NAME = "telegram"
CALLBACK = "callback:"
#: A deep link's payload has this form; anything else after /start was typed and is read as text.
START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*", re.IGNORECASE)
FILES = {
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "documento",
}
#: What a person meant to show us and we cannot open; they are told so.
CLOSED = ("poll", "dice", "game", "story", "paid_media", "checklist", "sticker")


def read_update(update: Mapping[str, Any]) -> Inbound:
    """An update as ours; what we do not act on comes as kind `ignored`. Never raises."""
    try:
        return _read(update) or _ignored(update)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        # an update of an unforeseen form would otherwise be sent again for ever and hold back those behind it
        return _ignored(update)


def _read(update: Mapping[str, Any]) -> Inbound | None:
    if "callback_query" in update:
        return _tap(update["callback_query"])
    if "edited_message" in update:
        return _edit(update["edited_message"])
    if "message" in update:
        return _message(update["message"])
    return None


def _message(message: Mapping[str, Any]) -> Inbound | None:
    text, files = _text(message), _files(message)
    if not _is_private(message) or not (text or files):
        return None
    chat, at = message["chat"]["id"], _time(message["date"])
    id_ = f"{chat}:{message['message_id']}"
    start = None if files else START.fullmatch(text)
    if start:
        return Inbound(**_inbound(id_, chat, "start", at), start=start[1] or "")
    album = clean(message.get("media_group_id"))[:64] if files else ""
    kind = "album" if album else "file" if files else "text"
    return Inbound(**_inbound(id_, chat, kind, at), text=text, files=files, album=album)


def _edit(message: Mapping[str, Any]) -> Inbound | None:
    """A message that was corrected. A place that moves, which Telegram calls an edit too, corrects nothing."""
    text, files = _text(message), _files(message)
    if "location" in message or not _is_private(message) or not (text or files):
        return None
    chat, edited = message["chat"]["id"], message["edit_date"]
    original = f"{chat}:{message['message_id']}"
    inbound = _inbound(f"{original}:e{edited}", chat, "edit", _time(edited))
    return Inbound(**inbound, text=text, files=files, edits=kept_id(original))


def _tap(tap: Mapping[str, Any]) -> Inbound | None:
    message, data = tap.get("message"), tap.get("data")
    if not message or not isinstance(data, str) or not data or not _is_private(message):
        return None
    # a tap has no time of its own, only that of the message with the buttons
    return Inbound(**_inbound(f"{CALLBACK}{tap['id']}", message["chat"]["id"], "button", _now()), button=data)


def _ignored(update: Mapping[str, Any]) -> Inbound:
    body = next((value for value in update.values() if isinstance(value, dict)), {})
    chat = body.get("chat") or body.get("from")
    chat_id = chat.get("id", "") if isinstance(chat, dict) else ""
    return Inbound(**_inbound(f"update:{update['update_id']}", chat_id, "ignored", _now()))


def _inbound(external_id: str, chat: int | str, kind: str, at: datetime) -> dict[str, Any]:
    return {"channel": NAME, "external_id": kept_id(external_id), "user_id": str(chat), "kind": kind, "at": at}


def _is_private(message: Mapping[str, Any]) -> bool:
    return message["chat"]["type"] == "private" and isinstance(message["chat"]["id"], int)


def _text(message: Mapping[str, Any]) -> str:
    """What was said in words. Contacts and places are said as words, since they may name who calls and from where;
    a sticker says its emoji."""
    if "contact" in message:
        fields = [message["contact"].get(name) for name in ("first_name", "last_name", "phone_number")]
        return clean(" ".join(field for field in fields if field))
    if "venue" in message:
        return clean(f"{message['venue']['title']}, {message['venue']['address']}")
    if "location" in message:
        place = message["location"]
        return f"{float(place['latitude'])}, {float(place['longitude'])}"
    said = message.get("text") or message.get("caption") or message.get("sticker", {}).get("emoji")
    return clean(said) if isinstance(said, str) else ""


def _files(message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: size["width"] * size["height"])
        return (_file(largest, "foto"),)
    found = [_file(message[field], kind) for field, kind in FILES.items() if field in message]
    if found:
        return (found[0],)  # Telegram repeats an animation as `document`
    closed = any(kind in message for kind in CLOSED) and not _text(message)
    return (FileRef(ref=f"{message['chat']['id']}:{message['message_id']}", kind=UNREADABLE),) if closed else ()


def _file(media: Mapping[str, Any], kind: str) -> FileRef:
    size = media.get("file_size")
    return FileRef(
        ref=str(media["file_id"]),
        kind=kind,
        name=clean(media.get("file_name")),
        mime=clean(media.get("mime_type")),
        size=size if isinstance(size, int) else 0,
        unique=clean(media.get("file_unique_id")),
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _now() -> datetime:
    return datetime.now(timezone.utc)
