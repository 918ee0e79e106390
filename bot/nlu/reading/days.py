"""Days as people say them in Mexico, resolved against the person's own day. Only days that are past, or today.

What is still to come ("el lunes que viene", "hasta el 30") is no day on which something happened, and is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.nlu.reading.found import Found
from bot.nlu.reading.numbers import NUMBER, number

#: Each day of the week with the spellings it gets.
WEEKDAYS = ("lunes|lunez", "martes", "mi[ea]rcoles?", "jue[vb]es", "[vb]iernes", "sa[bv]ados?", "do(?:min|mi)gos?")
_MONTHS = (
    "enero|ene", "febrero|feb", "marzo|mar", "abril|abr", "mayo|may", "junio|jun", "julio|jul", "agosto|ago",
    "sep?tiembre|sept?", "octubre|oct", "no[vb]iembre|nov", "diciembre|dic",
)  # fmt: skip
DAY = "|".join(WEEKDAYS)
_MONTH = "|".join(_MONTHS)
_LONG_MONTH = "|".join(name.split("|")[0] for name in _MONTHS)
_DATE = r"(?P<d>\d{1,2}|primero|" + NUMBER + ")"
_YEAR = r"(?:\s(?:de[l]?\s)?(?:(?P<y>20\d\d)|ano\s(?P<last>pasado)))?"

Resolve = Callable[[re.Match[str], date], "date | None"]


def days(text: str, today: date) -> Iterator[Found]:
    """value: ISO date; a span of time ("desde hace un mes", "del 3 al 8 de mayo") gives its first day."""
    for pattern, resolve in _DAYS:
        for match in pattern.finditer(text):
            if _TO_COME_BEFORE.search(text[: match.start()]) or _TO_COME_AFTER.match(text, match.end()):
                continue
            day = resolve(match, today)
            if day and day <= today:
                yield Found("fecha", match.start(), match.end(), day.isoformat())


#: Words around a day that say that it is still to come, or no day at all ("con el fin de").
_TO_COME_BEFORE = re.compile(
    r"\b(?:(?:para|pal|hasta|asta|antes\sde|antes|a\smas\stardar|proximo|con|al?)(?:\sel)?|cada|todos\slos)\s$"
)
_FUTURE = r"(?:van?\sa|voy|vamos|ir[ea]\b|iran\b|vendra|vienen\spor|regresan?\b|vuelven\b|pago\b|cobro\b|me\spagan\b|rayan?\b|entro\b|tengo\b|quieren\b|quiere\b|embargan\b|desalojan\b|descanso\b)"
_THREAT = r"(?:(?:me|nos|le|les|se|lo|la|los)\s)+(?:sac|embarg|pon|traslad|ca|quit|desaloj|lanz|cort|llev|met|mand|demand|remat|recog|tumb|part|mat)(?:a|an|e|en)\b"
_TO_COME_AFTER = re.compile(
    rf"\s(?:(?:que|q)\s(?:viene|entra|sigue)|proximo|entrante|(?:ya\s|me\s|nos\s|les\s|le\s|se\s|lo\s|la\s){{0,2}}{_FUTURE}|(?:ya\s|si\s)?{_THREAT})"
)


# --- what each pattern means ---------------------------------------------------------------------------------------------


def _ago(match: re.Match[str], today: date) -> date | None:
    return _back(today, number(match["n"]), match["unit"])


def _some_ago(match: re.Match[str], today: date) -> date | None:
    """ "unos días", "varias semanas": at least two."""
    return _back(today, 2, match["unit"])


def _back(today: date, amount: int, unit: str) -> date:
    if unit.startswith("dia"):
        return today - timedelta(days=amount)
    if unit.startswith("sem"):
        return today - timedelta(weeks=amount)
    if unit.startswith("quin"):
        return today - timedelta(days=15 * amount)
    return months_back(today, amount if unit.startswith("mes") else 12 * amount)


def _weekday(match: re.Match[str], today: date) -> date | None:
    """The last such day before today; "hoy" is said as hoy."""
    wanted = next(i for i, name in enumerate(WEEKDAYS) if re.fullmatch(name, match["day"]))
    back = (today.weekday() - wanted) % 7 or 7
    if match[0].startswith("este ") and back > today.weekday():
        return None  # that of this week is still to come
    return today - timedelta(days=back + (7 if "antepasad" in match[0] else 0))


def _weekday_of_week(match: re.Match[str], today: date) -> date:
    wanted = next(i for i, name in enumerate(WEEKDAYS) if re.fullmatch(name, match["day"]))
    weeks = 2 if "antepasada" in match[0] else 0 if "esta" in match[0] else 1
    return today - timedelta(days=today.weekday() - wanted, weeks=weeks)


def _explicit(match: re.Match[str], today: date) -> date | None:
    said = match.groupdict()
    year = today.year - 1 if said.get("last") else int(said["y"]) if said.get("y") else None
    return _dated(number(said["d"]), _month(said["month"]), year, today)


def _slashed(match: re.Match[str], today: date) -> date | None:
    year = match["y"]
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None
    return _dated(int(match["d"]), int(match["m"]), full, today)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    """The last such day of a month."""
    day = number(match["d"])
    month = today if day <= today.day else months_back(today, 1)
    return _valid(month.year, month.month, day)


def _day_of_this(match: re.Match[str], today: date) -> date | None:
    return _valid(today.year, today.month, number(match["d"]))


def _day_of_last(match: re.Match[str], today: date) -> date | None:
    month = months_back(today.replace(day=1), 1)
    return _valid(month.year, month.month, number(match["d"]))


def _in_month(match: re.Match[str], today: date) -> date | None:
    said, month = match.groupdict(), _month(match["month"])
    if said.get("last"):
        return _valid(today.year - 1, month, 1)
    year = int(said["y"]) if said.get("y") else today.year if month <= today.month else today.year - 1
    return _valid(year, month, 1)


def _month(name: str) -> int:
    return next(i for i, names in enumerate(_MONTHS, 1) if re.fullmatch(names, name))


def _dated(day: int, month: int, year: int | None, today: date) -> date | None:
    """A date without a year is the last such date that is not after today."""
    if year:
        return _valid(year, month, day)
    found = _valid(today.year, month, day)
    return _valid(today.year - 1, month, day) if found and found > today else found


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def months_back(day: date, months: int) -> date:
    """The same day `months` before, or the last of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    lengths = (day.day, 30, 29, 28)
    return next(found for last in lengths if last <= day.day and (found := _valid(year, month + 1, last)))


