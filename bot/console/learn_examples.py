"""Ejemplos: everything the bot learns from, searched, added, changed, moved, deleted, with checks while one types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.config import ROOT
from bot.console.gate import field
from bot.console.view import go, render
from bot.console.workshop import Workshop, author, is_chief, workshop
from bot.errors import RuleBroken
from bot.example_checks import Finding
from bot.examples import Example, labelled, tidy
from bot.teaching import UNDOABLE

PAGE = 50
SUSPECTS = 100


def listing(request: Request) -> Response:
    shop = workshop(request)
    words, label = request.query_params.get("q", "")[:200], request.query_params.get("intencion", "")[:48]
    corpus = shop.teaching.corpus
    label = label if label in (*corpus.intents(), *shop.rights) else ""
    found = corpus.search(words, label) if words or label else []
    page = _number(request.query_params.get("pagina", "1"))
    return _list_page(request, words, label, found, page)


def _list_page(
    request: Request,
    words: str,
    label: str,
    found: list[Example],
    page: int = 1,
    problem: str = "",
    draft: Example | None = None,
    findings: list[Finding] | None = None,
) -> Response:
    shop = workshop(request)
    return render(
        request,
        "learn_examples.html",
        422 if problem else 200,
        title="Ejemplos",
        words=words,
        label=label,
        found=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        page=page,
        pages=max(1, -(-len(found) // PAGE)),
        labels=shop.labels(),
        name=shop.name,
        words_of=shop.in_words,
        conducts=shop.teaching.corpus.conducts(),
        rights_coverage=shop.teaching.checker.rights_coverage(),
        coverage=shop.teaching.checker.coverage(),
        typical=shop.teaching.checker.typical_count(),
        history=shop.teaching.history(15),
        undoable=UNDOABLE,
        chief=is_chief(request),
        problem=problem,
        draft=draft,
        findings=findings or [],
        tab="ejemplos",
    )


def add(request: Request) -> Response:
    """Saved at once when nothing is to be said against it; else shown again with what is, to be confirmed."""
    shop, example = workshop(request), _example(request)
    findings = shop.teaching.checker.check(example)
    confirmed = field(request, "confirmed", 2)
    sure = bool(field(request, "sure", 2)) and is_chief(request)
    if findings and not confirmed:
        stops = any(finding.stops for finding in findings)
        problem = "No se guardó." if stops else "Mira esto antes de guardar."
        return _list_page(request, "", example.label, [], problem=problem, draft=example, findings=findings)
    try:
        shop.teaching.add(example, author(request), field(request, "reason", 300), sure)
    except RuleBroken as error:
        return _list_page(
            request, "", example.label, [], problem=shop.in_words(str(error)), draft=example, findings=findings
        )
    return go(request, f"/entrenamiento/ejemplos?intencion={quote(example.label)}&pagina=99", "Ejemplo agregado.")


def one(request: Request) -> Response:
    shop = workshop(request)
    example = shop.teaching.corpus.find(request.path_params["key"])
    return _one_page(request, example, example)


def _one_page(
    request: Request, old: Example, draft: Example, problem: str = "", findings: list[Finding] | None = None
) -> Response:
    shop = workshop(request)
    return render(
        request,
        "learn_example.html",
        422 if problem else 200,
        title="Ejemplo",
        old=old,
        draft=draft,
        near=shop.teaching.checker.like(old, 6),
        labels=shop.labels(),
        name=shop.name,
        words_of=shop.in_words,
        conducts=shop.teaching.corpus.conducts(),
        chief=is_chief(request),
        problem=problem,
        findings=findings or [],
        tab="ejemplos",
    )


def change(request: Request) -> Response:
    shop = workshop(request)
    old = shop.teaching.corpus.find(request.path_params["key"])
    reason = field(request, "reason", 300)
    if field(request, "do", 12) == "borrar":
        shop.teaching.delete(old.key, author(request), reason or "ya no sirve")
        return go(request, f"/entrenamiento/ejemplos?intencion={quote(old.label)}", "Ejemplo borrado.")
    draft = _example(request)
    findings = [] if draft == old else shop.teaching.checker.check(draft, instead_of=old.key)
    if findings and not field(request, "confirmed", 2):
        return _one_page(request, old, draft, "Mira esto antes de guardar.", findings)
    try:
        sure = bool(field(request, "sure", 2)) and is_chief(request)
        shop.teaching.change(old.key, draft, author(request), reason, sure)
    except RuleBroken as error:
        return _one_page(request, old, draft, shop.in_words(str(error)), findings)
    return go(request, f"/entrenamiento/ejemplos?intencion={quote(draft.label)}", "Ejemplo guardado.")


def undo(request: Request) -> Response:
    shop = workshop(request)
    example = shop.teaching.undo(field(request, "change", 26), author(request))
    return go(request, f"/entrenamiento/ejemplos?intencion={quote(example.label)}", "Deshecho.")


def check(request: Request) -> Response:
    """What is to be said of an example while it is typed, for the page's script."""
    shop, example = workshop(request), _example(request)
    if not example.marked or not example.label:
        return JSONResponse({"findings": []})
    found = shop.teaching.checker.check(example, instead_of=field(request, "key", 16))
    return JSONResponse({"findings": [_finding(finding, shop) for finding in found]})


