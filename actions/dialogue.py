"""One turn of taking a complaint, as a pure function: a draft and what was said in; the draft, texts to say and what
follows out. Nothing here touches a database, Rasa or a clock but through its arguments.

Order of a turn (`step`):
1. words that were already answered by an alarm are only noted;
2. a tap on a button of an earlier question is not an answer to this one;
3. what interrupts (a question, asking for a person, leaving, leaving out a photo…) is served, and the question stands;
4. a question that stands beside the road (which complaint? ours at all? what to correct?) takes its answer;
5. news of a complaint that is filed already, and what is no complaint of ours, are told apart (filed.py, opening.py);
6. before consent everything told is held; after it, it is kept: data, conducts, the story, in any order (keeping.py);
7. else it is the answer to the pending question, or a miss;
8. the next open question is asked, or the same one in other words.
"""

from __future__ import annotations

from collections.abc import Callable

from actions import changing, filed, keeping, opening, questions
from actions.draft import Draft, copy_of
from actions.outcome import OPEN_ENDED, Outcome, Scene
from actions.reception import SHORT_QUESTION
from actions.rights import asks_a_right
from actions.said import DATA_QUESTIONS, SURELY, Said
from bot.folding import plain

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
FREE_WORDS = ("relato", "agencia", "lugar", "nombre", "correccion_dato")
#: Said without being an answer to anything; the question is asked again, and nobody is told that they were not understood.
SMALL_TALK = ("saludar", "agradecer", "presentar_queja", "afirmar")
#: Misses in a row that bring buttons, and those that call a person.
MISSES_TO_BUTTONS, MISSES_TO_PERSON = 2, 3
#: How often a datum is asked that is answered with something else each time.
ASKED_IN_VAIN = 3

Handler = Callable[[Outcome, Said], bool]


def step(before: Draft | None, said: Said, scene: Scene) -> Outcome:
    """Answer one turn of the form."""
    out = Outcome(copy_of(before), scene)
    said = said.answering(out.draft.pending, questions.names_it(out.draft, said))
    if said.alarm:
        keeping.note(out.draft, said)
        keeping.advise_later(out.draft, said)
        return out
    if said.tapped and before and said.question not in ("menu", before.pending):
        out.say("utter_boton_viejo")
        return out.ask(again=True)
    if any(handler(out, said) for handler in _handlers(out.draft, said)):
        return out
    return _answer(out, said)


def _handlers(draft: Draft, said: Said) -> list[Handler]:
    """Who may take this turn, in order. The first who does so ends it."""
    if draft.road and said.tapped and said.question == draft.road:
        return [ROADS[draft.road]]
    if draft.road == "banco":
        return [opening.bank_answer, changing.leaving, _interruption, opening.consent, opening.hold]
    if draft.road:
        return [_interruption, ROADS[draft.road], *([] if draft.consent_at else [opening.consent, opening.hold])]
    if not draft.consent_at:
        first = (
            [keeping.leave_out, filed.later, opening.ask_bank, opening.ask_doubt]
            if draft.is_blank
            else [opening.ask_bank, opening.calmer]
        )
        if draft.pending:
            first = [opening.consent, changing.leaving, keeping.leave_out, _interruption, changing.correction, *first]
        return [*first, opening.hold]
    return [
        opening.ask_bank,
        changing.leaving,
        keeping.leave_out,
        _interruption,
        changing.confirmation,
        changing.correction,
    ]


def _correction(out: Outcome, said: Said) -> bool:
    return filed.correction(out, said) if out.draft.about else changing.correction_answer(out, said)


#: What takes the answer to a question that stands beside the road.
ROADS: dict[str, Handler] = {
    "duda": opening.doubt_answer,
    "banco": opening.bank_answer,
    "otra_vez": filed.belongs,
    "otra_o_misma": filed.belongs,
    "correccion": _correction,
    "correccion_dato": filed.correction,
    "cancelacion": changing.leaving_answer,
}


# --- what interrupts -------------------------------------------------------------------------------------------------


def _interruption(out: Outcome, said: Said) -> bool:
    draft = out.draft
    if said.language != "es" and not said.conducts:
        out.say("utter_otro_idioma")
    elif said.hints.calmer and not said.tells:
        out.say("utter_que_alivio")
    elif said.alarms_model:
        out.say(f"utter_{said.intent}")
        out.handoff = said.intent
        keeping.note(draft, said)
        return True
    elif said.intent == "pedir_humano" and said.is_sure and not said.hints.resumes:
        out.say("answer_pedir_humano")
        out.say("utter_seguimos_mientras")
        out.handoff = "pedir_humano"
    elif said.intent == "quejarse_del_bot" and said.is_sure:
        out.say("utter_calma")
    elif said.hints.discreet and not said.tells:
        out.say("utter_modo_discreto")
    elif said.hints.about_that and draft.violations and not asks_a_right(said):
        out.say("answer_tus_derechos", conducts=",".join(draft.violations))
    elif _asks_about_a_paper(draft, said):
        out.say("utter_papel_juzgado")
        draft.told.append("court_paper")
    elif said.hints.about_anonymity and not opening.agrees(said):
        out.say("answer_anonimato")
    elif _is_question(draft, said):
        out.say(f"answer_{said.intent}")
    elif asks_a_right(said):
        out.say("answer_consultar_derechos")
    elif said.intent == "aportar_evidencia" and not said.evidence and said.is_sure:
        out.say("utter_manda_evidencia")
    elif said.intent == "repetir" and said.is_sure and not said.tells:
        pass
    else:
        return False
    if said.intent != "quejarse_del_bot" and (not said.hints.asking or len(said.text.split()) > SHORT_QUESTION):
        keeping.note(draft, said)
    keeping.advise(out, said)
    keeping.evidence(out, said)
    out.ask(again=True)
    return True


