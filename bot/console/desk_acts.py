"""What is done in a conversation. Each says afterwards how it went: to a page by going back to it, to a script in JSON."""

from __future__ import annotations

import asyncio

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot import review
from bot.console.conversations import conversation_id
from bot.console.gate import Refused, field, wants_json
from bot.console.view import go
from bot.desk import ENDINGS, Desk
from bot.errors import RuleBroken
from bot.evidence import MAX_BYTES

MAX_FILES = 3


def take(request: Request) -> Response:
    id_ = conversation_id(request)
    _desk(request).take(_known(request, id_), request.state.staff)
    return _done(request, id_, "La tienes. Desde ahora solo hablas tú.")


async def say(request: Request) -> Response:
    id_, once = conversation_id(request), field(request, "once", 26)
    if not once:
        raise Refused(400, "El formulario no se pudo leer.")
    given = [file for file in request.state.form.getlist("file") if isinstance(file, UploadFile) and file.filename]
    if len(given) > MAX_FILES:
        raise Refused(413, f"Se pueden enviar hasta {MAX_FILES} archivos a la vez.")
    files = [(file.filename or "", await file.read(MAX_BYTES + 1)) for file in given]
    text = field(request, "text", 100_000)
    await asyncio.to_thread(_desk(request).say, id_, request.state.staff, _epoch(request), text, once, files)
    return _done(request, id_, "Enviado.")


def note(request: Request) -> Response:
    id_ = conversation_id(request)
    _desk(request).jot(_known(request, id_), request.state.staff, field(request, "text", 4000))
    return _done(request, id_, "Nota guardada.")


def give_back(request: Request) -> Response:
    id_, how = conversation_id(request), field(request, "how")
    if how not in ENDINGS:
        raise Refused(400, "No se entendió qué hacer con la conversación.")
    _desk(request).give_back(id_, request.state.staff, _epoch(request), how)
    return go(request, "/conversaciones", "Listo. La conversación salió de tus manos.")


def transfer(request: Request) -> Response:
    id_ = conversation_id(request)
    with request.app.state.house.store.read() as tx:
        to = tx.staff_member(field(request, "to", 26))
    if to is None:
        raise RuleBroken("Elige a quién pasarla.")
    _desk(request).transfer(_known(request, id_), request.state.staff, to, _epoch(request))
    return go(request, f"/conversaciones/{id_}", f"Ahora la tiene {to.name}.")


def invite(request: Request) -> Response:
    id_ = conversation_id(request)
    _desk(request).invite(id_, request.state.staff, _epoch(request))
    return _done(request, id_, "Se envió la plantilla. En cuanto la persona escriba, podrás contestar.")


def settle(request: Request) -> Response:
    id_, accept = conversation_id(request), field(request, "accept") == "1"
    _desk(request).settle(id_, request.state.staff, _epoch(request), field(request, "suggestion", 26), accept)
    return _done(request, id_, "Dato agregado a la queja." if accept else "Sugerencia descartada.")


def misunderstood(request: Request) -> Response:
    """Say that the bot did not understand a message, so that those who train it see it; or take that back."""
    id_, marks = conversation_id(request), field(request, "mark", 26)
    turn = marks or field(request, "unmark", 26)
    with request.app.state.house.store.begin() as tx:
        if not turn or tx.turn_conversation(turn) != id_:
            raise Refused(404, "Ese mensaje no es de esta conversación.")
        if not marks:
            review.unmark(tx, turn)
        elif not review.mark(tx, turn, request.state.staff.email):
            raise RuleBroken("La persona no escribió nada ahí: tocó un botón.")
        tx.note(request.state.staff.id, "marcado_no_entendio" if marks else "marca_quitada", id_)
    return _done(
        request, id_, "Marcado. Lo verá quien entrena al bot, sin datos personales." if marks else "Marca quitada."
    )


def _done(request: Request, id_: str, notice: str) -> Response:
    if wants_json(request):
        return JSONResponse({"ok": True, "notice": notice})
    return go(request, f"/conversaciones/{id_}", notice)


def _desk(request: Request) -> Desk:
    return request.app.state.house.desk


def _epoch(request: Request) -> int:
    text = field(request, "epoch", 12)
    return int(text) if text.isascii() and text.isdigit() else -1


def _known(request: Request, id_: str) -> str:
    """The id, if there is such a conversation. Raises Refused 404."""
    with request.app.state.house.store.read() as tx:
        if not tx.found([id_]):
            raise Refused(404, "Esa conversación no existe.")
    return id_
