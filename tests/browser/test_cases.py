"""Casos in a real browser: a complaint is found, corrected in two tabs, moved on, and looked at in every light."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from ulid import ULID

from bot import config, migrations
from bot.console.app import create_app
from bot.model import Case, Complainant, Facts, FileRef
from bot.wiring import House, build
from tests.browser.chromium import RULES, WITHIN, picture, sign_in_first, watch
from tests.browser.test_console import tab_to
from tests.fakes.serve import serve
from tests.flows.test_console_conversations import photo

TOLD = (
    (
        "me gritaron que soy una ratera y que me iban a sacar de mi casa el viernes",
        "Despacho Delta Norte",
        "5512345678",
    ),
    ("hablan a mi trabajo todos los días y le dijeron a mi jefa que debo dinero", "Cobranza Feliz", "5587654321"),
    ("pegaron un papel en la puerta que dice DEUDOR y lo vieron los vecinos", "Sigma Recuperación", ""),
)
CONDUCTS = (("denunciar_maltrato", "denunciar_amenazas"), ("denunciar_terceros",), ("denunciar_acoso",))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("casos")
    made = build(config.load({"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/test.db"}))
    migrations.upgrade(made.store.engine)
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def cases(house: House) -> list[Case]:
    """Complaints of several people; the first has a photo, wants to be told, and was corrected by its person."""
    made = []
    for number in range(60):
        story, agency, phone = TOLD[number % 3]
        with house.store.begin() as tx:
            id_ = tx.conversation_for(("web", "telegram", "whatsapp")[number % 3], f"persona{number}").id
        if number == 57:
            house.room.keep(id_, "f1", photo(), FileRef("f1", "", "captura de Rosa.jpg"))
        facts = Facts(
            description=f"{story}\nsoy Rosa Martínez, mi número es 55 4444 3333",
            violations=CONDUCTS[number % 3],
            agency=agency,
            agency_phone=phone,
            incident_date="2026-11-20",
            incident_time="22:30",
            contact_channel="llamada",
            place="Ecatepec",
            frequency="diario",
            complainant=Complainant("Rosa Martínez"),
            uncertain=("incident_time",),
        )
        made.append(house.complaints.open(id_, str(ULID()), facts))
    first = made[57]
    house.complaints.notify(first.folio, True)
    house.complaints.correct(first.folio, "t2", {"place": "Ecatepec, San Agustín"})
    house.complaints.add_entry(first.folio, "t3", {"description": "hoy volvieron a marcar"})
    for case, status in zip(made, ("en_revision", "canalizada", "no_procede"), strict=False):
        house.complaints.change_status(case.folio, status, "revisada")
    return made


@pytest.fixture(scope="module")
def console(house: House) -> Iterator[str]:
    with serve(create_app(house)) as url:
        yield url


@pytest.fixture(scope="module")
def cookies(house: House, browser: Browser, console: str) -> dict[str, dict]:
    """Of a signed-in browser, by role."""
    known = {}
    for role in ("equipo", "supervisor"):
        given = house.accounts.add(f"{role}@ejemplo.mx", role, f"Eva {role}")
        context = browser.new_context(locale="es-MX")
        page = context.new_page()
        sign_in_first(page, console, f"{role}@ejemplo.mx", given)
        known[role] = context.storage_state()
        context.close()
    return known


@pytest.fixture
def desk(browser: Browser, console: str, cookies: dict[str, dict]) -> Iterator[Callable[..., Page]]:
    """Opens Casos as some role. No page may raise an error or run into the content security policy."""
    contexts, errors = [], []

    def page(role: str = "equipo", width: int = 1360, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="es-MX", storage_state=cookies[role], **options
        )
        contexts.append(context)
        made = context.new_page()
        made.set_default_timeout(WITHIN)
        watch(made, errors)
        made.goto(f"{console}/casos")
        return made

    yield page
    for context in contexts:
        context.close()
    assert errors == []


def opens(page: Page, case: Case, reveal: bool = False) -> None:
    page.get_by_label("Folio, teléfono o palabras").fill(case.folio)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=case.folio).click()
    if reveal:
        page.get_by_role("button", name="Mostrar datos personales").click()
        expect(page.get_by_role("heading", name="Corregir datos")).to_be_visible()


def test_a_complaint_is_found_and_its_data_shown_when_asked(cases: list[Case], desk: Callable[..., Page]) -> None:
    page = desk()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Más antiguas").click()
    expect(page.locator("tbody tr")).to_have_count(10)
    page.get_by_label("Folio, teléfono o palabras").fill("gritos ratera")
    page.get_by_label("Agencia").fill("delta")
    page.get_by_role("combobox", name="Estado").select_option("registrada")
    page.get_by_role("button", name="Buscar").click()
    expect(page.locator("tbody tr")).to_have_count(19)
    opens(page, cases[57])
    expect(page.locator("main")).not_to_contain_text("4444")
    expect(page.locator("main")).not_to_contain_text("Martínez")
    expect(page.get_by_role("img")).to_have_count(0)
    page.get_by_role("button", name="Mostrar datos personales").click()
    expect(page.locator(".story")).to_contain_text("soy Rosa Martínez, mi número es 55 4444 3333")
    photo_ = page.get_by_role("img", name="Foto 1 que mandó la persona")
    expect(photo_).to_be_visible()
    assert photo_.evaluate("img => img.complete && img.naturalWidth > 0")


def test_of_two_tabs_the_later_is_told_and_goes_on(house: House, cases: list[Case], desk: Callable[..., Page]) -> None:
    one, other, case = desk(), desk("supervisor"), cases[54]
    opens(one, case, reveal=True)
    opens(other, case, reveal=True)
    one.get_by_label("Agencia").fill("Delta Norte y Asociados")
    one.get_by_label("Motivo de la corrección").fill("la persona mandó la carta")
    one.get_by_role("button", name="Guardar corrección").click()
    expect(one.locator(".notice")).to_contain_text("Corregida")
    other.get_by_label("Lugar").fill("Toluca")
    other.get_by_label("Motivo de la corrección").fill("lo dijo por teléfono")
    other.get_by_role("button", name="Guardar corrección").click()
    expect(other.get_by_role("alert")).to_contain_text("Alguien cambió esta queja")
    expect(other.get_by_label("Agencia")).to_have_value("Delta Norte y Asociados")
    expect(other.get_by_label("Lugar")).to_have_value("Toluca")
    picture(other, "casos-4-dos-ventanas")
    other.get_by_role("button", name="Guardar corrección").click()
    expect(other.locator(".notice")).to_contain_text("Corregida")
    facts = house.complaints.show(case.folio).facts
    assert (facts.agency, facts.place) == ("Delta Norte y Asociados", "Toluca")
    expect(other.locator(".history")).to_contain_text("Eva equipo")


def test_the_keyboard_is_enough_to_move_a_complaint_on(
    house: House, cases: list[Case], desk: Callable[..., Page]
) -> None:
    page, case = desk(), cases[51]
    tab_to(page, page.get_by_label("Folio, teléfono o palabras"))
    page.keyboard.type(case.folio)
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=case.folio)
    tab_to(page, link)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Pasa a"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("se mandó a la delegación")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("queda canalizada")
    assert house.complaints.show(case.folio).status == "canalizada"


def test_an_export_is_a_file_with_what_was_found(cases: list[Case], desk: Callable[..., Page]) -> None:
    page = desk("supervisor")
    page.get_by_label("Agencia").fill("sigma")
    page.keyboard.press("Enter")
    page.get_by_text("Exportar lo que se encontró").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Hoja de cálculo (CSV)").click()
    assert re.fullmatch(r"quejas-[\d-]+\.csv", waiting.value.suggested_filename)
    lines = Path(waiting.value.path()).read_text("utf-8-sig")
    assert lines.count("Sigma Recuperación") == 20 and "Martínez" not in lines


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_no_page_of_complaints_breaks_a_rule_of_accessibility(
    cases: list[Case], desk: Callable[..., Page], look: str, width: int
) -> None:
    page, broken = desk("supervisor", width, color_scheme=look), {}

    def look_at(name: str) -> None:
        picture(page, f"casos-{name}-{look}-{width}")
        found = Axe().run(page, options=RULES).response["violations"]
        if found:
            broken[name] = [(item["id"], [node["html"][:160] for node in item["nodes"]]) for item in found]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than the screen"

    page.get_by_text("Exportar todas las quejas").click()
    look_at("1-lista")
    opens(page, cases[57])
    look_at("2-queja")
    page.get_by_role("button", name="Mostrar datos personales").click()
    expect(page.get_by_role("heading", name="Corregir datos")).to_be_visible()
    look_at("3-datos")
    page.get_by_label("Monto").fill("mucho")
    page.get_by_label("Motivo de la corrección").fill("x")
    page.get_by_role("button", name="Guardar corrección").click()
    expect(page.get_by_role("alert")).to_contain_text("El monto")
    look_at("5-error")
    assert broken == {}
