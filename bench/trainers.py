"""The trainers' work through Chromium, with the real Rasa: how soon pages open, and from "no entendió" to a better model.

Nobody touches the project's own examples and models: all of it happens in a copy.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Page

from bench.rows import Row
from bot.rasa_client import RasaClient
from tests.browser.chromium import chromium, sign_in_first
from tests.living import Living, Person, copied, living, with_own_models

#: What somebody writes that the model reads wrongly, what it is, and how the trainer finds that in the list.
SAID, MEANT = "me traen en friega con sus recaditos los del despacho", "denunciar_acoso"
PAGES = ("", "/ejemplos", "/modelos", "/guia", "/dudosas", "/segunda", "/probar?q=me+gritan+por+telefono")
#: Training on a busy machine, in milliseconds.
PATIENCE = 900_000


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = copied(Path(folder) / "project")
        with_own_models(root)
        with living(Path(folder) / "var", root, PYTHONPATH=str(root)) as product, chromium() as browser:
            page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="es-MX").new_page()
            page.set_default_timeout(PATIENCE)
            sign_in_first(page, product.console, "eva@x.mx", product.house.accounts.add("eva@x.mx", "supervisor"))
            return [*_pages(page, product), *_five_minutes(page, product)]


def _pages(page: Page, product: Living) -> list[Row]:
    found = []
    for name in PAGES:
        begun = time.monotonic()
        page.goto(f"{product.console}/entrenamiento{name}")
        found.append((f"abrir /entrenamiento{name.split('?')[0]}, primera vez", "≤ 1 s", _since(begun)))
    return found


def _five_minutes(page: Page, product: Living) -> list[Row]:
    Person(product.url).says("acepto", SAID)
    before = _read(product)
    begun = time.monotonic()
    _mark(page, product)
    _label(page, product)
    taught = time.monotonic()
    page.goto(f"{product.console}/entrenamiento/modelos")
    page.get_by_label("¿Qué cambió?").fill("recaditos")
    page.get_by_role("button", name="Revisar, entrenar y comparar").click()
    page.get_by_role("link", name="ver qué cambia", exact=True).click()
    trained = time.monotonic()
    page.on("dialog", lambda dialog: dialog.accept())
    if page.get_by_label("Por qué publicarlo aunque empeore").count():
        page.get_by_label("Por qué publicarlo aunque empeore").fill("medición")
    page.get_by_role("button", name="Publicar").click()
    swap = re.search(r"Publicado en ([\d.]+) s", page.get_by_role("status").inner_text())
    after = _read(product)
    return [
        ("marcar y etiquetar un mensaje", "", f"{taught - begun:.0f} s"),
        ("revisar, entrenar y medir", "", f"{trained - taught:.0f} s"),
        ("publicar", "≤ 10 s", f"{swap[1]} s" if swap else "no se publicó"),
        ("de «no entendió» a un modelo que entiende", "≤ 300 s", f"{_since(begun)}; {before} → {after}"),
    ]


def _mark(page: Page, product: Living) -> None:
    page.goto(f"{product.console}/conversaciones?vista=todas")
    page.get_by_role("link", name="recaditos").first.click()
    page.get_by_role("button", name="El bot no entendió").last.click()
    page.get_by_role("button", name="El bot no entendió", pressed=True).wait_for()


def _label(page: Page, product: Living) -> None:
    page.goto(f"{product.console}/entrenamiento")
    page.get_by_label("Otra intención").select_option(MEANT)
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("status").filter(has_text="Guardado").wait_for()


def _read(product: Living) -> str:
    settings = product.house.settings
    rasa = RasaClient(settings.rasa_url, settings.rasa_token, settings.actions_url)
    with ThreadPoolExecutor(1) as thread:  # Playwright has an event loop in this one
        return thread.submit(asyncio.run, rasa.parse(SAID)).result()["intent"]["name"]


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.1f} s"
