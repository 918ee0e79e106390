"""Agencias: the catalogue, and which agency people mean by the names they say."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from bot.agencies import LONGEST, Agencies
from bot.console.dashboard import page
from bot.console.gate import Refused, field
from bot.console.view import go
from bot.errors import RuleBroken
from bot.masking import masked

HERE = "/tablero/agencias"
#: What a form says when a name means no agency of the catalogue.
NONE = "ninguna"


def listing(request: Request) -> Response:
    agencies = _agencies(request).all()
    unknown, decided = (
        [(said, masked(said.words)) for said in _agencies(request).unknown(by_staff)] for by_staff in (False, True)
    )
    return page(
        request,
        "agencies.html",
        "Agencias",
        agencies=agencies,
        unknown=unknown,
        decided=decided,
        names={agency.id: agency.name for agency in agencies},
        longest=LONGEST,
        no_agency=NONE,
    )


def show(request: Request) -> Response:
    agency, aliases, said = _agencies(request).show(_id(request))
    others = [one for one in _agencies(request).all() if one.id != agency.id]
    return page(
        request,
        "agency.html",
        agency.name,
        agency=agency,
        aliases=aliases,
        said=[(one, masked(one.words)) for one in said],
        others=others,
        longest=LONGEST,
        no_agency=NONE,
    )


def add(request: Request) -> Response:
    """A new agency; with `key`, it is the one that is meant by a name that people say."""
    name = field(request, "name", LONGEST * 4)
    id_ = _agencies(request).add(request.state.staff, name)
    if key := field(request, "key", 64):
        _agencies(request).means(request.state.staff, key, id_)
    return go(request, HERE, f"{name} ya está en el catálogo.")


def means(request: Request) -> Response:
    """A name that people say means an agency of the catalogue, or none."""
    agency = field(request, "agency", 26)
    if not agency:
        raise RuleBroken("Elige a qué agencia se refieren con ese nombre.")
    chosen = "" if agency == NONE else agency
    _agencies(request).means(request.state.staff, field(request, "key", 64), chosen)
    return go(request, _back(request), "Listo. Las quejas con ese nombre ya cuentan así.")


def rename(request: Request) -> Response:
    id_, name = _id(request), field(request, "name", LONGEST * 4)
    _agencies(request).rename(request.state.staff, id_, field(request, "was", LONGEST), name)
    return go(request, f"{HERE}/{id_}", "Nombre guardado.")


def add_alias(request: Request) -> Response:
    id_ = _id(request)
    _agencies(request).add_alias(request.state.staff, id_, field(request, "name", LONGEST * 4))
    return go(request, f"{HERE}/{id_}", "Guardado. Se buscó en las quejas que aún no tenían agencia.")


def drop_alias(request: Request) -> Response:
    id_ = _id(request)
    _agencies(request).drop_alias(request.state.staff, id_, field(request, "name", LONGEST))
    return go(request, f"{HERE}/{id_}", "Quitado.")


def merge(request: Request) -> Response:
    into = field(request, "into", 26)
    _agencies(request).merge(request.state.staff, _id(request), into)
    return go(request, f"{HERE}/{into}", "Unidas. Todas sus quejas cuentan aquí.")


def _id(request: Request) -> str:
    id_ = request.path_params["agency"]
    if not re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", id_):
        raise Refused(404, "Esa agencia no existe.")
    return id_


def _back(request: Request) -> str:
    """To the agency on whose page it was decided, or to the list."""
    page_of = field(request, "page", 26)
    return f"{HERE}/{page_of}" if re.fullmatch(r"[0-9A-Z]{26}", page_of) else HERE


def _agencies(request: Request) -> Agencies:
    return request.app.state.house.agencies
