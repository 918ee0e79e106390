"""Bitácora: who did what. Lines are added and never changed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.console.view import render

PAGE = 100


def listing(request: Request) -> Response:
    """Newest first; `antes` is the number of a line, and only older ones are shown."""
    before, action, subject, who = (request.query_params.get(name, "") for name in ("antes", "que", "sobre", "quien"))
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 0
    with request.app.state.house.store.read() as tx:
        people = tx.all_staff()
        lines = tx.audit_lines(number, who[:26], action[:32], subject[:64], PAGE)
    return render(
        request,
        "audit_log.html",
        title="Bitácora",
        lines=lines,
        people=people,
        action=action,
        subject=subject,
        who=who,
        older=lines[-1].id if len(lines) == PAGE else 0,
    )
