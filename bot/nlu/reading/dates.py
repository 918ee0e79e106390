"""Days, hours and how often, as people say them in Mexico, resolved against the person's own day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from bot.dayparts import at_part_of_day, is_clock
from bot.folding import fold
from bot.nlu.reading.found import Found
from bot.nlu.reading.numbers import NUMBER_WORD, in_words

WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_DAY = "|".join(WEEKDAYS).replace("sabado", "sabados?").replace("domingo", "domingos?")
_MONTH = "|".join((*MONTHS, "setiembre"))
_N = rf"(?:\d{{1,3}}|{NUMBER_WORD})"

Resolve = Callable[[re.Match[str], date], "date | None"]


def dates(text: str, today: date) -> Iterator[Found]:
    """Days. value: ISO date; a span of time ("desde hace un mes") gives its first day."""
    for pattern, resolve in _DATES:
        for match in pattern.finditer(text):
            day = resolve(match, today)
            if day:
                yield Found("fecha", match.start(), match.end(), day.isoformat())


def _ago(match: re.Match[str], today: date) -> date | None:
    amount = 2 if match["n"] in ("unos", "unas", "varios", "varias") else number(match["n"])
    unit = match["unit"]
    if unit.startswith("dia"):
        return today - timedelta(days=amount)
    if unit.startswith("seman"):
        return today - timedelta(weeks=amount)
    if unit.startswith("mes"):
        return months_back(today, amount)
    return months_back(today, 12 * amount)


def _weekday(match: re.Match[str], today: date) -> date:
    """The last such day before today; "hoy" is said as hoy."""
    wanted = next(i for i, name in enumerate(WEEKDAYS) if match["day"].startswith(name))
    back = (today.weekday() - wanted) % 7 or 7
    if "antepasad" in match[0]:
        back += 7
    return today - timedelta(days=back)


def _explicit(match: re.Match[str], today: date) -> date | None:
    month = 9 if match["month"] == "setiembre" else MONTHS.index(match["month"]) + 1
    return _dated(number(match["d"]), month, match["y"], today)


def _slashed(match: re.Match[str], today: date) -> date | None:
    return _dated(int(match["d"]), int(match["m"]), match["y"], today)


def _iso(match: re.Match[str], today: date) -> date | None:
    return _dated(int(match["d"]), int(match["m"]), match["y"], today)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    day = number(match["d"])
    month = today if day <= today.day else months_back(today, 1)
    return _valid(month.year, month.month, day)


def _in_month(match: re.Match[str], today: date) -> date:
    month = MONTHS.index(match["month"].replace("setiembre", "septiembre")) + 1
    year = today.year if month <= today.month else today.year - 1
    return date(year, month, 1)


def _dated(day: int, month: int, year: str | None, today: date) -> date | None:
    """A date without a year is the last such date that is not after today."""
    if year:
        return _valid(int(year) + 2000 if len(year) == 2 else int(year), month, day)
    found = _valid(today.year, month, day)
    return _valid(today.year - 1, month, day) if found and found > today else found


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def months_back(day: date, months: int) -> date:
    """The same day `months` before, or the last of that month when it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day and (found := _valid(year, month + 1, last)):
            return found
    return date(year, month + 1, 1)


def number(text: str) -> int:
    return int(text) if text.isdigit() else in_words(text) or 1


def _days(back: int) -> Resolve:
    return lambda match, today: today - timedelta(days=back)


