"""Complaints for people and for other systems, in the shape of contracts.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.model import Case
from bot.scrub import Scrubber
from bot.spreadsheet import csv_line

#: A complaint as plain values: `record` or `record_of_nobody`.
Shape = Callable[[Case], dict[str, Any]]

COLUMNS = (
    "folio", "status", "channel", "created_at", "violations", "agency", "incident_date", "incident_time",
    "contact_channel", "agency_phone", "place", "frequency", "amount", "description", "complainant_name",
    "complainant_phone", "complainant_anonymous", "evidence", "relation", "affected", "uncertain",
)  # fmt: skip
#: What people wrote in their own words.
OWN_WORDS = ("place", "description", "affected")


def record(case: Case) -> dict[str, Any]:
    """One complaint as plain values."""
    facts, who = case.facts, case.facts.complainant
    return {
        "folio": case.folio,
        "status": case.status,
        "channel": case.channel,
        "created_at": case.created_at.isoformat(),
        "violations": list(facts.violations),
        "agency": facts.agency,
        "incident_date": facts.incident_date,
        "incident_time": facts.incident_time,
        "contact_channel": facts.contact_channel,
        "agency_phone": facts.agency_phone,
        "place": facts.place,
        "frequency": facts.frequency,
        "amount": facts.amount,
        "description": facts.description,
        "relation": facts.relation,
        "affected": facts.affected,
        "uncertain": list(facts.uncertain),
        "complainant": {"name": who.name, "phone": who.phone, "anonymous": who.anonymous},
        "evidence": [{"sha256": item.sha256, "kind": item.kind, "bytes": item.bytes} for item in case.evidence],
        "events": [
            {"seq": e.seq, "at": e.at.isoformat(), "kind": e.kind, "detail": e.detail, "hash": e.hash}
            for e in case.events
        ],
    }


def as_json(value: Any) -> str:
    if isinstance(value, Case):
        value = record(value)
    elif isinstance(value, list):
        value = [record(item) if isinstance(item, Case) else item for item in value]
    return json.dumps(value, ensure_ascii=False, indent=2)


def record_of_nobody(case: Case) -> dict[str, Any]:
    """The same without who complains: their name and number, the names, numbers and addresses in their words, and what
    the events hold. The number that the agency calls from stays."""
    whole, scrubber = record(case), Scrubber()
    return {
        **whole,
        **{name: scrubber.scrub(whole[name]) for name in OWN_WORDS},
        "complainant": {"name": "", "phone": "", "anonymous": whole["complainant"]["anonymous"]},
        "events": [{**event, "detail": {}} for event in whole["events"]],
    }


def json_lines(cases: Iterable[Case], shape: Shape = record) -> Iterator[str]:
    return (json.dumps(shape(case), ensure_ascii=False) + "\n" for case in cases)


def csv_lines(cases: Iterable[Case], shape: Shape = record) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for case in cases:
        row = shape(case)
        row |= {f"complainant_{name}": value for name, value in row["complainant"].items()}
        row["violations"], row["uncertain"] = " ".join(row["violations"]), " ".join(row["uncertain"])
        row["evidence"] = " ".join(item["sha256"] for item in row["evidence"])
        yield csv_line(str(row[name]) for name in COLUMNS)


def as_lines(cases: list[Case]) -> str:
    if not cases:
        return "No hay quejas."
    return "\n".join(
        f"{case.folio}  {case.status:12} {case.created_at:%Y-%m-%d %H:%M}  {', '.join(case.facts.violations)}"
        for case in cases
    )
