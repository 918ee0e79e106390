"""A Cloud API server on loopback that keeps Meta's rules, and Meta's webhooks, signed as Meta signs them.

    with FakeWhatsApp() as whatsapp:
        webhook = whatsapp.text(ANA, "me amenazaron")
        ...  # post webhook.body with webhook.headers to the gateway; answer with api_base=whatsapp.url
        assert whatsapp.sent[-1].text

Kept: who may be written to and until when (131047), lengths and shapes of every kind of message, how fast (131056,
130429), templates that must be approved, media addresses that expire and want the token, statuses in whatever order the
test asks for them. Time is what `advance` makes of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.serve import serve

TOKEN, PHONE_ID, APP_SECRET, VERIFY_TOKEN = (
    "EAAfake-token-of-the-tests",
    "106540352242922",
    "app-secret",
    "verifica-esto",
)
TEMPLATE, LANGUAGE = "buentrato_continuar", "es_MX"
WINDOW = 24 * 3600
MEDIA_SECONDS = 300
TEXT_MAX, BODY_MAX, ID_MAX = 4096, 1024, 256
BUTTONS_MAX, BUTTON_TITLE = 3, 20
ROWS_MAX, ROW_TITLE, ROW_DESCRIPTION, ROW_ID = 10, 24, 72, 200
#: To one person: this many at once, and then one every so many seconds.
PAIR_BURST, PAIR_SECONDS = 45, 6.0
#: To all: messages in a second.
THROUGHPUT = 80


class Person(NamedTuple):
    """phone may be missing since 2026, bsuid was before it."""

    phone: str = ""
    bsuid: str = ""
    name: str = "Rosario Quintanilla"


#: People who write to the bot; nobody real. EVA hides her phone, LUIS is of before business-scoped ids.
ANA = Person("5218112345678", "MX.13491208655302741918")
EVA = Person("", "MX.24502319766413852029")
LUIS = Person("5215587654321", "")


class Webhook(NamedTuple):
    """A request that Meta makes to us."""

    body: bytes
    headers: dict[str, str]

    @property
    def message(self) -> dict[str, Any]:
        return json.loads(self.body)["entry"][0]["changes"][0]["value"]["messages"][0]


@dataclass(frozen=True)
class Sent:
    """A message that the bot sent. options: (title, id) of its buttons or rows; descriptions: of its rows."""

    id: str
    to: str
    kind: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    descriptions: tuple[str, ...] = ()
    template: str = ""
    document: tuple[str, bytes] = ("", b"")


class ApiError(Exception):
    """An answer that is not ok, as the Graph API writes it."""

    def __init__(self, status: int, code: int, details: str = "") -> None:
        super().__init__(details)
        self.status, self.code, self.details = status, code, details

    def response(self) -> Response:
        error = {
            "message": f"(#{self.code}) {self.details}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "Az8or2yhqkZfEZ",
        }
        return JSONResponse({"error": error}, status_code=self.status)


class FakeWhatsApp:
    """The server, its scripted troubles, what people do (each returns a `Webhook`) and what the bot did (`sent`, …)."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.sent: list[Sent] = []
        self.read: list[str] = []
        self.typing: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.templates = {(TEMPLATE, LANGUAGE)}
        self.gone: set[str] = set()
        self.pair_burst, self.throughput = PAIR_BURST, THROUGHPUT
        self.says_size = 0  # of every file, whatever it has
        self.clock = time.time
        self._ahead = 0.0
        self._wrote: dict[str, float] = {}
        self._received: set[str] = set()
        self._files: dict[str, bytes] = {}
        self._uploads: dict[str, bytes] = {}
        self._addresses: dict[str, tuple[str, float]] = {}
        self._pace: defaultdict[str, list[float]] = defaultdict(list)
        self._failures: defaultdict[str, list[ApiError | float | bytes]] = defaultdict(list)
        self._numbers = count(1)

    def __enter__(self) -> FakeWhatsApp:
        self._stack = ExitStack()
        routes = [
            Route("/v{version}/{phone_id}/messages", self._messages, methods=["POST"]),
            Route("/v{version}/{phone_id}/media", self._upload, methods=["POST"]),
            Route("/v{version}/{media_id}", self._media),
            Route("/whatsapp_business/attachments/", self._download),
        ]
        self.url = self._stack.enter_context(serve(Starlette(routes=routes)))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def now(self) -> float:
        return self.clock() + self._ahead

    def advance(self, hours: float) -> None:
        """Time passes on Meta's side."""
        self._ahead += hours * 3600

    # --- scripted troubles: where is `messages`, `upload`, `media` or `download` -----------------------------------------------

    def fail(self, where: str, status: int, code: int, details: str = "", times: int = 1) -> None:
        self._failures[where] += [ApiError(status, code, details)] * times

    def stall(self, where: str, seconds: float) -> None:
        """The next request is taken and answered only after `seconds`."""
        self._failures[where].append(seconds)

    def garble(self, where: str, body: bytes) -> None:
        """The next request is answered 200 with these bytes instead of its answer."""
        self._failures[where].append(body)

    # --- what people do -----------------------------------------------------------------------------------------------

    def text(self, person: Person, text: str) -> Webhook:
        return self.says(person, {"type": "text", "text": {"body": text}})

    def tap(self, person: Person, sent: Sent, index: int = 0) -> Webhook:
        """Tap an option of a message that the bot sent."""
        title, id_ = sent.options[index]
        if sent.kind == "template":
            return self.says(person, {"type": "button", "button": {"text": title, "payload": id_}})
        kind = "button_reply" if sent.kind == "button" else "list_reply"
        return self.says(
            person, {"type": "interactive", "interactive": {"type": kind, kind: {"id": id_, "title": title}}}
        )

    def file(self, person: Person, kind: str, data: bytes, caption: str = "", **media: Any) -> Webhook:
        """kind: image, audio, voice, video, document or sticker."""
        id_ = str(1_003_383_421_387_256 + next(self._numbers))
        self._files[id_] = data
        digest = hashlib.sha256(data).hexdigest()
        content = {"id": id_, "mime_type": "application/octet-stream", "sha256": digest, **media}
        return self.says(person, {"type": kind, kind: {**content, **({"caption": caption} if caption else {})}})

    def edit(self, original: Webhook, person: Person, text: str) -> Webhook:
        message = {"type": "text", "text": {"body": text}}
        return self.says(
            person, {"type": "edit", "edit": {"original_message_id": original.message["id"], "message": message}}
        )

    def moves(self, person: Person, to: Person) -> Webhook:
        """The person has another phone from now on, and with it another business-scoped id."""
        system = {"type": "user_changed_number", "body": "User changed", "wa_id": to.phone}
        system |= {"user_id": to.bsuid, "previous_user_id": person.bsuid} if to.bsuid else {}
        message = {"from": person.phone, "id": self._wamid(), "timestamp": self._timestamp(), "type": "system"}
        return self.signed(envelope({"messages": [{**message, "system": system}]}))

    def says(self, person: Person, content: Mapping[str, Any]) -> Webhook:
        return self.signed(envelope(self.value(person, content)))

    def value(self, person: Person, content: Mapping[str, Any]) -> dict[str, Any]:
        """What a webhook says of one message, to put several into one batch."""
        for id_ in (person.phone, person.bsuid):
            self._wrote[id_] = self.now
        who = {"wa_id": person.phone, "user_id": person.bsuid}
        ids = {"from": person.phone, "from_user_id": person.bsuid}
        head = {**_given(ids), "id": self._wamid(), "timestamp": self._timestamp()}
        self._received.add(head["id"])
        return {"contacts": [{"profile": {"name": person.name}, **_given(who)}], "messages": [{**head, **content}]}

    def status(self, sent: Sent | str, status: str, code: int = 0) -> Webhook:
        """What became of a message; also of one whose id the bot does not know yet."""
        id_ = sent if isinstance(sent, str) else sent.id
        body: dict[str, Any] = {"id": id_, "status": status, "timestamp": self._timestamp(), "recipient_id": ANA.phone}
        if code:
            body["errors"] = [{"code": code, "title": "Error", "error_data": {"details": "no personal data here"}}]
        return self.signed(envelope({"statuses": [body]}))

    def signed(self, body: Mapping[str, Any] | bytes, secret: str = APP_SECRET) -> Webhook:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return Webhook(raw, {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"})

    def next_id(self) -> str:
        """The id that the next message of the bot will have."""
        number = next(self._numbers)
        self._numbers = count(number)
        return _wamid(number)

    def _wamid(self) -> str:
        return _wamid(next(self._numbers))

    def _timestamp(self) -> str:
        return str(int(self.now))

    # --- the server ---------------------------------------------------------------------------------------------------

    async def _messages(self, request: Request) -> Response:
        try:
            self._check_token(request)
            body = await request.json()
            self.calls.append(("messages", body))
            if request.path_params["phone_id"] != PHONE_ID:
                raise ApiError(400, 33, "Unsupported post request. Object does not exist")
            if "status" in body:
                return JSONResponse(self._mark_read(body))
            garbled = await self._scripted("messages")
            answer = self._take(body)
            return JSONResponse(answer) if garbled is None else Response(garbled, media_type="application/json")
        except ApiError as error:
            return error.response()

    def _mark_read(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if body.get("status") != "read" or body.get("message_id") not in self._received:
            raise ApiError(400, 131009, "Parameter value is not valid")
        self.read.append(body["message_id"])
        if "typing_indicator" in body:
            self.typing.append(body["message_id"])
        return {"success": True}

    def _take(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Check a message as Meta would, and answer with its id."""
        to, recipient = body.get("to"), body.get("recipient")
        if body.get("messaging_product") != "whatsapp" or body.get("recipient_type") != "individual":
            raise ApiError(400, 100, "Invalid parameter")
        if bool(to) == bool(recipient) or not re.fullmatch(r"\d+" if to else r"[A-Z]{2}\.\w+", to or recipient):
            raise ApiError(400, 131008, "to or recipient")
        address = to or recipient
        kind = body["type"]
        makers = {
            "text": self._text,
            "interactive": self._interactive,
            "template": self._template,
            "document": self._document,
        }
        sent = makers[kind](address, body.get(kind, {}))
        self._check_reachable(address, kind)
        self._check_pace(address)
        self.sent.append(sent)
        contact = {"input": address, **({"wa_id": to} if to else {"user_id": recipient})}
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": sent.id}]}

    def _check_reachable(self, address: str, kind: str) -> None:
        if address in self.gone:
            raise ApiError(400, 131026, "Message undeliverable")
        if kind != "template" and self.now - self._wrote.get(address, 0) >= WINDOW:
            raise ApiError(400, 131047, "Re-engagement message")

    def _check_pace(self, address: str) -> None:
        now, everyone = self.now, self._pace[""]
        everyone[:] = [at for at in everyone if at > now - 1]
        if len(everyone) >= self.throughput:
            raise ApiError(429, 130429, "Rate limit hit")
        pair = self._pace[address]
        pair[:] = [at for at in pair if at > now - PAIR_SECONDS * self.pair_burst]
        if len(pair) >= self.pair_burst:
            raise ApiError(400, 131056, "(Business Account, Consumer Account) pair rate limit hit")
        pair.append(now)
        everyone.append(now)

    def _text(self, address: str, content: Mapping[str, Any]) -> Sent:
        text = content.get("body", "")
        _must(len(text.strip()) > 0 and len(text) <= TEXT_MAX, "text.body")
        return Sent(self._wamid(), address, "text", text)

    def _interactive(self, address: str, content: Mapping[str, Any]) -> Sent:
        text, action = content["body"]["text"], content["action"]
        _must(len(text.strip()) > 0 and len(text) <= BODY_MAX, "interactive.body.text")
        if content["type"] == "button":
            options = tuple((b["reply"]["title"], b["reply"]["id"]) for b in action["buttons"])
            _must(1 <= len(options) <= BUTTONS_MAX, "interactive.action.buttons")
            _check_options(options, BUTTON_TITLE, ID_MAX)
            return Sent(self._wamid(), address, "button", text, options)
        _must(content["type"] == "list" and 1 <= len(action["button"]) <= BUTTON_TITLE, "interactive.action.button")
        rows = [row for section in action["sections"] for row in section["rows"]]
        options = tuple((row["title"], row["id"]) for row in rows)
        _must(1 <= len(rows) <= ROWS_MAX, "interactive.action.sections")
        _check_options(options, ROW_TITLE, ROW_ID)
        descriptions = tuple(row.get("description", "") for row in rows)
        _must(all(len(text) <= ROW_DESCRIPTION for text in descriptions), "row.description")
        return Sent(self._wamid(), address, "list", text, options, descriptions)

    def _template(self, address: str, content: Mapping[str, Any]) -> Sent:
        if (content.get("name"), content["language"]["code"]) not in self.templates:
            raise ApiError(404, 132001, "Template name does not exist in the translation")
        buttons = [part for part in content.get("components", ()) if part["type"] == "button"]
        if len(buttons) != 1 or str(buttons[0]["index"]) != "0" or buttons[0]["sub_type"] != "quick_reply":
            raise ApiError(400, 132000, "Number of parameters does not match the expected number of params")
        payload = buttons[0]["parameters"][0]["payload"]
        _must(1 <= len(payload) <= ID_MAX, "payload")
        return Sent(self._wamid(), address, "template", "", (("Continuar", payload),), (), content["name"])

    def _document(self, address: str, content: Mapping[str, Any]) -> Sent:
        caption, data = content.get("caption", ""), self._uploads.get(content.get("id", ""))
        if data is None:
            raise ApiError(400, 131053, "Media upload error")
        _must(len(caption) <= BODY_MAX, "document.caption")
        return Sent(self._wamid(), address, "document", caption, document=(content["filename"], data))

    async def _upload(self, request: Request) -> Response:
        try:
            self._check_token(request)
            form = await request.form()
            file = form.get("file")
            self.calls.append(("upload", {"type": form.get("type")}))
            garbled = await self._scripted("upload")
            is_ours = form.get("messaging_product") == "whatsapp" and request.path_params["phone_id"] == PHONE_ID
            _must(is_ours and isinstance(file, UploadFile) and form.get("type") == file.content_type, "file")
            id_ = str(next(self._numbers) + 2_000_000)
            self._uploads[id_] = await file.read()
            return JSONResponse({"id": id_}) if garbled is None else Response(garbled, media_type="application/json")
        except ApiError as error:
            return error.response()

    async def _media(self, request: Request) -> Response:
        try:
            self._check_token(request)
            id_ = request.path_params["media_id"]
            if id_ == PHONE_ID:
                return JSONResponse({"id": id_, "display_phone_number": "+52 81 0000 0000"})
            self.calls.append(("media", {"id": id_}))
            garbled = await self._scripted("media")
            if garbled is not None:
                return Response(garbled, media_type="application/json")
            if id_ not in self._files:
                raise ApiError(400, 100, "Unsupported get request")
            return JSONResponse(self._address(id_))
        except ApiError as error:
            return error.response()

    def _address(self, id_: str) -> dict[str, Any]:
        data, key = self._files[id_], f"key{next(self._numbers)}"
        self._addresses[key] = (id_, self.now + MEDIA_SECONDS)
        url = f"{self.url}/whatsapp_business/attachments/?mid={id_}&hash={key}"
        digest = hashlib.sha256(data).hexdigest()
        size = self.says_size or len(data)
        return {"url": url, "mime_type": "x/y", "sha256": digest, "file_size": size, "id": id_}

    async def _download(self, request: Request) -> Response:
        try:
            self._check_token(request)
            self.calls.append(("download", {}))
            garbled = await self._scripted("download")
            id_, until = self._addresses.get(request.query_params.get("hash", ""), ("", 0.0))
            if until < self.now:
                return Response(status_code=404)
            return Response(self._files[id_] if garbled is None else garbled, media_type="x/y")
        except ApiError as error:
            return error.response()

    def _check_token(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise ApiError(401, 190, "Invalid OAuth access token")

    async def _scripted(self, where: str) -> bytes | None:
        trouble = self._failures[where].pop(0) if self._failures[where] else None
        if isinstance(trouble, ApiError):
            raise trouble
        if isinstance(trouble, float | int):
            await asyncio.sleep(trouble)
            raise ApiError(504, 2, "Service unavailable")
        return trouble


def envelope(*values: Mapping[str, Any], phone_id: str = PHONE_ID) -> dict[str, Any]:
    """A webhook of several changes."""
    metadata = {"display_phone_number": "528100000000", "phone_number_id": phone_id}
    changes = [
        {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        for value in values
    ]
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": changes}]}


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _wamid(number: int) -> str:
    return f"wamid.HBgNNTIxODExMjM0NTY3OBUCABIYFDNBMDBC{number:06d}A="


def _must(is_right: bool, what: str) -> None:
    if not is_right:
        raise ApiError(400, 131009, f"Parameter value is not valid: {what}")


def _check_options(options: tuple[tuple[str, str], ...], title_max: int, id_max: int) -> None:
    titles, ids = [title for title, _ in options], [id_ for _, id_ in options]
    _must(all(1 <= len(title) <= title_max for title in titles) and len(set(titles)) == len(titles), "titles")
    _must(all(1 <= len(id_) <= id_max for id_ in ids) and len(set(ids)) == len(ids), "ids")
