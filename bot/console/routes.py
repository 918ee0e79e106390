"""The permission table: every path of the console, with which methods, for which roles. A test walks it.

`OPEN` rows need no sign-in. A page that is not here does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.routing import BaseRoute, Route

from bot.console import (
    account,
    agencies,
    answers,
    audit_log,
    cases,
    conversations,
    dashboard,
    desk_acts,
    files,
    home,
    learn_examples,
    learn_models,
    learn_other,
    learn_review,
    live,
    people,
    referrals,
    sign_in,
)
from bot.console.gate import Page, guarded
from bot.model import Role

OPEN: tuple[Role, ...] = ()
ALL: tuple[Role, ...] = ("equipo", "entrenador", "supervisor", "admin")
TEAM: tuple[Role, ...] = ("equipo", "supervisor", "admin")
TRAINERS: tuple[Role, ...] = ("entrenador", "supervisor", "admin")
CHIEFS: tuple[Role, ...] = ("supervisor", "admin")
ADMINS: tuple[Role, ...] = ("admin",)

GET, POST = ("GET",), ("POST",)

ROUTES: tuple[Page, ...] = (
    Page("/salud", home.alive, GET, OPEN),
    Page("/entrar", sign_in.form, GET, OPEN),
    Page("/entrar", sign_in.enter, POST, OPEN),
    Page("/entrar/codigo", sign_in.code_form, GET, OPEN),
    Page("/entrar/codigo", sign_in.give_code, POST, OPEN),
    Page("/", home.start, GET, ALL),
    Page("/salir", sign_in.leave, POST, ALL),
    Page("/mostrar", home.reveal, POST, ALL),
    Page("/cuenta", account.own, GET, ALL),
    Page("/cuenta/contrasena", account.password_form, GET, ALL),
    Page("/cuenta/contrasena", account.change_password, POST, ALL),
    Page("/cuenta/codigo", account.totp_form, GET, ALL),
    Page("/cuenta/codigo", account.confirm_totp, POST, ALL),
    Page("/cuenta/codigo/quitar", account.stop_totp, POST, ALL),
    Page("/cuenta/sesiones", account.end_session, POST, ALL),
    Page("/conversaciones", conversations.listing, GET, TEAM),
    Page("/conversaciones/lista", conversations.fragment, GET, TEAM),
    Page("/conversaciones/eventos", live.lists, GET, TEAM),
    Page("/conversaciones/respuestas", answers.listing, GET, TEAM),
    Page("/conversaciones/respuestas", answers.add, POST, CHIEFS),
    Page("/conversaciones/respuestas/{answer}", answers.show, GET, CHIEFS),
    Page("/conversaciones/respuestas/{answer}", answers.change, POST, CHIEFS),
    Page("/conversaciones/{id}", conversations.show, GET, TEAM),
    Page("/conversaciones/{id}/partes", conversations.parts, GET, TEAM),
    Page("/conversaciones/{id}/eventos", live.conversation, GET, TEAM),
    Page("/conversaciones/{id}/tomar", desk_acts.take, POST, TEAM),
    Page("/conversaciones/{id}/decir", desk_acts.say, POST, TEAM),
    Page("/conversaciones/{id}/nota", desk_acts.note, POST, TEAM),
    Page("/conversaciones/{id}/devolver", desk_acts.give_back, POST, TEAM),
    Page("/conversaciones/{id}/pasar", desk_acts.transfer, POST, TEAM),
    Page("/conversaciones/{id}/plantilla", desk_acts.invite, POST, TEAM),
    Page("/conversaciones/{id}/dato", desk_acts.settle, POST, TEAM),
    Page("/conversaciones/{id}/no_entendio", desk_acts.misunderstood, POST, TEAM),
    Page("/conversaciones/{id}/prueba/{evidence}", files.preview, GET, TEAM),
    Page("/conversaciones/{id}/prueba/{evidence}/original", files.original, GET, TEAM),
    Page("/canalizaciones", referrals.listing, GET, TEAM),
    Page("/canalizaciones", referrals.add, POST, TEAM),
    Page("/canalizaciones/{id}", referrals.show, GET, TEAM),
    Page("/casos", cases.listing, GET, TEAM),
    Page("/casos/exportar", cases.export, POST, CHIEFS),
    Page("/casos/{folio}", cases.show, GET, TEAM),
    Page("/casos/{folio}/estado", cases.move, POST, TEAM),
    Page("/casos/{folio}/correccion", cases.correct, POST, TEAM),
    Page("/casos/{folio}/recibo", cases.receipt, GET, TEAM),
    Page("/casos/{folio}/prueba/{evidence}", cases.proof, GET, TEAM),
    Page("/casos/{folio}/prueba/{evidence}/original", cases.original, GET, TEAM),
    Page("/tablero", dashboard.show, GET, ALL),
    Page("/tablero/cifras/{figure}", dashboard.export, GET, ALL),
    Page("/tablero/repetidas", dashboard.repeated, GET, TEAM),
    Page("/tablero/agencias", agencies.listing, GET, TEAM),
    Page("/tablero/agencias", agencies.add, POST, CHIEFS),
    Page("/tablero/agencias/reconocer", agencies.means, POST, CHIEFS),
    Page("/tablero/agencias/{agency}", agencies.show, GET, TEAM),
    Page("/tablero/agencias/{agency}/nombre", agencies.rename, POST, CHIEFS),
    Page("/tablero/agencias/{agency}/alias", agencies.add_alias, POST, CHIEFS),
    Page("/tablero/agencias/{agency}/alias/quitar", agencies.drop_alias, POST, CHIEFS),
    Page("/tablero/agencias/{agency}/unir", agencies.merge, POST, CHIEFS),
    Page("/personas", people.listing, GET, ADMINS),
    Page("/personas", people.add, POST, ADMINS),
    Page("/personas/rol", people.set_role, POST, ADMINS),
    Page("/personas/restablecer", people.reset, POST, ADMINS),
    Page("/personas/activa", people.set_disabled, POST, ADMINS),
    Page("/entrenamiento", learn_review.queue, GET, TRAINERS),
    Page("/entrenamiento", learn_review.label, POST, TRAINERS),
    Page("/entrenamiento/deshacer", learn_review.undo, POST, TRAINERS),
    Page("/entrenamiento/segunda", learn_review.second, GET, TRAINERS),
    Page("/entrenamiento/segunda", learn_review.give_second, POST, TRAINERS),
    Page("/entrenamiento/ejemplos", learn_examples.listing, GET, TRAINERS),
    Page("/entrenamiento/ejemplos", learn_examples.add, POST, TRAINERS),
    Page("/entrenamiento/ejemplos/deshacer", learn_examples.undo, POST, TRAINERS),
    Page("/entrenamiento/comprobar", learn_examples.check, POST, TRAINERS),
    Page("/entrenamiento/ejemplos/{key}", learn_examples.one, GET, TRAINERS),
    Page("/entrenamiento/ejemplos/{key}", learn_examples.change, POST, TRAINERS),
    Page("/entrenamiento/dudosas", learn_examples.suspects, GET, TRAINERS),
    Page("/entrenamiento/dudosas", learn_examples.judge_suspect, POST, TRAINERS),
    Page("/entrenamiento/dudosas/buscar", learn_examples.search_suspects, POST, TRAINERS),
    Page("/entrenamiento/probar", learn_other.trial, GET, TRAINERS),
    Page("/entrenamiento/modelos", learn_models.models, GET, TRAINERS),
    Page("/entrenamiento/modelos", learn_models.train, POST, TRAINERS),
    Page("/entrenamiento/detener", learn_models.stop, POST, TRAINERS),
    Page("/entrenamiento/avance", learn_models.progress, GET, TRAINERS),
    Page("/entrenamiento/volver", learn_models.go_back, POST, TRAINERS),
    Page("/entrenamiento/modelos/{model}", learn_models.compare, GET, TRAINERS),
    Page("/entrenamiento/modelos/{model}", learn_models.publish, POST, TRAINERS),
    Page("/entrenamiento/guia", learn_other.guide, GET, TRAINERS),
    Page("/entrenamiento/guia", learn_other.change_guide, POST, CHIEFS),
    Page("/bitacora", audit_log.listing, GET, CHIEFS),
)


@dataclass(frozen=True)
class NavItem:
    path: str
    label: str
    icon: str


#: In this order, each for those who may open its path.
NAV = (
    NavItem("/conversaciones", "Conversaciones", "chat"),
    NavItem("/canalizaciones", "Canalizar", "share"),
    NavItem("/casos", "Casos", "folder"),
    NavItem("/tablero", "Tablero", "chart"),
    NavItem("/entrenamiento", "Entrenamiento", "learn"),
    NavItem("/personas", "Personas", "people"),
    NavItem("/bitacora", "Bitácora", "list"),
)


def nav_for(role: Role) -> list[NavItem]:
    return [item for item in NAV if may_open(role, item.path)]


def may_open(role: Role, path: str, method: str = "GET") -> bool:
    return any(page.path == path and method in page.methods and role in page.roles for page in ROUTES)


def routes() -> list[BaseRoute]:
    """The table as Starlette wants it: one route a path, in the table's order."""
    paths = dict.fromkeys(page.path for page in ROUTES)
    made: list[BaseRoute] = []
    for path in paths:
        pages = [page for page in ROUTES if page.path == path]
        methods = sorted({method for page in pages for method in page.methods})
        made.append(Route(path, guarded(pages), methods=methods))
    return made
