"""What every request to the console meets before its page: who is it, may they, and did our own form send this.

Endpoints are plain functions of a request, run in a thread. They find in `request.state`: `session` and `staff` (None on
open pages), and for a POST `form`, already read and checked.
"""

from __future__ import annotations

import asyncio
import hmac
import inspect
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from bot.asgi import SAFE_HEADERS, AnswerHeaders, BodyLimit, Headers
from bot.evidence import MAX_BYTES
from bot.model import Role, Session
from bot.wiring import House

COOKIE = "bt_sesion"
#: Ties the sign-in form to a browser that has no session yet.
VISITOR = "bt_visita"
MAX_BODY = MAX_BYTES + 256 * 1024
MAX_FIELDS = 60

HEADERS = {
    **SAFE_HEADERS,
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

Endpoint = Callable[[Request], Response | Awaitable[Response]]


@dataclass(frozen=True)
class Page:
    """A row of the permission table. roles: who may; empty for pages that need no sign-in."""

    path: str
    endpoint: Endpoint
    methods: tuple[str, ...]
    roles: tuple[Role, ...]


class Refused(Exception):
    """status and a sentence for staff."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def guarded(pages: Iterable[Page]) -> Callable[[Request], Awaitable[Response]]:
    """One path's endpoint: finds the row for the method and lets in whom it names."""
    rows = {method: page for page in pages for method in page.methods}

    async def endpoint(request: Request) -> Response:
        page = rows["GET" if request.method == "HEAD" else request.method]
        house: House = request.app.state.house
        request.state.session = await asyncio.to_thread(_session, house, request)
        request.state.staff = request.state.session.staff if request.state.session else None
        refused = _turned_away(request, page)
        if refused:
            return refused
        request.state.form = await _form(request) if request.method == "POST" else FormData()
        if inspect.iscoroutinefunction(page.endpoint):
            return await page.endpoint(request)
        return await asyncio.to_thread(page.endpoint, request)  # type: ignore[arg-type]

    return endpoint


def _session(house: House, request: Request) -> Session | None:
    token = request.cookies.get(COOKIE, "")
    return house.accounts.session(token) if token else None


def _turned_away(request: Request, page: Page) -> Response | None:
    """Where somebody goes who may not see this page now; None when they may. Raises Refused."""
    session: Session | None = request.state.session
    if not page.roles:
        return None
    if session is None:
        return _to_sign_in(request)
    if not session.confirmed:
        return RedirectResponse("/entrar/codigo", 303)
    if session.staff.role not in page.roles:
        raise Refused(403, "Tu cuenta no tiene permiso para ver esto.")
    if session.staff.must_change and page.path not in ("/cuenta/contrasena", "/salir"):
        return RedirectResponse("/cuenta/contrasena", 303)
    return None


def _to_sign_in(request: Request) -> Response:
    if wants_json(request):
        raise Refused(401, "Tu sesión terminó. Entra otra vez.")
    return RedirectResponse("/entrar", 303)


async def _form(request: Request) -> FormData:
    """The form, if it was one of our own pages that sent it. Raises Refused."""
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Refused(403, "Esta petición viene de otra página y no se aceptó.")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "Esta petición viene de otra página y no se aceptó.")
    try:
        form = await request.form(max_files=5, max_fields=MAX_FIELDS)
    except MultiPartException as error:
        raise Refused(400, "El formulario no se pudo leer.") from error
    sent = request.headers.get("x-csrf", "") or form.get("csrf", "")
    if not isinstance(sent, str) or not same(sent, csrf(request)):
        raise Refused(403, "El formulario venció. Vuelve a la página, recárgala e intenta de nuevo.")
    return form


def csrf(request: Request) -> str:
    """What every form of this browser must bring along; empty when it has neither session nor visitor's cookie."""
    known = request.cookies.get(COOKIE, "") if request.state.session else request.cookies.get(VISITOR, "")
    return request.app.state.house.store.vault.pseudonym("csrf", known) if known else ""


def same(one: str, other: str) -> bool:
    """Compared in constant time; two empty ones are not the same."""
    return bool(one) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def field(request: Request, name: str, longest: int = 10_000) -> str:
    """A text field of the form, trimmed; empty when it is not there. Raises Refused when it is too long."""
    value = request.state.form.get(name, "")
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > longest:
        raise Refused(413, "El texto es demasiado largo.")
    return text.replace("\r\n", "\n").replace("\x00", "")


def safe() -> list[Middleware]:
    """Security headers on everything; nothing of a page is kept by the browser; no body without end."""
    return [Middleware(AnswerHeaders, headers=_headers), Middleware(BodyLimit, limit=lambda scope: MAX_BODY)]


def _headers(scope: Scope, given: Headers) -> dict[str, str]:
    headers = dict(HEADERS)
    if not scope["path"].startswith("/static/") and b"cache-control" not in dict(given):
        headers["cache-control"] = "no-store"
    if scope.get("scheme") == "https":
        headers["strict-transport-security"] = "max-age=31536000"
    return headers
