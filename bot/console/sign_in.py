"""Coming in and going out."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.gate import COOKIE, VISITOR, Refused, field
from bot.console.view import go, render, set_cookie, set_session
from bot.errors import SignInRefused, SlowDown
from bot.staff import HALF_SESSION, SESSION, Accounts

VISIT_SECONDS = 3600


def form(request: Request) -> Response:
    if request.state.session and request.state.session.confirmed:
        return RedirectResponse("/", 303)
    half, request.state.session = request.state.session, None
    # the form is tied to a cookie, which must be there first
    visit = request.cookies.get(VISITOR) or secrets.token_urlsafe(16)
    request.cookies[VISITOR] = visit
    response = _form(request)
    set_cookie(request, response, VISITOR, visit, VISIT_SECONDS)
    if half:  # who stopped at the second factor begins again
        _accounts(request).sign_out(half)
        response.delete_cookie(COOKIE)
    return response


def enter(request: Request) -> Response:
    try:
        token, session = _accounts(request).sign_in(
            field(request, "email", 254), _password(request), _address(request), _device(request)
        )
    except (SignInRefused, SlowDown) as error:
        return _form(request, _explained(error), error.status)
    response = go(request, "/" if session.confirmed else "/entrar/codigo")
    lasts = SESSION if session.confirmed else HALF_SESSION
    set_session(request, response, token, int(lasts.total_seconds()))
    return response


def code_form(request: Request) -> Response:
    session = request.state.session
    if session is None or session.confirmed:
        return RedirectResponse("/", 303)
    return render(request, "code.html", title="Código", problem="")


def give_code(request: Request) -> Response:
    session = request.state.session
    if session is None or session.confirmed:
        return RedirectResponse("/", 303)
    try:
        token = _accounts(request).give_code(session, field(request, "code", 12), _address(request), _device(request))
    except (SignInRefused, SlowDown) as error:
        return render(request, "code.html", error.status, title="Código", problem=_explained(error))
    response = go(request, "/")
    set_session(request, response, token, int(SESSION.total_seconds()))
    return response


def leave(request: Request) -> Response:
    _accounts(request).sign_out(request.state.session)
    response = go(request, "/entrar")
    response.delete_cookie(COOKIE)
    response.headers["clear-site-data"] = '"cache"'
    return response


def _form(request: Request, problem: str = "", status: int = 200) -> Response:
    return render(request, "sign_in.html", status, title="Entrar", problem=problem)


def _explained(error: SignInRefused | SlowDown) -> str:
    if isinstance(error, SlowDown):
        minutes = max(1, round(error.after / 60))
        return f"Hubo muchos intentos con esta cuenta desde aquí. Espera {minutes} min e intenta otra vez."
    return str(error)


def _password(request: Request) -> str:
    """As it was typed: blanks at its ends count."""
    value = request.state.form.get("password", "")
    if not isinstance(value, str) or len(value) > 1000:
        raise Refused(400, "El formulario no se pudo leer.")
    return value


def _accounts(request: Request) -> Accounts:
    return request.app.state.house.accounts


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _device(request: Request) -> str:
    """A short name of browser and system, for the list of one's own sessions."""
    agent = request.headers.get("user-agent", "")
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in agent), "Navegador")
    system = next((name for mark, name in systems if mark in agent), "")
    return f"{browser} en {system}" if system else browser
