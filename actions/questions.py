"""The questions of a complaint: in which order, which are still open, and how an answer is read. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable

from actions.draft import Draft, tidy
from actions.hints import plain_conducts
from actions.said import COMPLAINTS, Said
from bot.certainty import NOT_UNDERSTOOD
from bot.folding import plain

#: Channels on which a phone number means something.
BY_PHONE = ("llamada", "mensaje")

#: Longest answer that is taken as a name of an agency, a place or a person.
NAME_WORDS = 8

#: Who says these speaks of the conversation, and names nobody.
NO_NAME = re.compile(r"\b(?:queja|denuncia|sigamos|seguimos|seguir|continuar|continuemos|continua)\b", re.IGNORECASE)

#: So begins an answer that names an agency, whatever conduct the model hears in "son de Cobranza Legal".
NAMES_AGENCY = re.compile(
    r"^(?:(?:pues|ah|no|perdon|digo|bueno|creo que|la verdad|ya|mejor dicho) )*"
    r"(?:se llaman?|se (?:identific|present)\w+ como|(?:me |nos )?(?:dijo|dijeron|decian?|dicen?) (?:que )?(?:son|era|eran|es|ser|venian?|vienen|hablan|llaman)|de parte de|(?:es |era |son |del? )?(?:el |la |un |una )?(?:despacho|agencia|empresa)|(?:son |era |eran )?los de|son de|era de|eran de)\b"
    r"|^(?:(?:ah|no|perdon|digo|mejor dicho) )+(?:era|es|son|eran|fue)\b"
)
#: No name begins like this; it tells what happened.
TELLS = re.compile(r"^(?:me|nos|le|les|te|ya|yo|porque|pero|tambien|y|cada|siempre|nunca|cuando|todavia|a) ")
#: Two letters in a row: numbers and coordinates are no name.
NAMES = re.compile(r"[^\W\d_]{2}")
#: Said of a place where one is attended, to the question by what means.
IN_PERSON = re.compile(
    r"\b(?:oficinas?|ventanilla|en persona|personalmente|presencial|mostrador|sucursal|cara a cara|ahi mismo)\b"
)

OFFICE = re.compile(r"\b(?:delegacion|oficina|ventanilla|cesi|modulo|kiosco|centro de servicio|area)\b")

#: A time that is told without a date: "cuando empezaron las lluvias", "en navidad", "hace mucho".
SOME_TIME = re.compile(
    r"\d|\b(?:dia|dias|semana|mes|meses|ano|anos|tarde|noche|manana|madrugada|cuando|desde|hace|antes|despues|durante|siempre|diario|"
    r"navidad|vacaciones|semana santa|lluvias|pandemia|quincena|fin|principios|mediados|finales|puente|mucho|tiempo|rato|poco)\b"
)

#: Words that lead into an answer and are not part of it.
LEAD_IN = {
    "agencia": r"(?:pues |ah |no,? |perd[oó]n,? |digo,? |bueno,? |mejor dicho,? |creo que |se llama(?:ba)?n? |(?:me |nos )?(?:dij(?:o|eron)|dec[ií]an?|dicen?) (?:que |ser )?"
    r"|fue(?:ron)? |es(?:ta)? |son |era[n]? |vienen |ven[ií]an |(?:me )?(?:hablan|llaman|marcan) |de parte de |del despacho |el despacho |la agencia |los de |la empresa |en (?:la |el )?|de )*",
    "lugar": r"(?:pues |fue |vivo |estoy |aqu[ií] |all[aá] |en |por |soy de |de )*",
    "nombre": r"(?:pues |claro |s[ií],? |mejor |pon(?:le|ga|gale)? |me llamo |mi nombre(?: es|:|,)? |soy |(?:va )?a (?:mi )?nombre(?: de)?:?,? |(?:de |el de )?(?:ella|[eé]l|mi \w+),? )*",
}
#: What trails an answer and is no part of it: "infonavit, según ellos".
TRAIL = re.compile(r",?\s+(?:seg[uú]n(?: \w+)?|creo|me parece|o algo as[ií]|por favor|porfa|gracias)$", re.IGNORECASE)


def open_question(draft: Draft) -> str:
    """The next thing to ask, or `confirmacion` when nothing is missing."""
    if draft.road:
        return draft.road
    for name, is_open in QUESTIONS.items():
        if name not in draft.settled and is_open(draft):
            return name
    return "confirmacion"


QUESTIONS: dict[str, Callable[[Draft], bool]] = {
    "consentimiento": lambda d: d.consent_at is None,
    "relato": lambda d: not d.story,
    "conductas": lambda d: not d.violations,
    "agencia": lambda d: not d.facts.get("agency"),
    "fecha": lambda d: not d.facts.get("incident_date"),
    "canal": lambda d: not d.facts.get("contact_channel"),
    "telefono": lambda d: not d.facts.get("agency_phone") and d.facts.get("contact_channel", "") in BY_PHONE,
    "lugar": lambda d: not d.facts.get("place"),
    "nombre": lambda d: not d.name and not d.anonymous,
}

#: Data that a person who is tired of questions may leave out.
SKIPPABLE = ("conductas", "agencia", "fecha", "canal", "telefono", "lugar", "nombre")


def missing(draft: Draft) -> list[str]:
    """The questions still to come, before the summary."""
    return [name for name, is_open in QUESTIONS.items() if name not in draft.settled and is_open(draft)]


def wording_of(question: str, draft: Draft) -> str:
    """The same question is put in other words when Infonavit's own staff is meant, or when somebody speaks for another."""
    if question in ("agencia", "canal") and "denunciar_personal_infonavit" in draft.violations:
        return f"{question}_personal"
    if question == "fecha" and draft.facts.get("frequency"):
        return "fecha_seguido"
    if question == "nombre" and draft.affected:
        return "nombre_de_quien"
    return question


