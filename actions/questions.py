"""The questions of a complaint: in which order, which are still open, and how an answer is read. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable

from actions.draft import Draft
from actions.said import COMPLAINTS, Said
from bot.folding import plain

#: Channels on which a phone number means something.
BY_PHONE = ("llamada", "mensaje")

#: Longest answer that is taken as a name of an agency, a place or a person.
NAME_WORDS = 8

#: Who says these speaks of the conversation, and names nobody.
NO_NAME = re.compile(r"\b(?:queja|denuncia|sigamos|seguimos|seguir|continuar|continuemos|continua)\b", re.IGNORECASE)

#: A time that is told without a date: "cuando empezaron las lluvias", "en navidad", "hace mucho".
SOME_TIME = re.compile(
    r"\d|\b(?:dia|dias|semana|mes|meses|ano|anos|tarde|noche|manana|madrugada|cuando|desde|hace|antes|despues|durante|siempre|diario|"
    r"navidad|vacaciones|semana santa|lluvias|pandemia|quincena|fin|principios|mediados|finales|puente|mucho|tiempo|rato|poco)\b"
)

#: Words that lead into an answer and are not part of it.
LEAD_IN = {
    "agencia": r"(?:pues |creo que |se llama(?:ba)? |dijeron (?:que )?(?:eran|son) |dec[ií]an que eran |fue(?:ron)? "
    r"|es(?:ta)? |son |era[n]? |de parte de |del despacho |el despacho |la agencia |los de |la empresa |de )*",
    "lugar": r"(?:pues |fue |vivo |estoy |aqu[ií] |all[aá] |en |por |soy de |de )*",
    "nombre": r"(?:pues |claro |s[ií],? |me llamo |mi nombre es |soy |a nombre de )*",
}


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
    if question in ("agencia", "canal") and draft.violations[:1] == ["denunciar_personal_infonavit"]:
        return f"{question}_personal"
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
    if said.choice:
        draft.facts["contact_channel"] = said.choice
    return bool(said.choice)


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
    if (
        not bare
        or "?" in bare
        or "¿" in bare
        or NO_NAME.search(bare)
        or len(bare.split()) > NAME_WORDS
        or not re.search(r"\w", bare)
    ):
        return ""
    return bare[:120]


def _put_agency(draft: Draft, name: str) -> None:
    draft.facts["agency"] = name


def _put_place(draft: Draft, name: str) -> None:
    draft.facts["place"] = name


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
