"""Places of Mexico: states, towns and boroughs that the gazetteer knows, and colonias by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot import gazetteer
from bot.folding import plain
from bot.nlu.reading.found import Found, looks_like_verb

Words = list["re.Match[str]"]
Span = tuple[int, int]


class Word(NamedTuple):
    start: int
    end: int
    plain: str


_WORD = re.compile(r"\w+")
#: Words of the longest place looked up.
_LONGEST = 5
#: A state's short name counts only right after another place: "Celaya Gto".
_SHORT_STATES = frozenset(
    [
        "ags",
        "bc",
        "b c",
        "bcs",
        "b c s",
        "camp",
        "chis",
        "chih",
        "coah",
        "dgo",
        "gto",
        "gro",
        "hgo",
        "jal",
        "mex",
        "mich",
        "mor",
        "nay",
        "nl",
        "n l",
        "oax",
        "pue",
        "qro",
        "qroo",
        "q roo",
        "slp",
        "s l p",
        "tab",
        "tamps",
        "tlax",
        "yuc",
        "zac",
        "d f",
        "df",
    ]
)
#: Words before a place. After the weak ones it needs a capital, for they stand before anything.
_BEFORE = frozenset(
    [
        "en",
        "de",
        "desde",
        "por",
        "aqui",
        "alla",
        "aca",
        "vivo",
        "municipio",
        "ciudad",
        "estado",
        "puerto",
        "centro",
        "dl",
    ]
)
_AT = frozenset(["en", "aqui", "alla", "aca", "vivo", "desde"])
_WEAK = frozenset(["del", "a", "es", "ser", "hasta", "asta", "para", "pa", "entre", "y", "no", "fue", "era", "soy"])
#: Towns whose names begin so are everyday words when they are written small, but for these.
_ARTICLES = ("el ", "la ", "los ", "las ", "san ", "santa ")
_KNOWN = frozenset(
    [
        "la paz",
        "los mochis",
        "los cabos",
        "la piedad",
        "san luis potosi",
        "san juan del rio",
        "san nicolas de los garza",
        "san luis rio colorado",
        "las choapas",
        "el df",
        "san cristobal de las casas",
        "san miguel de allende",
        "santa catarina",
        "el salto",
        "la laguna",
        "san pedro garza garcia",
        "san jose del cabo",
        "san nico",
    ]
)

_COLONIA = re.compile(
    r"\b(?:col\b\.?|colonia|fracc?\b\.?|fraccionamiento|barrio|ejido|(?:unidad|conjunto)\shabitacional|residencial)\s(?=\w)"
)
_JOINS = frozenset(["de", "la", "las", "los", "el", "del", "y"])
#: Where a colonia's name ends.
_NO_NAME = frozenset(
    [
        "en",
        "y",
        "que",
        "q",
        "k",
        "me",
        "a",
        "no",
        "con",
        "x",
        "por",
        "se",
        "le",
        "les",
        "nos",
        "mi",
        "su",
        "sus",
        "donde",
        "alla",
        "aca",
        "aqui",
        "ya",
        "para",
        "pa",
        "un",
        "una",
        "uno",
        "todos",
        "todas",
        "todo",
        "dizque",
        "cuando",
        "porque",
        "pero",
        "es",
        "esta",
        "estan",
        "fue",
        "era",
        "hay",
        "al",
        "desde",
        "hasta",
        "asta",
        "vivo",
        "vive",
        "viven",
        "vienen",
        "viene",
        "vino",
        "vinieron",
        "andan",
        "anda",
        "cerca",
        "municipio",
        "estado",
        "ciudad",
        "cp",
        "numero",
        "calle",
        "ni",
        "o",
        "u",
        "si",
        "soy",
        "tengo",
        "tiene",
        "tienen",
        "ellos",
        "nosotros",
        "hace",
        "ayer",
        "hoy",
        "como",
        "entera",
        "completa",
        "mia",
        "nuestra",
        "enfrente",
        "junto",
        "lastima",
        "lo",
        "ajeno",
        "nuevo",
        "nueva",
        "popular",
        "vecina",
        "ahora",
        "luego",
        "entonces",
        "nadie",
        "tal",
        "dicen",
        "apuntan",
        "encargada",
    ]
)


def places(text: str, original: str) -> Iterator[Found]:
    """value: as said. What belongs together is one place: "colonia Las Flores, Apodaca", "Celaya Gto"."""
    spans = sorted([*_colonias(text, original), *_known_places(text, original)])
    while spans:
        start, end = spans.pop(0)
        while spans and _BETWEEN.fullmatch(text[end : spans[0][0]]):
            end = spans.pop(0)[1]
        yield Found("lugar", start, end, original[start:end])


#: What stands between two names of one place.
_BETWEEN = re.compile(r"\s?,?\s?(?:(?:de|del|en|alla\sen|aca\sen|la|en\sla|municipio\sde|estado\sde)\s)?")


def _known_places(text: str, original: str) -> Iterator[Span]:
    colonias = list(_colonias(text, original))
    words = [Word(match.start(), match.end(), plain(match[0])) for match in _WORD.finditer(text)]
    shouting = original.isupper()
    at, after_place = 0, False
    while at < len(words):
        within = any(start <= words[at].start < end for start, end in colonias)
        capital = not shouting and original[words[at].start].isupper()
        length = 0 if within else _length(words, at, text, capital, after_place)
        if length:
            yield words[at].start, words[at + length - 1].end
        after_place = within or bool(length) or (after_place and words[at].plain in ("de", "del"))
        at += length or 1


def _length(words: list[Word], at: int, text: str, capital: bool, after_place: bool) -> int:
    """How many words from `at` on are a place that stands where a place may stand; 0 when none."""
    before = words[at - 1].plain if at else ""
    comma = at > 0 and text[words[at - 1].end] == ","
    if not (at == 0 or after_place or comma or before in _BEFORE or (before in _WEAK and capital)):
        return 0
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        name, next_at = _name(words, at, length), at + length
        if after_place and name in _SHORT_STATES:
            return length
        if name not in gazetteer.towns():
            continue
        ends = next_at == len(words) or text[words[next_at - 1].end] == ","
        state_follows = any(_name(words, next_at, more) in gazetteer.states() for more in (1, 2, 3))
        if at == 0 and not (capital or ends or state_follows):
            continue  # a message may begin with any small word
        if state_follows or _is_place(name, capital, before, at == 0 and ends):
            return length
    return 0


def _name(words: list[Word], at: int, length: int) -> str:
    return " ".join(word.plain for word in words[at : at + length])


def _is_place(name: str, capital: bool, before: str, alone: bool) -> bool:
    if name in gazetteer.states():
        return before in ("en", "estado", "") or capital or name in gazetteer.places()
    if name in gazetteer.places():
        return capital or alone or not name.startswith(_ARTICLES) or (name in _KNOWN and before in _AT)
    return capital and before in _BEFORE and before != "de"


def _colonias(text: str, original: str) -> Iterator[Span]:
    for lead in _COLONIA.finditer(text):
        words = list(_WORD.finditer(text, lead.end(), lead.end() + 60))
        name = _colonia_name(words, text, original)
        if name:
            yield lead.start(), name[-1].end()


def _colonia_name(words: Words, text: str, original: str) -> Words:
    """Up to four words; written with a capital, it ends before the first small one."""
    kept: Words = []
    for index, word in enumerate(words[:6]):
        if index and re.search(r"[,.;:\n]", text[words[index - 1].end() : word.start()]):
            break
        joins = word[0] in _JOINS
        following = words[index + 1] if index + 1 < len(words) else None
        if joins:
            ends = following is None or following[0] in _NO_NAME or (following[0] in _JOINS and word[0] != "de")
            if ends or word[0] == "y" or (kept and word[0] == "el"):
                break
            continue
        if word[0] in _NO_NAME or len(kept) == 4 or looks_like_verb(word[0]):
            break
        small_after_capital = kept and original[kept[0].start()].isupper() and not original[word.start()].isupper()
        town_after_name = kept and plain(word[0]) in gazetteer.places()
        if (small_after_capital and not original.isupper()) or (town_after_name and words[index - 1][0] == "de"):
            break
        kept.append(word)
    return kept
