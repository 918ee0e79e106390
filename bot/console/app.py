"""The console as one ASGI application."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.asgi import BodyTooLarge
from bot.console.gate import HEADERS, Refused, safe, wants_json
from bot.console.live import Live
from bot.console.routes import may_open, nav_for, routes
from bot.console.view import render
from bot.console.workshop import Workshop
from bot.errors import FileRefused, RuleBroken
from bot.teaching import Teaching
from bot.wiring import House

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
FILES_REFUSED = {
    "vacio": "El archivo está vacío.",
    "grande": "El archivo pesa más de 20 MB.",
    "tipo": "Ese tipo de archivo no se puede enviar ni guardar.",
}


def create_app(house: House) -> Starlette:
    """The pages of `routes.py`, over one house."""
    app = Starlette(
        lifespan=ready,
        routes=[*routes(), Mount("/static", StaticFiles(directory=STATIC))],
        middleware=safe(),
        exception_handlers={
            Refused: refused,
            BodyTooLarge: too_large,
            RuleBroken: rule_broken,
            FileRefused: file_refused,
            HTTPException: no_such_page,
            SQLAlchemyError: database_down,
            Exception: crashed,
        },
    )
    app.state.house, app.state.nav, app.state.may_open = house, nav_for, may_open
    app.state.live = Live(house.store)
    app.state.workshop = Workshop(house, Teaching(house.store), house.rasa)
    return app


@asynccontextmanager
async def ready(app: Starlette) -> AsyncIterator[None]:
    """The training pages are read for beside the rest: two seconds of work that nobody should wait for."""
    threading.Thread(target=app.state.workshop.get_ready, name="workshop", daemon=True).start()
    yield


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem(request, error.status, error.message)


async def too_large(request: Request, error: Exception) -> Response:
    return problem(request, 413, FILES_REFUSED["grande"])


async def rule_broken(request: Request, error: Exception) -> Response:
    assert isinstance(error, RuleBroken)
    return problem(request, error.status, str(error))


async def file_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, FileRefused)
    return problem(request, 415, FILES_REFUSED.get(error.code, "Ese archivo no se puede usar."))


async def no_such_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(request, error.status_code, "Esta página no existe.")


async def database_down(request: Request, error: Exception) -> Response:
    log.error("database: %s", type(error).__name__)
    return problem(request, 503, "La base de datos no respondió y no se guardó nada. Intenta en un momento.")


async def crashed(request: Request, error: Exception) -> Response:
    """A fault of ours. What it was may quote what a person wrote: only its kind is said."""
    log.error("%s: %s", request.url.path, type(error).__name__)
    return PlainTextResponse("Algo falló de nuestro lado. Intenta en un momento.", 500, headers=HEADERS)


def problem(request: Request, status: int, message: str) -> Response:
    """What went wrong, as a page or for a script."""
    if wants_json(request):
        return JSONResponse({"error": {"message": message}}, status_code=status)
    for name in ("session", "staff"):
        if not hasattr(request.state, name):
            setattr(request.state, name, None)
    return render(request, "problem.html", status, title="No se pudo", message=message)
