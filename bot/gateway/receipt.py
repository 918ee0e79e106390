"""Receipts from outside: a page that checks one and shows nothing that was told, and the PDF for who was given it."""

from __future__ import annotations

import asyncio
import html
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.receipt import Checked
from bot.wiring import House

TEMPLATE = Path(__file__).parent / "templates" / "receipt.html"
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}


async def check(request: Request) -> HTMLResponse:
    """200 when there is such a receipt, 404 when not."""
    house: House = request.app.state.house
    found = await asyncio.to_thread(house.receipts.check, request.path_params["id"])
    return HTMLResponse(_page(house, found), status_code=200 if found else 404, headers=PRIVATE)


async def paper(request: Request) -> Response:
    """The PDF. A wrong token and a wrong id are answered alike, so that neither can be found by trying."""
    house: House = request.app.state.house
    token = request.query_params.get("k", "")
    made = await asyncio.to_thread(house.receipts.pdf, request.path_params["id"], token)
    if made is None:
        return HTMLResponse(_page(house, None), status_code=404, headers=PRIVATE)
    name, data = made
    headers = {**PRIVATE, "content-disposition": f"inline; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type="application/pdf", headers=headers)


def _page(house: House, found: Checked | None) -> str:
    say = house.receipts.say
    verdict = found.verdict if found else "desconocido"
    rows = [(say["pagina_clave"], house.receipts.public_key)]
    if found:
        rows = [
            (say["pagina_folio"], found.folio),
            (say["pagina_fecha"], found.filed),
            (say["pagina_estado"], found.status),
            *found.hashes,
            *rows,
        ]
    blanks = {
        "title": say["pagina_titulo"],
        "kind": "bad" if verdict in ("alterado", "desconocido") else "good",
        "verdict": say[f"pagina_{verdict}"],
        "note": say[f"pagina_{verdict}_nota"],
        "not_official": say["pagina_no_oficial"],
    }
    page = TEMPLATE.read_text()
    for name, text in blanks.items():
        page = page.replace("{{" + name + "}}", html.escape(text))
    listed = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in rows)
    return page.replace("{{rows}}", listed)
