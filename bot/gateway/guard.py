"""What every request of the public meets first: a size limit and headers that keep the page safe."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.types import Scope

from bot.asgi import SAFE_HEADERS, AnswerHeaders, BodyLimit
from bot.evidence import MAX_BYTES

#: The largest file we keep and room for the form around it.
MAX_BODY = MAX_BYTES + 64 * 1024
MAX_JSON = 256 * 1024
#: Meta sends up to 3 MB at once, and again and again what is refused.
MAX_WEBHOOK = 4 * 1024 * 1024

HEADERS = {
    **SAFE_HEADERS,
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
}


def guard() -> list[Middleware]:
    return [Middleware(AnswerHeaders, headers=lambda scope, given: HEADERS), Middleware(BodyLimit, limit=_limit)]


def _limit(scope: Scope) -> int:
    if scope["path"].startswith("/webhooks/"):
        return MAX_WEBHOOK
    return MAX_BODY if _is_form(scope) else MAX_JSON


def _is_form(scope: Scope) -> bool:
    return any(name == b"content-type" and value.startswith(b"multipart/") for name, value in scope["headers"])
