"""Respuestas listas: what the team can pick while answering, written and kept by its supervisors."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from bot.console import words
from bot.console.gate import Refused, field
from bot.console.view import go, render
from bot.errors import RuleBroken
from bot.ready_answers import BLANK_ROOM, LONGEST_TITLE, ReadyAnswer, ReadyAnswers

HERE = "/conversaciones/respuestas"
NEW = ReadyAnswer("", "", "")


def listing(request: Request) -> Response:
    return _list(request, NEW)


def add(request: Request) -> Response:
    title, text = _written(request)
    try:
        _answers(request).add(request.state.staff, title, text)
    except RuleBroken as error:
        return _list(request, ReadyAnswer("", title, text), str(error), error.status)
    return go(request, HERE, f"«{title}» ya se puede elegir.")


def show(request: Request) -> Response:
    return _form(request, _answers(request).show(_id(request)))


def change(request: Request) -> Response:
    """Save it, take it away, or bring it back, as the button that was pressed says."""
    id_, seen, what = _id(request), _number(field(request, "version", 9)), field(request, "what")
    me, answers = request.state.staff, _answers(request)
    if what == "borrar":
        answers.take_away(me, id_, seen)
        return go(request, HERE, "Borrada. La puedes traer de vuelta desde el final de la lista.")
    if what == "restaurar":
        answers.bring_back(me, id_, seen)
        return go(request, HERE, "Ya se puede elegir otra vez.")
    title, text = _written(request)
    try:
        answers.change(me, id_, seen, title, text)
    except RuleBroken as error:
        return _form(request, ReadyAnswer(id_, title, text, seen), str(error), error.status)
    return go(request, HERE, f"«{title}» quedó guardada.")


def _list(request: Request, new: ReadyAnswer, problem: str = "", status: int = 200) -> Response:
    answers = _answers(request)
    rows = [(answer, [words.CHANNELS.get(c, c) for c in answers.too_long(answer.text)]) for answer in answers.all()]
    return render(
        request,
        "answers.html",
        status,
        title="Respuestas listas",
        shown=[row for row in rows if not row[0].deleted],
        gone=[answer for answer, _ in rows if answer.deleted],
        may_write=request.app.state.may_open(request.state.staff.role, HERE, "POST"),
        answer=new,
        problem=problem,
        **_limits(answers),
    )


def _form(request: Request, answer: ReadyAnswer, problem: str = "", status: int = 200) -> Response:
    return render(
        request,
        "answer.html",
        status,
        title="Respuesta lista",
        answer=answer,
        problem=problem,
        **_limits(_answers(request)),
    )


def _limits(answers: ReadyAnswers) -> dict[str, object]:
    channels = [(words.CHANNELS.get(name, name), limit) for name, limit in answers.limits.items()]
    return {"channels": channels, "longest_title": LONGEST_TITLE, "blank_room": BLANK_ROOM}


def _written(request: Request) -> tuple[str, str]:
    return field(request, "title", 500), field(request, "text", 250_000)


def _id(request: Request) -> str:
    id_ = request.path_params["answer"]
    if not re.fullmatch(r"\w{1,64}", id_, re.ASCII):
        raise Refused(404, "Esa respuesta no existe.")
    return id_


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


def _answers(request: Request) -> ReadyAnswers:
    return request.app.state.house.ready_answers
