"""One conversation as staff sees it: the five lines above the transcript, the transcript, and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.console import words
from bot.desk import CHIEFS, HOLDERS
from bot.masking import masked, masked_name
from bot.model import Conversation, Staff
from bot.store import Tx
from bot.store.base import now
from bot.store.desk import Request
from bot.store.transcript import Line
from bot.wiring import House

#: Lines of a transcript that are shown.
SHOWN = 300


@dataclass(frozen=True)
class Entry:
    """A line of the transcript, or a note between them."""

    at: datetime
    kind: str
    who: str
    text: str
    line: Line | None = None
    tick: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Fact:
    name: str
    label: str
    value: str


def conversation(house: House, tx: Tx, id_: str, member: Staff, revealed: bool) -> dict[str, Any]:
    """Everything the page of a conversation shows. Raises sqlalchemy.exc.NoResultFound."""
    one, request, draft = tx.conversation(id_), tx.live_request(id_), _draft(tx, id_)
    names = {person.id: person.name for person in tx.all_staff()}
    shown = _mask(house, draft.get("name", ""), revealed)
    lines = tx.transcript(id_, SHOWN)
    reach = house.desk.reach(one)
    facts = _facts(house, draft, shown, revealed)
    return {
        "conversation": one,
        "request": request,
        "mine": one.holder == member.id,
        "may_take": member.role in HOLDERS and (not one.holder or (member.role in CHIEFS and one.holder != member.id)),
        "may_move": one.holder == member.id or (bool(one.holder) and member.role in CHIEFS),
        "card": _card(house, one, request, lines, facts, names, shown, reach.until),
        "facts": facts,
        "entries": _entries(lines, tx.staff_notes(id_), names, shown),
        "marked": tx.marked_turns(id_),
        "suggestions": [_suggestion(house, item, shown) for item in tx.suggestions_of(id_)],
        "danger": [words.REASONS.get(line.alarm, line.alarm) for line in lines if line.alarm][-1:],
        "cases": [(row["folio"], words.STATUSES.get(row["status"], row["status"])) for row in tx.cases_of(id_)],
        "referral": tx.referral_of(id_),
        "reach": reach,
        "clocks": _clocks(house, request),
        "rights": _rights(house, draft, tx.suggestions_of(id_, ("open", "accepted"))),
        "colleagues": [p for p in tx.all_staff() if p.role in HOLDERS and not p.disabled and p.id != one.holder],
        "consented": bool(draft.get("consent_at")),
        "revealed": revealed,
    }


def _draft(tx: Tx, id_: str) -> dict[str, Any]:
    kept = tx.draft(id_)
    return {**(kept["now"] or {}), "consent_at": kept["consent_at"]} if kept else {}


def _mask(house: House, name: str, revealed: bool) -> Callable[[str], str]:
    public = house.catalog.public_numbers
    return (lambda text: text) if revealed else (lambda text: masked(text, (name,) if name else (), public))


def _facts(house: House, draft: dict[str, Any], shown: Callable[[str], str], revealed: bool) -> list[Fact]:
    """What is known of the complaint in progress."""
    found = {name: str(value) for name, value in draft.get("facts", {}).items() if value}
    if draft.get("story"):
        found["story"] = "\n".join(draft["story"])
    if draft.get("violations"):
        found["violation"] = "; ".join(conduct(house, name) for name in draft["violations"])
    if draft.get("name"):
        found["name"] = draft["name"] if revealed else masked_name(draft["name"])
    elif draft.get("anonymous"):
        found["name"] = "anónima"
    return [
        Fact(name, words.FACTS[name], found[name] if name in ("name", "violation") else shown(found[name]))
        for name in words.FACTS
        if name in found
    ]


def conduct(house: House, name: str) -> str:
    try:
        return house.catalog.right(name).short
    except KeyError:  # "otra situación", and conducts of a model that is newer than the catalogue
        return "Otra situación"


def _card(
    house: House,
    one: Conversation,
    request: Request | None,
    lines: list[Line],
    facts: list[Fact],
    names: dict[str, str],
    shown: Callable[[str], str],
    left: float,
) -> list[tuple[str, str, str]]:
    """Five lines: label, text, and how it is drawn."""
    known = {fact.name: fact.value for fact in facts}
    said = next((line.text for line in reversed(lines) if line.author == "person" and line.text), "")
    happened = known.get("story") or shown(said) or "Todavía no cuenta nada."
    if "violation" in known:
        happened = f"{known['violation']}. {happened}"
    alarms = [line for line in lines if line.alarm]
    danger = (
        f"{words.REASONS[alarms[-1].alarm]}, dicho por la persona" if alarms else "Nadie ha dicho palabras de peligro."
    )
    if request and request.urgency >= 3 and not alarms:
        danger = f"{words.REASONS.get(request.reason, request.reason)}, según el modelo"
    at_risk = bool(alarms) or bool(request and request.urgency >= 3)
    missing = [words.FACTS[name].lower() for name in words.WANTED if name not in known]
    holder = names.get(one.holder, "alguien del equipo") if one.holder else "El bot"
    via = words.CHANNELS.get(one.channel, one.channel)
    return [
        ("Habla", f"{holder} · por {via}", ""),
        ("Qué pasó", happened[:280] + ("…" if len(happened) > 280 else ""), ""),
        ("Peligro", danger, "danger" if at_risk else ""),
        ("Falta", ", ".join(missing) if missing else "nada", ""),
        ("Ventana", _window(house, one, left), ""),
    ]


def _window(house: House, one: Conversation, left: float) -> str:
    reach = house.desk.reach(one)
    if reach.problem == "bloqueada":
        return "Nos bloqueó: nada le llega."
    if reach.problem == "ventana":
        return "Cerrada: invitada a escribir." if one.invited else "Cerrada: solo se puede enviar la plantilla."
    if not reach.limits.window:
        return "Siempre se le puede escribir por este canal."
    return f"Abierta {words.duration(left)} más."


def _entries(
    lines: list[Line], notes: list[dict[str, Any]], names: dict[str, str], shown: Callable[[str], str]
) -> list[Entry]:
    speakers = {"person": "Persona", "bot": "Bot", "staff": "Equipo", "system": "Aviso automático"}
    entries = [
        Entry(
            line.at, line.author, speakers[line.author], shown(line.text), line, words.TICKS.get(line.status, ("", ""))
        )
        for line in lines
    ]
    entries += [
        Entry(note["created_at"], note["kind"], names.get(note["staff_id"], "Sistema"), shown(note["text"]))
        for note in notes
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _suggestion(house: House, item: dict[str, Any], shown: Callable[[str], str]) -> dict[str, str]:
    value = conduct(house, item["value"]) if item["fact"] == "violation" else shown(item["value"])
    return {"id": item["id"], "label": words.FACTS.get(item["fact"], item["fact"]), "value": value}


def _rights(house: House, draft: dict[str, Any], heard: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the guidelines say of the conducts, ready to be sent. Only from the catalogue."""
    told = [*draft.get("violations", ()), *(item["value"] for item in heard if item["fact"] == "violation")]
    found = []
    for name in dict.fromkeys(told):
        try:
            right = house.catalog.right(name)
        except KeyError:  # no conduct of the guidelines
            continue
        found.append((right.short, f"Según los lineamientos de Infonavit: {right.says} {right.can_do}"))
    return found


def _clocks(house: House, request: Request | None) -> list[tuple[str, str, bool]]:
    """Label, text and whether it is late, of the first reply and the end, in the team's working time."""
    if request is None:
        return []
    hours, settings = house.settings.team_hours, house.settings
    first = words.duration(hours.worked(request.created_at, request.first_reply_at or now()).total_seconds())
    whole = words.duration(hours.worked(request.created_at, now()).total_seconds())
    first_due = hours.due(request.created_at, timedelta(minutes=settings.first_reply_minutes))
    done = "tardó" if request.first_reply_at else "van"
    return [
        (
            "Primera respuesta",
            f"{done} {first} de trabajo (meta: {settings.first_reply_minutes:g} min)",
            house.desk.is_late(request),
        ),
        (
            "Resolución",
            f"van {whole} de trabajo (meta: {settings.resolution_hours:g} h)",
            house.desk.is_overdue(request),
        ),
        ("Prometido", f"antes de {first_due:%H:%M} del {first_due:%d/%m}", False),
    ][: 2 if request.first_reply_at else 3]
