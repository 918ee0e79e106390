"""Personas: who may come in, and as what."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.console.gate import Refused, field
from bot.console.view import go, render
from bot.staff import ROLES, Accounts


def listing(request: Request) -> Response:
    return _page(request)


def add(request: Request) -> Response:
    email = field(request, "email", 254)
    password = _accounts(request).add(email, field(request, "role"), field(request, "name", 80), by=_me(request))
    return _page(request, given=(email, password))


def set_role(request: Request) -> Response:
    email, role = field(request, "email", 254), field(request, "role")
    _accounts(request).set_role(email, role, by=_me(request))
    return go(request, "/personas", f"{email} ahora tiene el rol {role}.")


def reset(request: Request) -> Response:
    email = field(request, "email", 254)
    return _page(request, given=(email, _accounts(request).reset(email, by=_me(request))))


def set_disabled(request: Request) -> Response:
    email, disabled = field(request, "email", 254), field(request, "disabled") == "1"
    if email == request.state.staff.email:
        raise Refused(409, "No puedes desactivar tu propia cuenta.")
    _accounts(request).set_disabled(email, disabled, by=_me(request))
    return go(request, "/personas", f"La cuenta {email} quedó {'desactivada' if disabled else 'activa'}.")


def _page(request: Request, given: tuple[str, str] | None = None) -> Response:
    return render(request, "people.html", title="Personas", people=_accounts(request).all(), roles=ROLES, given=given)


def _accounts(request: Request) -> Accounts:
    return request.app.state.house.accounts


def _me(request: Request) -> str:
    return request.state.staff.id
