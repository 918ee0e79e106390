"""One turn of taking a complaint, as a pure function: a draft and what was said in; the draft, texts to say and what
follows out. Nothing here touches a database, Rasa or a clock but through its arguments.

Order of a turn:
1. words that were already answered by an alarm are only noted;
2. a tap on a button of an earlier question is not an answer to this one;
3. whatever was told is kept: facts, conducts, the story, in any order;
4. what interrupts (a question, asking for a person, leaving, correcting…) is served first;
5. else it is the answer to the pending question, or a miss;
6. the next open question is asked, or the same one in other words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from actions import questions
from actions.draft import Draft, copy_of
from actions.rights import asks_a_right
from actions.said import Said

End = Literal["", "registrar", "dejar", "pausa"]

#: Intents that ask something of the bot; served at any point of the form.
ASKS = (
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
    "borrar_datos",
    "pedir_ayuda",
    "eres_bot",
)
#: Questions whose answer is a name that the model may never have seen: there, words win over an unsure intent.
OPEN_ENDED = ("relato", "agencia", "lugar", "nombre")
#: Said without being an answer to anything; the question is asked again, and nobody is told that they were not understood.
SMALL_TALK = ("saludar", "agradecer", "presentar_queja", "afirmar")
SURELY = 0.7
#: Misses in a row after which a person is called.
MISSES_TO_PERSON = 2


@dataclass(frozen=True)
class Say:
    """A response of domain.yml by name, or (kind `answer`) the answer to an intent; with the blanks to fill."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """end: how the form ends with this turn, if it does. handoff: why a person is needed, if one is."""

    draft: Draft
    says: list[Say] = field(default_factory=list)
    end: End = ""
    handoff: str = ""

    def say(self, name: str, **values: str) -> None:
        self.says.append(Say(name, values))


def step(before: Draft | None, said: Said, now: datetime) -> Outcome:
    """Answer one turn of the form."""
    out = Outcome(copy_of(before))
    if said.alarm:
        _note(out.draft, said)
        return out
    if said.tapped and before and said.question not in ("menu", before.pending):
        out.say("utter_boton_viejo")
        return _ask(out, again=True)
    for handler in (_consent, _leaving, _interruption, _confirmation, _correction):
        if handler(out, said, now):
            return out
    return _answer(out, said)


# --- keeping what was told -------------------------------------------------------------------------------------------


def _note(draft: Draft, said: Said) -> list[str]:
    """Keep facts, conducts and the person's words. Returns what was new."""
    new = draft.take(said.entities)
    conducts = draft.add_conducts(said.conducts)
    if said.conducts:
        draft.tell(said.text)
    return [*new, *conducts]


# --- consent ---------------------------------------------------------------------------------------------------------


def _consent(out: Outcome, said: Said, now: datetime) -> bool:
    """Nothing is asked before "Acepto". What was told before is held, and forgotten when they say no."""
    draft = out.draft
    if draft.consent_at:
        return False
    if draft.pending == "consentimiento" and _agrees(said):
        draft.consent_at, draft.misses = now, 0
        _read_back(out, tuple(draft.violations), first=True)
        _ask(out)
        return True
    if draft.pending == "consentimiento" and said.intent in ("negar", "omitir", "cancelar"):
        out.say("utter_sin_consentimiento")
        out.end = "dejar"
        return True
    if draft.pending and _interruption(out, said, now):
        return True
    if said.language != "es":
        out.say("utter_otro_idioma")
        out.end = "pausa"
        return True
    _note(draft, said)
    _evidence(out, said)
    if asks_a_right(said):
        out.say("answer_consultar_derechos")
    if draft.pending and said.says_nothing_of_ours:
        _missed(out, said)
    else:
        _ask(out, again=bool(draft.pending))
    return True


def _agrees(said: Said) -> bool:
    """Agreement is never guessed: a tap, the word itself, or a yes that the model is sure of."""
    typed = said.text.strip(" .!¡").lower() in ("acepto", "si acepto", "sí acepto")
    return said.choice == "si" or typed or (said.intent == "afirmar" and said.confidence >= SURELY)


# --- what interrupts -------------------------------------------------------------------------------------------------


def _leaving(out: Outcome, said: Said, now: datetime) -> bool:
    if out.draft.pending == "cancelacion":
        return _leaving_answer(out, said)
    if said.intent == "cancelar" and said.is_sure:
        out.draft.pending = "cancelacion"
        out.say("utter_pregunta_cancelacion")
        return True
    if said.intent == "despedirse" and said.is_sure:
        out.say("utter_hasta_luego_con_borrador")
        out.end = "pausa"
        return True
    if said.intent == "reiniciar" and said.is_sure:
        out.draft = Draft(consent_at=out.draft.consent_at)
        out.say("utter_reinicio")
        _ask(out)
        return True
    return False


def _leaving_answer(out: Outcome, said: Said) -> bool:
    out.draft.pending = ""
    if said.choice == "guardar":
        out.say("utter_borrador_guardado")
        out.end = "pausa"
    elif said.choice == "borrar" or said.intent in ("afirmar", "cancelar", "borrar_datos"):
        out.say("utter_borrador_borrado")
        out.end = "dejar"
    else:
        _note(out.draft, said)
        _ask(out, again=True)
    return True


