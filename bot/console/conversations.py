"""Conversaciones: who waits, and one conversation with everything about it."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from sqlalchemy.exc import NoResultFound
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from ulid import ULID

from bot.console import card, words
from bot.console.gate import Refused, csrf
from bot.console.view import environment, is_revealed, render
from bot.folio import read_folio
from bot.masking import masked
from bot.store import Tx
from bot.store.base import now
from bot.store.desk import Waiting
from bot.wiring import House

VIEWS = {
    "espera": "En espera",
    "mias": "Mías",
    "equipo": "Del equipo",
    "bot": "Con el bot",
    "todas": "Todas",
}
PAGE = 50
FIRST_WORDS = 140


def listing(request: Request) -> Response:
    return render(request, "conversations.html", title="Conversaciones", **_list(request))


def fragment(request: Request) -> Response:
    """The list alone, for the page that is open."""
    return _part("conversation_list.html", **_list(request))


def show(request: Request) -> Response:
    values = _one(request)
    ready = request.app.state.house.ready_answers.for_channel(values["conversation"].channel)
    return render(request, "conversation.html", title="Conversación", ready=ready, once=str(ULID()), **values)


def parts(request: Request) -> Response:
    """Transcript and side of a conversation, for the page that is open."""
    return _part("conversation_parts.html", csrf=csrf(request), path=request.url.path, **_one(request))


def conversation_id(request: Request) -> str:
    """From the path. Raises Refused 404 when it is not of the form of one."""
    id_ = request.path_params["id"]
    if not re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", id_):
        raise Refused(404, "Esa conversación no existe.")
    return id_


def _part(template: str, **values: Any) -> Response:
    return HTMLResponse(environment().get_template(template).render(**values))


def _one(request: Request) -> dict[str, Any]:
    id_ = conversation_id(request)
    house: House = request.app.state.house
    with house.store.read() as tx:
        try:
            values = card.conversation(house, tx, id_, request.state.staff, is_revealed(request, id_))
        except NoResultFound:
            raise Refused(404, "Esa conversación no existe.") from None
    token = request.query_params.get("mostrar", "")
    return {**values, "shown_by": f"?mostrar={token}" if values["revealed"] else "", "channels": words.CHANNELS}


def _list(request: Request) -> dict[str, Any]:
    view = request.query_params.get("vista", "espera")
    view = view if view in VIEWS else "espera"
    asked = request.query_params.get("q", "").strip()[:80]
    before = _moment(request.query_params.get("antes", ""))
    with request.app.state.house.store.read() as tx:
        found = _search(tx, asked) if asked else _of_view(tx, view, request.state.staff.id, before)
        last = tx.last_words([item.conversation_id for item in found])
        names = {person.id: person.name for person in tx.all_staff()}
        counts = tx.counts(request.state.staff.id)
    desk = request.app.state.house.desk
    return {
        "view": view,
        "views": VIEWS,
        "counts": counts,
        "asked": asked,
        "rows": [_row(desk, item, last.get(item.conversation_id, ""), names) for item in found],
        "older": found[-1].last_inbound_at.isoformat() if view == "todas" and not asked and len(found) == PAGE else "",
    }


def _of_view(tx: Tx, view: str, me: str, before: datetime | None) -> list[Waiting]:
    if view == "mias":
        return tx.held(PAGE, by=me)
    if view == "equipo":
        return tx.held(PAGE, but=me)
    if view == "bot":
        return tx.with_draft(PAGE)
    return tx.recent(PAGE, before) if view == "todas" else tx.waiting(PAGE)


def _search(tx: Tx, asked: str) -> list[Waiting]:
    """By folio, by a conversation's id, or by the phone or user id on a channel: what is said is sealed, and is not
    searched."""
    folio = read_folio(asked)
    if folio and folio.valid:
        case = tx.case_by_folio(folio.folio)
        return tx.found([case["conversation_id"]]) if case else []
    if re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", asked.upper()):
        return tx.found([asked.upper()])
    number = re.sub(r"[\s()+-]", "", asked)
    users = [number, f"52{number}", f"521{number}"] if number.isdigit() else [asked]
    ids = [tx.conversation_by_user(channel, user) for channel in ("whatsapp", "telegram") for user in users]
    return tx.found([id_ for id_ in dict.fromkeys(ids) if id_])


def _row(desk: Any, item: Waiting, last: str, names: dict[str, str]) -> dict[str, Any]:
    request = item.request
    since = request.created_at if request else item.last_inbound_at
    text = masked(last)[:FIRST_WORDS] + ("…" if len(last) > FIRST_WORDS else "")
    return {
        "id": item.conversation_id,
        "channel": words.CHANNELS.get(item.channel, item.channel),
        "reason": words.REASONS.get(request.reason, request.reason) if request else "",
        "tone": words.URGENCY.get(min(request.urgency, 3), "") if request else "",
        "holder": names.get(item.holder, "") if item.holder else "",
        "waits": words.duration((now() - since).total_seconds()),
        "since": since,
        "late": bool(request and not request.first_reply_at and desk.is_late(request)),
        "has_draft": item.has_draft,
        "last": text,
    }


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(timezone.utc) if text else None
    except (ValueError, OverflowError):
        return None