def _days(back: int) -> Resolve:
    return lambda match, today: today - timedelta(days=back)


_HACE = r"(?:(?:h?ace|ase|desde\sh?ace|desde\sase)\s(?:ya\s|como\s|casi\s|mas\sde\s|mas\so\smenos\s|apenas\s|unos\s|unas\s){0,3}|\b(?:llev(?:o|a|an|amos)|ya\svan)\s(?:ya\s|como\s|casi\s|mas\sde\s){0,3})"
_UNIT = r"(?P<unit>dias?|dia|semanas?|quincenas?|meses|mes|anos?)\b"
#: "llevo tres meses sin trabajo", "pagando": a time, but not of an incident.
_NOT_SINCE = r"(?!\s(?:pagando|trabajando|viviendo|sin\b|de\s|cotizando|atrasad|desemplead|enferm|y\smedi))"
_WORTH_A_DAY = r"(?!\s?(?:%|/|por\sciento|porciento|veces|de\s|d\s|mil\b|k\b|pesos|varos|am\b|pm\b|hrs|horas|dias|meses|anos|semanas|minutos|personas|hijos|o\s\d|[:/.-]\d))"

#: First come the longer ones: what they read, later ones do not read again.
_DAYS: list[tuple[re.Pattern[str], Resolve]] = [
    (re.compile(rf"\b(?:de[l]?|entre)\s(?:el\s)?(?:dia\s)?{_DATE}\s(?:al?|y)\s(?:el\s)?(?:\d{{1,2}}|{NUMBER})\s(?:de\s)?(?P<month>{_LONG_MONTH}){_YEAR}\b"), _explicit),
    (re.compile(rf"\b(?:el\s|del\s|este\s)?(?:dia\s)?(?:(?:{DAY})\s)?(?:dia\s)?{_DATE}\s(?:de\s|d\s)?(?P<month>{_LONG_MONTH}){_YEAR}\b"), _explicit),
    (re.compile(rf"\b(?:el\s)?(?P<d>\d{{1,2}})[\s/-](?:de\s)?(?P<month>{_MONTH})\b(?:[\s/-](?:de[l]?\s)?(?P<y>20\d\d))?"), _explicit),
    (re.compile(rf"\b(?P<month>{_MONTH})\s(?P<d>\d{{1,2}})\b(?![:/.]\d)"), _explicit),
    (re.compile(rf"\b(?:el\s)?(?:dia\s)?{_DATE}\s(?:de\s|del\s)(?:este\smes|presente(?:\smes)?|mes\sen\scurso)\b"), _day_of_this),
    (re.compile(rf"\b(?:el\s)?(?:dia\s)?{_DATE}\s(?:de\s|del\s)(?:mes\spasado|pasado\smes|mes\santerior|mes\sque\spaso)\b"), _day_of_last),
    (re.compile(rf"\b(?:el\s|este\s|del\s)?(?P<day>{DAY})\s(?:dia\s)?(?P<d>\d{{1,2}})\b{_WORTH_A_DAY}"), _day_of_month),
    (re.compile(rf"\b(?:el\s|este\s|del\s)?(?P<day>{DAY})\s(?:de\s|d\s)(?:la\s)?(?:semana\s(?:ante)?pasada|otra\ssemana|pasada\ssemana|esta\ssemana)\b"), _weekday_of_week),
    (re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"), _slashed),
    (re.compile(r"\b(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>20\d\d|\d\d)\b"), _slashed),
    (re.compile(r"\b(?!24/7)(?P<d>\d{1,2})/(?P<m>\d{1,2})\b(?![/\d])(?P<y>)"), _slashed),
    (re.compile(rf"\b{_HACE}(?P<n>\d{{1,3}}|{NUMBER})\s{_UNIT}{_NOT_SINCE}"), _ago),
    (re.compile(rf"\b(?:desde\s)?(?:h?ace|ase)\s(?:unos|unas|varios|varias|algunos|algunas)\s{_UNIT}"), _some_ago),
    (re.compile(r"\b(?:antes\sde\sayer|ante\s?ayer|antier|ant[ei]\s?ayer|antiyer|ante\s?anoche|antenoche)\b"), _days(2)),
    (re.compile(r"\b(?:ayer|aller|anoche)\b"), _days(1)),
    (re.compile(r"\b(?<!hasta\sel\sdia\sde\s)(?<!al\sdia\sde\s)h?oy\b(?:\smismo)?(?!\s(?:en\sdia|por\shoy))|\besta\s(?:mism[ao]\s)?(?:manana|tarde|noche|madrugada)\b|\bhace\s(?:como\s)?(?:un\srato|un\sratito|rato|ratito|unas\shoras|unos\sminutos|un\smomento|una\shora|media\shora|(?:\d+|" + NUMBER + r")\s(?:minutos?|horas?))\b|\bahorita(?:\smismo)?(?=\s(?:(?:me|nos|le|les|se)\s)?(?:acab|estan?\s(?:toc|marc|habl|llam|afuera)))"), _days(0)),
    (re.compile(rf"\b(?:fue|era|paso)\sen\s(?P<day>{DAY})\b"), _weekday),
    (re.compile(rf"\b(?:(?:el|este|esta|del)\s)?(?:pasado\s)?(?<!\ben\s)(?P<day>{DAY})(?:\s(?:pasado|antepasado))?\b"), _weekday),
    (re.compile(r"\b(?:la\s)?semana\santepasada\b"), _days(14)),
    (re.compile(r"\b(?:la\s)?(?:semana\spasada|pasada\ssemana|semana\santerior)\b"), _days(7)),
    (re.compile(r"\b(?:esta\s(?:misma\s)?semana|toda\sla\ssemana)\b"), lambda match, today: today - timedelta(days=today.weekday())),
    (re.compile(r"\b(?:el\s)?(?:mes\spasado|pasado\smes|mes\santerior)\b"), lambda match, today: months_back(today, 1)),
    (re.compile(r"\b(?:este\s(?:mismo\s)?mes|todo\sel\smes)\b"), lambda match, today: today.replace(day=1)),
    (re.compile(rf"\b(?:el\s)?ano\spasado\s(?:en|por)\s(?P<month>{_LONG_MONTH})\b(?P<last>)"), lambda match, today: _valid(today.year - 1, _month(match["month"]), 1)),
    (re.compile(r"\b(?:el\sano\spasado|ano\spasado)\b"), lambda match, today: months_back(today, 12)),
    (re.compile(r"\b(?:el|este)\s(?:pasado\s)?fin(?:\sde\ssemana)?(?:\spasado)?\b(?!\sde\b)"), lambda match, today: today - timedelta(days=(today.weekday() - 5) % 7 or 7)),
    (re.compile(rf"\b(?:el\s(?:pasado\s)?(?:dia\s)?|dia\s)(?P<d>[12]?\d|3[01])\b{_WORTH_A_DAY}"), _day_of_month),
    (re.compile(rf"\b(?:en|desde|por|fue|(?:el|este)\spasado|(?:(?:desde|a|en)\s)?(?:el\smes|principios|inicios|finales|fines|mediados)\sde)\s(?P<month>{_LONG_MONTH}){_YEAR}\b"), _in_month),
]  # fmt: skip
