"""Telegram over python-telegram-bot: updates in (bot/channels/telegram_updates.py), by webhook or polling, and messages
out."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

from aiolimiter import AsyncLimiter
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.base import UNREADABLE, OpenFile, links, nothing_to_open, unreadable
from bot.channels.telegram_updates import CALLBACK, NAME, read_update
from bot.config import Telegram
from bot.errors import (
    BadToken,
    FileRefused,
    Forged,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    TwoOfUs,
    Unavailable,
)
from bot.model import Button, FileRef, Inbound, Limits, Reply

log = logging.getLogger(__name__)

# every request's address has the token in it, and these write addresses at INFO and DEBUG
for _noisy in ("httpx", "httpcore", "telegram"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)
# this one writes a whole answer, with what people wrote, at ERROR when the answer was cut off
logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)

SECRET_HEADER = "x-telegram-bot-api-secret-token"
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
#: Seconds that Telegram keeps a poll open when there is nothing new.
POLL_SECONDS = 20
#: Seconds until a request is given up.
TIMEOUT = 15.0
DOWNLOAD_TIMEOUT = 60.0
#: What Telegram lets a bot download, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: Telegram takes 30 messages a second and, to one chat, a few at once and then one a second. Ours stay below it, as they
#: arrive less evenly than they are sent.
AT_ONCE, A_SECOND = 5, 20
CHAT_AT_ONCE = 3
#: Chats whose pace is remembered.
CHATS = 1000
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class _Bot(Bot):
    """The library's bot, and a poll that gives updates as Telegram wrote them."""

    async def raw_updates(self, offset: int) -> list[dict[str, Any]]:
        data = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": UPDATES}
        return cast(list, await self._post("getUpdates", data, read_timeout=POLL_SECONDS + TIMEOUT))


class _Pace:
    """Waits until a message may go. Only the chat that was written to a lot waits for itself."""

    def __init__(self) -> None:
        self._all = AsyncLimiter(AT_ONCE, AT_ONCE / A_SECOND)
        self._chats: dict[str, AsyncLimiter] = {}

    async def wait(self, chat: str) -> None:
        if len(self._chats) > CHATS:
            self._chats = {key: one for key, one in self._chats.items() if not one.has_capacity(CHAT_AT_ONCE)}
        await self._chats.setdefault(chat, AsyncLimiter(CHAT_AT_ONCE, CHAT_AT_ONCE)).acquire()
        await self._all.acquire()


class TelegramChannel:
    """A channel as `bot/channels/base.py` asks for. Connections are opened at first use, in the loop that uses them."""

    name = NAME
    limits = Limits(text=4096, buttons=13, title=40, callback=64, caption=1024, paced=True)

    def __init__(self, settings: Telegram, open_file: OpenFile = nothing_to_open) -> None:
        self._settings, self._open_file = settings, open_file
        self._requests: tuple[HTTPXRequest, ...] = ()
        self._opened: _Bot | None = None
        self._pace = _Pace()
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
            return [unreadable(NAME, body)]
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return [unreadable(NAME, body)]
        return [read_update(update)]

    async def poll(self, offset: int) -> tuple[list[Inbound], int]:
        """Wait for updates from `offset` on. Asking with the offset returned here confirms them. Raises SendError."""
        try:
            updates = await self._bot.raw_updates(offset)
        except TelegramError as error:
            raise _translated(error) from None
        try:
            next_offset = max((update["update_id"] + 1 for update in updates), default=offset)
        except (KeyError, TypeError):
            raise Unavailable("telegram's answer is not of updates") from None
        return [read_update(update) for update in updates], next_offset

    async def fetch(self, file: FileRef) -> bytes:
        """Download an attachment of at most 20 MB, as it was sent."""
        if file.kind == UNREADABLE:
            raise FileRefused(UNREADABLE)
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
            try:
                data = await remote.download_as_bytearray(read_timeout=DOWNLOAD_TIMEOUT)
            except InvalidToken:  # what the library makes of a 404, which here is about the file
                raise Rejected("telegram no longer has this file") from None
        _check_size(len(data))
        return bytes(data)

    # --- out -------------------------------------------------------------------------------------------------------

    async def send(self, address: str, part: Reply, key: str) -> str:
        """Plain text, with a button in each row. A tap comes back as `<seq>.<index>`: a payload may not fit.

        A file of ours goes along as a document, in one request with its text; others are links.
        """
        data = await asyncio.to_thread(self._open_file, part.attachments[0].url) if part.attachments else None
        if data:
            return await self._send_document(address, part, data, key)
        text = "\n\n".join(text for text in (part.text, links(part)) if text)
        await self._pace.wait(address)
        with _mapped_errors():
            sent = await self._bot.send_message(
                address, text, link_preview_options=NO_PREVIEW, reply_markup=_keyboard(part.buttons, key)
            )
        return str(sent.message_id)

    async def _send_document(self, address: str, part: Reply, data: bytes, key: str) -> str:
        document = InputFile(data, filename=part.attachments[0].name)
        await self._pace.wait(address)
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
                await self._bot.set_webhook(
                    _webhook(public_url), secret_token=self._settings.secret, allowed_updates=UPDATES
                )

    async def trouble(self, public_url: str) -> str:
        """Is the token good, and do messages come to us and to nobody else?"""
        try:
            with _mapped_errors():
                await self._bot.get_me()
                told = await self._bot.get_webhook_info()
        except SendError as error:
            return error.code
        if told.url != ("" if self.polls else _webhook(public_url)):
            return "webhook_elsewhere"
        return "webhook_unanswered" if not self.polls and told.last_error_date and told.pending_update_count else ""

    async def close(self) -> None:
        await asyncio.gather(*(request.shutdown() for request in self._requests))
        self._requests, self._opened, self._pace = (), None, _Pace()

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


def _webhook(public_url: str) -> str:
    return f"{public_url}/webhooks/{NAME}"


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
    if isinstance(error, Conflict):
        log.error("telegram: 409, another process fetches messages with this token: stop it, or give it its own bot")
        return TwoOfUs("another process fetches messages with the same token")
    if isinstance(error, InvalidToken):
        log.error("telegram: the token is not accepted, see TELEGRAM_TOKEN")
        return BadToken("telegram does not accept the token")
    if isinstance(error, BadRequest):
        return Rejected(f"telegram refused the request: {type(error).__name__}")
    return Unavailable(f"telegram does not answer: {type(error).__name__}")
