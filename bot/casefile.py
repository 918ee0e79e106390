"""Complaints for people and for other systems, in the shape of contracts.md."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from bot.model import Case

COLUMNS = (
    "folio", "status", "channel", "created_at", "violations", "agency", "incident_date", "incident_time",
    "contact_channel", "agency_phone", "place", "frequency", "amount", "description", "complainant_name",
    "complainant_phone", "complainant_anonymous", "evidence", "relation", "affected", "uncertain",
)  # fmt: skip
#: A cell that begins so would be run as a formula by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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


def as_json_lines(cases: list[Case]) -> str:
    return "".join(json.dumps(record(case), ensure_ascii=False) + "\n" for case in cases)


def as_csv(cases: list[Case]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for case in cases:
        row = record(case)
        who = row.pop("complainant")
        row |= {f"complainant_{name}": str(value) for name, value in who.items()}
        row["violations"], row["uncertain"] = " ".join(row["violations"]), " ".join(row["uncertain"])
        row["evidence"] = " ".join(item["sha256"] for item in row["evidence"])
        writer.writerow({name: _safe(str(row[name])) for name in COLUMNS})
    return out.getvalue()


def as_lines(cases: list[Case]) -> str:
    if not cases:
        return "No hay quejas."
    return "\n".join(
        f"{case.folio}  {case.status:12} {case.created_at:%Y-%m-%d %H:%M}  {', '.join(case.facts.violations)}"
        for case in cases
    )


def _safe(cell: str) -> str:
    return "'" + cell if cell.startswith(FORMULA) else cell
