"""Which of the data that were found in a message are meant, and how surely. Pure functions over Rasa's entities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from actions.hints import is_hedged
from bot.folding import level_accents, plain

Entity = dict[str, Any]

#: "no era Delta", "no fue en Toluca": said to take it back. "no, fue antier" is another thing.
TAKEN_BACK = re.compile(r"\bno (?:era|es|fue|son|eran|soy|me llamo|vivo)(?: (?:de|en|el|la|los|por|a|mi|que))*\s*$")
#: "…y no en Toluca", at the end of a correction.
AND_NOT = re.compile(r"\b(?:y )?no (?:en|de|el|la|a|con|por) (?:la |el |los )?$")
#: A day that stands for a span of time, or for some day of it.
SPAN = re.compile(r"\b(?:semanas?|mes(?:es)?|anos?|fin|unos|unas|varios|varias)\b")
#: A month without a day.
MONTH = re.compile(
    r"^(?:en|desde|a (?:principios|mediados|finales) de|(?:el mes )?de)\b(?!.*\d)(?!.*\b(?:ayer|antier|hoy)\b)"
)
#: What leads into the number of the person who writes, and not of who calls them.
OWN_PHONE = re.compile(
    r"\bmi (?:numero|num|telefono|tel|cel|celular|whats|whatsapp|contacto)(?: \w+){0,2}?(?: es| seria)?(?: el)?\s*:?\s*$"
    r"|\b(?:me|nos) (?:marc|llam|habl|escrib|mand)\w+(?: \w+)? al?(?: numero| cel| celular| mi \w+)?\s*$"
    r"|\b(?:contact\w+|localiz\w+|encuentra\w*|habl\w+) (?:al|en el)\s*$"
)
#: Taken for a name, and none: "a nombre de ella", "agencia q se llama…".
NO_NAME = re.compile(r"^(?:ella|ellos|el|mio|mia|.|(?:mi|su|nuestr[oa]) \w+|infonavit)$")
#: Beside the day of what was done with the debt, which is not the day on which somebody was treated badly.
OF_THE_DEBT = re.compile(
    r"\b(?:pague|pagamos|liquide|liquidamos|termine de pagar|saque|sacamos|compre|compramos|firme|corrieron|despidieron|perdi|quede sin)\b[^.,;]{0,40}$"
)
#: A name that is put right or given beside another question: "me equivoqué de agencia, es Cobranza Sur".
NAMED = {
    "agencia": re.compile(
        r"\b(?:agencia|despacho|empresa)\b,?\s(?:es|era|son|eran|se llama|se llamaba|por)\s(?P<name>[^,.;\n]+)$"
    ),
    "nombre": re.compile(r"\bmi nombre(?: es|:|,| a| por)\s(?P<name>[^,.;\n]+)$"),
}
COORDINATES = re.compile(r"-?\d{1,2}\.\d{3,}\s*,\s*-?\d{1,3}\.\d{3,}")
#: Words that may stand around data without telling anything of their own.
_AROUND = (
    "fue fueron era eran es son de del la el los las lo en por a al y o como a eso tipo mas menos casi pues ahi alla aca "
    "me nos se un una con mi que dia hora fecha lugar numero telefono agencia despacho empresa nombre llama llamo llaman "
    "vivo soy estoy desde hasta hace hoy si ah bueno entonces creo yo aqui ese este esa esta mismo tambien "
    "paso pasado pasada vez ultima primera horas hrs am pm"
)
AROUND_DATA = frozenset(_AROUND.split())


@dataclass(frozen=True)
class Data:
    """values: all values of each entity that is meant, the likeliest first. unsure: entities that are only guessed or
    stand for a span of time. own_phone: the number of who writes. alone: the message says nothing beside its data."""

    values: dict[str, tuple[str, ...]]
    unsure: frozenset[str] = frozenset()
    own_phone: str = ""
    alone: bool = False


def meant(found: list[Entity], text: str) -> Data:
    """Read the entities of a message. Those that a button carries have no place in the text and are kept as they are."""
    own = [item for item in found if item["entity"] == "telefono" and OWN_PHONE.search(_before(item, text))]
    theirs = [item for item in found if item not in own and not _is_another_thing(item, text)]
    theirs = _days_that_matter_first(theirs, text)
    values = _values(theirs)
    for name, pattern in NAMED.items():
        named = pattern.search(level_accents(text).lower())
        if named and name not in values:
            values[name] = (text[named.start("name") : named.end("name")].strip(),)
    spot = COORDINATES.search(text)
    if spot:
        values.setdefault("lugar", (spot[0],))
    return Data(values, _unsure(theirs, text), str(own[0]["value"]) if own else "", _alone(found, text))


def _before(item: Entity, text: str) -> str:
    return level_accents(text[: item.get("start", 0)]).lower()


def _taken_back(item: Entity, text: str) -> bool:
    before = _before(item, text)
    return bool(TAKEN_BACK.search(before)) or (len(before.split()) > 2 and bool(AND_NOT.search(before)))


def _is_another_thing(item: Entity, text: str) -> bool:
    of_the_debt = item["entity"] == "fecha" and OF_THE_DEBT.search(_before(item, text))
    return _taken_back(item, text) or _is_no_name(item) or bool(of_the_debt)


def _is_no_name(item: Entity) -> bool:
    return item["entity"] in ("nombre", "agencia") and bool(NO_NAME.search(plain(str(item["value"]))))


def _values(found: list[Entity]) -> dict[str, tuple[str, ...]]:
    values: dict[str, dict[str, None]] = {}
    for item in found:
        values.setdefault(item["entity"], {})[str(item["value"])] = None
    return {name: tuple(said) for name, said in values.items()}


def _days_that_matter_first(found: list[Entity], text: str) -> list[Entity]:
    """A long story names many days ("me corrieron en marzo… el sábado vinieron a las 9"): the one said with an hour
    matters more than the first, and a month less than a day."""
    days = [item for item in found if item["entity"] == "fecha"]
    hours = [item for item in found if item["entity"] == "hora"]
    if len(days) < 2:
        return found

    def order(day: Entity) -> tuple[bool, int]:
        return _is_span(day, text), min((_gap(day, hour) for hour in hours), default=0)

    return [*sorted(days, key=order), *(item for item in found if item not in days)]


def _gap(one: Entity, other: Entity) -> int:
    """Letters between two data."""
    return max(one.get("start", 0) - other.get("end", 0), other.get("start", 0) - one.get("end", 0), 0)


def _said(item: Entity, text: str) -> str:
    return plain(text[item.get("start", 0) : item.get("end", 0)])


def _is_span(item: Entity, text: str) -> bool:
    said = _said(item, text)
    return bool(SPAN.search(said) or MONTH.search(said))


def _unsure(found: list[Entity], text: str) -> frozenset[str]:
    """Of which another is offered at once ("el 3 o el 4"), that follow a "creo que", or that are no more than a span."""
    day = next((item for item in found if item["entity"] == "fecha"), None)
    unsure = {"fecha"} if day and _is_span(day, text) else set()
    for item in found:
        before, name = text[: item.get("start", 0)], item["entity"]
        offered = re.search(r"\bo\s(?:el\s|la\s|a\s)?$", before) and name in unsure | {"fecha"}
        if is_hedged(before) or offered:
            unsure.add(name)
    return frozenset(unsure)


def _alone(found: list[Entity], text: str) -> bool:
    if not found or any("start" not in item for item in found) or "?" in text:
        return False
    rest = list(text)
    for item in found:
        rest[item["start"] : item["end"]] = " " * (item["end"] - item["start"])
    return not set(plain("".join(rest)).split()) - AROUND_DATA
