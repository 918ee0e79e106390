"""Before a complaint begins: what is it about, is it ours at all, and may we keep what is told."""

from __future__ import annotations

import re

from actions import keeping
from actions.draft import Draft
from actions.hints import plain_conducts
from actions.outcome import Outcome
from actions.rights import asks_a_right
from actions.said import CLOSE, COMPLAINTS, SURELY, Said
from bot.folding import plain

#: Intents that can be offered in "¿te refieres a…?"; all complaints are one of them.
OFFERED = (
    "presentar_queja",
    "consultar_derechos",
    "consultar_canales",
    "consultar_horarios",
    "consultar_kioscos",
    "consultar_soluciones",
    "consultar_agencia",
    "consultar_privacidad",
    "consultar_proceso",
    "consultar_estado",
    "consultar_credito",
    "pedir_humano",
    "borrar_datos",
)
#: What is owed to somebody else, or thanks for having been told where to go.
NOT_OURS = re.compile(
    r"\bno (?:\w+ ){0,3}infonavit\b|^(?!.*\binfonavit\b).*\b(?:prestamo|tarjeta|banco|tienda|financiera|personal|gracias)\b"
)
REFUSES = ("no", "nel", "no acepto", "no gracias", "no quiero", "mejor no", "no estoy de acuerdo", "no doy permiso")


def doubt(said: Said) -> list[str]:
    """The two intents between which the model cannot tell, or none. Never a guess between a complaint and a question."""
    if said.tapped or said.hints.resumes or plain_conducts(said.text) or len(said.ranking) < 2:
        return []
    (first, likely), (second, less) = said.ranking[:2]
    pair = [_offer(first), _offer(second)]
    if pair[0] == pair[1] or not set(pair) <= set(OFFERED) or less < CLOSE * likely:
        return []
    return pair


def _offer(intent: str) -> str:
    return "presentar_queja" if intent in COMPLAINTS else intent


def ask_doubt(out: Outcome, said: Said) -> bool:
    """Ask with two buttons what they meant, and hold their words."""
    if not out.draft.is_blank or out.draft.pending:
        return False
    pair = [] if said.hints.bank or said.hints.minor or said.hints.court_paper else doubt(said)
    if not pair:
        return False
    keeping.note(out.draft, said)
    out.draft.tell(said.text)
    out.draft.doubt = pair
    out.ask_about("duda")
    return True


def doubt_answer(out: Outcome, said: Said) -> bool:
    """What they meant: a complaint goes on with what was told; a question is answered with the words it was asked in."""
    draft = out.draft
    meant = said.choice or (said.intent if said.is_sure and said.intent in OFFERED else "")
    if not meant and not said.tells:
        return False
    held, draft.road, draft.doubt = "\n".join(draft.story), "", []
    if meant in OFFERED and meant != "presentar_queja":
        out.say(f"answer_{meant}", texto=held)
        out.draft, out.end = Draft(), "olvidar"
        return True
    keeping.note(draft, said)
    out.ask()
    return True


# --- another lender --------------------------------------------------------------------------------------------------


def ask_bank(out: Outcome, said: Said) -> bool:
    """Somebody else's collectors: say where that is taken, and ask before going on."""
    draft = out.draft
    if said.hints.not_infonavit and not draft.consent_at:
        out.say("utter_banco_no_es_aqui")
        out.end = "dejar"
        return True
    if not (said.hints.bank or said.hints.not_infonavit) or "bank" in draft.told or said.tapped:
        return False
    keeping.note(draft, said)
    draft.told.append("bank")
    keeping.evidence(out, said)
    out.ask_about("banco")
    return True


def bank_answer(out: Outcome, said: Said) -> bool:
    """Ours after all, or not."""
    words = plain(said.text)
    refuses = said.intent in ("negar", "agradecer", "despedirse") and said.confidence >= SURELY
    theirs = said.choice == "otro" or refuses or bool(NOT_OURS.search(words))
    ours = not theirs and (said.choice == "infonavit" or said.agrees or ("infonavit" in words and "?" not in said.text))
    if not ours and not theirs:
        return False
    out.draft.road = ""
    if ours:
        keeping.note(out.draft, said)
        out.ask()
    else:
        out.say("utter_banco_no_es_aqui")
        out.end = "dejar"
    return True


# --- consent ---------------------------------------------------------------------------------------------------------


def consent(out: Outcome, said: Said) -> bool:
    """Nothing is asked before "Acepto". What was told before is held, and forgotten when they say no."""
    draft = out.draft
    if draft.consent_at:
        return False
    if draft.pending == "consentimiento" and agrees(said):
        draft.consent_at, draft.misses = out.scene.now, 0
        keeping.note_people(draft, said)
        draft.take(said.entities)
        read_back(out, tuple(draft.violations), first=True)
        out.ask()
        return True
    if draft.pending == "consentimiento" and (_refuses(said) or said.hints.no_complaint):
        if said.hints.about_paper and "court_paper" in draft.told:
            out.say("utter_papel_juzgado")
        out.say("utter_sin_consentimiento")
        out.end = "dejar"
        return True
    return False


def calmer(out: Outcome, said: Said) -> bool:
    """Danger or despair came before anything was asked, and has passed: nothing is asked now either."""
    if out.draft.pending or not said.hints.calmer:
        return False
    out.say("utter_que_alivio_y_ahora")
    out.end = "pausa"
    return True


def hold(out: Outcome, said: Said) -> bool:
    """Before consent: what is told is held, and the permission is asked for."""
    draft = out.draft
    if draft.consent_at:
        return False
    if said.language != "es":
        out.say("utter_otro_idioma")
        out.end = "pausa"
        return True
    keeping.note(draft, said)
    keeping.advise(out, said)
    keeping.evidence(out, said)
    if asks_a_right(said):
        out.say("answer_consultar_derechos")
    if draft.pending and said.says_nothing_of_ours:
        return False
    out.ask(again=bool(draft.pending) or bool(out.says))
    return True


def agrees(said: Said) -> bool:
    """Agreement is never guessed: a tap, the words themselves, or a yes that the model is sure of. "si acepto, pero que
    sea anónimo" is one."""
    words = plain(said.text)
    return said.agrees or words.startswith(("acepto", "si acepto", "estoy de acuerdo", "si estoy de acuerdo"))


def _refuses(said: Said) -> bool:
    """A no to being asked, and to nothing else: not a question, and not "no quiero dar mi nombre"."""
    if said.tapped:
        return said.choice == "no"
    if said.hints.asking or said.tells or said.hints.nameless:
        return False
    return plain(said.text) in REFUSES or (said.intent in ("negar", "cancelar") and said.confidence >= SURELY)


def read_back(out: Outcome, conducts: tuple[str, ...], first: bool) -> None:
    """Say which conducts were understood, and what the guidelines say of them."""
    if conducts and out.draft.consent_at:
        out.say("answer_esto_entendi" if first else "answer_tambien_anote", conducts=",".join(conducts))
