"""The trainers' pages in a real browser, by keyboard alone: label, undo, teach, try, and what the pages look like."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bot import review
from bot.examples import Corpus
from tests.browser.chromium import PICTURES, sign_in_first, watch
from tests.living import Living, copied, living

#: The first page reads all examples, which takes long on a busy machine; in milliseconds.
PATIENCE = 120_000
MESSAGES = ("me traen frita con sus recados en la tienda de doña Chelo", "ke onda con mi asunto del otro dia")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    folder = tmp_path_factory.mktemp("training")
    copy = copied(folder / "project")
    with living(folder / "data", copy, PYTHONPATH=str(copy)) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def patience() -> None:
    expect.set_options(timeout=PATIENCE // 2)


@pytest.fixture
def page(browser: Browser, product: Living) -> Iterator[Page]:
    email = f"eva{time.monotonic_ns()}@x.mx"
    given = product.house.accounts.add(email, "supervisor")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="es-MX")
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    errors: list[str] = []
    watch(made, errors)
    sign_in_first(made, console(product), email, given)
    expect(made.get_by_role("link", name="Entrenamiento")).to_be_visible()
    yield made
    context.close()
    assert errors == []


def console(product: Living) -> str:
    host, port = product.house.settings.console
    return f"http://{host}:{port}"


def marked(product: Living, *texts: str) -> None:
    """People wrote these, and somebody of the team says that the bot did not understand them."""
    for text in texts:
        session = httpx.post(f"{product.url}/chat/sessions").json()
        head = {"Authorization": f"Bearer {session['token']}"}
        httpx.post(f"{product.url}/chat/messages", json={"client_id": text, "text": text}, headers=head)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with product.house.store.begin() as tx:
            if not tx.waiting_count():
                break
        time.sleep(0.2)
    with product.house.store.begin() as tx:
        for row in tx.connection.exec_driver_sql("SELECT DISTINCT turn_id FROM inbox WHERE status = 'done'").all():
            if tx.turn_text(row.turn_id) in texts:
                review.mark(tx, row.turn_id, "ana@equipo.mx")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_label_by_keys_and_undo(page: Page, product: Living) -> None:
    marked(product, *MESSAGES)
    page.goto(f"{console(product)}/entrenamiento")
    expect(page.locator("[data-message]")).to_have_count(1)
    shown = page.locator("[data-message]").input_value()
    assert "Chelo" not in page.content()
    picture(page, "entrenamiento-revisar")
    page.keyboard.press("1")
    expect(page.locator("[data-hint]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Guardado")
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("Deshecho")
    assert page.locator("[data-message]").input_value() == shown
    page.keyboard.press("d")
    expect(page.get_by_role("status")).to_contain_text("descartado")


def test_mark_data_with_the_keyboard(page: Page, product: Living) -> None:
    marked(product, "los del despacho Trueno me traen cortito todo el santo día y ya ni duermo")
    page.goto(f"{console(product)}/entrenamiento")
    page.get_by_role("link", name="cortito").click()
    box = page.locator("[data-message]")
    expect(box).to_have_value(re.compile("cortito"))
    box.focus()
    box.evaluate("node => { const at = node.value.indexOf('todo el'); node.setSelectionRange(at, at + 17); }")
    page.get_by_role("button", name="frecuencia", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Quitar frecuencia")).to_be_visible()
    page.get_by_label("Otra intención").select_option("denunciar_acoso")
    picture(page, "entrenamiento-datos")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("status")).to_contain_text("Guardado")
    example = Corpus(product.root / "data" / "nlu").search("cortito", "denunciar_acoso")[0]
    assert example.entities[-1][1] == "frecuencia"


def test_checks_while_typing_and_trying_a_message(page: Page, product: Living) -> None:
    page.goto(f"{console(product)}/entrenamiento/ejemplos")
    page.get_by_label("Lo que escribiría una persona").fill("me quiero quitar la vida")
    page.locator('[data-check-form] select[name="intent"]').select_option("saludar")
    expect(page.locator("[data-findings]")).to_contain_text("puede costar una vida")
    picture(page, "entrenamiento-ejemplos")
    page.goto(f"{console(product)}/entrenamiento/probar")
    page.keyboard.type("me llaman diario y me gritan groserías")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Qué contestaría")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Empieza la queja")).to_be_visible()
    picture(page, "entrenamiento-probar")


def test_all_pages_fit_on_a_phone(page: Page, product: Living) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    for name in ("", "/ejemplos", "/probar", "/modelos", "/guia", "/dudosas", "/segunda"):
        page.goto(f"{console(product)}/entrenamiento{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        picture(page, f"entrenamiento-telefono{name.replace('/', '-')}")
