"""WhatsApp's Cloud API: Meta's webhooks in (bot/channels/whatsapp_webhook.py), and messages out over pywa.

Messages are built here and posted by the library's API object: its own `send_message` takes a business-scoped id with
letters in it for a group, and fails after the message is gone when the answer has a form that it does not know.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import logging
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from typing import Any

import httpx
from pywa.types.callback import Button as ReplyButton
from pywa.types.callback import Section, SectionList, SectionRow
from pywa_async import WhatsApp
from pywa_async.errors import WhatsAppError

from bot import config
from bot.channels.base import LOST, PART, UNREADABLE, OpenFile, links, nothing_to_open, short, unreadable
from bot.channels.whatsapp_webhook import NAME, PHONE, read
from bot.errors import (
    BadToken,
    FileRefused,
    Forged,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    WindowClosed,
)
from bot.model import Button, Delivery, FileRef, Inbound, Limits, Reply

log = logging.getLogger(__name__)

# httpx writes the address of every file, pywa writes whole messages
for _noisy in ("httpx", "httpcore"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)
for _noisy in ("pywa", "pywa_async"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)

SIGNATURE = "x-hub-signature-256"
#: Seconds until a request is given up.
TIMEOUT = 15.0
DOWNLOAD_TIMEOUT = 60.0
COURTESY_TIMEOUT = 3.0
#: What we keep of what WhatsApp lets people send, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: Seconds after a person's last message in which WhatsApp lets us write what we want.
WINDOW = 24 * 3600
#: The language of the template that invites people to write again.
LANGUAGE = "es_MX"
REPLY_BUTTONS, REPLY_TITLE, ROWS, ROW_TITLE = 3, 20, 10, 24

#: Meta's error codes. Seconds to wait for those that mean "too fast".
TOO_FAST = {131056: 6.0, 130429: 2.0, 131048: 900.0, 131064: 900.0, 133016: 600.0, 4: 60.0, 80007: 60.0}
TOO_LATE = 131047
GONE = 131026
BAD_TOKEN = (0, 3, 10, 190)
TRANSIENT = (1, 2, 131000, 131016, 131057, 133004)
#: Codes that somebody must do something about, and what.
ADVICE = {
    0: "the token is not accepted, see WHATSAPP_TOKEN",
    3: "the token lacks the permission whatsapp_business_messaging, see WHATSAPP_TOKEN",
    10: "the token lacks the permission whatsapp_business_messaging, see WHATSAPP_TOKEN",
    190: "the token is not accepted or expired, see WHATSAPP_TOKEN",
    33: "the number's id is not known, see WHATSAPP_PHONE_ID",
    368: "Meta blocked the account for a while",
    131030: "this is a test number: add the recipient to its list in Meta's console",
    131031: "Meta locked the account",
    131042: "the account has a problem with its payment method",
    132001: "the template does not exist or is not approved, see WHATSAPP_TEMPLATE",
    132015: "Meta paused the template, see WHATSAPP_TEMPLATE",
    132016: "Meta disabled the template, see WHATSAPP_TEMPLATE",
}


class WhatsAppChannel:
    """A channel as `bot/channels/base.py` asks for. Connections are opened at first use, in the loop that uses them."""

    name = NAME
    # a title may be as long as a row's description: it is shortened for the form that the message takes
    limits = Limits(
        text=4096,
        buttons=20,
        title=72,
        callback=200,
        caption=1024,
        body=1024,
        tappable=ROWS,
        window=WINDOW,
        reports=True,
    )

    def __init__(self, settings: config.WhatsApp, options: str, open_file: OpenFile = nothing_to_open) -> None:
        """options: what is written on the button that opens a list, up to 20 characters."""
        self._settings, self._options, self._open_file = settings, options, open_file
        self._http: httpx.AsyncClient | None = None
        self._opened: WhatsApp | None = None

    # --- in --------------------------------------------------------------------------------------------------------

    def handshake(self, params: Mapping[str, str]) -> str:
        """The answer to Meta's question whether this address is ours. Raises Forged."""
        ours, sent = self._settings.verify_token, params.get("hub.verify_token", "")
        if not _same(ours, sent) or params.get("hub.mode") != "subscribe":
            raise Forged("the verify token of the whatsapp webhook is wrong")
        return params.get("hub.challenge", "")

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises Forged when the body is not signed with our app's secret, and always when we have none."""
        secret = self._settings.app_secret
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not secret or not _same(f"sha256={signature}", headers.get(SIGNATURE, "")):
            raise Forged("the signature of the whatsapp webhook is wrong")

    def parse(self, body: bytes) -> Sequence[Inbound | Delivery]:
        try:
            request = json.loads(body)
        except (ValueError, RecursionError):
            return [unreadable(NAME, body)]
        if not isinstance(request, dict) or request.get("object") != "whatsapp_business_account":
            return [unreadable(NAME, body)]
        return read(request, self._settings.phone_id)

    async def fetch(self, file: FileRef) -> bytes:
        """Download an attachment of at most 20 MB. What came is what was sent, or Unavailable is raised."""
        if file.kind in (UNREADABLE, LOST):
            raise FileRefused(file.kind)
        with _mapped_errors():
            media = await self._whatsapp.api.get_media_url(file.ref)
            _check_size(int(media.get("file_size") or 0))
            data = await self._download(media["url"])
        if not _is_what_was_sent(data, file.sha256):
            raise Unavailable("what was downloaded is not what was sent")
        return data

    async def _download(self, url: str) -> bytes:
        if url.partition("://")[0] != self._settings.api_base.partition("://")[0]:
            raise Rejected("the address of a file is not of the API's kind")  # the token goes along
        data = bytearray()
        async with aclosing(self._whatsapp.stream_media(url, timeout=DOWNLOAD_TIMEOUT)) as chunks:
            async for chunk in chunks:
                data += chunk
                _check_size(len(data))
        return bytes(data)

    # --- out -------------------------------------------------------------------------------------------------------

    async def send(self, address: str, part: Reply, key: str) -> str:
        """Up to 3 options as buttons, up to 10 as a list. A tap comes back as `<seq>.<index>`.

        A file of ours is uploaded and goes along as a document; others are links.
        """
        seq = key.rpartition(".")[2]
        if part.invitation:
            return await self._post(address, "template", self._template(seq))
        data = await asyncio.to_thread(self._open_file, part.attachments[0].url) if part.attachments else None
        if data:
            return await self._post(address, "document", await self._document(part, data))
        text = "\n\n".join(text for text in (part.text, links(part)) if text)
        if not part.buttons:
            return await self._post(address, "text", {"body": text, "preview_url": False})
        return await self._post(address, "interactive", self._interactive(text, part.buttons, seq))

    async def _document(self, part: Reply, data: bytes) -> dict[str, Any]:
        """What a message with this file says; the file itself is with WhatsApp then."""
        name = part.attachments[0].name
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with _mapped_errors():
            uploaded = await self._whatsapp.api.upload_media(self._settings.phone_id, data, mime, name)
            content = {"id": str(uploaded["id"]), "filename": name}
        return {**content, **({"caption": part.text} if part.text else {})}

    async def received(self, message: Inbound) -> None:
        """Meta waits for nothing but our 200; the message is marked as read when it is being answered."""
        return

    async def typing(self, address: str, answering: str = "") -> None:
        """Mark the message as read and show that an answer is being written."""
        if not answering or answering.startswith(PART):
            return
        try:
            with _mapped_errors():
                await asyncio.wait_for(self._whatsapp.indicate_typing(answering), COURTESY_TIMEOUT)
        except SendError as error:
            log.info("whatsapp: typing failed: %s", error.code)

    async def announce(self, public_url: str) -> None:
        """Meta is told where we are by hand (docs/whatsapp.md)."""
        return

    async def trouble(self, public_url: str) -> str:
        """Are the token and the number's id good? Where Meta sends its messages can only be seen in its console."""
        try:
            with _mapped_errors():
                await self._whatsapp.api.get_business_phone_number(self._settings.phone_id)
        except SendError as error:
            return error.code
        return ""

    async def close(self) -> None:
        if self._http:
            await self._http.aclose()
        self._http, self._opened = None, None

    @property
    def _whatsapp(self) -> WhatsApp:
        if self._opened is None:
            self._http = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
            self._opened = WhatsApp(self._settings.phone_id, self._settings.token, session=self._http)
            # the library always writes Meta's own address here, with the version it was made for
            self._http.base_url = httpx.URL(f"{self._settings.api_base}{self._http.base_url.path}")
        return self._opened

    async def _post(self, address: str, kind: str, content: dict[str, Any]) -> str:
        is_phone = bool(PHONE.fullmatch(address))
        with _mapped_errors():
            answer = await self._whatsapp.api.send_message(
                sender=self._settings.phone_id,
                to=address if is_phone else None,
                recipient=None if is_phone else address,
                recipient_type="individual",
                typ=kind,
                msg=content,
            )
            return str(answer["messages"][0]["id"])

    def _interactive(self, text: str, buttons: Sequence[Button], seq: str) -> dict[str, Any]:
        if len(buttons) <= REPLY_BUTTONS:
            titles = _titles(buttons, REPLY_TITLE)
            replies = [ReplyButton(title, f"{seq}.{index}").to_dict() for index, title in enumerate(titles)]
            return {"type": "button", "body": {"text": text}, "action": {"buttons": replies}}
        rows = [
            SectionRow(title, f"{seq}.{index}", None if title == button.title else button.title)
            for index, (title, button) in enumerate(zip(_titles(buttons, ROW_TITLE), buttons, strict=True))
        ]
        options = SectionList(self._options, [Section(self._options, rows)])
        return {"type": "list", "body": {"text": text}, "action": options.to_dict()}

    def _template(self, seq: str) -> dict[str, Any]:
        payload = {"type": "payload", "payload": f"{seq}.0"}
        button = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [payload]}
        return {"name": self._settings.template, "language": {"code": LANGUAGE}, "components": [button]}


