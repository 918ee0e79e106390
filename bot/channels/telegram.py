"""Telegram over python-telegram-bot: updates in, by webhook or polling, and messages out. Private chats only.

Updates are read as the JSON they are, not as the library's objects: one update of a form that the library does not
know must not stop the polling, and the library writes what it cannot read into its log.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.base import OpenFile, nothing_to_open
from bot.config import Telegram
from bot.errors import FileRefused, Forged, Malformed, RecipientGone, Rejected, SendError, Throttled, Unavailable
from bot.model import Button, FileRef, Inbound, Limits, Reply

log = logging.getLogger(__name__)

# every request's address has the token in it, and these write addresses at INFO and DEBUG
for _noisy in ("httpx", "httpcore", "telegram"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)
# this one writes a whole answer, with what people wrote, at ERROR when the answer was cut off
logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)

NAME = "telegram"
SECRET_HEADER = "x-telegram-bot-api-secret-token"
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
#: Seconds that Telegram keeps a poll open when there is nothing new.
POLL_SECONDS = 20
#: Seconds until a request is given up.
TIMEOUT = 15.0
DOWNLOAD_TIMEOUT = 60.0
#: What Telegram lets a bot download, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: The longest text that a document can carry.
CAPTION = 1024
CALLBACK = "callback:"
#: A deep link's payload has this form; anything else after /start was typed and is read as text.
START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*", re.IGNORECASE)
FILES = {"voice": "audio", "audio": "audio", "video": "video", "video_note": "video", "document": "documento"}
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class _Bot(Bot):
    """The library's bot, and a poll that gives updates as Telegram wrote them."""

    async def raw_updates(self, offset: int) -> list[dict[str, Any]]:
        data = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": UPDATES}
        return cast(list, await self._post("getUpdates", data, read_timeout=POLL_SECONDS + TIMEOUT))


