"""What every request meets first: a size limit and headers that keep the page safe."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.evidence import MAX_BYTES

#: The largest file we keep and room for the form around it.
MAX_BODY = MAX_BYTES + 64 * 1024
MAX_JSON = 256 * 1024
#: Meta sends up to 3 MB at once, and again and again what is refused.
MAX_WEBHOOK = 4 * 1024 * 1024

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


class BodyTooLarge(Exception):
    """The body passed its limit while it was being read."""


class BodyLimit:
    """Stops reading a body that is larger than anything we would keep, whatever its Content-Length says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge
            return message

        await self._app(scope, counted, send)


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _limit(scope: Scope) -> int:
    if scope["path"].startswith("/webhooks/"):
        return MAX_WEBHOOK
    return MAX_BODY if _is_form(scope) else MAX_JSON


def _is_form(scope: Scope) -> bool:
    return any(name == b"content-type" and value.startswith(b"multipart/") for name, value in scope["headers"])
