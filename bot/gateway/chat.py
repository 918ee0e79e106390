"""The web chat's HTTP contract: a session, messages in, messages out."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot import safety
from bot.channels.base import clean
from bot.model import Conversation, FileRef, Inbound, Reply
from bot.wiring import House

#: The longest message that is taken; more is a document, and can be sent as a file.
MAX_TEXT = 10_000
#: The longest a request for news is held open, in seconds, and how often it looks.
MAX_WAIT = 25.0
LOOK = 0.05


class BadRequest(Exception):
    """code names the text `utter_error_<code>`; status is the HTTP answer."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True)
class Posted:
    """What a browser sent."""

    client_id: str
    text: str = ""
    button: str = ""
    file: UploadFile | None = None


async def open_session(request: Request) -> JSONResponse:
    """201 {session, token}. Only the hash of the token is kept."""
    token = secrets.token_urlsafe(32)
    conversation = await asyncio.to_thread(_new_conversation, _house(request), token)
    return JSONResponse({"session": conversation.id, "token": token}, status_code=201)


async def receive(request: Request) -> JSONResponse:
    """202 {id} once the message is on disk. The same client_id again is the same message."""
    posted = await _read(request)
    alarm = safety.check(posted.text) if posted.text else None
    request.state.alarm = alarm.kind if alarm else ""
    house = _house(request)
    conversation = await _conversation(request)
    files = await _keep(house, conversation, posted)
    message = Inbound(
        channel="web",
        external_id=_external_id(conversation, posted.client_id),
        user_id=conversation.address,
        kind="button" if posted.button else "file" if files else "text",
        at=datetime.now(timezone.utc),
        text=posted.text,
        button=posted.button,
        files=files,
    )
    ids = await asyncio.to_thread(house.inbox.accept, [message], conversation.id)
    return JSONResponse({"id": ids[0]}, status_code=202)


async def messages(request: Request) -> JSONResponse:
    """{messages, working}: what was said after `after`, held open up to `wait` seconds while there is nothing."""
    house, conversation = _house(request), await _conversation(request)
    after, wait = _number(request, "after", 10**9), min(_number(request, "wait", 10**6), MAX_WAIT)
    until = time.monotonic() + wait
    while True:
        found, working = await asyncio.to_thread(_news, house, conversation.id, int(after))
        if found or time.monotonic() >= until or await request.is_disconnected():
            return JSONResponse({"messages": found, "working": working})
        await asyncio.sleep(LOOK)


async def history(request: Request) -> JSONResponse:
    """{messages}: the whole conversation in order, the person's own messages too (author `user`)."""
    house, conversation = _house(request), await _conversation(request)
    return JSONResponse({"messages": await asyncio.to_thread(_transcript, house, conversation.id)})


async def _read(request: Request) -> Posted:
    kind = request.headers.get("content-type", "")
    fields = await (_form(request) if kind.startswith("multipart/form-data") else _json(request))
    client_id, text, button, file = (fields.get(name) for name in ("client_id", "text", "button", "file"))
    if not isinstance(client_id, str) or not 1 <= len(client_id) <= 100:
        raise BadRequest("peticion")
    if not isinstance(text or "", str) or not isinstance(button or "", str):
        raise BadRequest("peticion")
    if file is not None and not isinstance(file, UploadFile):
        raise BadRequest("peticion")
    posted = Posted(client_id, clean(text or ""), button or "", file)
    if len(posted.text) > MAX_TEXT:
        raise BadRequest("texto_largo", 413)
    if not (posted.text or posted.button or posted.file):
        raise BadRequest("texto_vacio")
    return posted


async def _form(request: Request) -> dict[str, Any]:
    try:
        return dict(await request.form(max_files=1, max_fields=4))
    except MultiPartException as error:
        raise BadRequest("peticion") from error


async def _json(request: Request) -> dict[str, Any]:
    try:
        fields = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise BadRequest("peticion") from error
    if not isinstance(fields, dict):
        raise BadRequest("peticion")
    return fields


async def _conversation(request: Request) -> Conversation:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadRequest("sesion", 401)
    conversation = await asyncio.to_thread(_by_token, _house(request), token)
    if conversation is None:
        raise BadRequest("sesion", 401)
    return conversation


async def _keep(house: House, conversation: Conversation, posted: Posted) -> tuple[FileRef, ...]:
    """Keep an uploaded file before the message that brings it is committed."""
    if posted.file is None:
        return ()
    data = await posted.file.read()
    ref = FileRef(
        ref=_external_id(conversation, posted.client_id),
        kind="",
        name=clean(posted.file.filename or "")[:120],
        mime=posted.file.content_type or "",
        size=len(data),
    )
    item = await asyncio.to_thread(house.room.keep, conversation.id, ref.ref, data, ref)
    return (FileRef(ref.ref, item.kind, ref.name, ref.mime, ref.size),)


def _external_id(conversation: Conversation, client_id: str) -> str:
    return hashlib.sha256(f"{conversation.id}:{client_id}".encode("utf-8", "replace")).hexdigest()


def _number(request: Request, name: str, largest: float) -> float:
    text = request.query_params.get(name, "0")
    try:
        number = float(text)
    except ValueError as error:
        raise BadRequest("peticion") from error
    if not 0 <= number <= largest:
        raise BadRequest("peticion")
    return number


def _house(request: Request) -> House:
    return request.app.state.house


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _new_conversation(house: House, token: str) -> Conversation:
    with house.store.begin() as tx:
        return tx.new_web_conversation(_hash(token))


def _by_token(house: House, token: str) -> Conversation | None:
    with house.store.read() as tx:
        return tx.conversation_by_token(_hash(token))


def _news(house: House, conversation_id: str, after: int) -> tuple[list[dict], bool]:
    with house.store.read() as tx:
        return [_shown(row) for row in tx.sent_after(conversation_id, after)], tx.is_working(conversation_id)


def _transcript(house: House, conversation_id: str) -> list[dict]:
    with house.store.read() as tx:
        bot = [_shown(row) for row in tx.sent_after(conversation_id, 0)]
        person = [_own(row) for row in tx.said_by_person(conversation_id)]
    return sorted([*bot, *person], key=lambda message: message["at"])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    reply: Reply = row["reply"]
    return {
        "id": row["id"],
        "author": row["author"],
        "text": reply.text,
        "buttons": [asdict(button) for button in reply.buttons],
        "attachments": [asdict(attachment) for attachment in reply.attachments],
        "at": row["at"].isoformat(),
    }


def _own(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "author": "user",
        "text": row["text"],
        "files": [{"name": file.name, "kind": file.kind} for file in row["files"]],
        "at": row["received_at"].isoformat(),
    }
