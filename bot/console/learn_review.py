"""Por revisar: doubtful messages, one at a time, the gravest first."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.console.gate import Refused, field
from bot.console.view import go, render
from bot.console.workshop import ENTITIES, Workshop, author, is_chief, workshop
from bot.errors import RuleBroken
from bot.examples import CONDUCT
from bot.review_desk import Item, Label
from bot.scrub import with_stand_ins
from bot.trial import guesses

#: Items listed beside the one that is open.
LISTED = 30


async def queue(request: Request) -> Response:
    """The first of the queue, or the one that was chosen."""
    shop = workshop(request)
    items = await asyncio.to_thread(shop.desk.queue)
    wanted = request.query_params.get("mensaje", "")
    item = next((i for i in items if wanted in i.turn_ids), items[0] if items else None)
    return await _page(request, shop, items, item)


async def label(request: Request) -> Response:
    shop = workshop(request)
    turn, said = field(request, "turn", 26), _label(request)
    second = bool(field(request, "second", 2))
    sure = bool(field(request, "sure", 2)) and is_chief(request)
    try:
        group = await asyncio.to_thread(shop.desk.label, turn, said, author(request), second, sure)
    except RuleBroken as error:
        items = await asyncio.to_thread(shop.desk.queue)
        item = next((i for i in items if turn in i.turn_ids), None)
        return await _page(request, shop, items, item, problem=shop.in_words(str(error)), said=said)
    await asyncio.to_thread(_audit, request, "mensaje_etiquetado", turn)
    return go(request, f"/entrenamiento?hecho={group}", f"Guardado: {_name(shop, said)}.")


def undo(request: Request) -> Response:
    workshop(request).desk.undo(field(request, "group", 26), author(request))
    return go(request, "/entrenamiento", "Deshecho: el mensaje está otra vez en la cola.")


async def second(request: Request) -> Response:
    """Blind opinions that others asked for, and how well people agree."""
    shop = workshop(request)
    items = await asyncio.to_thread(shop.desk.waiting_for_second, author(request))
    return await _page(request, shop, items, items[0] if items else None, template="learn_second.html")


async def give_second(request: Request) -> Response:
    agree = await asyncio.to_thread(
        workshop(request).desk.second_opinion, field(request, "turn", 26), _label(request), author(request)
    )
    said = "Coinciden." if agree else "No coinciden: queda anotado en el acuerdo."
    return go(request, "/entrenamiento/segunda", f"Gracias. {said}")


async def _page(
    request: Request,
    shop: Workshop,
    items: list[Item],
    item: Item | None,
    problem: str = "",
    said: Label | None = None,
    template: str = "learn_review.html",
) -> Response:
    choices: list[tuple[str, float]] = []
    if item and template == "learn_review.html":
        item = await asyncio.to_thread(shop.desk.with_surroundings, item)
    if item:
        near = list(dict.fromkeys(n.example.intent for n in item.near))
        choices = await guesses(shop.rasa, with_stand_ins(item.text), lambda: near)
    return await asyncio.to_thread(
        render,
        request,
        template,
        422 if problem else 200,
        title="Por revisar" if template == "learn_review.html" else "Segunda opinión",
        items=items[:LISTED],
        count=len(items),
        item=item,
        choices=choices,
        guide=shop.guide.all(),
        labels=shop.labels(),
        name=shop.name,
        conducts=shop.teaching.corpus.conducts(),
        entities=ENTITIES,
        problem=problem,
        said=said,
        chief=is_chief(request),
        done=request.query_params.get("hecho", "")[:26],
        agreement=shop.desk.agreement(),
        tab="segunda" if template == "learn_second.html" else "revisar",
    )


def _label(request: Request) -> Label:
    verdict = field(request, "verdict", 12) or "etiqueta"
    also = tuple(name for name in request.state.form.getlist("also") if isinstance(name, str))[:9]
    intent = field(request, "intent", 48) or field(request, "otra", 48)
    return Label(verdict, intent, also, _spans(field(request, "spans", 4000)))


def _spans(text: str) -> tuple[tuple[int, int, str], ...]:
    """What was selected in the page: [[start, end, entity], …]."""
    try:
        found: Any = json.loads(text or "[]")
        spans = tuple((int(start), int(end), str(entity)) for start, end, entity in found)
    except (ValueError, TypeError) as error:
        raise Refused(400, "El formulario no se pudo leer.") from error
    if any(entity not in ENTITIES for _, _, entity in spans):
        raise Refused(400, "Ese dato no existe.")
    return spans


def _name(shop: Workshop, said: Label) -> str:
    if said.verdict == "descartar":
        return "descartado"
    if said.verdict == "fuera":
        return "no es de aquí"
    more = f" y {len(said.also)} más" if said.also and any(a.startswith(CONDUCT) for a in said.also) else ""
    return shop.name(said.intent) + more


def _audit(request: Request, action: str, subject: str) -> None:
    with request.app.state.house.store.begin() as tx:
        tx.note(request.state.staff.id, action, subject)
