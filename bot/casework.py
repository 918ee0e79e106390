"""What staff may correct in a filed complaint, and in which form. The person's own words are theirs: nobody edits those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.errors import RuleBroken
from bot.masking import digits
from bot.model import Facts

#: Facts and how long each may be.
LONGEST = {
    "agency": 80,
    "incident_date": 10,
    "incident_time": 20,
    "contact_channel": 10,
    "agency_phone": 20,
    "place": 160,
    "frequency": 80,
    "amount": 20,
    "name": 80,
}
CONTACT_CHANNELS = ("llamada", "mensaje", "visita", "carta", "redes", "correo")
PARTS_OF_DAY = ("madrugada", "mañana", "tarde", "noche")
REASON = 500
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
_OLDEST = date(1972, 1, 1)  # Infonavit's own first year


def changes(
    given: Mapping[str, str], violations: list[str], facts: Facts, conducts: tuple[str, ...], today: date
) -> dict[str, Any]:
    """What a form says otherwise than the facts do, in the form in which it is kept. Empty: not known.

    violations: conducts that were ticked, main first. conducts: those there are. What is not changed is not looked at:
    it may have been told in a form that staff could not write. Raises RuleBroken, saying what to mend.
    """
    found: dict[str, Any] = {}
    for name, longest in LONGEST.items():
        text = " ".join(given.get(name, "").split())
        if text == current(facts, name):
            continue
        if len(text) > longest:
            raise RuleBroken(f"Hay un dato de más de {longest} letras. Acórtalo.")
        found[name] = _FORMS[name](text, today) if text and name in _FORMS else text
    if set(violations) != set(facts.violations):
        if set(violations) - {*conducts, *facts.violations}:
            raise RuleBroken("Elige conductas de la lista.")
        found["violations"] = list(dict.fromkeys(violations))
    return found


def current(facts: Facts, name: str) -> str:
    return facts.complainant.name if name == "name" else getattr(facts, name)


def reason(text: str) -> str:
    """Why something is done to a complaint. Raises RuleBroken."""
    if not text.strip():
        raise RuleBroken("Escribe el motivo. Queda en la historia de la queja.")
    if len(text) > REASON:
        raise RuleBroken(f"El motivo tiene {len(text)} letras y caben {REASON}.")
    return text.strip()


def _day(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RuleBroken("La fecha debe ser de un día que existe, por ejemplo 2026-11-20.") from None
    if not _OLDEST <= day <= today:
        raise RuleBroken("La fecha no puede estar en el futuro ni ser tan antigua.")
    return day.isoformat()


def _hour(text: str, today: date) -> str:
    word = text.lower()
    if word not in PARTS_OF_DAY and not _CLOCK.fullmatch(word):
        raise RuleBroken("La hora se escribe así: 21:30. También sirve madrugada, mañana, tarde o noche.")
    return word if word in PARTS_OF_DAY else word.zfill(5)


def _phone(text: str, today: date) -> str:
    number = digits(text)
    if not 7 <= len(number) <= 15 or re.search(r"[^\d\s()+.-]", text):
        raise RuleBroken("El número debe tener entre 7 y 15 cifras.")
    return number


def _amount(text: str, today: date) -> str:
    bare = re.sub(r"[$,\s]", "", text)
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", bare):
        raise RuleBroken("El monto se escribe con cifras, por ejemplo 15000.")
    return bare


def _contact_channel(text: str, today: date) -> str:
    if text not in CONTACT_CHANNELS:
        raise RuleBroken("Elige por dónde cobraron.")
    return text


#: Facts that are kept in one form only.
_FORMS = {
    "incident_date": _day,
    "incident_time": _hour,
    "agency_phone": _phone,
    "amount": _amount,
    "contact_channel": _contact_channel,
}
