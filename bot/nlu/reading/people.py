"""The person's own name, or whose credit it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot import gazetteer
from bot.nlu.reading.found import Found, level

_RELATION = r"(?:mi\s(?:espos[oa]|marido|mama|papa|herman[oa]|hij[oa]|suegr[oa]|abuel[oa]|ti[oa])|el\ssenor|la\ssenora|senor(?:a|ita)?|sra?|don|dona|joven|licenciad[oa])"
_LEAD = re.compile(
    rf"\b(?P<lead>me\sllamo|mi\snombre\s(?:completo\s)?es|mi\sapellido\ses|me\sapellido|a\snombre\sde|nombre\s?:|(?:el|la)\s(?:titular|credito|deudor[a]?)\s(?:es|esta\sa\snombre\sde|se\sllama)|"
    rf"soy|(?P<theirs>mi\s(?:espos[oa]|marido|mama|papa|madre|padre|herman[oa]|hij[oa]|suegr[oa]|abuel[oa]|abuelit[oa]|ti[oa]|senora?)),?|le\s(?:saluda|escribe|habla)|les\s(?:saluda|escribe|habla)|a\ssus\sordenes|atentamente|atte\.?|ponle|ponga|pongan|apunt[ae]|apunten|registr[ae]|es)[,:]?\s(?:(?P<title>{_RELATION})\s)?(?P<name>\w+(?:\s\w+){{0,5}})"
)
#: Leads after which a name is sure enough to be believed without capitals, when its first word is a known name.
_SURE = ("me llamo", "mi nombre", "a nombre", "nombre", "me apellido")
#: "no soy Refugio", "la tarjeta está a nombre de Karla".
_NOT_THEIRS = re.compile(r"\bno\s$|\b(?:tarjeta|clabe|cuenta|deposit\w+|transfer\w+)\b[^.;]{0,40}$")
_JOINS = ("de", "la", "del", "los", "las")
_ALONE = re.compile(r"\s*(\w+(?:\s\w+){0,4})\s*[.,!]?\s*")


def people(text: str, original: str) -> Iterator[Found]:
    """value: as written. A name needs a capital or a known first name; a message that is nothing but a name is one."""
    shouting = original.isupper()
    if (alone := _ALONE.fullmatch(text)) and _is_name(alone[1], original[alone.start(1) : alone.end(1)]):
        yield Found("nombre", alone.start(1), alone.end(1), original[alone.start(1) : alone.end(1)])
        return
    for match in _LEAD.finditer(text):
        if (
            _NOT_THEIRS.search(text[: match.start()])
            or "llamó" in original[match.start() : match.start("name")].lower()
        ):
            continue
        sure = match["lead"].startswith(_SURE)  # "soy" and the rest need a capital
        start, words = (
            match.start("name"),
            _words(original[match.start("name") : match.end("name")], sure, shouting, bool(match["title"])),
        )
        if words:
            end = start + words[-1].end()
            yield Found("nombre", start, end, original[start:end])


def _words(said: str, sure: bool, shouting: bool, titled: bool) -> list[re.Match[str]]:
    """The words of a name from the first one on."""
    kept: list[re.Match[str]] = []
    for word in re.finditer(r"\w+", said):
        small = level(word[0])
        capital = word[0][0].isupper() and not shouting
        if small in _JOINS and kept:
            continue
        if kept and small in gazetteer.places() and said[kept[-1].end() : word.start()].strip() == "de":
            break  # "Maribel de Nogales"
        names = _names() if kept else gazetteer.first_names()
        after_capital = bool(kept) and kept[0][0][0].isupper()
        known = small in names and (capital or sure or after_capital)
        if not (known or (capital and (kept or titled))):
            break
        if not kept and small in gazetteer.everyday() and not (capital and sure):
            break
        kept.append(word)
    return kept


def _is_name(text: str, original: str) -> bool:
    """ "rosa martinez perez": two names or more, of which the first is a first name and the last a family name. With
    capitals one between them may be unknown."""
    names = [word for word in text.split() if word not in _JOINS]
    if len(names) == 1:
        return names[0] in gazetteer.first_names() and names[0] not in gazetteer.everyday() | gazetteer.places()
    if names[0] not in gazetteer.first_names() or names[-1] not in gazetteer.last_names():
        return False
    known = original.istitle() or all(word in _names() for word in names)
    return known and any(word not in gazetteer.everyday() for word in names)


def _names() -> frozenset[str]:
    return gazetteer.first_names() | gazetteer.last_names()
