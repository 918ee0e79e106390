"""The console in a real browser, over the whole product: a person is asked for, takes over, answers, gives back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.console.routes import ROUTES
from tests.browser.chromium import RULES, WITHIN, picture, sign_in_first, watch
from tests.fakes.telegram import ANA as ANA_ON_TELEGRAM
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import ANA, APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, FakeWhatsApp, Webhook
from tests.living import Living, Person, living


@dataclass
class Product:
    living: Living
    telegram: FakeTelegram
    whatsapp: FakeWhatsApp


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with FakeTelegram() as telegram, FakeWhatsApp() as whatsapp:
        settings = {
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_BASE": telegram.url,
            "TELEGRAM_BOT_NAME": "buentrato_bot",
            "WHATSAPP_TOKEN": TOKEN,
            "WHATSAPP_PHONE_ID": PHONE_ID,
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
            "WHATSAPP_API_BASE": whatsapp.url,
            "WHATSAPP_NUMBER": "5215512345678",
        }
        with living(tmp_path_factory.mktemp("console"), **settings) as running:
            yield Product(running, telegram, whatsapp)


@pytest.fixture(scope="module")
def states(browser: Browser, product: Product) -> Callable[[str], dict]:
    """A role's cookies after signing in, once for all tests."""
    known: dict[str, dict] = {}

    def state(role: str) -> dict:
        if role not in known:
            email = f"{role}@ejemplo.mx"
            context = browser.new_context(locale="es-MX")
            page = context.new_page()
            given = product.living.house.accounts.add(email, role, f"Eva {role}")
            sign_in_first(page, product.living.console, email, given)
            known[role] = context.storage_state()
            context.close()
        return known[role]

    return state


@pytest.fixture
def desk(browser: Browser, product: Product, states: Callable[[str], dict]) -> Iterator[Callable[..., Page]]:
    """Opens a page of the console as some role."""
    contexts, errors = [], []

    def page(role: str = "equipo", width: int = 1360, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="es-MX", storage_state=states(role), **options
        )
        contexts.append(context)
        made = context.new_page()
        watch(made, errors)
        made.goto(product.living.console)
        return made

    yield page
    for context in contexts:
        context.close()
    assert errors == []


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def opens(page: Page, words: str) -> None:
    """Open the conversation whose last words these are, from the list."""
    page.get_by_role("link", name="Conversaciones", exact=True).click()
    page.locator(".queue a", has_text=words).first.click(timeout=WITHIN)


def takes(page: Page) -> None:
    page.get_by_role("button", name="Tomar la conversación").click()
    expect(page.get_by_label("Tu mensaje")).to_be_visible(timeout=WITHIN)


def answers(page: Page, text: str) -> None:
    page.get_by_label("Tu mensaje").fill(text)
    page.get_by_role("button", name="Enviar", exact=True).click()


