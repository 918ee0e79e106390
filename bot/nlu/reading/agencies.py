"""Collection agencies by name, as people say them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot import gazetteer
from bot.nlu.reading.found import Found, looks_like_verb

#: First words of firms' names. Those that are everyday words as well begin a name only with capitals or where one is announced.
_FIRM = r"grupo|recuperadora|corporativo|corporacion|consultoria|consorcio|bufete|cobradora|gestora|gestoria|financiera|fiduciaria|inmobiliaria|cobranzas?"
_EVERYDAY_FIRM = r"juridico|recuperacion(?:es)?|consultores|servicios|asesores|asesoria|soluciones|solucion|asociados|cobros|crediticia|gestion(?:es)?|gestores|defensa|finanzas"
#: Words that announce a name and are not part of it.
_HOUSE = r"(?:despacho|agencia|empresa|compania|financiera|sociedad)(?:\s(?:de\s(?:cobranzas?|abogados|cobros?|solucion)|juridico|legal|externo|externa))?"
_CALLED = (
    r"(?:llamad[oa]|denominad[oa]|(?:que\s|q\s)?se\sllama|que\sdicen\sllamarse|que\sdicen?\sser|dicen\sser|de\snombre)"
)
_SAYING = (
    r"(?:de\sparte\sde|dic(?:en?|e)\s(?:que\s)?(?:ser|son|es)\sde|di(?:jo|jeron)\s(?:que\s)?(?:ser|era|eran|es|son)\sde|(?:son|es|era|eran|vienen?|venia|venir|hablan?|marcan?|marquen|llaman?|llam[oe]|trabajan?)\s(?:de|pa|para|con)|"
    r"identific(?:o|aron|a|an)\scomo|se\sllaman?|l[oa]s\sde|la\sgente\sde|(?:cobrador|gestor|licenciad[oa]|abogad[oa]|ejecutiv[oa]|personal|empleado|asesor)(?:e?s)?\sde|"
    r"(?:papel|tarjeta|hoja|carta|gafete|membrete|remitente)\s(?:que\s)?(?:dice|decia|de)|(?:llamad[oa]s?|mensajes?|avisos?|correos?|visitas?|oficinas?|playera|queja|denuncia|muchach[oa]s?|senor[a]?e?s?|tip[oa]s?|vino|vinieron|todas|todos)\sde|contra|los\sd)"
)
#: Words at which a name ends.
_STOP = frozenset(
    ["eres", "eh", "aquel", "aquella", "podria", "decir", "aparte", "automotriz", "dale", "presume", "niega", "tenga", "entera", "distinto", "distinta", "buena", "bueno", "que", "q", "me", "nos", "a", "en", "por", "con", "no", "ha", "han", "se", "para", "pa", "les", "le", "lo", "la", "el", "los", "las", "un", "una", "mi", "mis", "su", "sus", "ya", "si", "cuando", "donde", "como", "porque", "pero", "desde", "hoy", "ayer", "antier", "cada", "todos", "todo", "toda", "muy", "mas", "esta", "este", "esa", "ese", "eso", "esto", "al", "fue", "era", "son", "es", "llama", "llaman", "llamo", "llamaron", "marcan", "marca", "marco", "marcaron", "vino", "vinieron", "viene", "vienen", "mando", "mandaron", "manda", "mandan", "dijo", "dijeron", "dice", "dicen", "infonavit", "quien", "quienes", "cobra", "cobran", "cobro", "cobrar", "sin", "ni", "o", "u", "hasta", "sobre", "contra", "otra", "otro", "otros", "otras", "usted", "ustedes", "ellos", "ella", "el", "banco", "gobierno", "trabajo", "casa", "deuda", "credito", "creditos", "verdad", "siempre", "nunca", "luego", "solo", "nada", "puro", "puros", "puras", "va", "van", "quiere", "quieren", "hace", "hizo", "licenciado", "licenciada", "diario", "noche", "manana", "tarde", "semana", "dia", "dias", "veces", "amenaza", "amenazan", "amenazo", "amenazaron", "insulta", "grito", "gritaron", "insultaron", "externa", "externo", "privada", "equis", "imss", "coppel", "elektra", "creo", "segun", "algo", "asi", "nomas", "cual", "cuales", "esos", "esas", "estos", "estas", "tal", "tampoco", "ahora", "ahorita", "mejor", "trae", "traen", "tiene", "tienen", "tengo", "puede", "pueden", "porfa", "favor", "cosa", "nombre", "anda", "andan", "aqui", "aca", "alla", "ahi", "entonces", "tambien", "jamas", "antes", "sube", "entrego", "insiste", "sostiene", "lleva", "ve", "vale", "debe", "deben", "tenia", "traia", "autorizada", "autorizado", "oficial", "legal", "seguro", "nueva", "nuevo", "diferente", "fuera", "dentro", "mismo", "misma", "mismos", "unos", "unas", "existe", "son", "eran", "habla", "hablan", "hablo", "hablaron", "buenas", "hola", "gracias", "busca", "buscan", "tel", "telefono", "cel", "celular", "numero", "folio", "hay", "cobranza", "cobranzas", "cobrador", "gestor"]
)  # fmt: skip
_TAIL = r"(?:asociad\w+|asoc\.?|abogados|cobranzas?|juridicos?|legal|consultores|credito|s\.?\s?a\.?|s\.?c\.?)"
_JOIN = r"(?:de la|de los|del|de|y|&|e)"
_WORDS = rf"[\w&][\w&.'-]*(?:\s(?:{_JOIN}\s)?[\w&.'-]+){{0,4}}"
_QUOTE = r"[\"'“«]?"
#: One-word coinages: Cobramex, Crediplus, Recuperafacil.
_COINED = (
    r"(?:cobra(?!(?:r\w*|n|s|mos|d[oa]s?|ndo\w*|dor\w*|der\w*|nza\w*|ba\w*|ron|ste|ria\w*|se|les?|me|nle|nme|nos|nte)?\b)"
    r"|credi(?!t(?:o|os|ici\w*|ari\w*|os?t\w*)?\b|bil\w*|ble)|recupera(?!(?:r\w*|n|s|d[oa]s?|ba\w*|ron|ci\w+|dor\w*|ndo\w*|mos)?\b)"
    r"|finan(?=sur|mex|plus|red|cred)|gesti(?=cob|mex|red|plus|cred)|solu(?=cred|cob|mex|plus)|cobro(?=mex|plus|facil|tec)|liqui(?=mex|plus|red|facil))\w+"
)
_PATTERNS = {
    "called": re.compile(rf"\b{_HOUSE}\s{_CALLED}\s{_QUOTE}(?P<name>{_WORDS})"),
    "announced": re.compile(rf"\b{_HOUSE}\s(?:es\s|era\s)?{_QUOTE}(?P<name>{_WORDS})"),
    "firm": re.compile(rf"\b(?P<name>(?:{_FIRM})\s(?:de\s|y\s)?{_WORDS})"),
    "everyday firm": re.compile(rf"\b(?P<name>(?:{_EVERYDAY_FIRM})\s(?:y\s|en\s)?{_WORDS})"),
    "and partners": re.compile(r"\b(?P<name>lic(?:\.|enciad[oa])?\s\w+\sy\sasoc\w*\.?|\w+(?:\s\w+)?\s(?:y|&)\s(?:asociad[oa]s|asoc\.?|cia))\b"),
    "coined": re.compile(rf"\b(?P<name>{_COINED})\b"),
    "cobra": re.compile(r"\b(?P<name>cobra\s\w+)\b"),
    "said": re.compile(rf"\b{_SAYING}\s{_QUOTE}(?P<name>{_WORDS})"),
}  # fmt: skip
#: "no era Delta": said to take it back.
_DENIED = re.compile(r"\bno\s(?:era|es|fue|son|eran)\s(?:de\s|el\s|la\s)*$")
_LED = re.compile(rf"\b(?:{_SAYING}|{_HOUSE}|se\sllama|chingando\sde\sla|un\stal)\s{_QUOTE}$")
_FIRMS = re.compile(rf"(?:(?:{_FIRM}|{_EVERYDAY_FIRM}|abogados|legal|despacho|externo|de|y)\s?)+")
#: What follows "cobranza" when it is written small and still a name.
_BRAND = re.compile(
    r"cobranzas?\s(?:total|integral|efectiva|express?|segura|legal|nacional|plus|activa|inteligente|profesional|mexicana|especializada|facil|rapida|digital|directa|optima)\b"
)
_ENDS = re.compile(r"\s*(?:$|[.,;:?!)\"”»\n]|creo\b|o\salgo\b)")


def agencies(text: str, original: str) -> Iterator[Found]:
    """value: as said. text: levelled; original: as written, whose capitals are a sign."""
    shouting = original.isupper()
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            start = match.start("name")
            capitals = not shouting and original[start : start + 1].isupper()
            end = _end_of_name(match["name"], start, original, capitals, kind)
            if end and not _DENIED.search(text[:start]) and _is_agency(text, start, end, capitals, kind):
                yield Found("agencia", start, end, original[start:end])


def _end_of_name(said: str, start: int, original: str, capitals: bool, kind: str) -> int:
    """Where the name ends: before the first word that cannot belong to it. With capitals every word of it must have one."""
    end, words = 0, 0
    for word in re.finditer(r"\S+", said):
        at = start + word.start()
        bare = word[0].strip(".,;:\"'")
        joins = re.fullmatch(_JOIN, bare) is not None
        if joins and not words:
            break
        if not joins and not _belongs(bare, words, original[at], capitals, kind):
            break
        if not joins:
            end, words = at + len(_without_stop(word[0])), words + 1
        if word[0][-1] in ",;:" or (word[0].endswith(".") and not _abbreviated(word[0])):
            break
    return end


def _is_agency(text: str, start: int, end: int, capitals: bool, kind: str) -> bool:
    """Is a name of this kind believed? Written small it needs more signs than with a capital."""
    name = text[start:end]
    if _FIRMS.fullmatch(name):
        return False
    if kind == "said":
        return capitals and not _something_else(name)
    if kind == "cobra":
        return capitals and " " in name
    if kind in ("called", "and partners", "coined"):
        return True
    if capitals:
        return not _TOO_PLAIN.fullmatch(name)
    first, *others = name.split()
    if kind == "announced":
        surname = first in gazetteer.last_names() and first not in gazetteer.everyday()
        firm = re.fullmatch(rf"{_FIRM}|{_EVERYDAY_FIRM}", first) is not None
        return firm or surname or (len(others) < 3 and _ENDS.match(text, end) is not None)
    if first.startswith("cobranza"):
        return _BRAND.match(name) is not None
    if kind == "firm" and first != "grupo":
        return others[0] not in ("de", "y")
    return _LED.search(text[:start]) is not None


#: Capitalised words after "es de" or "de" that are no agencies.
_TOO_PLAIN = re.compile(
    r"(?:infonavit|cesi|instituto|gobierno|poder|fiscalia|juzgado|tribunal|ministerio|policia|navidad|delegacion|mexico|dios|internet|facebook|whatsapp|telegram|google|sat|imss|issste|profeco|condusef|cfe|oxxo|banco\w*|bancomer|bbva|banamex|coppel|elektra|telcel|telmex)(?:\s.*)?"
)


def _something_else(name: str) -> bool:
    """After "es de" a capital may also begin a town or a person's name."""
    first = name.split()[0]
    return (
        _TOO_PLAIN.fullmatch(name) is not None
        or first in gazetteer.first_names()
        or any(" ".join(name.split()[:length]) in gazetteer.places() | gazetteer.states() for length in (1, 2, 3))
    )


def _belongs(bare: str, words: int, initial: str, capitals: bool, kind: str) -> bool:
    tail = words > 0 and re.fullmatch(_TAIL, bare) is not None
    if capitals:
        return initial.isupper() or tail
    if bare in _STOP and not tail and not (words == 0 and kind in ("firm", "everyday firm")):
        return False
    return words < 4 and not looks_like_verb(bare)


def _without_stop(word: str) -> str:
    return word if _abbreviated(word) else word.rstrip(".,;:\"'")


def _abbreviated(word: str) -> bool:
    """ "S.A.", "asoc."; not the end of a sentence."""
    return "." in word[:-1] or re.fullmatch(r"(?:asoc|lic|cia|sa|cv)\.", word) is not None