#: What a question fills, for corrections.
FACT_OF = {
    "agencia": "agency",
    "fecha": "incident_date",
    "canal": "contact_channel",
    "telefono": "agency_phone",
    "lugar": "place",
}


#: Up to so many words a name is more likely than a conduct that only the model hears.
ONLY_A_NAME = 4


def names_it(draft: Draft, said: Said) -> bool:
    """Is it the name that was asked for, whatever conduct the model hears in "Martín Solano"?"""
    length = len(said.text.split())
    if draft.pending not in LEAD_IN or said.hints.asking or length > NAME_WORDS + 2 or plain_conducts(said.text):
        return False
    if draft.pending == "agencia" and not said.hints.corrects and NAMES_AGENCY.search(plain(said.text)):
        return True
    heard_wrong = said.intent in COMPLAINTS or said.intent in (NOT_UNDERSTOOD, "fuera_de_alcance")
    return heard_wrong and length <= ONLY_A_NAME and bool(short_name(draft.pending, said.text))


#: Said before the first comma or on the first line, an agency is led in like this.
FIRST_PART = re.compile(r"^(?:(?:del?|son|es|era|los de) |se llaman? )[^,\n]+(?=[,\n])", re.IGNORECASE)


def read_first_part(draft: Draft, said: Said) -> bool:
    """ "de Legaxxi, desde el 3, por llamada": the name that was asked for stands before other data. An office of
    Infonavit's is named with its place ("en la delegación de Monterrey")."""
    office = "denunciar_personal_infonavit" in draft.violations and OFFICE.search(plain(said.text))
    first = re.match(r"[^,\n]+", said.text) if office else FIRST_PART.match(said.text)
    if draft.pending != "agencia" or draft.facts.get("agency") or not first or said.tapped:
        return False
    name = short_name("agencia", first[0])
    if name and len(name.split()) <= ONLY_A_NAME and not set(said.values.get("lugar", ())) & {name}:
        _put_agency(draft, name)
        return True
    return False


def read_answer(draft: Draft, said: Said) -> bool:
    """Take what was said as the answer to the pending question. False when it does not answer it.

    Entities were taken before; this reads what only the question gives a meaning to.
    """
    reader = READERS.get(draft.pending)
    return bool(reader and reader(draft, said))


def _story(draft: Draft, said: Said) -> bool:
    if said.conducts or len(said.text.split()) >= 3:
        draft.tell(said.text)
        draft.add_conducts(said.conducts)
        return True
    return False


def _conducts(draft: Draft, said: Said) -> bool:
    if said.choice in COMPLAINTS:
        draft.add_conducts((said.choice,))
        return True
    if said.choice == "otra" or len(said.text.split()) >= 3:
        draft.tell(said.text if not said.tapped else "")
        draft.add_conducts(said.conducts)
        if not draft.violations:
            draft.settled.append("conductas")
        return True
    return False


def _channel(draft: Draft, said: Said) -> bool:
    channel = said.choice or ("visita" if says_in_person(draft, said) else "")
    if channel:
        draft.facts["contact_channel"] = channel
    return bool(channel)


def says_in_person(draft: Draft, said: Said) -> bool:
    """ "ahí en la oficina", to the question by what means they were reached."""
    return draft.pending == "canal" and bool(IN_PERSON.search(plain(said.text)))


def _date(draft: Draft, said: Said) -> bool:
    """A date that no rule could read is kept in the person's own words when it was asked twice."""
    if draft.facts.get("incident_time") and "hora" in said.entities:
        return False
    if draft.asked.get("fecha", 0) >= 2 and len(said.text) <= 60 and SOME_TIME.search(plain(said.text)):
        draft.settled.append("fecha")
        draft.tell(said.text)
        return True
    return False


def _phone(draft: Draft, said: Said) -> bool:
    digits = re.sub(r"\D", "", said.text)
    if draft.asked.get("telefono", 0) >= 2 and 5 <= len(digits) <= 15:
        draft.facts["agency_phone"] = digits
        return True
    return False


def _named(question: str, put: Callable[[Draft, str], None]) -> Callable[[Draft, Said], bool]:
    def read(draft: Draft, said: Said) -> bool:
        name = short_name(question, said.text)
        if name:
            put(draft, name)
        return bool(name)

    return read


def short_name(question: str, text: str) -> str:
    """The bare name in a short answer ("pues se llama Delta Norte" → "Delta Norte"), or empty when it is not one."""
    line = " ".join(text.split())
    bare = re.sub("^" + LEAD_IN[question], "", line, flags=re.IGNORECASE).strip(" .,;:¡!\"'")
    bare = TRAIL.sub("", bare)
    if (
        not bare
        or "?" in bare
        or "¿" in bare
        or NO_NAME.search(bare)
        or len(bare.split()) > NAME_WORDS
        or not NAMES.search(bare)
        or TELLS.search(plain(bare))
    ):
        return ""
    return bare[:120]


def _put_agency(draft: Draft, name: str) -> None:
    draft.facts["agency"] = name


def _put_place(draft: Draft, name: str) -> None:
    draft.facts["place"] = tidy("lugar", name)


def _put_name(draft: Draft, name: str) -> None:
    draft.name, draft.anonymous = name, False


READERS: dict[str, Callable[[Draft, Said], bool]] = {
    "relato": _story,
    "conductas": _conducts,
    "agencia": _named("agencia", _put_agency),
    "fecha": _date,
    "canal": _channel,
    "telefono": _phone,
    "lugar": _named("lugar", _put_place),
    "nombre": _named("nombre", _put_name),
}