def test_the_whole_handoff_on_the_web_chat(product: Product, desk: Callable[..., Page]) -> None:
    ana = Person(product.living.url)
    ana.says("me hablan diario del despacho Delta Norte del 55 1234 5678 y ayer me gritaron que soy una ratera")
    ana.taps("Acepto")
    page = desk()
    expect(page.locator(".queue")).not_to_contain_text("quiero hablar con una persona")
    begun = time.monotonic()
    ana.says("quiero hablar con una persona")
    expect(page.locator(".queue")).to_contain_text("quiero hablar con una persona", timeout=WITHIN)
    print(f"on the list {time.monotonic() - begun:.2f} s after it was said, the bot's answer included")
    picture(page, "1-fila")
    opens(page, "quiero hablar con una persona")
    expect(page.locator(".five")).to_contain_text("Delta Norte")
    expect(page.locator(".five")).not_to_contain_text("1234 5678")
    takes(page)
    assert "Ahora te atiende por aquí una persona" in "\n".join(ana.waits())
    page.get_by_label("Respuesta lista").select_option(label="Saludo")
    expect(page.get_by_role("button", name="Enviar", exact=True)).to_be_disabled()
    page.get_by_label("Falta: tu nombre").fill("Eva")
    page.get_by_label("Falta: tu nombre").press("Tab")
    picture(page, "2-espacios")
    page.get_by_role("button", name="Enviar", exact=True).click()
    assert "Hola, soy Eva" in "\n".join(ana.waits())
    expect(page.locator(".said.staff .tick")).to_contain_text("enviado", timeout=WITHIN)
    begun = time.monotonic()
    ana._http.post("/chat/messages", headers=ana.headers, json={"client_id": "w1", "text": "fue en Ecatepec el lunes"})
    expect(page.locator(".said.person").last).to_contain_text("Ecatepec", timeout=WITHIN)
    print(f"on the screen {time.monotonic() - begun:.2f} s after it was posted")
    expect(page.get_by_role("heading", name="El bot escuchó")).to_be_visible(timeout=WITHIN)
    picture(page, "3-escucha")
    page.get_by_role("button", name="Aceptar Lugar").click()
    expect(page.get_by_role("button", name="Aceptar Lugar")).to_have_count(0, timeout=WITHIN)
    page.get_by_role("button", name="Devolver al bot").click()
    expect(page.locator(".notice")).to_contain_text("salió de tus manos", timeout=WITHIN)
    assert "asistente automático" in "\n".join(ana.waits())
    ana.taps("Seguir con mi queja")
    for _ in range(12):
        if "Sí, registrar" in ana.buttons:
            break
        skip = [
            title
            for title in ana.buttons
            if title in ("No me acuerdo", "Prefiero no decir", "Anónima", "No lo tengo", "No sé", "Llamada")
        ]
        ana.taps(skip[0]) if skip else ana.says("el lunes")
    summary = ana.heard[-1]["text"]
    assert "Ecatepec" in summary and "Delta Norte" in summary
    assert "Tu folio es" in ana.taps("Sí, registrar")


def test_a_person_answers_on_telegram(product: Product, desk: Callable[..., Page]) -> None:
    telegram, page = product.telegram, desk()
    telegram.push_text(ANA_ON_TELEGRAM, "necesito hablar con alguien del equipo por favor")
    opens(page, "necesito hablar con alguien")
    takes(page)
    answers(page, "Buenas tardes, te leo.")
    until(lambda: telegram.sent and telegram.sent[-1].text == "Buenas tardes, te leo.")
    before = len(telegram.sent)
    telegram.push_text(ANA_ON_TELEGRAM, "gracias por atenderme")
    expect(page.locator(".said.person").last).to_contain_text("gracias por atenderme", timeout=WITHIN)
    page.wait_for_timeout(1500)
    assert len(telegram.sent) == before, "the bot only listens"
    page.get_by_role("button", name="Cerrar", exact=True).click()
    until(lambda: "cerró esta charla" in telegram.sent[-1].text)


def test_a_person_answers_on_whatsapp_within_the_window(product: Product, desk: Callable[..., Page]) -> None:
    whatsapp, page = product.whatsapp, desk()
    posted(product, whatsapp.text(ANA, "quiero que me atienda una persona"))
    opens(page, "quiero que me atienda una persona")
    expect(page.locator(".five")).to_contain_text("Abierta 23 h")
    takes(page)
    answers(page, "Hola, te leo.")
    until(lambda: any(sent.text == "Hola, te leo." for sent in whatsapp.sent))
    sent = next(sent for sent in whatsapp.sent if sent.text == "Hola, te leo.")
    posted(product, whatsapp.status(sent, "delivered"))
    expect(page.locator(".said.staff .tick")).to_contain_text("entregado", timeout=WITHIN)
    posted(product, whatsapp.status(sent, "read"))
    expect(page.locator(".said.staff .tick")).to_contain_text("leído", timeout=WITHIN)
    picture(page, "4-whatsapp")


