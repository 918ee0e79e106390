"""Nothing that tells who somebody is may be seen by those who label. ⟦…⟧ in mensajes.txt marks what must go."""

from __future__ import annotations

import re
from pathlib import Path

from bot.scrub import Scrubber

MESSAGES = (Path(__file__).parent / "private" / "mensajes.txt").read_text().splitlines()
PRIVATE = re.compile(r"⟦([^⟧]+)⟧")
#: Words inside a private part that say nothing by themselves.
GENERIC_WORDS = (
    "calle avenida colonia fracc fraccionamiento privada cerrada unidad habitacional edificio edif depto casa "
    "int numero entre carretera calzada circuito andador retorno boulevard ejido paseo manzana lote lic "
    "ingeniero ing sra sr don doña señora señor el la los las del de y mi tía que es punto arroba guion bajo "
    "com www http https facebook folio notario real puerta gmail hotmail yahoo groups pago infonavit mx com "
    "por wa me"
)
GENERIC = set(GENERIC_WORDS.split())


def leaks(line: str) -> list[str]:
    seen = Scrubber().scrub(PRIVATE.sub(r"\1", line))
    seen = re.sub(r"«[A-Z]+ \d+»", " ", seen).lower()
    words = set(re.findall(r"\w+", seen))
    parts = [part.lower() for part in PRIVATE.findall(line)]
    return [w for part in parts for w in re.findall(r"\w+", part) if w not in GENERIC and len(w) > 1 and w in words]


def test_the_set_is_large_enough() -> None:
    assert len(MESSAGES) >= 300


def test_nothing_private_is_visible() -> None:
    assert {line: found for line in MESSAGES if (found := leaks(line))} == {}
