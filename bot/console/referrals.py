"""Canalizar: from a public complaint to a private conversation, and what became of it."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from bot.console import words
from bot.console.gate import Refused, field
from bot.console.view import go, is_revealed, render
from bot.masking import masked
from bot.referrals import LONGEST, ORIGINS, Referrals
from bot.store.referrals import Referral

SHOWN = 200
FIRST_WORDS = 110


def listing(request: Request) -> Response:
    with request.app.state.house.store.read() as tx:
        found, counts = tx.referrals(SHOWN), tx.referral_counts()
    rows = [(one, masked(one.said)[:FIRST_WORDS] + ("…" if len(one.said) > FIRST_WORDS else "")) for one in found]
    return render(
        request,
        "referrals.html",
        title="Canalizar",
        rows=rows,
        counts=counts,
        origins=ORIGINS,
        longest=LONGEST,
        statuses=words.STATUSES,
    )


def add(request: Request) -> Response:
    texts = {name: field(request, name, longest + 1) for name, longest in LONGEST.items()}
    id_ = _referrals(request).add(request.state.staff, field(request, "origin", 16), **texts)
    return go(request, f"/canalizaciones/{id_}", "Listo. Copia la respuesta o un enlace.")


def show(request: Request) -> Response:
    referral = _one(request)
    revealed = is_revealed(request, referral.id)
    return render(
        request,
        "referral.html",
        title="Canalización",
        referral=referral,
        network=ORIGINS[referral.origin],
        links=_referrals(request).links(referral),
        statuses=words.STATUSES,
        revealed=revealed,
        said=referral.said if revealed else masked(referral.said),
        notes=referral.notes if revealed else masked(referral.notes),
        handle=("@" + referral.handle if revealed else "@" + referral.handle[:2] + "••••") if referral.handle else "",
    )


def _one(request: Request) -> Referral:
    id_ = request.path_params["id"]
    with request.app.state.house.store.read() as tx:
        found = tx.referral(id_) if re.fullmatch(r"[0-9A-Z]{26}", id_) else None
    if found is None:
        raise Refused(404, "Esa canalización no existe.")
    return found


def _referrals(request: Request) -> Referrals:
    return request.app.state.house.referrals
