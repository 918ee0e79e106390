"""Tablero: the figures of a period as charts and tables, what comes back in several complaints, and both to take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.console import charts
from bot.console.figures import Board, Figure, Period, board
from bot.console.gate import Refused
from bot.console.view import is_revealed, render
from bot.hours import MEXICO
from bot.masking import masked
from bot.privacy import LEAST_PEOPLE
from bot.repeats import Repeat
from bot.spreadsheet import csv_line

#: Days that are shown when nobody says which, and what else is one tap away.
DAYS, CHOICES = 30, {7: "7 días", 30: "30 días", 90: "90 días", 365: "un año"}
#: Nothing is older.
FIRST_DAY = date(2020, 1, 1)
TABS = (("/tablero", "Cifras"), ("/tablero/repetidas", "Lo que se repite"), ("/tablero/agencias", "Agencias"))


@dataclass(frozen=True)
class Drawn:
    figure: Figure
    chart: Markup


def show(request: Request) -> Response:
    days = asked(request)
    made = _board(request, days)
    drawn = [Drawn(figure, _chart(figure)) for figure in made.figures]
    return page(
        request, "dashboard.html", "Tablero", period=days, choices=_choices(days), tiles=made.tiles, drawn=drawn
    )


def export(request: Request) -> Response:
    """One figure's table as CSV."""
    days = asked(request)
    figure = next((f for f in _board(request, days).figures if f.key == request.path_params["figure"]), None)
    if figure is None:
        raise Refused(404, "Esa cifra no existe.")
    with request.app.state.house.store.begin() as tx:
        tx.note(request.state.staff.id, "cifras_exportadas", figure.key, desde=str(days.first), hasta=str(days.last))
    name = f"buentrato-{figure.key}-{days.first}-{days.last}.csv"
    # spreadsheets take it for UTF-8 by its first character
    text = "\ufeff" + "".join(csv_line(map(str, row)) for row in (figure.head, *figure.rows))
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def repeated(request: Request) -> Response:
    """Numbers, agencies and phrases of several people's complaints."""
    days, revealed = asked(request), is_revealed(request, "repetidas")
    since, until = days.moments
    repeats = request.app.state.house.repeats
    groups = [
        ("Números", "Desde dónde llaman o escriben.", _shown(repeats.numbers(since, until), revealed)),
        ("Agencias", "Las que nombran varias personas.", _shown(repeats.agencies(since, until), revealed)),
        ("Frases", "Lo que varias personas cuentan con las mismas palabras.", _shown(repeats.phrases(since, until), revealed)),
    ]  # fmt: skip
    return page(
        request,
        "repeated.html",
        "Lo que se repite",
        period=days,
        choices=_choices(days),
        groups=groups,
        least=LEAST_PEOPLE,
        revealed=revealed,
        shown_by=request.query_params.get("mostrar", "") if revealed else "",
    )


def page(request: Request, template: str, title: str, **values: Any) -> Response:
    """A page of the Tablero, with the tabs that this person may open."""
    role = request.state.staff.role
    tabs = [(path, label) for path, label in TABS if request.app.state.may_open(role, path)]
    return render(request, template, title=title, tabs=tabs, may_open=request.app.state.may_open, **values)


def asked(request: Request) -> Period:
    """From the address: `desde` and `hasta`, as ISO dates. What is no date, or lies ahead, is left out."""
    today = datetime.now(MEXICO).date()
    last = min(_day(request, "hasta") or today, today)
    first = _day(request, "desde") or last - timedelta(days=DAYS - 1)
    first, last = sorted((min(first, today), last))
    return Period(max(first, FIRST_DAY), max(last, FIRST_DAY))


def _day(request: Request, name: str) -> date | None:
    try:
        return date.fromisoformat(request.query_params.get(name, ""))
    except ValueError:
        return None


def _choices(shown: Period) -> list[tuple[date, str, bool]]:
    """First day and name of each period that is one tap away, and whether it is the one that is shown."""
    today = datetime.now(MEXICO).date()
    periods = [(Period(today - timedelta(days=days - 1), today), label) for days, label in CHOICES.items()]
    return [(period.first, label, period == shown) for period, label in periods]


def _board(request: Request, days: Period) -> Board:
    house = request.app.state.house
    with house.store.read() as tx:
        return board(house, tx, days)


def _chart(figure: Figure) -> Markup:
    if not any(value for _, values in figure.series for value in values):
        return Markup("")
    draw = charts.columns if figure.upright else charts.bars
    return draw(f"Gráfica: {figure.title}. Los datos están en su tabla.", figure.labels, figure.series)


def _shown(repeats: list[Repeat], revealed: bool) -> list[tuple[Repeat, str]]:
    return [(one, one.words if revealed else masked(one.words)) for one in repeats]
