"""One complaint as staff sees it: what is known, what happened to it, and what may be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from bot import casework
from bot.chain import verify_chain
from bot.complaints import NEXT_STATUS
from bot.console import words
from bot.console.card import conduct
from bot.masking import masked, masked_name, masked_number
from bot.model import Case, CaseEvent, Facts
from bot.wiring import House

Shown = Callable[[str], str]
#: Facts that stand on the page as they are, in this order; the others have a line of their own making.
PLAIN = ("incident_time", "place", "frequency", "amount")
LABELS = {**words.FACTS, "violations": "Conductas", "name": "Nombre"}
#: Only the person withdraws a complaint.
THEIRS = ("retirada",)


@dataclass(frozen=True)
class Happened:
    """An event. changes: label, what stood before and what stands now. lines: what was told or why."""

    at: datetime
    title: str
    who: str
    changes: tuple[tuple[str, str, str], ...] = ()
    lines: tuple[str, ...] = ()


def sheet(house: House, case: Case, names: dict[str, str], revealed: bool) -> dict[str, Any]:
    """Everything the page of a complaint shows. names: of staff, by id."""
    shown = mask(house, case, revealed)
    return {
        "case": case,
        "status": words.STATUSES.get(case.status, case.status),
        "tone": words.TONES.get(case.status, "plain"),
        "conducts": [conduct(house, name) for name in case.facts.violations],
        "facts": [] if case.erased_at else _facts(case.facts, shown, revealed),
        "story": shown(case.facts.description),
        "history": [_happened(house, event, names, shown, revealed) for event in reversed(case.events)],
        "intact": bool(case.erased_at) or verify_chain(case.events),
        "next": [(s, words.STATUSES[s]) for s in NEXT_STATUS.get(case.status, ()) if s not in THEIRS],
        "seen": len(case.events),
        "revealed": revealed,
    }


def mask(house: House, case: Case, revealed: bool) -> Shown:
    if revealed:
        return lambda text: text
    details = [event.detail for event in case.events]
    return mask_of(house, case.facts.complainant.name, details)


def mask_of(house: House, name: str, details: Iterable[dict[str, Any]]) -> Shown:
    """Hides the complainant's name, also those that stood before a correction. details: of events."""
    renamed = [detail.get("changes", {}).get("name", {}) for detail in details]
    names = {name, *(one for pair in renamed for one in pair.values())} - {""}
    return lambda text: masked(text, tuple(names), house.catalog.public_numbers)


def facts_at(case: Case, seen: int) -> Facts:
    """The facts as they were when the complaint had only its first `seen` events."""
    facts = case.facts
    for event in reversed(case.events[max(seen, 0) :]):
        before: dict[str, Any] = {name: pair["antes"] for name, pair in event.detail.get("changes", {}).items()}
        if "name" in before:
            before["complainant"] = replace(facts.complainant, name=before.pop("name"))
        if "violations" in before:
            before["violations"] = tuple(before["violations"])
        facts = replace(facts, **before)
    return facts


def _facts(facts: Facts, shown: Shown, revealed: bool) -> list[tuple[str, str, bool]]:
    """Label, value and whether the person was unsure of it."""
    who = facts.complainant
    rows = [
        ("agency", LABELS["agency"], facts.agency),
        ("agency_phone", "Número que llama", facts.agency_phone if revealed else masked_number(facts.agency_phone)),
        ("contact_channel", LABELS["contact_channel"], words.CONTACT.get(facts.contact_channel, "")),
        ("incident_date", LABELS["incident_date"], shown(_day(facts.incident_date))),
        *((name, LABELS[name], shown(getattr(facts, name))) for name in PLAIN),
        ("affected", "A quién trataron mal", shown(facts.affected)),
        ("relation", "Quien escribe es", words.RELATIONS.get(facts.relation, facts.relation)),
        ("name", "Quien se queja", _name(facts, revealed)),
        ("phone", "Su teléfono", who.phone if revealed else masked_number(who.phone)),
    ]
    return [(label, value, name in facts.uncertain) for name, label, value in rows if value]


def _day(iso: str) -> str:
    try:
        return format_date(date.fromisoformat(iso), "EEEE d 'de' MMMM 'de' y", locale="es_MX")
    except ValueError:  # what is no date was told so, and stands as it was told
        return iso


def _name(facts: Facts, revealed: bool) -> str:
    who = facts.complainant
    if who.anonymous or not who.name:
        return "anónima"
    return who.name if revealed else masked_name(who.name)


def _happened(house: House, event: CaseEvent, names: dict[str, str], shown: Shown, revealed: bool) -> Happened:
    detail = event.detail
    staff = names.get(detail["equipo"], "alguien del equipo") if "equipo" in detail else ""
    files = len(detail.get("evidence", ()))
    told = [
        shown(detail.get("description", "")),
        shown(detail.get("remark", "")),
        shown(detail.get("reason", "")),
        f"{files} {'archivo' if files == 1 else 'archivos'}" if files else "",
    ]
    return Happened(
        event.at,
        words.EVENTS.get(event.kind) or f"Queda {words.STATUSES.get(event.kind, event.kind)}",
        staff
        or ("el equipo" if event.kind in NEXT_STATUS["registrada"] and event.kind not in THEIRS else "la persona"),
        tuple(_change(house, name, pair, shown, revealed) for name, pair in detail.get("changes", {}).items()),
        tuple(line for line in told if line),
    )


def _change(house: House, name: str, pair: dict[str, Any], shown: Shown, revealed: bool) -> tuple[str, str, str]:
    before, after = (_value(house, name, pair[when], shown, revealed) for when in ("antes", "ahora"))
    return LABELS.get(name, name), before or "sin dato", after or "sin dato"


def _value(house: House, name: str, value: Any, shown: Shown, revealed: bool) -> str:
    if name == "violations":
        return "; ".join(conduct(house, one) for one in value)
    if name == "contact_channel":
        return words.CONTACT.get(value, value)
    if name == "name":
        return value if revealed else masked_name(value)
    if name == "agency_phone" and not revealed:
        return masked_number(value)
    return shown(str(value))


def form(facts: Facts, typed: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """The inputs of a correction: name, label, what is in it, and what stands in the complaint if that is not the same."""
    rows = []
    for name in casework.LONGEST:
        now = casework.current(facts, name)
        written = typed.get(name, now)
        rows.append((name, LABELS[name], written, now if written != now else ""))
    return rows
