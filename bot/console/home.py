"""Where everybody starts, whether the process lives, and showing what is hidden."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.console.gate import Refused, field
from bot.console.view import REVEALED, reveal_token


def alive(request: Request) -> Response:
    request.app.state.house.store.ping()
    return JSONResponse({"ok": True})


def start(request: Request) -> Response:
    """The first page of those they may open."""
    items = request.app.state.nav(request.state.staff.role)
    return RedirectResponse(items[0].path if items else "/cuenta", 303)


def reveal(request: Request) -> Response:
    """Show the personal data of `subject` (a conversation's id, a folio) for some minutes, and write down who asked."""
    subject, back = field(request, "subject", 64), field(request, "back", 300)
    if not subject or not back.startswith("/") or back.startswith("//") or "\\" in back:
        raise Refused(400, "No se entendió qué mostrar.")
    with request.app.state.house.store.begin() as tx:
        tx.note(request.state.staff.id, "datos_mostrados", subject)
    token = reveal_token(request, subject, int(time.time()) // REVEALED)
    return RedirectResponse(f"{back.split('?')[0].split('#')[0]}?mostrar={token}", 303)
