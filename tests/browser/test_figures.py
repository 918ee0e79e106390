"""Tablero, agencies and ready answers in a real browser, over the console alone: it needs neither Rasa nor a model."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot import config, migrations, schema
from bot.console.app import create_app
from bot.wiring import House, build
from tests.browser.chromium import RULES, picture, sign_in_first, watch
from tests.fakes.serve import serve
from tests.flows.filed import file
from tests.flows.say import conversation

PAGES = ("/tablero", "/tablero/repetidas", "/tablero/agencias", "/conversaciones/respuestas")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("figures")
    made = build(config.load({"DATABASE_URL": f"sqlite:///{data}/test.db", "DATA_DIR": str(data)}))
    migrations.upgrade(made.store.engine)
    fill(made)
    yield made
    made.store.close()


def fill(house: House) -> None:
    """Some weeks of work: complaints of sixty people, requests for a person, forms that were left."""
    chance = random.Random(7)
    house.accounts.add("jefa@ejemplo.mx", "supervisor", "Jefa")
    member = next(m for m in house.accounts.all() if m.email == "jefa@ejemplo.mx")
    for name in ("Cobra Ya", "Delta Norte", "Grupo Aldama"):
        house.agencies.add(member, name)
    conducts = ("denunciar_maltrato", "denunciar_acoso", "denunciar_amenazas", "denunciar_engano")
    for number in range(60):
        file(
            house,
            f"persona{number}",
            days_ago=chance.triangular(0, 29, 4),
            violations=tuple(chance.sample(conducts, chance.choice((1, 1, 2)))),
            agency=chance.choice(("cobraya", "los de Kobra Ya", "delta norte", "grupo aldama", "grupo aldana", "Nexo Legal", "")),
            place=chance.choice(("Ecatepec", "Guadalajara", "Monterrey NL", "Puebla", "Tizimín", "mi casa", "")),
            incident_time=chance.choice(("08:00", "06:30", "21:00", "22:40", "23:10", "14:00", "12:00", "noche", "")),
            agency_phone=chance.choice(("5512345678", "3398765432", f"55{number:08d}")),
            description=chance.choice(
                (
                    "Me marcan a diario. Me dijo que mañana temprano pasan por sus muebles con un actuario",
                    "gritó que mañana temprano pasan por sus muebles con un actuario y colgó",
                    f"Me hablan mucho y no me dejan trabajar, caso {number}",
                )
            ),
        )  # fmt: skip
    for number in range(30):
        waits(house, f"espera{number}", chance)
    for number, pending in enumerate(("consentimiento",) * 4 + ("relato",) * 2 + ("telefono",) * 3 + ("nombre",)):
        id_ = conversation(house, f"deja{number}")
        house.complaints.save_draft(id_, {"turn_id": "t", "before": None, "now": {"pending": pending}}, None)
        house.complaints.drop_draft(id_)


def waits(house: House, who: str, chance: random.Random) -> None:
    """Somebody who asked for a person on a working day, and most often got one."""
    id_ = conversation(house, who)
    asked = datetime.now(timezone.utc).replace(hour=16, minute=0) - timedelta(days=chance.randint(1, 25))
    taken = asked + timedelta(minutes=chance.expovariate(1 / 9))
    replied = taken + timedelta(minutes=chance.expovariate(1 / 6))
    with house.store.begin() as tx:
        tx.open_handoff(id_, chance.choice(("pedir_humano", "emergencia", "no_nos_entendimos")), 1)
        mine = schema.handoffs.c.conversation_id == id_
        moments = {"created_at": asked, "taken_at": taken, "first_reply_at": replied}
        tx.connection.execute(sa.update(schema.handoffs).where(mine).values(**moments))
        tx.change_request(id_, status="ended", ended_at=replied + timedelta(minutes=40), ended_as="bot")


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    with serve(create_app(house)) as url:
        yield url


@pytest.fixture(scope="module")
def state(browser: Browser, address: str, house: House) -> dict:
    """The supervisor's cookies after signing in."""
    given = house.accounts.reset("jefa@ejemplo.mx")
    page = browser.new_page()
    sign_in_first(page, address, "jefa@ejemplo.mx", given)
    cookies = page.context.storage_state()
    page.close()
    return cookies