def _interruption(out: Outcome, said: Said, now: datetime) -> bool:
    if said.language != "es" and not said.conducts:
        out.say("utter_otro_idioma")
    elif said.alarms_model:
        out.say(f"utter_{said.intent}")
        out.handoff = said.intent
        _note(out.draft, said)
        return True
    elif said.intent == "pedir_humano" and said.is_sure:
        out.say("answer_pedir_humano")
        out.say("utter_seguimos_mientras")
        out.handoff = "pedir_humano"
    elif said.intent == "quejarse_del_bot" and said.is_sure:
        out.say("utter_calma")
    elif _is_question(out.draft, said):
        out.say(f"answer_{said.intent}")
    elif asks_a_right(said):
        out.say("answer_consultar_derechos")
    elif said.intent == "aportar_evidencia" and not said.evidence and said.is_sure:
        out.say("utter_manda_evidencia")
    elif said.intent == "repetir" and said.is_sure:
        pass
    else:
        return False
    _note(out.draft, said)
    _evidence(out, said)
    _ask(out, again=True)
    return True


def _is_question(draft: Draft, said: Said) -> bool:
    if said.intent not in ASKS or not said.is_sure:
        return False
    if said.tapped or said.asks:
        return True
    return draft.pending not in OPEN_ENDED and not said.entities


# --- confirming and correcting ---------------------------------------------------------------------------------------


def _confirmation(out: Outcome, said: Said, now: datetime) -> bool:
    if out.draft.pending != "confirmacion":
        return False
    if said.choice == "si" or (said.intent == "afirmar" and not said.entities):
        out.end = "registrar"
    elif out.draft.contradicted(said.entities) and not said.conducts:
        _change(out, said)
    elif said.choice == "corregir" or said.intent in ("negar", "corregir"):
        out.draft.pending = "correccion"
        out.say("utter_pregunta_correccion")
    else:
        return False
    return True


def _correction(out: Outcome, said: Said, now: datetime) -> bool:
    """ "me equivoqué, fue el martes": what is said again wins. A tapped datum is asked again."""
    draft = out.draft
    if draft.pending == "correccion" and said.choice:
        _reopen(draft, said.choice)
        _ask(out)
        return True
    if draft.pending == "correccion":
        _change(out, said)
        return True
    if said.intent != "corregir" or not said.is_sure:
        return False
    if draft.contradicted(said.entities) or said.conducts:
        _change(out, said)
        return True
    if said.entities:
        return False  # nothing of it was known: it is an answer
    draft.pending = "correccion"
    out.say("utter_pregunta_correccion")
    return True


def _change(out: Outcome, said: Said) -> None:
    """What is said again wins; what is no datum is kept as said."""
    draft = out.draft
    changed = draft.replace(said.entities)
    draft.add_conducts(said.conducts)
    if said.conducts or not changed:
        draft.tell(said.text)
    out.say("utter_corregido")
    _ask(out, again=True)


def _reopen(draft: Draft, question: str) -> None:
    if question in draft.settled:
        draft.settled.remove(question)
    draft.facts.pop(questions.FACT_OF.get(question, ""), None)
    draft.asked.pop(question, None)
    if question == "fecha":
        draft.facts.pop("incident_time", None)
    if question == "nombre":
        draft.name, draft.anonymous = "", False
    if question == "conductas":
        draft.violations = []
    if question == "relato":
        draft.story = []


# --- answers ---------------------------------------------------------------------------------------------------------


def _answer(out: Outcome, said: Said) -> Outcome:
    draft, pending = out.draft, out.draft.pending
    had = tuple(draft.violations)
    new = _note(draft, said)
    answered = bool(new) or _settle(draft, said) or (not _small_talk(said) and questions.read_answer(draft, said))
    if pending == "relato" and new and not draft.story:
        draft.tell(said.text)
    files = _evidence(out, said)
    _read_back(out, tuple(v for v in draft.violations if v not in had), first=not had)
    if answered or files:
        draft.misses = 0
        return _ask(out, again=questions.open_question(draft) == pending and bool(pending))
    return _missed(out, said)


def _small_talk(said: Said) -> bool:
    return said.intent in SMALL_TALK and said.confidence >= SURELY and not said.tapped


def _settle(draft: Draft, said: Said) -> bool:
    """ "no sé" and "prefiero no decirlo" move on."""
    pending = draft.pending
    declines = said.choice == "no" or (said.intent in ("no_se", "omitir") and not said.entities)
    refuses = said.intent == "negar" and pending in ("nombre", "telefono", "lugar", "agencia", "fecha")
    if not (declines or refuses) or pending in ("", "consentimiento", "relato", "confirmacion"):
        return False
    draft.settled.append(pending)
    draft.anonymous = draft.anonymous or pending == "nombre"
    return True


def _missed(out: Outcome, said: Said) -> Outcome:
    out.draft.misses += 1
    if out.draft.misses >= MISSES_TO_PERSON:
        out.handoff = "no_nos_entendimos"
        out.say("answer_no_nos_entendimos")
    elif said.intent in SMALL_TALK:
        out.draft.misses = 0
    else:
        out.say("utter_no_entendi_respuesta")
    return _ask(out, again=True)


# --- saying ----------------------------------------------------------------------------------------------------------


def _evidence(out: Outcome, said: Said) -> bool:
    if said.evidence:
        out.say("answer_evidencia", kinds=",".join(said.evidence))
    return bool(said.evidence)


def _read_back(out: Outcome, conducts: tuple[str, ...], first: bool) -> None:
    if conducts and out.draft.consent_at:
        out.say("answer_esto_entendi" if first else "answer_tambien_anote", conducts=",".join(conducts))


def _ask(out: Outcome, again: bool = False) -> Outcome:
    """Ask the next open question; one that was asked before is asked in other words."""
    draft = out.draft
    question = questions.open_question(draft)
    draft.pending = question
    times = draft.asked.get(question, 0)
    draft.asked[question] = times + 1
    if question == "confirmacion":
        out.say("answer_resumen")
    else:
        out.say(f"utter_pregunta_{question}" + ("_otra_vez" if again and times else ""))
    return out
