"""When two names are the same agency's: as people write them, and as the catalogue has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.folding import plain

#: Words that say what it is, not which one it is.
_GENERIC_WORDS = (
    "a al de del el en la las lo los que se un una unos y e son es era llama llamaba dijo dijeron creo pues tal "
    "agencia agencias empresa despacho despachos bufete grupo corporativo consorcio oficina oficinas compania cia cobranza "
    "cobranzas cobrador cobradores cobradora infonavit juridico juridica legal abogados licenciado licenciada licenciados "
    "lic asociados no nose ninguna sa cv sc srl rl sapi sociedad civil s c v r l"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
#: Letters that sound the same in Mexico, as patterns.
_SOUNDS = (
    ("qu(?=[ei])|k|c(?![eih])", "k"),
    ("z|c(?=[ei])", "s"),
    ("v", "b"),
    ("ll", "y"),
    ("(?<!c)h", ""),
    ("g(?=[ei])", "j"),
)
#: From here on (0 to 100) two names are taken to be the same.
SAME = 92
#: From here on one is shown as what may be meant.
LIKE = 62
#: Letters of a name that are compared.
LONGEST = 80


@dataclass(frozen=True)
class Alias:
    """A name of an agency of the catalogue, as staff wrote it."""

    name: str
    agency_id: str


@dataclass(frozen=True)
class Match:
    """likeness: 0 to 100."""

    agency_id: str
    likeness: float


def core(name: str) -> str:
    """What tells one agency from another in a name: "el despacho Jurídico Mireles S.A. de C.V." → "mireles".

    Empty when nothing does: "la agencia", "no sé", "los de Infonavit".
    """
    return " ".join(word for word in plain(name).split() if word not in _GENERIC)[:LONGEST]


def nearest(name: str, aliases: list[Alias], limit: int = 1) -> list[Match]:
    """The agencies whose names are most like this one, best first, each once, from `LIKE` on."""
    wanted = core(name)
    if not wanted:
        return []
    found = process.extract(wanted, [core(a.name) for a in aliases], scorer=likeness, score_cutoff=LIKE, limit=None)
    best: dict[str, float] = {}
    for _, score, at in found:
        best.setdefault(aliases[at].agency_id, score)
    return [Match(agency_id, score) for agency_id, score in best.items()][:limit]


def same(name: str, aliases: list[Alias]) -> Match | None:
    """The agency that this name is taken for. None when there is none, or two are equally near."""
    found = nearest(name, aliases, 2)
    if not found or found[0].likeness < SAME:
        return None
    return None if len(found) > 1 and found[1].likeness == found[0].likeness else found[0]


def likeness(one: str, other: str, **_: object) -> float:
    """0 to 100. Words may be in another order, written together ("cobraya") or as they sound ("garsa", "kobra")."""
    one, other = sound(one), sound(other)
    together = fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""))
    return max(fuzz.token_sort_ratio(one, other), together)


def sound(text: str) -> str:
    """The same for words that sound the same in Mexico."""
    for letters, one in _SOUNDS:
        text = re.sub(letters, one, text)
    return text