def suspects(request: Request) -> Response:
    """Labels that look wrong, from the last search."""
    shop = workshop(request)
    confirmed = shop.teaching.confirmed()
    known = {example.key: example for example in shop.teaching.corpus.all()}
    rows = [
        {"example": known[row["key"]], "other": row["other"]}
        for row in _opinions(request)
        if row["key"] in known and row["key"] not in confirmed
    ]
    return render(
        request,
        "learn_suspects.html",
        title="Etiquetas dudosas",
        rows=rows[:SUSPECTS],
        searched=shop.opinions.exists(),
        searching=shop.searching(),
        name=shop.name,
        tab="dudosas",
    )


def search_suspects(request: Request) -> Response:
    """In a process of its own: half a minute of work would make the others wait."""
    shop = workshop(request)
    if shop.searching():
        return go(request, "/entrenamiento/dudosas", "Ya se está buscando.")
    shop.opinions.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bot.cli", "nlu", "check", "--opinions", "--save", str(shop.opinions)]
    with shop.opinions.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: os.nice(10) and None,
        )
    shop.opinions.with_suffix(".pid").write_text(str(process.pid))
    return go(request, "/entrenamiento/dudosas", "Buscando. Puedes seguir en otras páginas.")


def judge_suspect(request: Request) -> Response:
    """The label is right, or it is the other."""
    shop, key = workshop(request), field(request, "key", 16)
    if field(request, "do", 12) == "mover":
        intent = field(request, "intent", 48)
        old = shop.teaching.corpus.find(key)
        new = labelled(intent, old.marked, old.also)
        shop.teaching.change(key, new, author(request), "etiqueta dudosa", sure=is_chief(request))
        return go(request, "/entrenamiento/dudosas", f"Movido a {shop.name(intent)}.")
    shop.teaching.confirm(key, author(request))
    return go(request, "/entrenamiento/dudosas", "Anotado: la etiqueta está bien.")


def _opinions(request: Request) -> list[dict[str, Any]]:
    try:
        return json.loads(workshop(request).opinions.read_text())
    except (OSError, ValueError):
        return []


def _example(request: Request) -> Example:
    also = tuple(name for name in request.state.form.getlist("also") if isinstance(name, str))[:9]
    return labelled(field(request, "intent", 48), tidy(field(request, "text", 2000)), also)


def _finding(finding: Finding, shop: Workshop) -> dict[str, Any]:
    return {
        "message": shop.in_words(finding.message),
        "stops": finding.stops,
        "others": [f"«{other.text[:120]}» · {shop.name(other.label)}" for other in finding.others[:3]],
    }


def _number(text: str) -> int:
    return max(1, min(9999, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else 1