_DATES: list[tuple[re.Pattern[str], Resolve]] = [
    (re.compile(rf"\b(?:el\s)?(?:dia\s)?(?P<d>\d{{1,2}}|primero|{NUMBER_WORD})\s(?:de\s)?(?P<month>{_MONTH})(?:\s(?:de|del)\s(?P<y>20\d\d))?\b"), _explicit),
    (re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"), _iso),
    (re.compile(r"\b(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})(?:[/.-](?P<y>20\d\d|\d\d))\b"), _slashed),
    (re.compile(r"\b(?P<d>\d{1,2})/(?P<m>\d{1,2})\b(?P<y>)"), _slashed),
    (re.compile(rf"\b(?:desde\s)?(?:hace|ase)\s(?:como\s|casi\s|mas\sde\s)?(?P<n>{_N}|unos|unas|varios|varias)\s(?P<unit>dias?|semanas?|meses|mes|anos?)\b"), _ago),
    (re.compile(r"\b(?:antes\sde\sayer|anteayer|antier|antiayer|antenoche)\b"), _days(2)),
    (re.compile(r"\b(?:ayer|anoche)\b"), _days(1)),
    (re.compile(r"\bhoy(?:\smismo)?\b|\besta\s(?:manana|tarde|noche|madrugada)\b|\bhace\s(?:un\srato|rato|ratito|unas\shoras|unos\sminutos|un\smomento)\b"), _days(0)),
    (re.compile(rf"\b(?:el\s|este\s|del\s|los\s)?(?:pasado\s)?(?P<day>{_DAY})(?:\s(?:pasado|antepasado))?\b"), _weekday),
    (re.compile(r"\b(?:la\ssemana\spasada|la\sotra\ssemana|semana\spasada)\b"), _days(7)),
    (re.compile(r"\b(?:esta\ssemana|toda\sla\ssemana|en\sla\ssemana|entre\ssemana)\b"), lambda m, today: today - timedelta(days=today.weekday())),
    (re.compile(r"\b(?:el\smes\spasado|mes\spasado)\b"), lambda m, today: months_back(today, 1)),
    (re.compile(r"\b(?:este\smes|todo\sel\smes)\b"), lambda m, today: today.replace(day=1)),
    (re.compile(r"\b(?:el\s(?:ano|año)\spasado)\b"), lambda m, today: months_back(today, 12)),
    (re.compile(r"\b(?:el|este)\sfin(?:\sde\ssemana)?(?:\spasado)?\b"), lambda m, today: today - timedelta(days=(today.weekday() - 5) % 7 or 7)),
    (re.compile(r"\bel\s(?:dia\s)?(?P<d>[12]?\d|3[01])\b(?!\s?(?:%|por\sciento|veces|de\s|mil|am|pm|[:/.-]\d))"), _day_of_month),
    (re.compile(rf"\b(?:en|desde|desde\sel\smes\sde|desde\sprincipios\sde|a\sprincipios\sde|a\sfinales\sde|a\smediados\sde)\s(?P<month>{_MONTH})\b"), _in_month),
]  # fmt: skip

_PART = r"(?:de|por|en|a)\s(?:la|el)\s(?P<part>manana|tarde|noche|madrugada|medio\s?dia)"
_CLOCK = re.compile(
    rf"\b(?:(?P<a>(?:como\s|casi\s|eso\sde\s)?(?:a|de|desde|hasta|son|eran)\slas?\s)(?P<h>\d{{1,2}}|{NUMBER_WORD})"
    rf"(?:(?::|\.)(?P<m>\d\d)|\s(?:y|con)\s(?P<half>media|cuarto|\d\d))?(?:\s(?P<ap>am|pm|a\.m\.?|p\.m\.?|hrs?|horas))?(?:\s{_PART})?"
    rf"|(?P<h2>\d{{1,2}})(?::(?P<m2>\d\d))?\s?(?P<ap2>am|pm|a\.m\.?|p\.m\.?|hrs)\b|(?P<h3>\d{{1,2}}):(?P<m3>\d\d)(?:\s(?P<ap3>hrs?|horas|am|pm))?(?:\s{_PART.replace('part', 'part3')})?"
    rf"|(?P<h4>\d{{1,2}}|{NUMBER_WORD})\s(?:de\sla)\s(?P<part4>manana|tarde|noche|madrugada))"
)
_LOOSE = re.compile(
    r"\b(?:(?:en|por|de|a)\sla\s(?P<part>madrugada|manana|noche|tarde)|(?:a\s|al\s)?(?P<mid>media\s?noche|medio\s?dia)|(?P<night>anoche|antenoche)|(?:muy\s|bien\s)?(?P<early>temprano))\b"
)


#: A part of the day this many letters away from a clock time belongs to it.
NEAR = 15


def hours(text: str) -> Iterator[Found]:
    """Times of day. value: HH:MM, or the part of the day ("noche") when no clock time is said."""
    parts = [Found("hora", match.start(), match.end(), _part_of_day(match)) for match in _LOOSE.finditer(text)]
    for match in _CLOCK.finditer(text):
        value = _clock(match)
        if not value:
            continue
        near = next((part for part in parts if not is_clock(part.value) and _gap(part, match) <= NEAR), None)
        if near:
            parts.remove(near)
            value = at_part_of_day(value, near.value)
        start = match.end("a") if match["a"] else match.start()
        yield Found("hora", start, match.end(), value)
    yield from parts


def _gap(part: Found, clock: re.Match[str]) -> int:
    """Letters between a part of the day and a clock time."""
    return max(part.start - clock.end(), clock.start() - part.end)


def _part_of_day(match: re.Match[str]) -> str:
    if match["mid"]:
        return "00:00" if "noche" in match["mid"] else "12:00"
    if match["early"] or match["part"] == "manana":
        return "mañana"
    return match["part"] or "noche"


def _clock(match: re.Match[str]) -> str:
    groups = match.groupdict()
    hour_text = groups["h"] or groups["h2"] or groups["h3"] or groups["h4"]
    hour = number(hour_text)
    half = {"media": 30, "cuarto": 15}.get(groups["half"] or "")
    minute = half if half is not None else int(groups["half"] or groups["m"] or groups["m2"] or groups["m3"] or 0)
    part = groups["part"] or groups["part3"] or groups["part4"] or ""
    ap = (groups["ap"] or groups["ap2"] or groups["ap3"] or "").replace(".", "")
    if hour > 24 or minute > 59:
        return ""
    if (part in ("tarde", "noche") or ap == "pm") and hour < 12:
        hour += 12
    if ((part in ("noche", "madrugada") or ap == "am") and hour == 12) or hour == 24:
        hour = 0
    return f"{hour:02d}:{minute:02d}"


_OFTEN = re.compile(
    rf"\b(?:(?:como\s|mas\sde\s|hasta\s|unas\s)?(?:de\s)?{_N}(?:\s(?:a|o|y)\s{_N})?\s(?:veces|llamadas|mensajes|beses)(?:\s(?:al|por|en\sel|en\sun|cada|a\sla)\s?(?:dia|semana|hora|mes|solo\sdia|mismo\sdia|noche|manana))?"
    r"|(?:varias|muchas|bastantes|un\schingo\sde|un\smonton\sde)\s(?:veces|llamadas)(?:\s(?:al|por|a\sla)\s(?:dia|semana|mes))?|diario|diariamente|a\sdiario|dia\scon\sdia|todos?\slos\sdias|todas\slas\s(?:noches|mananas|tardes|semanas|horas)"
    r"|to?do\sel\s(?:santo\s)?dia|a\scada\srato|cada\srato|a\sto?das?\sh?oras?|todo\sel\stiempo|dia\sy\snoche|manana\starde\sy\snoche|sin\sparar|no\sparan"
    rf"|cada\s(?:{_N}\s)?(?:minutos?|horas?|dias?|semanas?|media\shora|rato|tercer\sdia|ocho\sdias|quince\sdias|mes|{_DAY})|todos\slos\s(?:{_DAY})|seguido|a\sdeshoras?)\b"
)


def frequencies(text: str) -> Iterator[Found]:
    """How often. value: as said, with chat spelling written out."""
    for match in _OFTEN.finditer(text):
        yield Found("frecuencia", match.start(), match.end(), fold(match[0]))


def person_day(at: str) -> datetime | None:
    """The moment a message was written, from its metadata."""
    try:
        return datetime.fromisoformat(at) if at else None
    except ValueError:
        return None