class TelegramChannel:
    """A channel as `bot/channels/base.py` asks for. Connections are opened at first use, in the loop that uses them."""

    name = NAME
    limits = Limits(text=4096, buttons=13, title=40, callback=64)

    def __init__(self, settings: Telegram, open_file: OpenFile = nothing_to_open) -> None:
        self._settings, self._open_file = settings, open_file
        self._requests: tuple[HTTPXRequest, ...] = ()
        self._opened: _Bot | None = None
        self.polls = settings.mode == "polling"

    # --- in --------------------------------------------------------------------------------------------------------

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises Forged when the secret is not ours, and always when we have none."""
        secret, sent = self._settings.secret, headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(), sent.encode()) or not secret:
            raise Forged("the secret of the telegram webhook is wrong")

    def parse(self, body: bytes) -> list[Inbound]:
        """The one update of a webhook request."""
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            raise Malformed("the body is not JSON") from None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            raise Malformed("the body is not an update")
        return [read_update(update)]

    async def poll(self, offset: int) -> tuple[list[Inbound], int]:
        """Wait for updates from `offset` on. Asking with the offset returned here confirms them. Raises SendError."""
        try:
            updates = await self._bot.raw_updates(offset)
        except TelegramError as error:
            if isinstance(error, Conflict):
                log.error("telegram: 409, another process polls with this token, or it still has a webhook")
            if isinstance(error, InvalidToken):
                log.error("telegram: the token is not accepted, see TELEGRAM_TOKEN")
            raise _translated(error) from None
        next_offset = max((update["update_id"] + 1 for update in updates), default=offset)
        return [read_update(update) for update in updates], next_offset

    async def fetch(self, file: FileRef) -> bytes:
        """Download an attachment of at most 20 MB."""
        _check_size(file.size)
        with _mapped_errors():
            try:
                remote = await self._bot.get_file(file.ref)
            except BadRequest as error:
                if "too big" in error.message.lower():
                    raise FileRefused("grande") from None
                raise
            _check_size(remote.file_size or 0)
            if not remote.file_path:
                raise Rejected("telegram has no path for this file")
            data = await remote.download_as_bytearray(read_timeout=DOWNLOAD_TIMEOUT)
        _check_size(len(data))
        return bytes(data)

    # --- out -------------------------------------------------------------------------------------------------------

    async def send(self, address: str, part: Reply, key: str) -> str:
        """Plain text, with a button in each row. A tap comes back as `<seq>.<index>`: a payload may not fit.

        One file of ours goes along as a document, in one request with its text; others are links.
        """
        if len(part.attachments) == 1 and len(part.text) <= CAPTION:
            data = await asyncio.to_thread(self._open_file, part.attachments[0].url)
            if data:
                return await self._send_document(address, part, data, key)
        *before, last = _texts(part)
        with _mapped_errors():
            for text in before:
                await self._bot.send_message(address, text, link_preview_options=NO_PREVIEW)
            sent = await self._bot.send_message(
                address, last, link_preview_options=NO_PREVIEW, reply_markup=_keyboard(part.buttons, key)
            )
        return str(sent.message_id)

    async def _send_document(self, address: str, part: Reply, data: bytes, key: str) -> str:
        document = InputFile(data, filename=part.attachments[0].name)
        with _mapped_errors():
            sent = await self._bot.send_document(
                address, document, caption=part.text, reply_markup=_keyboard(part.buttons, key)
            )
        return str(sent.message_id)

    async def received(self, message: Inbound) -> None:
        """A tapped button turns until its tap is answered."""
        if message.external_id.startswith(CALLBACK):
            id_ = message.external_id.removeprefix(CALLBACK)
            await _courtesy(self._bot.answer_callback_query(id_), "answering a tap")

    async def typing(self, address: str, answering: str = "") -> None:
        await _courtesy(self._bot.send_chat_action(address, ChatAction.TYPING), "typing")

    async def announce(self, public_url: str) -> None:
        """Have updates sent to us with our secret; or, when we poll, to nobody: Telegram refuses to do both."""
        with _mapped_errors():
            if self.polls:
                await self._bot.delete_webhook()
            else:
                url = f"{public_url}/webhooks/{NAME}"
                await self._bot.set_webhook(url, secret_token=self._settings.secret, allowed_updates=UPDATES)

    async def close(self) -> None:
        await asyncio.gather(*(request.shutdown() for request in self._requests))
        self._requests, self._opened = (), None

    @property
    def _bot(self) -> _Bot:
        if self._opened is None:
            self._requests = (_request(), _request())
            self._opened = _Bot(
                self._settings.token,
                base_url=f"{self._settings.api_base}/bot",
                base_file_url=f"{self._settings.api_base}/file/bot",
                get_updates_request=self._requests[0],
                request=self._requests[1],
            )
        return self._opened


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
    return Inbound(**_inbound(id_, chat, "file" if files else "text", at), text=text, files=files)


def _edit(message: Mapping[str, Any]) -> Inbound | None:
    text, files = _text(message), _files(message)
    if not _is_private(message) or not (text or files):
        return None
    chat, edited = message["chat"]["id"], message["edit_date"]
    original = f"{chat}:{message['message_id']}"
    inbound = _inbound(f"{original}:e{edited}", chat, "edit", _time(edited))
    return Inbound(**inbound, text=text, files=files, edits=original)


def _tap(tap: Mapping[str, Any]) -> Inbound | None:
    message, data = tap.get("message"), tap.get("data")
    if not message or not data or not _is_private(message):
        return None
    # a tap has no time of its own, only that of the message with the buttons
    return Inbound(**_inbound(f"{CALLBACK}{tap['id']}", message["chat"]["id"], "button", _now()), button=data)


def _ignored(update: Mapping[str, Any]) -> Inbound:
    body = next((value for value in update.values() if isinstance(value, dict)), {})
    chat = body.get("chat") or body.get("from")
    chat_id = chat.get("id", "") if isinstance(chat, dict) else ""
    return Inbound(**_inbound(f"update:{update['update_id']}", chat_id, "ignored", _now()))


def _inbound(external_id: str, chat: int | str, kind: str, at: datetime) -> dict[str, Any]:
    return {"channel": NAME, "external_id": external_id, "user_id": str(chat), "kind": kind, "at": at}


def _is_private(message: Mapping[str, Any]) -> bool:
    return message["chat"]["type"] == "private"


def _text(message: Mapping[str, Any]) -> str:
    """What was said in words; a contact and a place are said as words, since they may name who calls and from where."""
    if "contact" in message:
        fields = [message["contact"].get(name) for name in ("first_name", "last_name", "phone_number")]
        return " ".join(field for field in fields if field)
    if "venue" in message:
        return f"{message['venue']['title']}, {message['venue']['address']}"
    return message.get("text") or message.get("caption") or ""


def _files(message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    if "animation" in message:  # Telegram repeats an animation as `document`
        return ()
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: size["width"] * size["height"])
        return (_file(largest, "foto"),)
    return tuple(_file(message[field], kind) for field, kind in FILES.items() if field in message)


def _file(media: Mapping[str, Any], kind: str) -> FileRef:
    return FileRef(
        ref=media["file_id"],
        kind=kind,
        name=media.get("file_name", ""),
        mime=media.get("mime_type", ""),
        size=media.get("file_size", 0),
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _texts(part: Reply) -> list[str]:
    """The part's text with its links, in two messages when one does not hold them."""
    links = "\n".join(f"{attachment.name}: {attachment.url}" for attachment in part.attachments)
    together = "\n\n".join(text for text in (part.text, links) if text)
    return [together] if len(together) <= TelegramChannel.limits.text else [part.text, links]


def _keyboard(buttons: Sequence[Button], key: str) -> InlineKeyboardMarkup | None:
    seq = key.rpartition(".")[2]
    rows = [[InlineKeyboardButton(b.title, callback_data=f"{seq}.{index}")] for index, b in enumerate(buttons)]
    return InlineKeyboardMarkup(rows) if rows else None


def _request() -> HTTPXRequest:
    return HTTPXRequest(read_timeout=TIMEOUT, httpx_kwargs={"trust_env": False})


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise FileRefused("grande")


async def _courtesy(call: Awaitable[Any], what: str) -> None:
    try:
        await call
    except TelegramError as error:
        log.info("telegram: %s failed: %s", what, _translated(error).code)


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except TelegramError as error:
        raise _translated(error) from None


def _translated(error: TelegramError) -> SendError:
    """Our error for the library's; its own message is left out, as it may quote an address or an answer."""
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return Throttled(after.total_seconds() if isinstance(after, timedelta) else float(after))
    if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and "chat not found" in error.message.lower()):
        return RecipientGone("the person blocked the bot or closed the account")
    if isinstance(error, BadRequest | InvalidToken):
        return Rejected(f"telegram refused the request: {type(error).__name__}")
    return Unavailable(f"telegram does not answer: {type(error).__name__}")
