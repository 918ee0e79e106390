"""The figures of the Tablero: each with its chart and the table behind it. Counted in the database; nothing is opened.

What could tell of one person is put together with others: an agency or a state that fewer than `LEAST_PEOPLE` people
complain of has no line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from babel.dates import format_date

from bot.console import words
from bot.console.card import conduct
from bot.hours import MEXICO, TeamHours
from bot.privacy import LEAST_PEOPLE
from bot.states import STATES
from bot.store import Tx
from bot.store.base import now
from bot.store.figures import Count, Wait
from bot.wiring import House

#: Days after which a form that nobody touches counts as left.
LEFT_AFTER = timedelta(days=1)
#: Days up to which complaints are counted by day, and by week; longer periods by month.
DAYS, WEEKS = 45, 200
#: Hours outside of which collection is out of the general range (data/catalog/rights.yml).
FROM, TO = 7, 22
#: Minutes of waiting that are told apart, and how they are called.
WAITS = {5: "5 min", 15: "15 min", 30: "30 min", 60: "1 h", 240: "4 h"}

Cell = str | int
Series = tuple[str, tuple[float | None, ...]]


@dataclass(frozen=True)
class Period:
    """Days in Mexico City, both included."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of it, and the first after it."""
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Figure:
    """head, rows: the table. labels, series: the chart, of bars unless `upright`."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    labels: list[str]
    series: list[Series]
    upright: bool = False
    note: str = ""


@dataclass(frozen=True)
class Board:
    """tiles: name and value of the few numbers on top."""

    tiles: list[tuple[str, str]]
    figures: list[Figure]


def board(house: House, tx: Tx, period: Period) -> Board:
    """Everything of a period."""
    since, until = period.moments
    by_day = tx.cases_by_day(since, until)
    waits = tx.waits(since, until)
    team = house.settings.team_hours
    replies = [_worked(team, wait.created_at, wait.first_reply_at) for wait in waits if wait.first_reply_at]
    in_time = _in_time(house, waits)
    filed = sum(by_day.values())
    tiles = [
        ("Quejas", f"{filed:,}"),
        ("Personas que se quejaron", f"{tx.people_of(since, until):,}"),
        ("Pidieron una persona", f"{len(waits):,}"),
        ("Primera respuesta, la mitad antes de", words.duration(median(replies)) if replies else "sin datos"),
        ("Contestadas a tiempo", f"{in_time} %" if in_time is not None else "sin datos"),
    ]
    known, others, unnamed = tx.cases_by_agency(since, until)
    rest = [("No está en el catálogo", others), ("No dijo cuál", unnamed)]
    states = tx.cases_by_state(since, until)
    unplaced = sum(count.cases for count in states if not count.of)
    placed = [Count(STATES[count.of], count.cases, count.people) for count in states if count.of]
    channels = tx.cases_by_channel(since, until)
    return Board(
        tiles,
        [
            _by_time(by_day, period),
            _by_conduct(house, tx.cases_by_conducts(since, until)),
            _of_groups("agencia", "Quejas por agencia", "Agencia", known, rest),
            _of_groups("estado", "Quejas por estado", "Estado", placed, [("No se sabe", unplaced)]),
            _counted(
                "canal",
                "Quejas por canal",
                ("Canal", "Quejas"),
                [
                    (words.CHANNELS.get(name, name), channels[name])
                    for name in sorted(channels, key=channels.__getitem__)[::-1]
                ],
            ),
            _by_hour(*tx.cases_by_hour(since, until)),
            _first_replies(replies, team),
            _by_reason(house, waits),
            _left(tx.left_at(since, until, now() - LEFT_AFTER), filed),
        ],
    )


# --- complaints ------------------------------------------------------------------------------------------------------


def _by_time(by_day: dict[str, int], period: Period) -> Figure:
    label = _step(period)
    totals = {label(period.first + timedelta(days=number)): 0 for number in range(period.days)}
    for day, cases in by_day.items():
        # SQLite knows no summer time, and before 2022 there was one: an hour of a day may be the next one's to it
        totals[label(min(max(date.fromisoformat(day), period.first), period.last))] += cases
    unit = "día" if period.days <= DAYS else "semana" if period.days <= WEEKS else "mes"
    return Figure(
        "tiempo",
        f"Quejas por {unit}",
        (unit.capitalize(), "Quejas"),
        list(totals.items()),
        list(totals),
        [("Quejas", tuple(totals.values()))],
        upright=True,
    )


def _step(period: Period) -> Callable[[date], str]:
    """How the day, week or month is called in which a day lies."""
    if period.days <= DAYS:
        return lambda day: format_date(day, "d MMM", locale="es_MX")
    if period.days <= WEEKS:
        return lambda day: format_date(max(day - timedelta(days=day.weekday()), period.first), "d MMM", locale="es_MX")
    return lambda day: format_date(day, "MMM yy", locale="es_MX")


def _by_conduct(house: House, sets: list[tuple[tuple[str, ...], int]]) -> Figure:
    totals: dict[str, int] = {}
    for names, cases in sets:
        for label in {conduct(house, name) for name in names} or {"Sin conducta anotada"}:
            totals[label] = totals.get(label, 0) + cases
    rows = sorted(totals.items(), key=lambda row: -row[1])
    note = "Una queja puede tener varias conductas y cuenta en cada una."
    return _counted("conducta", "Quejas por conducta", ("Conducta", "Quejas"), rows, note, sum(c for _, c in sets))


def _of_groups(key: str, title: str, what: str, counts: list[Count], rest: list[tuple[str, int]]) -> Figure:
    """Those of enough people by name, the most complained of first; then the others together."""
    named = sorted((c for c in counts if c.people >= LEAST_PEOPLE), key=lambda count: -count.cases)
    small = sum(count.cases for count in counts if count.people < LEAST_PEOPLE)
    pooled = [(f"Con menos de {LEAST_PEOPLE} personas cada una", small), *rest]
    rows = [(count.of, count.cases) for count in named] + [row for row in pooled if row[1]]
    return _counted(key, title, (what, "Quejas"), rows)


def _counted(
    key: str, title: str, head: tuple[str, str], rows: Sequence[tuple[str, int]], note: str = "", of: int = 0
) -> Figure:
    """Counts with their part of the whole. of: the whole, when it is not their sum."""
    whole = of or sum(cases for _, cases in rows)
    table: list[tuple[Cell, ...]] = [(label, cases, _percent(cases, whole)) for label, cases in rows]
    values = tuple(cases for _, cases in rows)
    return Figure(key, title, (*head, "Parte"), table, [label for label, _ in rows], [(head[1], values)], note=note)


def _by_hour(hours: dict[int, int], dayparts: dict[str, int]) -> Figure:
    rows: list[tuple[Cell, ...]] = [(f"{hour:02d}:00", hours.get(hour, 0)) for hour in range(24)]
    rows += [(f"Solo dijo: {part}", cases) for part, cases in sorted(dayparts.items()) if part]
    rows += [("No dijo la hora", dayparts[""])] if dayparts.get("") else []
    inside = tuple(hours.get(hour, 0) if FROM <= hour < TO else None for hour in range(24))
    outside = tuple(None if FROM <= hour < TO else hours.get(hour, 0) for hour in range(24))
    told, odd = sum(hours.values()), sum(value or 0 for value in outside)
    note = f"De {told:,} quejas que dicen la hora, {odd:,} ({_percent(odd, told)}) son de antes de las {FROM} o después de las {TO}."
    return Figure(
        "horas",
        "A qué hora pasó",
        ("Hora", "Quejas"),
        rows,
        [str(hour) for hour in range(24)],
        [(f"De {FROM} a {TO} horas", inside), ("Fuera de esas horas", outside)] if told else [],
        upright=True,
        note=note if told else "",
    )


# --- people who waited for a person ----------------------------------------------------------------------------------


def _first_replies(replies: list[float], team: TeamHours) -> Figure:
    """How many were answered within each time, and not within the one before it."""
    within = [sum(seconds <= minutes * 60 for seconds in replies) for minutes in WAITS]
    counts = [more - less for less, more in zip([0, *within], [*within, len(replies)], strict=True)]
    labels = [*WAITS.values(), "más"]
    names = [*(f"Hasta {label}" for label in WAITS.values()), f"Más de {labels[-2]}"]
    return Figure(
        "respuesta",
        "Cuánto espera la primera respuesta",
        ("Espera", "Conversaciones", "Parte"),
        [(name, n, _percent(n, len(replies))) for name, n in zip(names, counts, strict=True)] if replies else [],
        labels,
        [("Conversaciones", tuple(counts))] if replies else [],
        upright=True,
        note=f"Solo cuentan las horas del equipo: {team.text}.",
    )


def _by_reason(house: House, waits: list[Wait]) -> Figure:
    """How long it took until somebody took it, answered, and ended it; by why a person was needed."""
    team = house.settings.team_hours
    rows: list[tuple[Cell, ...]] = []
    taken: list[float | None] = []
    replied: list[float | None] = []
    for reason in sorted({wait.reason for wait in waits}, key=_place):
        those = [wait for wait in waits if wait.reason == reason]
        took = [
            _typical(team, [(wait.created_at, getattr(wait, moment)) for wait in those])
            for moment in ("taken_at", "first_reply_at", "ended_at")
        ]
        share = _in_time(house, those)
        told = ["" if seconds is None else words.duration(seconds) for seconds in took]
        rows.append((words.REASONS.get(reason, reason), len(those), *told, "" if share is None else f"{share} %"))
        taken.append(_minutes(took[0]))
        replied.append(_minutes(took[1]))
    return Figure(
        "relevo",
        "Cuánto tarda una persona del equipo",
        ("Motivo", "Solicitudes", "La toman en", "Primera respuesta", "Termina en", "A tiempo"),
        rows,
        [str(row[0]) for row in rows],
        [("Minutos: la toman", tuple(taken)), ("Minutos: le contestan", tuple(replied))],
        note=f"La mitad tarda menos que lo que dice cada tiempo. Solo cuentan las horas del equipo: {team.text}.",
    )


def _place(reason: str) -> int:
    """Reasons stand in the order of `words.REASONS`."""
    known = list(words.REASONS)
    return known.index(reason) if reason in known else len(known)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60)


def _in_time(house: House, waits: list[Wait]) -> int | None:
    """Percent that got their first reply within what is promised; those whose time is not over yet do not count."""
    allowed = house.settings.first_reply_minutes * 60
    team, moment = house.settings.team_hours, now()
    took = [(w, _worked(team, w.created_at, w.first_reply_at or w.ended_at or moment)) for w in waits]
    due = [(w, s) for w, s in took if w.first_reply_at or w.ended_at or s > allowed]
    good = sum(bool(w.first_reply_at) and s <= allowed for w, s in due)
    return round(100 * good / len(due)) if due else None


def _typical(team: TeamHours, spans: list[tuple[datetime, datetime | None]]) -> float | None:
    """The median in seconds of the team's time, of those that have an end."""
    took = [_worked(team, since, until) for since, until in spans if until]
    return median(took) if took else None


def _worked(team: TeamHours, since: datetime, until: datetime) -> float:
    return team.worked(since, until).total_seconds()


# --- forms that were left --------------------------------------------------------------------------------------------


def _left(left: dict[str, int], filed: int) -> Figure:
    """Corrections of a filed complaint ask other questions; they are no forms."""
    steps = [name for name in words.STEPS if name in left]
    halfway = sum(left[name] for name in steps)
    started = filed + halfway
    values = tuple(left[name] for name in steps)
    note = f"De {started:,} quejas empezadas, {filed:,} se registraron y {halfway:,} se quedaron a medias."
    return Figure(
        "abandono",
        "Dónde se quedan a medias",
        ("Pregunta", "La dejaron ahí", "Parte de las empezadas"),
        [(words.STEPS[name], left[name], _percent(left[name], started)) for name in steps],
        [words.STEPS[name] for name in steps],
        [("La dejaron ahí", values)] if steps else [],
        note=note if started else "",
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), MEXICO)