def posted(product: Product, webhook: Webhook) -> None:
    url = f"{product.living.url}/webhooks/whatsapp"
    assert httpx.post(url, content=webhook.body, headers=webhook.headers, trust_env=False).status_code == 200


def test_a_public_complaint_becomes_a_private_one(
    product: Product, desk: Callable[..., Page], browser: Browser
) -> None:
    page = desk()
    page.get_by_role("link", name="Canalizar").click()
    page.get_by_label("Usuario que publicó").fill("@juanita")
    page.get_by_label("Qué publicó").fill("los de Cobranza Feliz me hablan 20 veces al día y me insultan")
    page.get_by_label("Agencia, si la nombra").fill("Cobranza Feliz")
    page.get_by_role("button", name="Crear enlaces").click()
    expect(page.locator(".paste")).to_contain_text("https://t.me/buentrato_bot?start=ref_")
    picture(page, "5-canalizacion")
    link = re.search(r"http://127\S+\?c=\w{8}", page.inner_text("main"))[0]
    phone = browser.new_context(viewport={"width": 390, "height": 780}, locale="es-MX")
    chat = phone.new_page()
    chat.goto(link)
    expect(chat.get_by_role("log")).to_contain_text("Vienes por lo que publicaste en X", timeout=WITHIN)
    expect(chat.get_by_role("log")).to_contain_text("¿Estás de acuerdo?", timeout=WITHIN)
    picture(chat, "6-llega")
    phone.close()
    page.reload()
    expect(page.get_by_text("abierta hace")).to_be_visible()
    page.get_by_role("link", name="Ver la conversación").click()
    expect(page.locator(".five")).to_contain_text("20 veces al día", timeout=WITHIN)


def test_the_keyboard_is_enough_to_take_and_answer(product: Product, desk: Callable[..., Page]) -> None:
    eva = Person(product.living.url)
    eva.says("quiero hablar con una persona ya")
    page = desk()
    link = page.locator(".queue a", has_text="una persona ya").first
    expect(link).to_be_visible(timeout=WITHIN)
    tab_to(page, link)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Tomar la conversación"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Tu mensaje"))
    page.keyboard.type("Aquí estoy")
    page.keyboard.press("Control+Enter")
    until(lambda: "Aquí estoy" in "\n".join(eva.waits()))


def tab_to(page: Page, target: object) -> None:
    target.wait_for(timeout=WITHIN)
    for _ in range(60):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


def pages_of(product: Product, page: Page) -> list[str]:
    """Every page of the table that shows something, with a conversation and a referral for its blanks."""
    with product.living.house.store.read() as tx:
        ids = {"conversaciones": tx.recent(1)[0].conversation_id, "canalizaciones": tx.referrals(1)[0].id}
    found = []
    for row in ROUTES:
        skipped = re.search(r"eventos|prueba|lista|partes|salud", row.path)
        if "GET" in row.methods and not skipped and row.path != "/":
            found.append(row.path.replace("{id}", ids.get(row.path.split("/")[1], "")))
    return [path for path in found if "{" not in path]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(product: Product, desk: Callable[..., Page], look: str) -> None:
    page = desk("admin", width=390 if look == "dark" else 1360, color_scheme=look)
    broken = {}
    for path in pages_of(product, page):
        if "html" not in page.goto(product.living.console + path).headers["content-type"]:
            continue
        found = Axe().run(page, options=RULES).response["violations"]
        if found:
            broken[path] = [(item["id"], [node["html"][:120] for node in item["nodes"]]) for item in found]
        if look == "dark":
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{path} is wider than a phone"
    assert broken == {}


def test_the_sign_in_breaks_no_rule_of_accessibility(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="es-MX")
    page = context.new_page()
    page.goto(product.living.console)
    assert Axe().run(page).response["violations"] == []
    context.close()
