"""One's own account: password, second factor, sessions."""

from __future__ import annotations

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.console.gate import Refused, field
from bot.console.view import go, render
from bot.errors import RuleBroken, SignInRefused
from bot.staff import MIN_PASSWORD, Accounts


def own(request: Request) -> Response:
    sessions = _accounts(request).sessions_of(request.state.staff.id)
    return render(
        request, "account.html", title="Tu cuenta", sessions=sessions, current=request.state.session.key, problem=""
    )


def password_form(request: Request) -> Response:
    return render(request, "password.html", title="Contraseña", problem="", minimum=MIN_PASSWORD)


def change_password(request: Request) -> Response:
    old, new, again = (str(request.state.form.get(name, ""))[:1000] for name in ("old", "new", "again"))
    problem = "" if new == again else "Las dos contraseñas nuevas no son iguales."
    try:
        if not problem:
            _accounts(request).change_password(request.state.session, old, new)
    except (SignInRefused, RuleBroken) as error:
        problem = str(error)
    if problem:
        return render(request, "password.html", 422, title="Contraseña", problem=problem, minimum=MIN_PASSWORD)
    return go(request, "/", "Tu contraseña cambió. Las demás sesiones se cerraron.")


def totp_form(request: Request) -> Response:
    return _totp_form(request, _accounts(request).start_totp())


def confirm_totp(request: Request) -> Response:
    sealed = field(request, "secret", 500)
    vault = request.app.state.house.store.vault
    try:
        owner, secret = vault.open_json(sealed)
    except Exception as error:  # not what we gave, whatever it is
        raise Refused(400, "El formulario venció. Empieza otra vez.") from error
    if owner != request.state.session.key:
        raise Refused(400, "El formulario venció. Empieza otra vez.")
    try:
        _accounts(request).confirm_totp(request.state.staff, secret, field(request, "code", 12))
    except SignInRefused as error:
        return _totp_form(request, secret, str(error))
    return go(request, "/cuenta", "Listo: desde ahora se te pedirá un código al entrar.")


def stop_totp(request: Request) -> Response:
    try:
        _accounts(request).stop_totp(request.state.session, str(request.state.form.get("password", ""))[:1000])
    except SignInRefused as error:
        return go(request, "/cuenta", str(error))
    return go(request, "/cuenta", "Ya no se te pedirá código al entrar.")


def end_session(request: Request) -> Response:
    _accounts(request).revoke(request.state.staff.id, field(request, "key", 64), by=request.state.staff.id)
    return go(request, "/cuenta", "La sesión se cerró.")


def _totp_form(request: Request, secret: str, problem: str = "") -> Response:
    uri = _accounts(request).totp_uri(request.state.staff, secret)
    # nothing is kept before a code proves that it was scanned: the page carries the secret, sealed, to this session only
    sealed = request.app.state.house.store.vault.seal_json([request.state.session.key, secret])
    code = Markup(segno.make(uri, error="m").svg_inline(scale=5, border=2, dark="#14302d", light="#ffffff"))
    return render(
        request,
        "totp.html",
        422 if problem else 200,
        title="Código al entrar",
        secret=secret,
        sealed=sealed,
        code=code,
        problem=problem,
    )


def _accounts(request: Request) -> Accounts:
    return request.app.state.house.accounts
