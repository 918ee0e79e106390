"""Times of day as people say them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.dayparts import at_part_of_day, is_clock
from bot.nlu.reading.found import Found
from bot.nlu.reading.numbers import NUMBER, number

_H = rf"(?:\d{{1,2}}(?!\d)|{NUMBER}(?![\w]))"
_MINUTES = r"(?:[:.](?P<m>[0-5]\d)\b|\s(?P<spoken>treinta|quince|cuarenta\sy\scinco|[0-5]\d(?=\s?(?:[ap]\.?\s?m\b|(?:de|d)\sla\s)))\b(?!\s(?:mil|pesos|dias))|\s(?:y|con)\s(?P<past>media|cuarto|pico|picos|algo|cacho|fraccion|tantos|cinco|diez|veinte|veinticinco|[0-5]?\d)\b(?!\s?(?:llamad|mensaj|veces|pesos|mil)))?"
_AP = r"(?:\s?(?P<ap>a\.?\s?m\b\.?|p\.?\s?m\b\.?|hrs?\b\.?|horas?\b|hs\b))?"
_PART = r"(?:\s(?:ya\s)?(?:de|d|por|en|x)(?:\sla|l)?\s(?P<part>mananita|manana|tardecita|tarde|nochecita|noche|madrugada|medio\s?dia|dia)\b|\s?(?P<bare_part>noche|tarde)\b)?"
#: Words after a bare number that make it a count, not an hour: "a las dos semanas", "de las 3 veces".
_COUNTED = r"(?!\s(?:veces|llamadas|mensajes|semanas|dias|personas|oficinas|casas|ciudades|hij[oa]s|mensualidades|vecin[oa]s|senor[ae]s|agencias|opciones|que\b))"
_LEAD = r"(?:\b(?:a|de|desde|hasta|asta|son|eran|era|dieron|daban|tipo|como|sobre|hacia|entre|casi|y|o|ni|no|pasadit?as(?:\sde)?|antes\sde|despues\sde|eso\sde|por\sahi\sde)\s?(?:las\s|la\s(?=(?:1|una|uno)\b))|\btipo\s|\balas\s|^las\s|\bala\s(?=(?:1|una)\b))"
_CLOCK = re.compile(
    rf"(?P<lead>{_LEAD})(?P<h>{_H}){_MINUTES}{_AP}{_PART}{_COUNTED}"
    rf"|\b(?P<h2>\d{{1,2}})[:.](?P<m2>[0-5]\d){_AP.replace('ap>', 'ap2>')}{_PART.replace('part>', 'part2>')}(?![\d/])"
    rf"|\b(?P<h3>{_H})(?:\sy\s(?P<past3>media|cuarto))?\s?(?P<ap3>a\.?\s?m\b\.?|p\.?\s?m\b\.?|hrs\b\.?|horas\b)"
    rf"|\b(?P<h4>{_H})(?:\sy\s(?P<past4>media|cuarto))?\s(?:(?:de|d)\sla\s|del?\s)(?P<part4>manana|tarde|noche|madrugada|dia|medio\s?dia)\b"
    rf"|\b(?P<h5>{_H})\sy\s(?P<past5>media|cuarto)\b(?!\s(?:mil|de\s(?:hora|ano)|ano|mes|hora|millon))"
)
_TO = re.compile(rf"\b(?P<less>cuarto|quince|cinco|diez|veinte|veinticinco|\d{{1,2}})\spara\slas?\s(?P<h>{_H}){_PART}")
#: "de 8 a 9 de la noche", "a las 9 o 10 de la noche": what is said of the second holds for the first, when they are near.
_BEFORE_SECOND = re.compile(rf"\b(?P<lead>(?:de|entre)\s)?(?:las\s)?(?P<h>{_H})\s?(?:a|y|o|u|,|-)\s(?:las\s)?$")
_NEAR_HOURS = 3
_LOOSE = re.compile(
    r"\b(?!de\sla\snoche\sa\sla)(?<!noche\s)(?<!turno\s)(?:(?:en|por|de|desde|hasta|asta|x|a|hoy|ayer|antier|esta|esa|aquella|plena|cada|toda|ya\sde|ya\sbien)(?:\sla)?\s(?P<part>madrugada|mananita|manana|tardecita|tarde|nochecita|noche)"
    r"|(?:a\s|al\s|a\sla\s)?(?P<mid>media\s?noche|medio\s?dia)|(?P<night>anoche|antenoche)|(?:(?:en|por|todas)\slas\s)(?P<parts>madrugada|manana|tarde|noche)s|(?:muy\s|bien\s)?(?P<early>tempran(?:o|ito)))\b"
)
#: Of the times of "tarde" that are no part of the day: "más tarde", "llegaron bien tarde".
_NO_PART = re.compile(
    r"^(?:ya\sbien|de)\starde$|^(?:de|a|x|por)\smanana|^(?:en|a|cada|plena)\stard|^por\snoche|^(?:h?asta|desde|cada|toda)\smanana"
)
#: A part of the day this many letters away from a clock time, in the same sentence, belongs to it.
NEAR = 30


def hours(text: str) -> Iterator[Found]:
    """value: HH:MM, or the part of the day ("noche") when no clock time is said."""
    clocks = [*_quarters_to(text), *_clocks(text)]
    parts = [
        Found("hora", match.start(), match.end(), _part_of_day(match))
        for match in _LOOSE.finditer(text)
        if not _NO_PART.match(match[0]) and not any(c.start < match.end() and match.start() < c.end for c in clocks)
    ]
    parts = [part for at, part in enumerate(parts) if not (at and _same(parts[at - 1], part))]
    for clock in clocks:
        near = next((p for p in parts if not is_clock(p.value) and _near(text, p, clock)), None)
        if near and clock.value[:2] != "00":
            parts.remove(near)
            clock = Found("hora", clock.start, clock.end, at_part_of_day(clock.value, near.value))
        yield clock
    yield from parts


def _clocks(text: str) -> list[Found]:
    found: list[Found] = []
    for match in _CLOCK.finditer(text):
        said = {name.rstrip("2345"): value for name, value in match.groupdict().items() if value}
        part, ap, hour = _part(said), said.get("ap", ""), number(said["h"])
        value = _value(hour, _minutes(said), ap, part)
        if not value or _is_duration(match, said, hour):
            continue
        start = match.end("lead") if match["lead"] else match.start()
        if (ap or part) and (first := _first_of_two(text[:start], value, ap, part)):
            found = [clock for clock in found if clock.start != first.start] + [first]
        found.append(Found("hora", start, match.end(), value))
    return found


def _is_duration(match: re.Match[str], said: dict[str, str], hour: int) -> bool:
    """ "a las 24 horas volvieron", "un audio de 0:47", "estuvo 3 hrs"."""
    if said.get("ap", "").startswith("h"):
        return hour == 24 or not (match["lead"] or said.get("m") or hour > 12)
    return match["h2"] == "0"


def _first_of_two(before: str, value: str, ap: str, part: str) -> Found | None:
    match = _BEFORE_SECOND.search(before)
    first = _value(number(match["h"]), 0, ap, part) if match else ""
    if match and first and 0 < int(value[:2]) - int(first[:2]) <= _NEAR_HOURS:
        return Found("hora", match.start("h"), match.end("h"), first)
    return None


def _quarters_to(text: str) -> Iterator[Found]:
    """ "cuarto para las once", "diez para las 8"."""
    for match in _TO.finditer(text):
        less = 15 if match["less"] == "cuarto" else number(match["less"])
        hour = number(match["h"])
        if 1 <= hour <= 12 and less < 60:
            part = _part({k: v for k, v in match.groupdict().items() if v})
            full = _value(hour, 0, "", part)
            minutes = (int(full[:2]) * 60 - less) % (24 * 60)
            yield Found("hora", match.start(), match.end(), f"{minutes // 60:02d}:{minutes % 60:02d}")


#: "a las ocho y pico".
_VAGUE = ("pico", "algo", "cacho", "fraccion", "tantos")


def _minutes(said: dict[str, str]) -> int:
    past = said.get("past", "") or said.get("spoken", "")
    if past in ("media", "cuarto"):
        return 30 if past == "media" else 15
    if past in _VAGUE:
        return 0
    return number(past) if past else int(said.get("m", 0))


def _value(hour: int, minute: int, ap: str, part: str) -> str:
    """HH:MM, or empty when there is no such time."""
    if hour > 24 or minute > 59:
        return ""
    clock = f"{hour % 24:02d}:{minute:02d}"
    if ap.startswith("p"):
        return at_part_of_day(clock, "tarde")
    return at_part_of_day(clock, "madrugada" if ap.startswith("a") else part)


def _part(said: dict[str, str]) -> str:
    word = said.get("part") or said.get("bare_part") or ""
    return _PLAIN.get(word, word)


#: Parts of the day by the other words for them.
_PLAIN = {"mananita": "mañana", "manana": "mañana", "tardecita": "tarde", "nochecita": "noche"}


def _part_of_day(match: re.Match[str]) -> str:
    if match["mid"]:
        return "00:00" if "noche" in match["mid"] else "12:00"
    if match["early"]:
        return "mañana"
    said = match["part"] or match["parts"] or "noche"
    return _PLAIN.get(said, said)


def _same(before: Found, part: Found) -> bool:
    """ "temprano en la mañana" says one thing."""
    return before.value == part.value and part.start - before.end <= 4


def _near(text: str, part: Found, clock: Found) -> bool:
    between = text[part.end : clock.start] if part.end <= clock.start else text[clock.end : part.start]
    return len(between) <= NEAR and not re.search(r"[.;?!]\s", between)
