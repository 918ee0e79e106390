"""The web chat in a real browser: a phone, a keyboard, a server that goes away and comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PICTURES
from tests.living import Living, living


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, product: Living) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 780}, device_scale_factor=2, locale="es-MX")
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.goto(product.url)
    yield made
    context.close()
    assert errors == []


def says(page: Page, text: str) -> None:
    page.get_by_label("Tu mensaje").fill(text)
    page.get_by_role("button", name="Enviar").click()


def hears(page: Page, text: str) -> None:
    expect(page.get_by_role("log")).to_contain_text(text, timeout=15_000)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(700)  # the page scrolls smoothly
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_a_complaint_from_hello_to_folio_on_a_phone(page: Page, product: Living) -> None:
    hears(page, "No soy Infonavit")
    picture(page, "1-bienvenida")
    says(
        page,
        "me llaman diario del despacho Delta Norte del 55 1234 5678 y ayer en la noche me gritaron que soy una ratera",
    )
    page.get_by_role("button", name="Acepto", exact=True).click()
    hears(page, "Esto entendí")
    picture(page, "2-derechos")
    page.get_by_role("button", name="Prefiero no decir").click()
    page.get_by_role("button", name="Anónima").click()
    hears(page, "¿La registro así?")
    picture(page, "3-resumen")
    page.get_by_role("button", name="Sí, registrar").click()
    hears(page, "Tu folio es")
    picture(page, "4-folio")
    folio = re.search(r"BT-\w{3}-\w{3}-\w", page.get_by_role("log").inner_text())[0]
    assert product.case(folio)["agency"] == "Delta Norte"


def test_the_keyboard_is_enough(page: Page) -> None:
    page.get_by_label("Tu mensaje").focus()
    page.keyboard.type("me insultaron por telefono")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Acepto", exact=True)
    expect(button).to_be_visible(timeout=15_000)
    for _ in range(12):
        if button.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    hears(page, "Esto entendí")


def test_what_was_said_is_there_after_a_reload(page: Page) -> None:
    says(page, "me insultaron por telefono")
    hears(page, "¿Estás de acuerdo?")
    page.reload()
    hears(page, "me insultaron por telefono")
    expect(page.get_by_role("button", name="Acepto", exact=True)).to_be_visible()


def test_a_message_written_while_offline_is_sent_once_it_is_back(page: Page) -> None:
    says(page, "hola")
    hears(page, "Puedes contarme qué pasó")
    page.context.set_offline(True)
    says(page, "me insultaron por telefono")
    expect(page.get_by_role("log")).to_contain_text("sin conexión", timeout=15_000)
    page.context.set_offline(False)
    hears(page, "¿Estás de acuerdo?")
    expect(page.get_by_text("me insultaron por telefono")).to_have_count(1)


def test_markup_is_shown_as_text(page: Page) -> None:
    says(page, "<img src=x onerror=alert(1)><b>hola</b>")
    expect(page.get_by_text("<b>hola</b>")).to_be_visible()
    assert page.locator("#log b, #log img").count() == 0


def test_a_photo_is_sent_and_a_program_is_refused(page: Page, tmp_path: Path) -> None:
    photo, program = tmp_path / "foto.png", tmp_path / "foto.jpg"
    page.screenshot(path=str(photo))
    program.write_bytes(b"MZ\x90\x00" + b"\x00" * 300)
    page.locator("#file").set_input_files(str(photo))
    hears(page, "La guardé por ahora")
    page.locator("#file").set_input_files(str(program))
    hears(page, "no es una foto")


def test_leaving_clears_the_page(page: Page) -> None:
    says(page, "me insultaron por telefono")
    hears(page, "¿Estás de acuerdo?")
    page.get_by_text("Más", exact=True).click()
    page.get_by_role("button", name="Cerrar y borrar").click()
    expect(page.get_by_text("me insultaron")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("me insultaron")).to_have_count(0)


def test_the_quick_exit_hides_everything_until_it_is_asked_for(page: Page, product: Living) -> None:
    says(page, "me insultaron por telefono")
    hears(page, "¿Estás de acuerdo?")
    page.get_by_role("button", name="Salir rápido").click()
    expect(page).to_have_title("Notas")
    expect(page.get_by_text("Infonavit")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("me insultaron")).to_have_count(0)
    page.goto(product.url)
    page.get_by_role("button", name="Ver mi conversación").click()
    expect(page.get_by_text("me insultaron por telefono")).to_be_visible()


def test_escape_twice_is_the_quick_exit(page: Page) -> None:
    says(page, "me insultaron por telefono")
    hears(page, "¿Estás de acuerdo?")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_title("Notas")


def test_a_discreet_page_does_not_say_what_it_is(page: Page) -> None:
    page.get_by_text("Más", exact=True).click()
    page.get_by_role("button", name="Modo discreto").click()
    page.reload()
    expect(page).to_have_title("Notas")
    expect(page.get_by_role("heading", name="Buen Trato")).to_be_hidden()
    expect(page.get_by_text("Infonavit", exact=False).locator("visible=true")).to_have_count(0)
