"""The gateway as one ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.asgi import BodyTooLarge
from bot.errors import FileRefused, WebhookError
from bot.gateway import chat, files, health, page, receipt, webhooks
from bot.gateway.guard import guard
from bot.wiring import House

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"


def create_app(house: House) -> Starlette:
    """Routes as in contracts.md, over one house."""
    app = Starlette(
        routes=[
            Route("/", page.index),
            Route("/chat/sessions", chat.open_session, methods=["POST"]),
            Route("/chat/messages", chat.receive, methods=["POST"]),
            Route("/chat/messages", chat.messages, methods=["GET"]),
            Route("/chat/history", chat.history, methods=["GET"]),
            Route("/webhooks/{channel}", webhooks.shake_hands, methods=["GET"]),
            Route("/webhooks/{channel}", webhooks.receive, methods=["POST"]),
            Route("/recibo/{id}.pdf", receipt.paper),
            Route("/recibo/{id}", receipt.check),
            Route("/archivo/{id}", files.sent),
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            Route("/metrics", health.metrics),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=guard(),
        exception_handlers={
            WebhookError: refused,
            chat.BadRequest: refused_kindly,
            FileRefused: file_refused,
            BodyTooLarge: too_large,
            SQLAlchemyError: database_down,
        },
        lifespan=lifespan,
    )
    app.state.house = house
    return app


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Stay connected to the channels for as long as the app runs."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(task) for task in webhooks.connections(app.state.house, stop)]
    yield
    stop.set()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WebhookError)
    health.REFUSED.labels(request.path_params.get("channel", "chat"), error.code).inc()
    log.info("refused %s: %s", request.url.path, error.code)
    return JSONResponse({"error": {"code": error.code}}, status_code=error.status)


async def refused_kindly(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, chat.BadRequest)
    return _say(request, f"utter_error_{error.code}", error.code, error.status)


async def file_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FileRefused)
    await asyncio.to_thread(_count_file, request.app.state.house, error.code)
    return _say(request, f"utter_archivo_{error.code}", error.code, 413 if error.code == "grande" else 415)


def _count_file(house: House, code: str) -> None:
    with house.store.begin() as tx:
        tx.count(f"refused.{code}")


async def too_large(request: Request, error: Exception) -> JSONResponse:
    health.REFUSED.labels(request.path_params.get("channel", "chat"), "too_large").inc()
    return _say(request, "utter_archivo_grande", "grande", 413)


async def database_down(request: Request, error: Exception) -> JSONResponse:
    """Nothing was committed, so nothing is claimed: providers send again, and the page keeps the message.

    Words of danger get the help lines all the same.
    """
    log.error("database: %s", type(error).__name__)
    alarm = getattr(request.state, "alarm", "")
    return _say(request, f"utter_{alarm}" if alarm else "utter_error_servicio", alarm or "servicio", 503)


def _say(request: Request, text: str, code: str, status: int) -> JSONResponse:
    reply = request.app.state.house.texts.reply(text)
    return JSONResponse({"error": {"code": code, "message": reply.text}}, status_code=status)
