"""Take out of a message what tells who it is about, and keep what it says.

Names, phones, addresses, places, ids and links become numbered placeholders: the same name is «NOMBRE 1» wherever it
stands in one conversation. In doubt a word goes: a trainer can label "«NOMBRE 2» me grita" as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot import gazetteer
from bot.folding import plain

PLACEHOLDER = re.compile(r"«(?P<kind>[A-Z]+) (?P<number>\d+)»")
#: Placeholder → what an example that is made of the message says instead. Invented, and the same each time.
STAND_INS = {
    "NOMBRE": ("Juan Pérez", "María López", "Luis Gómez", "Ana Torres"),
    "TELEFONO": ("5512345678", "8187654321", "3311223344"),
    "LUGAR": ("Puebla", "Toluca", "Monterrey"),
    "DOMICILIO": ("calle Juárez 12", "avenida Hidalgo 40"),
    "CORREO": ("correo@ejemplo.com",),
    "ENLACE": ("www.ejemplo.com",),
    "NUMERO": ("12345678",),
    "CLAVE": ("XXXX800101",),
}
#: Placeholder → the entity it is marked as in an example.
ENTITIES = {"NOMBRE": "nombre", "TELEFONO": "telefono", "LUGAR": "lugar"}


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    kind: str


@dataclass
class Scrubber:
    """One for each conversation: it remembers which name got which number."""

    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def scrub(self, text: str) -> str:
        """The text with placeholders. Placeholders in it stay as they are."""
        parts, at = [], 0
        for span in found(text):
            parts += [text[at : span.start], self._placeholder(span.kind, text[span.start : span.end])]
            at = span.end
        return "".join([*parts, text[at:]])

    def _placeholder(self, kind: str, value: str) -> str:
        key = (kind, re.sub(r"\W", "", plain(value)))
        if key not in self._numbers:
            self._numbers[key] = 1 + sum(1 for known, _ in self._numbers if known == kind)
        return f"«{kind} {self._numbers[key]}»"


def with_stand_ins(text: str) -> str:
    """A scrubbed text as a person might have written it, with invented names and numbers."""
    return PLACEHOLDER.sub(_stand_in, text)


def _stand_in(match: re.Match[str]) -> str:
    choices = STAND_INS[match["kind"]]
    return choices[(int(match["number"]) - 1) % len(choices)]


def found(text: str) -> list[Span]:
    """What must not be seen, in order and without overlaps."""
    level = _level(text)
    taken: list[Span] = []
    for span in (*_numbers(level), *_addresses(level), *_names(text, level), *_places(text, level)):
        if span.start < span.end and not any(span.start < other.end and other.start < span.end for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _level(text: str) -> str:
    """Lower case without accents, letter for letter: offsets stay."""
    return "".join((unicodedata.normalize("NFKD", c)[:1] or c).lower()[:1] or c for c in text)


# --- numbers, ids, links -------------------------------------------------------------------------------------------------

_DIGIT_WORD = r"(?:cero|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veint\w+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)"
_NUMBERS = [
    ("CORREO", re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\barroba\b)\s?[\w-]+(?:\s?(?:\.|\bpunto\b)\s?\w+)*")),
    ("ENLACE", re.compile(r"(?:https?://|www\.)\S+|\b(?:wa|t|bit|fb|m)\.(?:me|ly|com)/\S+|\b[\w-]+\.(?:com|mx|net|org)(?:\.mx)?(?:/\S*)?")),
    ("CORREO", re.compile(r"(?<!\w)@\w[\w.]{2,}")),
    ("CLAVE", re.compile(r"\b[a-zñ&]{3,4}[ -]?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[ -]?[a-z\d]{1,10})?\b|\b[a-z]{6}\d{8}[a-z]\d{3}\b|\bidmex\d+\S*")),
    ("NUMERO", re.compile(r"\bbt-?[\da-z]{3}-?[\da-z]{3,4}\b|\b(?:expediente|exp\.?|folio|referencia|ref\.?|contrato|poliza|ticket|guia)\s*(?:es|numero|num\.?|no\.?|n[°º]|#|:|el)*\s*(?=[\w/-]*\d)[a-z\d][\w/-]*")),
    ("NUMERO", re.compile(r"\bplacas?\s*(?:es|son|numero|:|de|con)*\s*[a-z\d]{2,4}[ -]?[a-z\d]{2,4}(?:[ -]?[a-z\d]{1,3})?\b")),
    ("NUMERO", re.compile(r"\b(?:terminacion|termina en|terminad[ao] en|ultimos (?:4|cuatro)(?: digitos)?|nip|clave|contrasena|password|pin|cvv)\s*(?:es|son|numero|:|,)*\s*(?=\S*\d)\S+")),
    ("TELEFONO", re.compile(r"\blada\s*(?:es|:)?\s*\d{2,3}\b")),
    ("TELEFONO", re.compile(rf"\b{_DIGIT_WORD}(?:[\s,.-]+(?:y\s)?{_DIGIT_WORD}){{3,}}\b")),
]  # fmt: skip
#: Amounts and dates say nothing of who somebody is; phones with dots and dashes look like them, but are longer.
_HARMLESS = re.compile(
    r"\$\s?\d[\d,.]*|\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|\b\d[\d,.]*\s?(?:pesos|mil|mxn|millones|varos|%)|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
)
_LONG = re.compile(r"(?<![\w$])\+?\(?\d(?:[\s().*_/-]{0,3}\d){5,}(?!\w)")
_BORN = re.compile(
    r"\bnac(?:i|ido|ida|imiento)\b[^.]{0,20}?(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2} de \w+ del? \d{4})"
)
_DIGITS_TO_KIND = {10: "TELEFONO", 12: "TELEFONO", 13: "TELEFONO", 7: "TELEFONO", 8: "TELEFONO"}


def _numbers(level: str) -> Iterator[Span]:
    for kind, pattern in _NUMBERS:
        for match in pattern.finditer(level):
            yield Span(match.start(), match.end(), kind)
    for match in _BORN.finditer(level):
        yield Span(match.start(1), match.end(1), "NUMERO")
    harmless = [match.span() for match in _HARMLESS.finditer(level)]
    for match in _LONG.finditer(level):
        if not any(start <= match.start() and match.end() <= end for start, end in harmless):
            digits = sum(c.isdigit() for c in match[0])
            yield Span(match.start(), match.end(), _DIGITS_TO_KIND.get(digits, "NUMERO"))


# --- addresses -------------------------------------------------------------------------------------------------------------

_STREET = r"(?:calle|c/|av|avda|avenida|blvd|boulevard|bulevar|calz|calzada|priv|privada|cerrada|cda|andador|callejon|carretera|circuito|cto|retorno|prol|prolongacion|eje|camino a|camino real|periferico|paseo)"
_QUARTER = r"(?:colonia|col|fracc|fraccionamiento|unidad habitacional|u\.? ?h|unidad|barrio|ejido|rancho|pueblo|residencial|condominio|conjunto|villas? de|infonavit)"
_STOP_WORDS = (
    "que y e o u a en con me mi mis se le les lo la los las por para pero porque donde cuando como desde hasta "
    "ya no si un una unos unas el al mas muy esta estan era fue son es ha han hay yo ella ellos nos su sus "
    "este ese esa eso esto aqui ahi alla ni sin sobre segun entre tambien despues antes ahora ayer hoy "
    "llegaron vinieron vino llego gritando diciendo diciendome preguntando buscando pegando pegaron dejaron "
    "dejo paso pasan gritan dice dicen dijo llama llaman habla hablan quiere quieren tiene tienen trabaja vive "
    "vivo vivimos trabajo soy somos estoy q k d x pa tmb todo toda todos todas nada nadie cada otra otro otras "
    "otros enfrente afuera dentro privada publica cerrada principal oscura abierta entera gente misma mismo"
)
_STOP = frozenset(_STOP_WORDS.split())
_ADDRESS = [
    re.compile(rf"\b{_STREET}\b\.?\s+(?=(?P<rest>\S))"),
    re.compile(rf"\b{_QUARTER}\b\.?\s+(?=(?P<rest>\S))"),
    re.compile(r"\b(?:vivo|vivimos|vive|domicilio|direccion|casa|departamento|ubicad[oa])\s+(?:(?:en|es|esta|queda|mi|:)\s*)+(?P<rest>[a-zñ]\S*(?:\s+\S+){0,4}?\s+(?:#|num\.?|numero|no\.?)?\s?\d{1,5}\b)"),
]  # fmt: skip
_NUMBERED = r"(?:mz|mza|manzana|lt|lote|edif|edificio|depto|dpto|departamento|int|interior|ext|exterior|torre|piso|casa|entrada|num|numero)"
_LETTERED = r"(?:mz|mza|manzana|edif|edificio|depto|torre|int)"
_NOT_A_DOOR = r"(?! (?:vez|veces|meses|anos|dias|semanas|pesos|mil|mensual\w*|pagos|horas|personas|llamadas|mensajes|hombres|senores))"
_PIECES = re.compile(
    rf"\b{_NUMBERED}[\s.:#]+(?:num\.?\s*)?\d{{1,5}}\s?-?[a-z]?\b{_NOT_A_DOOR}|\b{_LETTERED}[\s.:#]+[a-z]\b(?!\w)"
    r"|\bc\.?\s?p\.?\s*:?\s*\d{5}\b|\bcodigo postal\s*(?:es|:)?\s*\d{5}\b|#\s?\d{1,5}\s?-?[a-z]?\b"
)


def _addresses(level: str) -> Iterator[Span]:
    for pattern in _ADDRESS:
        for match in pattern.finditer(level):
            end = _end_of_place(level, match.start("rest"))
            if end > match.start("rest"):
                yield Span(match.start(), end, "DOMICILIO")
    for match in _PIECES.finditer(level):
        yield Span(match.start(), match.end(), "DOMICILIO")


def _end_of_place(level: str, start: int) -> int:
    """Where the name that begins here ends: at a word that belongs to no name, a comma or after five words."""
    end = start
    for count, word in enumerate(re.finditer(r"\S+", level[start:])):
        bare = word[0].strip(".,;:()!?¿¡\"'")
        joins = bare in ("de", "del", "la", "las", "los", "el", "y") and count < 4
        if not bare or count >= 6 or (bare in _STOP and not joins) or bare.endswith(("ando", "iendo")):
            break
        if not joins:
            end = start + word.start() + len(word[0].rstrip(".,;:()!?¿¡\"'"))
        if word[0][-1] in ",;:.)!?" and not (count == 0 and len(bare) < 4):
            break
    return end


# --- people ------------------------------------------------------------------------------------------------------------------

#: Letters between two words of one name: a space, or a dot and a space.
GAP = 2
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_JOINS = ("de", "del", "la", "las", "los", "y", "san", "santa")
#: What stands before a name. The first kind is always followed by one.
_CALLED = re.compile(
    r"\b(?:me? (?:ll|y)amo|mi nombre e?s|soi|se llaman?|se llamaba|nombre(?: completo)?\s?(?:es|:)|a nombre de|de nombre|apellid\w+(?: es| son|:)?|dice llamarse|se hace llamar|se presento como|atentamente|atte|att|firma|responde al nombre de|llamad[oa]|con nombre|le dicen|le decimos|me dicen)\s*[:,]?\s+"
)
_TITLE = re.compile(
    r"\b(?:aki|aqui|ama|apa|carnal|jefita|jefito|chav[oa]|sr|sra|srta|senor|senora|senorita|don|dona|lic|licenciad[oa]|licdo|licda|ing|ingenier[oa]|dr|dra|doctora?|mtr[oa]|maestr[oa]|profe|profesora?|arq|arquitect[oa]|cp|contadora?|gestora?|cobradora?|agente|ejecutiv[oa]|asesora?|abogad[oa]|comandante|oficial|supervisora?|coordinadora?|gerente|tal|soy|habla|con|atendio|atiende|vecin[oa]|comadre|compadre|tio|tia|abuelo|abuela|espos[oa]|marido|hij[oa]|herman[oa]|mama|papa|cunad[oa]|suegr[oa]|prim[oa]|sobrin[oa]|niet[oa]|novi[oa]|jefe|jefa|patron|patrona|amig[oa]|aval|titular|nuera|yerno|ahijad[oa]|madrina|padrino|inquilin[oa]|saludos|gracias|soy el|soy la|de parte de)\b\.?\s+"
)
#: Written with a capital, and nobody's name.
_KNOWN_WORDS = (
    "infonavit ine imss issste sat cfe telmex telcel movistar whatsapp facebook face messenger instagram "
    "telegram google oxxo bbva bancomer banamex citibanamex santander banorte hsbc coppel elektra walmart "
    "soriana condusef profeco cndh fovissste curp rfc nss nip mi cuenta infonatel cesi dios jesus virgen "
    "mexico republica pemex sedatu buro credito lunes martes miercoles jueves viernes sabado domingo enero "
    "febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre navidad covid sms pdf "
    "ok buen trato estado gobierno federal hola buenas buenos tardes dias noches gracias si no que yo me es el "
    "la los las un una en a y de ud uds usted ustedes sra sr lic ing dr don doña ya por para pero porque como "
    "cuando donde quien estoy soy tengo ayuda auxilio bot chat internet youtube tiktok twitter uber didi "
    "juzgado juez ministerio publico policia fiscalia notario notaria"
)
_KNOWN = frozenset(_KNOWN_WORDS.split())


#: They are names as well; with a capital and without what stands before a date they are taken for names.
_CALENDAR_WORDS = "domingo abril mayo julio"
_CALENDAR = frozenset(_CALENDAR_WORDS.split())
_BEFORE_DATE_WORDS = "en de del el los la un cada todo todos desde hasta a al este ese pasado y o hoy ayer para por"
_BEFORE_DATE = frozenset(_BEFORE_DATE_WORDS.split())


def _names(text: str, level: str) -> Iterator[Span]:
    words = [(m.start(), m.end(), level[m.start() : m.end()]) for m in _WORD.finditer(text)]
    shouting = sum(c.isupper() for c in text) > 0.5 * sum(c.isalpha() for c in text)
    marks = _marks(text, words, shouting)
    for start in _after(_CALLED, level):
        yield from _run(words, start, lambda i: words[i][2] not in _STOP | _KNOWN or words[i][2] in _JOINS[:4])
    for start in _after(_TITLE, level):
        yield from _run(words, start, lambda i: marks[i] != "" or (words[i][2] in _JOINS and i + 1 < len(words)))
    index = 0
    while index < len(words):
        run = _company(words, marks, index)
        if run > index:
            yield Span(words[index][0], words[run - 1][1], "NOMBRE")
        index = max(run, index + 1)


def _marks(text: str, words: list[tuple[int, int, str]], shouting: bool) -> list[str]:
    """For each word: `strong` surely a name, `weak` a name in company, or nothing."""
    marks: list[str] = []
    for start, end, word in words:
        known = word in gazetteer.first_names() or word in gazetteer.last_names()
        capital = text[start].isupper() and not shouting and end - start > 1
        inside = capital and not _begins_sentence(text, start)
        before = words[len(marks) - 1][2] if marks else ""
        if word in _CALENDAR:
            marks.append("strong" if inside and before not in _BEFORE_DATE and not before.isdigit() else "")
        elif word in _KNOWN or word in _STOP:
            marks.append("")
        elif (known and (word not in gazetteer.everyday() or inside)) or inside:
            marks.append("strong")
        else:
            marks.append("weak" if known else "")
    return marks


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\"'“”¿¡(-—*•")
    return not before or before[-1] in ".!?\n:…"


def _company(words: list[tuple[int, int, str]], marks: list[str], index: int) -> int:
    """Where the run of name words that begins at `index` ends; `index` when it is no name."""
    end, strong, at = index, False, index
    while at < len(words) and (at == index or words[at][0] - words[at - 1][1] <= GAP):
        if marks[at]:
            strong, end = strong or marks[at] == "strong", at + 1
        elif not (words[at][2] in _JOINS and end > index):
            break
        at += 1
    return end if strong else index


def _after(pattern: re.Pattern[str], level: str) -> Iterable[int]:
    return (match.end() for match in pattern.finditer(level))


def _run(words: list[tuple[int, int, str]], start: int, belongs: object) -> Iterator[Span]:
    """The words from `start` on, at most five, that belong to a name."""
    first = next((i for i, word in enumerate(words) if word[0] >= start), None)
    if first is None or words[first][0] - start > GAP:
        return
    last, at = first - 1, first
    while at < len(words) and at < first + 5 and belongs(at):  # type: ignore[operator]
        if at > first and words[at][0] - words[at - 1][1] > GAP:
            break
        if words[at][2] not in _JOINS:
            last = at
        at += 1
    if last >= first:
        yield Span(words[first][0], words[last][1], "NOMBRE")


# --- places ------------------------------------------------------------------------------------------------------------------


def _places(text: str, level: str) -> Iterator[Span]:
    words = [(m.start(), m.end()) for m in re.finditer(r"\w+", level)]
    for index in range(len(words)):
        for size in (5, 4, 3, 2, 1):
            if index + size > len(words):
                continue
            start, end = words[index][0], words[index + size - 1][1]
            name = plain(level[start:end])
            capital = text[start].isupper() and not _begins_sentence(text, start)
            if name in gazetteer.places() or (capital and name in gazetteer.small_places() and name not in _KNOWN):
                yield Span(start, end, "LUGAR")
                break
