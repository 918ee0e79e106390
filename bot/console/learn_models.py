"""Entrenar y publicar: check, train, see what would change, publish, go back."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot import versions
from bot.console.gate import field
from bot.console.view import go, moment, render
from bot.console.workshop import author, is_chief, workshop
from bot.errors import RuleBroken
from bot.versions import Comparison

#: Changed messages shown of each kind.
SHOWN = 60


async def models(request: Request) -> Response:
    shop = workshop(request)
    running = await shop.publisher.running()
    return await asyncio.to_thread(_page, request, running)


def _page(request: Request, running: str, problem: str = "") -> Response:
    shop = workshop(request)
    with shop.house.store.read() as tx:
        releases = tx.releases(20)
    job = shop.jobs.current()
    return render(
        request,
        "learn_models.html",
        409 if problem else 200,
        title="Entrenar y publicar",
        running=running,
        listing=versions.listing(),
        releases=releases,
        job=job,
        name=shop.name,
        words_of=shop.in_words,
        problems=[] if job and job.running else [f for f in shop.teaching.checker.problems() if f.stops],
        pending=len(shop.teaching.history(1000, since=releases[0]["at"] if releases else None)),
        problem=problem,
        chief=is_chief(request),
        when=when,
        tab="modelos",
    )


def train(request: Request) -> Response:
    reason = field(request, "reason", 300)
    if not reason:
        raise RuleBroken("Di en una línea qué cambió: queda en la historia del modelo.")
    workshop(request).jobs.start(author(request), reason)
    _audit(request, "entrenamiento", "inicio")
    return go(request, "/entrenamiento/modelos", "Entrenando. Puedes seguir trabajando en otras páginas.")


def stop(request: Request) -> Response:
    workshop(request).jobs.stop()
    _audit(request, "entrenamiento", "detenido")
    return go(request, "/entrenamiento/modelos", "Detenido. Nada cambió en el bot.")


def progress(request: Request) -> Response:
    """For the bar."""
    job = workshop(request).jobs.current()
    if job is None:
        return JSONResponse({"running": False})
    return JSONResponse({"running": job.running, "title": job.title, "percent": job.percent, "stage": job.stage})


async def compare(request: Request) -> Response:
    """What changes if this model is published."""
    shop = workshop(request)
    running = await shop.publisher.running()
    new = request.path_params["model"]
    old = running or new
    if running == new:
        raise RuleBroken("Ese modelo es el que contesta ahora.")
    comparison = await asyncio.to_thread(compared, old, new)
    return await asyncio.to_thread(_compare_page, request, comparison)


def _compare_page(request: Request, found: Comparison, problem: str = "") -> Response:
    return render(
        request,
        "learn_compare.html",
        409 if problem else 200,
        title="Qué cambia si publicas",
        found=found,
        shown=SHOWN,
        name=workshop(request).name,
        chief=is_chief(request),
        problem=problem,
        when=when,
        tab="modelos",
    )


async def publish(request: Request) -> Response:
    shop, new = workshop(request), request.path_params["model"]
    running = await shop.publisher.running()
    if not running:
        raise RuleBroken("Rasa no contesta: no se puede publicar ahora.")
    comparison = await asyncio.to_thread(compared, running, new)
    override = field(request, "override", 300)
    try:
        done = await shop.publisher.promote(
            comparison, author(request), comparison.new.reason, override, may_override=is_chief(request)
        )
    except RuleBroken as error:
        return await asyncio.to_thread(_compare_page, request, comparison, str(error))
    await asyncio.to_thread(_audit, request, "modelo_publicado", new)
    return go(
        request,
        "/entrenamiento/modelos",
        f"Publicado en {done.seconds:.1f} s. Desde ahora contesta el modelo del {when(new)}.",
    )


async def go_back(request: Request) -> Response:
    shop = workshop(request)
    done = await shop.publisher.rollback(author(request), field(request, "reason", 300) or "se vuelve atrás")
    await asyncio.to_thread(_audit, request, "modelo_devuelto", done.model)
    return go(
        request,
        "/entrenamiento/modelos",
        f"De vuelta en {done.seconds:.1f} s: contesta el modelo del {when(done.model)}.",
    )


def when(name: str) -> str:
    """When a model was trained, from its name: "24 nov, 09:39"."""
    try:
        return moment(datetime.strptime(name, "%Y%m%d-%H%M%S").replace(tzinfo=timezone.utc))
    except ValueError:  # a model that was named by hand
        return name


def compared(old: str, new: str) -> Comparison:
    one, other = versions.version(old), versions.version(new)
    return _compared(one.name, other.name, one.sha256, other.sha256, str(one.figures), str(other.figures))


@lru_cache(maxsize=8)
def _compared(old: str, new: str, *what_they_are: str) -> Comparison:
    return versions.compare(versions.version(old), versions.version(new))


def _audit(request: Request, action: str, subject: str) -> None:
    with request.app.state.house.store.begin() as tx:
        tx.note(request.state.staff.id, action, subject)
