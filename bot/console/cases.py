"""Casos: filed complaints found by what is known of them, one of them, and what is done to it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from ulid import ULID

from bot import casework
from bot.casefile import csv_lines, json_lines, record, record_of_nobody
from bot.complaints import NEXT_STATUS, Complaints, Edit
from bot.console import case_search, case_sheet, files, words
from bot.console.card import conduct
from bot.console.gate import Refused, field
from bot.console.view import MEXICO, go, is_revealed, render
from bot.desk import CHIEFS
from bot.errors import RuleBroken
from bot.folio import read_folio
from bot.model import Case, Evidence
from bot.wiring import House

PAGE = 50
FIRST_WORDS = 110
FORMATS = {"csv": ("csv", "text/csv; charset=utf-8"), "jsonl": ("jsonl", "application/x-ndjson")}


def listing(request: Request) -> Response:
    """Newest first; `antes` is the id of a complaint, and only older ones are shown."""
    house = _house(request)
    asked = case_search.read(request.query_params)
    before = request.query_params.get("antes", "")[:26]
    rows, problem = [], ""
    with house.store.read() as tx:
        try:
            rows = tx.find_cases(asked.query(), PAGE + 1, before)
        except ValueError as error:
            problem = str(error)
        counts, proofs = tx.case_counts(NEXT_STATUS), tx.evidence_counts(row["id"] for row in rows)
        corrections = tx.events_of(rows, "correccion")
    return render(
        request,
        "cases.html",
        title="Casos",
        rows=[_row(house, row, proofs.get(row["id"], 0), corrections[row["id"]]) for row in rows[:PAGE]],
        older=rows[PAGE - 1]["id"] if len(rows) > PAGE else "",
        newest=not before,
        asked=asked,
        problem=problem,
        counts=counts,
        statuses=words.STATUSES,
        conducts=[(name, conduct(house, name)) for name in house.catalog.conducts],
        may_export=request.state.staff.role in CHIEFS,
    )


def show(request: Request) -> Response:
    return _page(request, _case(request))


def move(request: Request) -> Response:
    """To another state."""
    case, status = _case(request), field(request, "status", 16)
    try:
        edit = _edit(request)
        if status in case_sheet.THEIRS:
            raise RuleBroken("Solo la persona retira su queja, en su chat.")
        _complaints(request).move_as_staff(case.folio, edit, status)
    except RuleBroken as problem:
        return _page(request, case, str(problem), problem.status, status=status)
    return go(request, _address(request, case), f"Listo. La queja queda {words.STATUSES[status]}.")


def correct(request: Request) -> Response:
    """Change facts; what stood before stays in the history."""
    case, given = _case(request), {name: field(request, name, 1000) for name in casework.LONGEST}
    ticked = [name for name in request.state.form.getlist("violations") if isinstance(name, str)]
    base = case_sheet.facts_at(case, _seen(request))
    today = datetime.now(MEXICO).date()
    try:
        wanted = casework.changes(given, ticked, base, _house(request).catalog.conducts, today)
        changed = _complaints(request).correct_as_staff(case.folio, _edit(request), wanted)
    except RuleBroken as problem:
        typed = {name: text for name, text in given.items() if text != casework.current(base, name)}
        return _page(request, case, str(problem), problem.status, typed=typed)
    return go(request, _address(request, case), "Corregida." if changed else "No había nada que cambiar.")


def receipt(request: Request) -> Response:
    """The PDF that the person got. It holds their data: written into the audit log."""
    case = _case(request)
    with _house(request).store.begin() as tx:
        tx.note(request.state.staff.id, "recibo_descargado", case.folio)
    paper = _house(request).receipts.paper(case)
    return Response(paper, media_type="application/pdf", headers=files.download(f"recibo-{case.folio}.pdf"))


def proof(request: Request) -> Response:
    case = _case(request)
    return files.shown(request, case.folio, _proof(request, case))


def original(request: Request) -> Response:
    case = _case(request)
    return files.given(request, case.folio, _proof(request, case))


def export(request: Request) -> Response:
    """All that a search finds, for the institution; written into the audit log. Without personal data unless asked."""
    house, kind = _house(request), field(request, "format", 8)
    asked, whole = case_search.read(request.state.form), field(request, "personal") == "1"
    if kind not in FORMATS:
        raise Refused(400, "Elige CSV o JSONL.")
    try:
        query = asked.query()
    except ValueError as error:
        raise Refused(400, str(error)) from None
    with house.store.begin() as tx:
        # what was looked for may be personal: only the names of the filters are written down
        details = {"datos_personales": whole, "filtros": asked.named, "quejas": tx.count_cases(query)}
        tx.note(request.state.staff.id, "casos_exportados", kind, **details)
    cases, shape = house.complaints.each(query), record if whole else record_of_nobody
    lines = csv_lines(cases, shape) if kind == "csv" else json_lines(cases, shape)
    ending, mime = FORMATS[kind]
    name = f"quejas-{datetime.now(MEXICO):%Y%m%d-%H%M}.{ending}"
    return StreamingResponse(_with_mark(lines, kind), media_type=mime, headers=files.download(name))


def _with_mark(lines: Any, kind: str) -> Any:
    """A spreadsheet takes CSV for UTF-8 only when it begins with this mark."""
    yield "\ufeff" if kind == "csv" else ""
    yield from lines


# --- pieces ----------------------------------------------------------------------------------------------------------


def _page(
    request: Request,
    case: Case,
    problem: str = "",
    http_status: int = 200,
    typed: dict[str, str] | None = None,
    status: str = "",
) -> Response:
    """The complaint as it is now. problem: why what was sent was not done; what was typed is kept on the page."""
    house, revealed = _house(request), is_revealed(request, case.folio)
    if problem:
        case = house.complaints.show(case.folio)
    with house.store.read() as tx:
        names = {person.id: person.name for person in tx.all_staff()}
        reach = house.desk.reach(tx.conversation(case.conversation_id)).problem
    token = request.query_params.get("mostrar", "")
    return render(
        request,
        "case.html",
        http_status,
        title=case.folio,
        **case_sheet.sheet(house, case, names, revealed),
        form=case_sheet.form(case.facts, typed or {}),
        typed=[(case_sheet.LABELS[name], text) for name, text in (typed or {}).items()],
        chosen=status,
        reason=field(request, "reason", 2000) if problem else "",
        problem=problem,
        conduct_names=[
            (n, conduct(house, n)) for n in dict.fromkeys((*house.catalog.conducts, *case.facts.violations))
        ],
        contact=words.CONTACT,
        channels=words.CHANNELS,
        reach=reach,
        news=house.texts.reply("utter_hay_novedad").text,
        once=str(ULID()),
        shown_by=f"?mostrar={token}" if revealed else "",
    )


def _row(house: House, row: dict[str, Any], proofs: int, corrections: list[dict[str, Any]]) -> dict[str, Any]:
    facts = row["facts"]
    story, name = facts.get("description", ""), (facts.get("complainant") or {}).get("name", "")
    first = case_sheet.mask_of(house, name, (event["detail"] for event in corrections))(story)[:FIRST_WORDS]
    return {
        "folio": row["folio"],
        "filed": row["created_at"],
        "conducts": [conduct(house, one) for one in facts.get("violations", ())],
        "said": first + ("…" if len(story) > FIRST_WORDS else ""),
        "agency": facts.get("agency", ""),
        "status": words.STATUSES.get(row["status"], row["status"]),
        "tone": words.TONES.get(row["status"], "plain"),
        "erased": row["erased_at"] is not None,
        "channel": words.CHANNELS.get(row["channel"], row["channel"]),
        "proofs": proofs,
    }


def _case(request: Request) -> Case:
    """The complaint of the path. Raises Refused 404."""
    written = request.path_params["folio"]
    folio = read_folio(written) if re.fullmatch(r"[\w.-]{7,20}", written) else None
    if folio is None or not folio.valid:
        raise Refused(404, "No hay ninguna queja con ese folio.")
    try:
        return _complaints(request).show(folio.folio)
    except RuleBroken:
        raise Refused(404, "No hay ninguna queja con ese folio.") from None


def _proof(request: Request, case: Case) -> Evidence | None:
    return next((item for item in case.evidence if item.id == request.path_params["evidence"]), None)


def _edit(request: Request) -> Edit:
    """Raises RuleBroken, Refused."""
    once = field(request, "once", 26)
    if not once:
        raise Refused(400, "El formulario no se pudo leer.")
    return Edit(request.state.staff.id, _seen(request), once, casework.reason(field(request, "reason", 2000)))


def _seen(request: Request) -> int:
    text = field(request, "seen", 9)
    return int(text) if text.isascii() and text.isdigit() else -1


def _address(request: Request, case: Case) -> str:
    token = request.query_params.get("mostrar", "")
    return f"/casos/{case.folio}" + (f"?mostrar={token}" if is_revealed(request, case.folio) else "")


def _complaints(request: Request) -> Complaints:
    return _house(request).complaints


def _house(request: Request) -> House:
    return request.app.state.house
