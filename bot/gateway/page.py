"""The web chat's page. Nothing is stored before the person writes: the welcome is part of the page."""

from __future__ import annotations

import html
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.texts import Texts

TEMPLATE = Path(__file__).parent / "templates" / "index.html"


async def index(request: Request) -> HTMLResponse:
    house = request.app.state.house
    return HTMLResponse(_page(house.texts), headers={"cache-control": "no-cache"})


@cache
def _page(texts: Texts) -> str:
    reply = texts.reply("utter_bienvenida")
    discreet = html.escape(texts.reply("utter_bienvenida_discreta").text, quote=True)
    welcome = {"text": reply.text, "buttons": [asdict(button) for button in reply.buttons]}
    page = TEMPLATE.read_text().replace("{{discreet}}", discreet)
    return page.replace("{{welcome}}", html.escape(json.dumps(welcome, ensure_ascii=False), quote=True))