def _same(ours: str, theirs: str) -> bool:
    return bool(ours) and hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))


def _titles(buttons: Sequence[Button], length: int) -> list[str]:
    """Titles that fit. When two of them became the same, which WhatsApp refuses, all are numbered."""
    titles = [short(button.title, length) for button in buttons]
    if len(set(titles)) == len(titles):
        return titles
    return [short(f"{number}. {button.title}", length) for number, button in enumerate(buttons, start=1)]


def _is_what_was_sent(data: bytes, sha256: str) -> bool:
    """sha256: hexadecimal or base64, as Meta writes it in different places; one of neither form says nothing."""
    digest = hashlib.sha256(data).digest()
    try:
        told = bytes.fromhex(sha256) if len(sha256) == 64 else base64.b64decode(sha256, validate=True)
    except (ValueError, binascii.Error):
        return True
    return len(told) != len(digest) or hmac.compare_digest(told, digest)


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise FileRefused("grande")


@contextmanager
def _mapped_errors() -> Iterator[None]:
    """Our errors for the library's and the network's; their own messages are left out, as they quote what was sent."""
    try:
        yield
    except WhatsAppError as error:
        raise _translated(error.code, error.status_code or 0, bool(error.is_transient)) from None
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise Unavailable(f"whatsapp does not answer: {type(error).__name__}") from None
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unavailable(f"whatsapp's answer cannot be read: {type(error).__name__}") from None


def _translated(code: int, status: int, is_transient: bool) -> SendError:
    if code == TOO_LATE:
        return WindowClosed("more than 24 hours since they wrote")
    if code in TOO_FAST:
        return Throttled(TOO_FAST[code])
    if code == GONE:
        return RecipientGone("the person cannot be reached on WhatsApp")
    if is_transient or code in TRANSIENT or status >= 500:
        return Unavailable(f"whatsapp is not well: {code}")
    if status == 429:
        return Throttled(60.0)
    log.error("whatsapp: error %d: %s", code, ADVICE.get(code, "the request was refused"))
    if code in BAD_TOKEN:
        return BadToken(f"whatsapp does not accept the token: {code}")
    return Rejected(f"whatsapp refused the request: {code}")