def _asks_about_a_paper(draft: Draft, said: Said) -> bool:
    if said.hints.court_paper:
        return said.hints.asking
    return "court_paper" in draft.told and said.hints.about_paper and not said.tapped


def _is_question(draft: Draft, said: Said) -> bool:
    if said.intent not in ASKS or not said.is_sure or questions.says_in_person(draft, said):
        return False
    if said.tapped or said.asks:
        return True
    return draft.pending not in FREE_WORDS and not said.entities and not said.hints.nameless


# --- answers ---------------------------------------------------------------------------------------------------------


def _answer(out: Outcome, said: Said) -> Outcome:
    draft, pending = out.draft, out.draft.pending
    had = tuple(draft.violations)
    if _says_otherwise(draft, said):
        changing.change(out, said)
        return out
    new = keeping.note(draft, said)
    told = [name for name in new if name != "story"]
    named = questions.read_first_part(draft, said)
    answered = (
        bool(told) or named or _settle(draft, said) or (not _small_talk(said) and questions.read_answer(draft, said))
    )
    if pending == "relato" and new and not draft.story:
        draft.tell(said.text)
    keeping.advise(out, said)
    files = keeping.evidence(out, said)
    keeping.acknowledge(out, new)
    opening.read_back(out, tuple(v for v in draft.violations if v not in had), first=not had)
    again = questions.open_question(draft) == pending and bool(pending)
    if again and not files:
        _in_vain(draft, pending)
    if answered or new or files:
        draft.misses = 0
        return out.ask(again)
    return _missed(out, said)


def _says_otherwise(draft: Draft, said: Said) -> bool:
    """A bare datum that is known, and said otherwise: "ayer", when the date was another."""
    values = {name: said for name, said in said.values.items() if name != "frecuencia"}
    return said.only_data and bool(draft.consent_at) and draft.contradicted(values) and draft.pending not in values


def _in_vain(draft: Draft, pending: str) -> None:
    """A datum that was asked often enough without an answer is left out."""
    draft.passed[pending] = draft.passed.get(pending, 0) + 1
    if draft.passed[pending] >= ASKED_IN_VAIN and pending in questions.SKIPPABLE:
        draft.settled.append(pending)


def _small_talk(said: Said) -> bool:
    return said.intent in SMALL_TALK and said.confidence >= SURELY and not said.tapped


def _settle(draft: Draft, said: Said) -> bool:
    """ "no sé" and "prefiero no decirlo" move on."""
    pending = draft.pending
    declines = said.choice == "no" or (
        said.intent in ("no_se", "omitir") and not said.entities and not said.hints.asking
    )
    refuses = said.intent == "negar" and pending in DATA_QUESTIONS
    if not (declines or refuses) or pending in ("", "consentimiento", "confirmacion"):
        return False
    if pending == "fecha" and not said.hints.does_not_know and questions.SOME_TIME.search(plain(said.text)):
        draft.tell(said.text)
    draft.settled.append(pending)
    draft.anonymous = draft.anonymous or pending == "nombre"
    return True


def _missed(out: Outcome, said: Said) -> Outcome:
    """Once: in other words. Twice in a row: with buttons. Three times: a person is offered."""
    draft = out.draft
    if (said.intent in SMALL_TALK and said.is_sure) or said.hints.resumes:
        if said.intent == "presentar_queja" and draft.consent_at:
            out.say("answer_faltan")
        return out.ask(again=True)
    draft.misses += 1
    if draft.misses >= MISSES_TO_PERSON:
        draft.misses = 0
        out.handoff = "no_nos_entendimos"
        out.say("answer_no_nos_entendimos")
        return out.ask(again=True)
    out.say("utter_no_entendi_respuesta")
    out.ask(again=True)
    if draft.misses == MISSES_TO_BUTTONS and draft.pending in OPEN_ENDED:
        skip = "utter_elige_salida" if draft.pending in questions.SKIPPABLE else "utter_elige_salida_relato"
        out.say(skip, pregunta=draft.pending)
    return out
