"""Templates to pages: the layout's context, dates as staff reads them, and what is hidden until they ask for it."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.console.gate import COOKIE, VISITOR, csrf, same
from bot.model import Staff

HERE = Path(__file__).parent
MEXICO = ZoneInfo("America/Mexico_City")
#: Tells the next page what was done.
NOTICE = "bt_aviso"
#: How long what was revealed stays so, in seconds.
REVEALED = 600


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(moment=moment, ago=ago, iso=lambda when: when.isoformat())
    made.globals.update(static=static, icon=icon)
    return made


def render(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A page in the layout. The template finds beside `values`: staff, nav, csrf, notice, theme, path."""
    staff: Staff | None = request.state.staff
    context = {
        "staff": staff,
        "nav": request.app.state.nav(staff.role) if staff else (),
        "csrf": csrf(request),
        "notice": _notice(request),
        "theme": request.cookies.get("tema", ""),
        "path": request.url.path,
        **values,
    }
    response = HTMLResponse(environment().get_template(template).render(context), status_code=status)
    if context["notice"]:
        response.delete_cookie(NOTICE)
    return response


def go(request: Request, path: str, notice: str = "") -> Response:
    """To another page of ours, with a sentence to be shown there."""
    response = RedirectResponse(path, 303)
    if notice:
        sealed = request.app.state.house.store.vault.seal_json([notice, time.time()])
        set_cookie(request, response, NOTICE, sealed, 60)
    return response


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def set_session(request: Request, response: Response, token: str, seconds: int) -> None:
    set_cookie(request, response, COOKIE, token, seconds)
    response.delete_cookie(VISITOR)


def _notice(request: Request) -> str:
    sealed = request.cookies.get(NOTICE, "")
    try:
        text, at = request.app.state.house.store.vault.open_json(sealed)
    except Exception:  # a cookie that is not ours, or from another installation: there is nothing to say
        return ""
    return text if time.time() - at < 60 else ""


# --- revealing personal data -----------------------------------------------------------------------------------------


def is_revealed(request: Request, subject: str) -> bool:
    """Did this person ask to see the personal data of `subject`, a little ago, in this session? (`/mostrar`)"""
    given = request.query_params.get("mostrar", "")
    bucket = int(time.time()) // REVEALED
    return any(same(given, reveal_token(request, subject, at)) for at in (bucket, bucket - 1))


def reveal_token(request: Request, subject: str, bucket: int) -> str:
    key = request.state.session.key if request.state.session else ""
    return request.app.state.house.store.vault.pseudonym("mostrar", key, subject, str(bucket))[:32]


# --- words and pictures of templates ------------------------------------------------------------------------------


def moment(when: datetime | None, form: str = "d MMM, HH:mm") -> str:
    """In Mexico City's time: "24 nov, 12:05"."""
    return format_datetime(when.astimezone(MEXICO), form, locale="es_MX") if when else ""


def ago(when: datetime | None) -> str:
    """ "hace 5 minutos"."""
    if when is None:
        return ""
    return format_timedelta(when - datetime.now(timezone.utc), add_direction=True, locale="es_MX")


@cache
def static(name: str) -> str:
    """The address of a static file, which changes with what is in it."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


@cache
def _icons() -> dict[str, str]:
    return json.loads((HERE / "static" / "icons.json").read_text())


def icon(name: str) -> Markup:
    """A drawing beside a word; it says nothing of its own to who hears the page."""
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_icons()[name]}</svg>')
