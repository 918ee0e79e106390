"""Who gets into the console, what each may open there, and what is written down."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from bot import schema, staff
from bot.console.gate import HEADERS
from bot.console.routes import NAV, ROUTES, routes
from bot.console.view import environment
from bot.errors import RuleBroken, SlowDown
from bot.store.base import now
from bot.wiring import House
from tests.flows.desk import PASSWORD, Desk


def address(path: str) -> str:
    """A path of the table with its blanks filled."""
    return re.sub(r"\{\w+(?::\w+)?\}", "0", path)


# --- the permission table -------------------------------------------------------------------------------------------


def test_every_route_of_the_app_is_in_the_table_and_guarded() -> None:
    assert {route.path for route in routes()} == {page.path for page in ROUTES}
    assert all(route.endpoint.__qualname__.startswith("guarded.") for route in routes())


def test_each_path_and_method_is_in_the_table_once() -> None:
    rows = [(page.path, method) for page in ROUTES for method in page.methods]
    assert len(rows) == len(set(rows))


def test_only_these_pages_need_no_sign_in() -> None:
    assert {page.path for page in ROUTES if not page.roles} == {"/salud", "/entrar", "/entrar/codigo"}


def test_nobody_without_a_session_gets_anything_else(house: House) -> None:
    nobody = Desk(house)
    for page in ROUTES:
        if page.roles:
            for method in page.methods:
                answer = nobody.http.request(method, address(page.path))
                assert (answer.status_code, answer.headers["location"]) == (303, "/entrar"), page.path


@pytest.mark.parametrize("role", staff.ROLES)
def test_another_roles_pages_are_refused(house: House, role: str) -> None:
    desk = Desk(house, role)
    csrf = desk.csrf
    for page in ROUTES:
        if not page.roles or role in page.roles:
            continue
        for method in page.methods:
            answer = desk.http.request(method, address(page.path), data={"csrf": csrf} if method == "POST" else None)
            assert answer.status_code == 403, (role, page.path)


@pytest.mark.parametrize("role", staff.ROLES)
def test_the_navigation_leads_only_where_one_may_go(house: House, role: str) -> None:
    desk = Desk(house, role)
    links = set(re.findall(r'<li><a href="(/\w+)"', desk.sees("/cuenta")))
    assert links == {item.path for item in NAV if any(p.path == item.path and role in p.roles for p in ROUTES)}


# --- forms and headers ----------------------------------------------------------------------------------------------


def test_every_page_carries_the_security_headers(house: House) -> None:
    desk = Desk(house, "admin")
    for path in ("/entrar", "/personas", "/nada", "/static/console.css"):
        headers = desk.http.get(path).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
        assert "unsafe" not in headers["content-security-policy"]
    assert desk.http.get("/personas").headers["cache-control"] == "no-store"


def test_no_template_has_script_or_style_of_its_own() -> None:
    for name in environment().list_templates():
        source = environment().loader.get_source(environment(), name)[0]
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|\|\s*safe\b", source), name


def test_a_form_without_its_token_changes_nothing(house: House) -> None:
    desk = Desk(house, "admin")
    for given in ({}, {"csrf": ""}, {"csrf": "x" * 64}, {"csrf": "ñ"}):
        answer = desk.http.post("/personas", data={"email": "x@ejemplo.mx", "role": "admin", "name": "x", **given})
        assert answer.status_code == 403
    assert len(house.accounts.all()) == 1


def test_a_token_of_another_session_is_refused(house: House) -> None:
    one, other = Desk(house, "admin"), Desk(house, "supervisor")
    answer = one.http.post("/personas", data={"email": "x@ejemplo.mx", "role": "admin", "csrf": other.csrf})
    assert answer.status_code == 403


def test_a_form_from_another_page_is_refused(house: House) -> None:
    desk = Desk(house, "admin")
    form = {"email": "x@ejemplo.mx", "role": "admin", "csrf": desk.csrf}
    for headers in ({"origin": "https://malo.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert desk.http.post("/personas", data=form, headers=headers).status_code == 403
    assert desk.http.post("/personas", data=form, headers={"origin": "http://consola.test"}).status_code == 200


def test_what_is_written_as_markup_is_shown_as_text(house: House) -> None:
    desk = Desk(house, "admin")
    desk.sends("/personas", email="x@ejemplo.mx", role="equipo", name='"><img src=x onerror=alert(1)>')
    for page in (desk.sees("/personas"), desk.sees('/bitacora?que="><script>alert(1)</script>')):
        assert "<img src=x" not in page and "<script>alert" not in page


@pytest.mark.parametrize("back", ["//malo.example", "https://malo.example", "/\\malo.example", ""])
def test_revealing_never_leads_out_of_the_console(house: House, back: str) -> None:
    assert Desk(house, "equipo").sends("/mostrar", subject="x", back=back).status_code == 400


# --- sign in --------------------------------------------------------------------------------------------------------


def test_a_given_password_works_once_and_must_be_changed(house: House) -> None:
    desk = Desk(house, email="ana@ejemplo.mx")
    given = house.accounts.add("ana@ejemplo.mx", "equipo")
    desk.enters(given)
    for page in ROUTES:
        if (
            page.roles
            and page.path not in ("/cuenta/contrasena", "/salir")
            and "GET" in page.methods
            and "equipo" in page.roles
        ):
            assert desk.http.get(address(page.path)).headers["location"] == "/cuenta/contrasena"
    assert desk.sends("/cuenta/contrasena", old=given, new=PASSWORD, again=PASSWORD).status_code == 303
    assert desk.http.get("/cuenta").status_code == 200
    assert Desk(house, email="ana@ejemplo.mx").enters(given).status_code == 403


@pytest.mark.parametrize("new", ["corta", "aaaaaaaaaaaaaaaa", "equipo y algo más", "x" * 201])
def test_a_weak_password_is_refused(house: House, new: str) -> None:
    desk = Desk(house, "equipo")
    assert desk.sends("/cuenta/contrasena", old=PASSWORD, new=new, again=new).status_code == 422


def test_nobody_learns_who_has_an_account(house: House) -> None:
    Desk(house, "equipo")
    wrong = Desk(house, email="equipo@ejemplo.mx").enters("no es esta clave")
    unknown = Desk(house, email="nadie@ejemplo.mx").enters("no es esta clave")
    hide = re.compile(r'(?:content|value)="\w+"')
    assert hide.sub("", wrong.text) == hide.sub("", unknown.text)
    assert wrong.status_code == unknown.status_code == 403


def test_wrong_passwords_slow_down_one_account_from_one_address(house: House) -> None:
    Desk(house, "equipo")
    Desk(house, "supervisor")
    thief = Desk(house, email="equipo@ejemplo.mx")
    for _ in range(staff.FREE_HERE):
        assert thief.enters("no es esta clave").status_code == 403
    assert thief.enters(PASSWORD).status_code == 429
    assert Desk(house, email="supervisor@ejemplo.mx").enters().status_code == 303, "the neighbourhood comes in"
    token, _ = house.accounts.sign_in("equipo@ejemplo.mx", PASSWORD, "10.0.0.9", "")
    assert token, "and so do they, from elsewhere"


def test_an_attack_from_everywhere_does_not_lock_out_who_has_been_here(house: House) -> None:
    desk = Desk(house, "equipo")
    account = house.store.vault.pseudonym("staff", desk.email)
    with house.store.begin() as tx:
        for number in range(staff.FREE_EVERYWHERE + 3):
            tx.add_failure(account, f"elsewhere{number}")
    with pytest.raises(SlowDown):
        house.accounts.sign_in(desk.email, PASSWORD, "10.9.9.9", "")
    assert Desk(house, email=desk.email).enters().status_code == 303


def test_waiting_doubles_and_ends() -> None:
    assert [staff.wait_after(n, 5) for n in (0, 4, 5, 6, 7)] == [0, 0, 15, 30, 60]
    assert staff.wait_after(10_000, 5) == staff.MAX_WAIT


# --- second factor --------------------------------------------------------------------------------------------------


def with_totp(house: House) -> tuple[Desk, pyotp.TOTP]:
    desk = Desk(house, "equipo")
    page = desk.sees("/cuenta/codigo")
    totp = pyotp.TOTP(re.search(r'class="key">(\w+)<', page)[1])
    sealed = re.search(r'name="secret" value="([^"]+)"', page)[1]
    assert desk.sends("/cuenta/codigo", secret=sealed, code=totp.now()).status_code == 303
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.staff).values(totp_step=0))  # as if that code were long past
    return desk, totp


def test_with_a_second_factor_the_password_alone_opens_nothing(house: House) -> None:
    _, totp = with_totp(house)
    desk = Desk(house, email="equipo@ejemplo.mx")
    assert desk.enters().headers["location"] == "/entrar/codigo"
    for page in ROUTES:
        if page.roles and "GET" in page.methods:
            assert desk.http.get(address(page.path)).headers["location"] == "/entrar/codigo"
    half = dict(desk.http.cookies)
    code = totp.now()
    csrf = re.search(r'name="csrf" value="(\w+)"', desk.sees("/entrar/codigo"))[1]
    assert desk.http.post("/entrar/codigo", data={"csrf": csrf, "code": "000000"}).status_code == 403
    assert desk.http.post("/entrar/codigo", data={"csrf": csrf, "code": code}).status_code == 303
    assert desk.http.get("/cuenta").status_code == 200
    assert desk.http.cookies["bt_sesion"] != half["bt_sesion"], "the session gets a new name when it gets more power"


def test_who_stopped_at_the_code_can_come_in_as_somebody_else(house: House) -> None:
    with_totp(house)
    Desk(house, "supervisor")
    desk = Desk(house, email="equipo@ejemplo.mx")
    desk.enters()
    desk.email = "supervisor@ejemplo.mx"
    assert desk.enters().headers["location"] == "/"


def test_a_code_works_once(house: House) -> None:
    _, totp = with_totp(house)
    code = totp.now()
    for expected in (303, 403):
        desk = Desk(house, email="equipo@ejemplo.mx")
        desk.enters()
        csrf = re.search(r'name="csrf" value="(\w+)"', desk.sees("/entrar/codigo"))[1]
        assert desk.http.post("/entrar/codigo", data={"csrf": csrf, "code": code}).status_code == expected


def test_the_secret_of_a_code_is_not_readable_in_the_database(house: House) -> None:
    _, totp = with_totp(house)
    with house.store.engine.connect() as connection:
        assert totp.secret not in str(connection.execute(sa.select(schema.staff)).all())


# --- sessions -------------------------------------------------------------------------------------------------------


def test_a_stolen_cookie_is_worthless_after_signing_out(house: House) -> None:
    desk = Desk(house, "equipo")
    token = desk.http.cookies["bt_sesion"]
    desk.sends("/salir")
    thief = Desk(house)
    thief.http.cookies.set("bt_sesion", token)
    assert thief.http.get("/cuenta").headers["location"] == "/entrar"


@pytest.mark.parametrize("column", ["seen_at", "expires_at"])
def test_a_session_ends_by_itself(house: House, column: str) -> None:
    desk = Desk(house, "equipo")
    past = now() - max(staff.IDLE, staff.SESSION) - timedelta(minutes=1)
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.staff_sessions).values({column: past}))
    assert desk.http.get("/cuenta").headers["location"] == "/entrar"


def test_changing_the_password_ends_all_other_sessions(house: House) -> None:
    desk, other = Desk(house, "equipo"), Desk(house, email="equipo@ejemplo.mx")
    other.enters()
    new = "otra frase muy distinta"
    desk.sends("/cuenta/contrasena", old=PASSWORD, new=new, again=new)
    assert desk.http.get("/cuenta").status_code == 200
    assert other.http.get("/cuenta").headers["location"] == "/entrar"


def test_who_is_disabled_is_out_at_once(house: House) -> None:
    boss, desk = Desk(house, "admin"), Desk(house, "equipo")
    boss.sends("/personas/activa", email=desk.email, disabled="1")
    assert desk.http.get("/cuenta").headers["location"] == "/entrar"
    assert Desk(house, email=desk.email).enters().status_code == 403


def test_a_changed_role_counts_at_once(house: House) -> None:
    boss, desk = Desk(house, "admin"), Desk(house, "supervisor")
    assert desk.http.get("/bitacora").status_code == 200
    boss.sends("/personas/rol", email=desk.email, role="equipo")
    assert desk.http.get("/bitacora").status_code == 403


def test_the_last_admin_stays_admin(house: House) -> None:
    boss = Desk(house, "admin")
    assert boss.sends("/personas/rol", email=boss.email, role="equipo").status_code == 409
    with pytest.raises(RuleBroken):
        house.accounts.set_disabled(boss.email, True)


def test_one_of_ones_own_sessions_can_be_ended(house: House) -> None:
    desk, other = Desk(house, "equipo"), Desk(house, email="equipo@ejemplo.mx")
    other.enters()
    keys = [
        s.key for s in house.accounts.sessions_of(desk.id) if s.key != staff.session_key(desk.http.cookies["bt_sesion"])
    ]
    desk.sends("/cuenta/sesiones", key=keys[0])
    assert other.http.get("/cuenta").headers["location"] == "/entrar"
    assert desk.http.get("/cuenta").status_code == 200


def test_only_a_hash_of_a_session_is_kept(house: House) -> None:
    token = Desk(house, "equipo").http.cookies["bt_sesion"]
    with house.store.engine.connect() as connection:
        assert token not in str(connection.execute(sa.select(schema.staff_sessions)).all())


# --- audit ----------------------------------------------------------------------------------------------------------


def test_what_is_done_is_written_down_and_cannot_be_changed(house: House) -> None:
    boss = Desk(house, "admin")
    boss.sends("/personas", email="ana@ejemplo.mx", role="equipo", name="Ana")
    page = boss.sees("/bitacora")
    assert "cuenta creada" in page and "ana@ejemplo.mx" in page
    for change in (sa.update(schema.audit).values(action="nada"), sa.delete(schema.audit)):
        with pytest.raises(sa.exc.DBAPIError), house.store.engine.begin() as connection:
            connection.execute(change)


def test_no_password_is_ever_written_down(house: House) -> None:
    Desk(house, "admin")
    Desk(house, email="nadie@ejemplo.mx").enters("secreto muy secreto")
    with house.store.engine.connect() as connection:
        text = str(connection.execute(sa.select(schema.audit)).all())
    assert PASSWORD not in text and "secreto muy secreto" not in text


def test_the_log_is_read_page_by_page(house: House) -> None:
    boss = Desk(house, "admin")
    with house.store.begin() as tx:
        for number in range(150):
            tx.note(boss.id, "prueba", f"s{number}")
    first = boss.sees("/bitacora?que=prueba")
    older = re.search(r"antes=(\d+)", first)[1]
    assert "s149" in first and "s10<" in boss.sees(f"/bitacora?antes={older}&que=prueba")
    assert boss.sees("/bitacora?antes=no")


def test_the_first_account_is_made_once(house: House) -> None:
    assert house.accounts.add_first("admin@buentrato.local")
    assert house.accounts.add_first("admin@buentrato.local") == ""
