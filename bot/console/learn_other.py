"""Probar: try a message. Guía: what each intent is."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from bot.console.gate import field
from bot.console.view import go, render
from bot.console.workshop import author, is_chief, workshop
from bot.errors import RasaUnavailable
from bot.guide import GROUPS, Entry

TRIED = 600


async def trial(request: Request) -> Response:
    shop = workshop(request)
    text = " ".join(request.query_params.get("q", "")[:TRIED].split())
    reading, weights, answer, problem = None, [], [], ""
    if text:
        try:
            reading = await shop.trial.read(text)
            weights = await shop.trial.weights(reading)
            answer = await shop.trial.answer(reading)
        except RasaUnavailable:
            problem = "El modelo no contesta en este momento. Intenta en un minuto."
    near = await asyncio.to_thread(shop.teaching.neighbours.nearest, text, 8) if text else []
    return await asyncio.to_thread(
        render,
        request,
        "learn_try.html",
        503 if problem else 200,
        title="Probar",
        text=text,
        reading=reading,
        weights=weights,
        answer=answer,
        near=near,
        problem=problem,
        name=shop.name,
        tab="probar",
    )


def guide(request: Request) -> Response:
    entries = workshop(request).guide.all().values()
    return render(
        request,
        "learn_guide.html",
        title="Guía",
        groups=[(group, [entry for entry in entries if entry.grupo == group]) for group in GROUPS],
        chief=is_chief(request),
        open=request.query_params.get("editar", "")[:48],
        tab="guia",
    )


def change_guide(request: Request) -> Response:
    shop = workshop(request)
    new = Entry(
        intent=field(request, "intent", 48),
        nombre=field(request, "nombre", 100),
        grupo="",
        es=field(request, "es", 1000),
        no_es=field(request, "no_es", 1000),
        ejemplos=_lines(field(request, "ejemplos", 3000)),
        bordes=_lines(field(request, "bordes", 3000)),
    )
    old = shop.guide.change(new)
    with shop.house.store.begin() as tx:
        reason = field(request, "reason", 300) or "guía"
        tx.add_example_change(author(request), reason, "guia", new.intent, old.es, new.es)
    return go(request, f"/entrenamiento/guia#{new.intent}", "Guía guardada.")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())[:20]
