"""Files that the team sent to somebody: who was given the address can fetch them."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.wiring import House

HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


async def sent(request: Request) -> Response:
    """Always as a download: nothing of it is ever run or shown by our own page."""
    house: House = request.app.state.house
    found = await asyncio.to_thread(house.sent_files.open, request.path_params["id"])
    if found is None:
        return Response(status_code=404, headers=HEADERS)
    name, data = found
    headers = {**HEADERS, "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type="application/octet-stream", headers=headers)
