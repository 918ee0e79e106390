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
    return HTMLResponse(_page(house.texts, house.settings.operator_name), headers={"cache-control": "no-cache"})


@cache
def _page(texts: Texts, operator: str) -> str:
    welcome = texts.reply("utter_bienvenida")
    blanks = {
        "welcome": json.dumps(
            {"text": welcome.text, "buttons": [asdict(b) for b in welcome.buttons]}, ensure_ascii=False
        ),
        "operator": operator,
    }
    page = TEMPLATE.read_text()
    for name, value in blanks.items():
        page = page.replace("{{" + name + "}}", html.escape(value, quote=True))
    return page