@pytest.fixture
def desk(browser: Browser, address: str, state: dict) -> Iterator[Callable[..., Page]]:
    contexts, errors = [], []

    def page(path: str, width: int = 1360, look: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="es-MX", storage_state=state, color_scheme=look
        )
        contexts.append(context)
        made = context.new_page()
        watch(made, errors)
        answer = made.goto(address + path)
        assert answer and answer.ok, path
        return made

    yield page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.mark.parametrize(("width", "look"), [(1360, "light"), (390, "dark"), (1360, "dark"), (390, "light")])
def test_the_pages_are_readable_by_all_and_fit(desk: Callable[..., Page], width: int, look: str, house: House) -> None:
    first = house.agencies.all()[0].id
    answer = house.ready_answers.all()[0].id
    broken = {}
    for path in (*PAGES, f"/tablero/agencias/{first}", f"/conversaciones/respuestas/{answer}"):
        page = desk(path, width, look)
        for table in page.locator(".figure details").all():
            table.locator("summary").click()
        found = Axe().run(page, options=RULES).response["violations"]
        if found:
            broken[path] = [(item["id"], [node["html"][:160] for node in item["nodes"]]) for item in found]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
        name = re.sub(r"/[0-9A-Z]{26}$|/utter\w+$", "/una", path).strip("/").replace("/", "-")
        picture(page, f"{name}-{width}-{look}")
    assert broken == {}


def test_the_keyboard_opens_a_table_and_takes_it_along(desk: Callable[..., Page]) -> None:
    page = desk("/tablero")
    summary = page.locator("summary", has_text="Tabla de Quejas por conducta")
    summary.focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="CSV de Quejas por conducta")
    expect(link).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    assert got.value.suggested_filename.startswith("buentrato-conducta-")
    assert "Conducta,Quejas,Parte" in Path(got.value.path()).read_text()


def test_a_chart_takes_its_colours_from_the_theme(desk: Callable[..., Page]) -> None:
    fill = "getComputedStyle(document.querySelector('.chart .rect')).fill"
    light = desk("/tablero").evaluate(fill)
    assert light == "rgb(15, 118, 110)"
    assert desk("/tablero", look="dark").evaluate(fill) != light


def test_a_name_is_recognised_and_two_entries_are_united(desk: Callable[..., Page], house: House) -> None:
    page = desk("/tablero/agencias")
    page.get_by_role("button", name="Nexo Legal es una agencia nueva").click()
    expect(page.locator(".notice")).to_contain_text("Nexo Legal ya está en el catálogo")
    row = page.get_by_role("row").filter(has_text="grupo aldana")
    expect(row.get_by_role("combobox").locator("option").first).to_have_text("Grupo Aldama (se parece)")
    row.get_by_role("button", name="Es esta").click()
    expect(page.get_by_role("row").filter(has_text="grupo aldana")).to_have_count(0)
    page.get_by_role("link", name="Nexo Legal").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Es la misma que").select_option(label="Delta Norte")
    page.get_by_role("button", name="Unir").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delta Norte")
    expect(page.locator(".tags")).to_contain_text("Nexo Legal")


def test_a_ready_answer_says_while_it_is_written_whether_it_fits(desk: Callable[..., Page], house: House) -> None:
    page = desk("/conversaciones/respuestas")
    page.get_by_label("Título, como lo verá el equipo").fill("Te llamo")
    text = page.get_by_label("Texto que leerá la persona")
    limit = house.ready_answers.limits["web"]
    text.fill("x" * (limit + 5))
    expect(page.locator("#fits")).to_contain_text("sobran 5 letras")
    page.get_by_role("button", name="Agregar").click()
    expect(page.get_by_role("alert")).to_contain_text("no cabe en ningún canal")
    expect(text).to_have_value("x" * (limit + 5))
    text.fill("Te llamo a las {hora}.")
    expect(page.locator("#fits")).to_contain_text(f"quedan {limit - len('Te llamo a las .') - 40} letras")
    page.get_by_role("button", name="Agregar").click()
    expect(page.locator(".notice")).to_contain_text("ya se puede elegir")
