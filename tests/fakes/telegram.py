"""A Bot API server on loopback that keeps Telegram's rules: limits, conflicts, unknown chats, blocked bots.

    with FakeTelegram() as telegram:
        telegram.push_text(ANA, "me amenazaron")
        ...  # a bot with api_base=telegram.url and token=telegram.token
        assert telegram.sent[-1].text

Kept: who may be written to (403, chat not found), lengths, 64 bytes behind a button, how fast (429 with retry_after: a
few messages at once to one chat and then one a second, 30 a second to all), one poll at a time (409), never a poll beside
a webhook, updates in order and until they are confirmed, 20 MB a download. Not kept: groups and parse modes.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "424242:FAKE-token-of-the-tests"
#: People who wrote to the bot; nobody real.
ANA, LUIS = 700100200, 700100300
TEXT_MAX, CAPTION_MAX, CALLBACK_MAX, DOWNLOAD_MAX = 4096, 1024, 64, 20 * 1024 * 1024
#: Messages to one chat: this many at once, and then one a second. To all: in any second.
CHAT_BURST, THROUGHPUT = 5, 30
TICK = 0.01


@dataclass(frozen=True)
class Sent:
    """A message that the bot sent. buttons: (title, callback_data) in order, rows: how many in each row."""

    chat_id: int
    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]
    parse_mode: str
    preview_off: bool
    document: tuple[str, bytes] = ("", b"")


class ApiError(Exception):
    """An answer that is not ok, as Telegram writes it."""

    def __init__(self, status: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.status, self.description, self.retry_after = status, description, retry_after

    def response(self) -> Response:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after:
            body["parameters"] = {"retry_after": self.retry_after}
        return JSONResponse(body, status_code=self.status)


class FakeTelegram:
    """The server, its scripted troubles, what people do (`push_*`) and what the bot did (`sent`, `answered`, …)."""

    def __init__(self, token: str = TOKEN, file_limit: int = DOWNLOAD_MAX) -> None:
        self.token, self.file_limit = token, file_limit
        self.sent: list[Sent] = []
        self.answered: list[str] = []
        self.actions: list[tuple[int, str]] = []
        self.webhook: dict[str, str] = {}
        self.webhook_error: dict[str, Any] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.queue: list[dict[str, Any]] = []
        self.refused: list[tuple[str, int]] = []
        self.blocked: set[int] = set()
        self.chat_burst, self.throughput = CHAT_BURST, THROUGHPUT
        self.says_size = 0  # of every file, whatever it has
        self.clock = time.monotonic
        self.sent_at: list[tuple[float, int]] = []
        self._chats: set[int] = set()
        self._taps: set[str] = set()
        self._files: dict[str, tuple[str, bytes]] = {}
        self._failures: defaultdict[str, list[ApiError | float | bytes]] = defaultdict(list)
        self._ids, self._lock, self._polls, self._polling = count(1), threading.Lock(), 0, 0

    # --- life ------------------------------------------------------------------------------------------------------

    def __enter__(self) -> FakeTelegram:
        routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download),
        ]
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            Starlette(routes=routes), lifespan="off", log_config=None, log_level="critical", ws="none"
        )
        config.timeout_graceful_shutdown = 1
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        self.wait_until(lambda: self._server.started)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def wait_until(self, happened: Any, seconds: float = 5.0) -> None:
        """Wait for a condition on the server's side, from the thread of the test."""
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise TimeoutError("the fake Telegram waited in vain")
            time.sleep(TICK)

    @property
    def polling(self) -> bool:
        """Is somebody waiting in getUpdates now?"""
        return self._polling > 0

    # --- scripted troubles -----------------------------------------------------------------------------------------

    def fail(self, method: str, status: int, description: str = "", retry_after: int = 0, times: int = 1) -> None:
        """The next `times` calls of `method` (or `download`) are answered with this error."""
        error = ApiError(status, description or f"Error {status}", retry_after)
        self._failures[method] += [error] * times

    def stall(self, method: str, seconds: float) -> None:
        """The next call of `method` is taken and answered only after `seconds`, as if the network hung."""
        self._failures[method].append(seconds)

    def garble(self, method: str, body: bytes) -> None:
        """The next call of `method` is answered 200 with these bytes instead of its answer."""
        self._failures[method].append(body)

    def block(self, chat_id: int) -> None:
        """The person blocks the bot, until they write again."""
        self.blocked.add(chat_id)

    # --- what people do: each returns the update, to be polled or posted to a webhook ------------------------------

    def push_text(self, chat_id: int, text: str) -> dict[str, Any]:
        return self._push_message(chat_id, text=text)

    def push_start(self, chat_id: int, payload: str = "") -> dict[str, Any]:
        return self.push_text(chat_id, f"/start {payload}".rstrip())

    def push_edit(self, original: Mapping[str, Any], text: str) -> dict[str, Any]:
        """original: the update of the message that is corrected."""
        field = "text" if "text" in original["message"] else "caption"
        message = {**original["message"], field: text, "edit_date": int(time.time())}
        return self._push({"edited_message": message})

    def push_tap(self, chat_id: int, data: str) -> dict[str, Any]:
        """data: the callback_data of the button."""
        id_ = str(4382 * 10**15 + next(self._ids))
        self._taps.add(id_)
        message = self.said(chat_id, text="(the message with the buttons)")
        return self._push({"callback_query": {"id": id_, "from": _person(chat_id), "message": message, "data": data}})

    def push_photo(self, chat_id: int, data: bytes, caption: str = "", **fields: Any) -> dict[str, Any]:
        small, large = self._file(data[:1000], "photos/.jpg"), self._file(data, "photos/.jpg")
        sizes = [{**small, "width": 90, "height": 67}, {**large, "width": 1280, "height": 960}]
        return self._push_message(chat_id, photo=sizes, **fields, **({"caption": caption} if caption else {}))

    def push_voice(self, chat_id: int, data: bytes, seconds: int = 4) -> dict[str, Any]:
        voice = {**self._file(data, "voice/.oga"), "duration": seconds, "mime_type": "audio/ogg"}
        return self._push_message(chat_id, voice=voice)

    def push_document(self, chat_id: int, name: str, data: bytes, mime: str = "application/pdf") -> dict[str, Any]:
        document = {**self._file(data, "documents/.pdf"), "file_name": name, "mime_type": mime}
        return self._push_message(chat_id, document=document)

    def push_video_note(self, chat_id: int, data: bytes) -> dict[str, Any]:
        note = {**self._file(data, "video_notes/.mp4"), "duration": 3, "length": 240}
        note["thumbnail"] = {**self._file(data[:100], "thumbnails/.jpg"), "width": 90, "height": 90}
        return self._push_message(chat_id, video_note=note)

    def push_album(self, chat_id: int, *photos: bytes, caption: str = "") -> list[dict[str, Any]]:
        """Photos sent as one: an update each, of which only the first has the caption."""
        album = str(13_843_251_234_567_890 + next(self._ids))
        captions = [caption, *[""] * len(photos)]
        return [
            self.push_photo(chat_id, data, said, media_group_id=album)
            for data, said in zip(photos, captions, strict=False)
        ]

    def push_raw(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Any other kind of update, without its `update_id`."""
        return self._push(dict(body))

    def _push_message(self, chat_id: int, **content: Any) -> dict[str, Any]:
        return self._push({"message": self.said(chat_id, **content)})

    def _push(self, body: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            update = {"update_id": 900000 + next(self._ids), **body}
            self.queue.append(update)
        return update

    def said(self, chat_id: int, **content: Any) -> dict[str, Any]:
        """A message of a person, to be put into an update."""
        self._chats.add(chat_id)
        self.blocked.discard(chat_id)
        chat = {"id": chat_id, "first_name": "Persona", "type": "private"}
        head = {"message_id": next(self._ids), "from": _person(chat_id), "chat": chat, "date": int(time.time())}
        return {**head, **content}

    def _file(self, data: bytes, path: str) -> dict[str, Any]:
        """path: folder and ending of what Telegram calls it; the person's own name is no part of it."""
        number = next(self._ids)
        id_, (folder, name) = f"AgAC{number}", path.split("/")
        self._files[id_] = (f"{folder}/file_{number}{name}", data)
        return {"file_id": id_, "file_unique_id": f"U{id_}", "file_size": len(data)}

    # --- the server ------------------------------------------------------------------------------------------------

    async def _call(self, request: Request) -> Response:
        method, form = request.path_params["method"], await request.form()
        fields: dict[str, Any] = {name: str(value) for name, value in form.items()} | dict(request.query_params)
        files = {name: (v.filename, await v.read()) for name, v in form.items() if isinstance(v, UploadFile)}
        try:
            self._check_token(request)
            self.calls.append((method, fields))
            garbled = await self._scripted(method)
            if garbled is not None:
                return Response(garbled, media_type="application/json")
            handler = getattr(self, f"_on_{method}", None)
            if handler is None:
                raise ApiError(404, "Not Found: method not found")
            return JSONResponse(
                {"ok": True, "result": await handler({**fields, **({"files": files} if files else {})})}
            )
        except ApiError as error:
            self.refused.append((method, error.status))
            return error.response()

    async def _download(self, request: Request) -> Response:
        try:
            self._check_token(request)
            await self._scripted("download")
            found = [data for path, data in self._files.values() if path == request.path_params["path"]]
            if not found:
                raise ApiError(404, "Not Found: file not found")
            return Response(found[0], media_type="application/octet-stream")
        except ApiError as error:
            return error.response()

    def _check_token(self, request: Request) -> None:
        if request.path_params["token"] != self.token:
            raise ApiError(401, "Unauthorized")

    async def _scripted(self, method: str) -> bytes | None:
        trouble = self._failures[method].pop(0) if self._failures[method] else None
        if isinstance(trouble, ApiError):
            raise trouble
        if isinstance(trouble, float | int):
            await self._sleep(trouble)
            raise ApiError(504, "Gateway Timeout")
        return trouble

    async def _sleep(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._server.should_exit:
            await asyncio.sleep(TICK)

    async def _on_getMe(self, fields: Mapping[str, str]) -> dict[str, Any]:
        return {"id": 424242, "is_bot": True, "first_name": "Buen Trato", "username": "BuenTratoPruebaBot"}

    async def _on_getWebhookInfo(self, fields: Mapping[str, str]) -> dict[str, Any]:
        pending = {"pending_update_count": len(self.queue), "has_custom_certificate": False}
        return {"url": self.webhook.get("url", ""), **pending, **self.webhook_error}

    async def _on_getUpdates(self, fields: Mapping[str, str]) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, deadline = int(fields.get("offset", 0)), time.monotonic() + int(fields.get("timeout", 0))
        allowed = json.loads(fields.get("allowed_updates", "[]"))
        self._polls += 1
        mine = self._polls
        self._polling += 1
        try:
            while True:
                self._check_alone(mine)
                found = self._confirm(offset, allowed)
                if found or time.monotonic() >= deadline or self._server.should_exit:
                    return found
                await asyncio.sleep(TICK)
        finally:
            self._polling -= 1

    def _check_alone(self, poll: int) -> None:
        # as Telegram does: the newer poll goes on and the older one is ended
        if poll != self._polls:
            raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")

    def _confirm(self, offset: int, allowed: list[str]) -> list[dict[str, Any]]:
        with self._lock:
            self.queue = [u for u in self.queue if u["update_id"] >= offset and (not allowed or set(u) & set(allowed))]
            return self.queue[:100]

    async def _on_sendMessage(self, fields: Mapping[str, str]) -> dict[str, Any]:
        text = fields.get("text", "").strip()
        if not text:
            raise ApiError(400, "Bad Request: message text is empty")
        if len(text) > TEXT_MAX:
            raise ApiError(400, "Bad Request: message is too long")
        return self._keep_sent(fields, text)

    async def _on_sendDocument(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        name, data = next(iter(fields["files"].values()))
        if not data:
            raise ApiError(400, "Bad Request: file must be non-empty")
        if len(fields.get("caption", "")) > CAPTION_MAX:
            raise ApiError(400, "Bad Request: message caption is too long")
        return self._keep_sent(fields, fields.get("caption", ""), (name, data))

    def _keep_sent(
        self, fields: Mapping[str, str], text: str, document: tuple[str, bytes] = ("", b"")
    ) -> dict[str, Any]:
        chat_id = self._chat(fields)
        self._check_pace(chat_id)
        rows = json.loads(fields.get("reply_markup", "{}")).get("inline_keyboard", [])
        buttons = tuple((button["text"], button["callback_data"]) for row in rows for button in row)
        if any(not 1 <= len(data.encode()) <= CALLBACK_MAX for _, data in buttons):
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
        preview_off = bool(json.loads(fields.get("link_preview_options", "{}")).get("is_disabled"))
        sizes, parse_mode = tuple(len(row) for row in rows), fields.get("parse_mode", "")
        sent = Sent(chat_id, next(self._ids), text, buttons, sizes, parse_mode, preview_off, document)
        self.sent.append(sent)
        chat = {"id": chat_id, "first_name": "Persona", "type": "private"}
        return {"message_id": sent.message_id, "chat": chat, "date": int(time.time()), "text": text}

    async def _on_sendChatAction(self, fields: Mapping[str, str]) -> bool:
        self.actions.append((self._chat(fields), fields.get("action", "")))
        return True

    def _check_pace(self, chat_id: int) -> None:
        now = self.clock()
        if sum(at > now - 1 for at, _ in self.sent_at) >= self.throughput:
            raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
        level, last = 0.0, 0.0
        for at in (*(at for at, chat in self.sent_at if chat == chat_id), now):
            level, last = max(0.0, level - (at - last)) + 1, at
        if level > self.chat_burst:
            raise ApiError(429, "Too Many Requests: retry after 2", retry_after=2)
        self.sent_at.append((now, chat_id))

    def _chat(self, fields: Mapping[str, str]) -> int:
        chat_id = int(fields["chat_id"])
        if chat_id not in self._chats:
            raise ApiError(400, "Bad Request: chat not found")
        if chat_id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat_id

    async def _on_answerCallbackQuery(self, fields: Mapping[str, str]) -> bool:
        if fields.get("callback_query_id") not in self._taps:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered.append(fields["callback_query_id"])
        return True

    async def _on_getFile(self, fields: Mapping[str, str]) -> dict[str, Any]:
        if fields.get("file_id") not in self._files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        path, data = self._files[fields["file_id"]]
        if len(data) > self.file_limit:
            raise ApiError(400, "Bad Request: file is too big")
        id_ = fields["file_id"]
        size = self.says_size or len(data)
        return {"file_id": id_, "file_unique_id": f"U{id_}", "file_size": size, "file_path": path}

    async def _on_setWebhook(self, fields: Mapping[str, str]) -> bool:
        if fields.get("url") and not fields["url"].startswith("https://"):
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", fields.get("secret_token", "")):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = dict(fields)
        return True

    async def _on_deleteWebhook(self, fields: Mapping[str, str]) -> bool:
        self.webhook = {}
        return True


def _person(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "Persona", "language_code": "es"}
