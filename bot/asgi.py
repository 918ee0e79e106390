"""What both web apps put before every request: an end to its body, and headers on its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The name and value of a header, as ASGI has them.
Headers = Iterable[tuple[bytes, bytes]]

SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


class BodyTooLarge(Exception):
    """The body passed its limit while it was being read."""


class BodyLimit:
    """Stops reading a body that is larger than anything we would keep, whatever its Content-Length says.

    limit: of a request's scope, in bytes.
    """

    def __init__(self, app: ASGIApp, limit: Callable[[Scope], int]) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, seen = self._limit(scope), 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge
            return message

        await self._app(scope, counted, send)


class AnswerHeaders:
    """Adds headers to every answer. headers: those for a request's scope and the answer's own headers."""

    def __init__(self, app: ASGIApp, headers: Callable[[Scope, Headers], Mapping[str, str]]) -> None:
        self._app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = self._headers(scope, message["headers"])
                extra = [(name.encode(), value.encode()) for name, value in more.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
