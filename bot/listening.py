"""While a person of the team talks the bot listens: what it hears of the complaint, as suggestions that staff accepts."""

from __future__ import annotations

from typing import Any

from bot.certainty import ALARM_SURE, ALARMS, SURE

#: Entity → the fact of a complaint that it fills.
ENTITY_FACTS = {
    "agencia": "agency",
    "telefono": "agency_phone",
    "fecha": "incident_date",
    "hora": "incident_time",
    "frecuencia": "frequency",
    "canal": "contact_channel",
    "lugar": "place",
    "monto": "amount",
}
MAX_STORY = 12_000

Heard = tuple[str, str]


def heard(parse: dict[str, Any], text: str) -> list[Heard]:
    """(fact, value) of everything that a message told, as `/model/parse` reads it. A conduct brings the story along."""
    found: list[Heard] = []
    for entity in parse.get("entities") or ():
        fact = "name" if entity["entity"] == "nombre" else ENTITY_FACTS.get(entity["entity"], "")
        if fact:
            found.append((fact, str(entity["value"])))
    conducts = [item["name"] for item in parse.get("conductas") or () if item["confidence"] >= SURE]
    found += [("violation", name) for name in conducts]
    if conducts:
        found.append(("story", text))
    return list(dict.fromkeys(found))


def alarm(parse: dict[str, Any]) -> str:
    """The kind of danger that the model hears, or an empty string."""
    intent = parse.get("intent") or {}
    sure = float(intent.get("confidence") or 0) >= ALARM_SURE
    return intent["name"] if sure and intent.get("name") in ALARMS else ""


def with_fact(kept: dict[str, Any] | None, fact: str, value: str) -> dict[str, Any]:
    """A draft's body (actions/draft.py) with one fact more. What staff accepts wins over what was known."""
    now = dict((kept or {}).get("now") or {})
    if fact == "violation":
        now["violations"] = list(dict.fromkeys([*now.get("violations", []), value]))
    elif fact == "story":
        story = now.get("story", [])
        room = sum(map(len, story)) + len(value) <= MAX_STORY
        now["story"] = [*story, value] if room and value not in story else story
    elif fact == "name":
        now["name"], now["anonymous"] = value, False
    else:
        now["facts"] = {**now.get("facts", {}), fact: value}
    # no turn has this id, so that whatever turn comes next starts from here
    return {"turn_id": "", "before": (kept or {}).get("now"), "now": now}
