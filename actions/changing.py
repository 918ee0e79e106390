"""Before it is filed: confirming the summary, correcting what was told, an edited message, and leaving."""

from __future__ import annotations

from actions import keeping, opening, questions
from actions.draft import ENTITY_FACTS, Draft
from actions.outcome import Outcome
from actions.said import SURELY, Said
from bot.folding import plain


def confirmation(out: Outcome, said: Said) -> bool:
    draft = out.draft
    if draft.pending != "confirmacion":
        return False
    if said.agrees:
        out.end = "registrar"
    elif draft.contradicted(said.values) and not said.conducts:
        change(out, said)
    elif said.choice == "corregir" or (said.intent in ("negar", "corregir") and said.is_sure and not said.tells):
        ask_what(out)
    else:
        return False
    return True


def correction(out: Outcome, said: Said) -> bool:
    """ "me equivoqué, fue el martes": what is said again wins. A tapped datum is asked again."""
    draft = out.draft
    if said.replaces and not draft.road:
        return _edited(out, said)
    if said.hints.not_that and draft.violations and not said.tapped and not draft.contradicted(said.values):
        return _not_that(out, said)
    if not _says_correction(said):
        return False
    if draft.contradicted(said.values) or said.conducts:
        change(out, said)
        return True
    if said.entities:
        return False  # nothing of it was known: it is an answer
    ask_what(out)
    return True


def _says_correction(said: Said) -> bool:
    return not said.tapped and ((said.intent == "corregir" and said.is_sure) or said.hints.corrects)


def ask_what(out: Outcome) -> None:
    out.ask_about("correccion")


def correction_answer(out: Outcome, said: Said) -> bool:
    """The answer to "¿qué cambio?"."""
    draft = out.draft
    if (said.intent in ("negar", "no_se") and said.is_sure and not said.tells) or said.hints.does_not_know:
        draft.road = ""
        out.ask(again=True)
        return True
    draft.road = ""
    if said.choice:
        reopen(draft, said.choice)
        out.ask()
    else:
        change(out, said)
    return True


def change(out: Outcome, said: Said) -> None:
    """What is said again wins; what is no datum is kept as said."""
    draft = out.draft
    changed = draft.replace(said.values) + keeping.note_people(draft, said)
    draft.unsure += [fact for entity in said.unsure if (fact := ENTITY_FACTS.get(entity, "")) in changed]
    new = draft.add_conducts(said.conducts)
    if new or not changed:
        draft.tell(said.text)
    out.say("utter_corregido")
    out.ask(again=True)


def _edited(out: Outcome, said: Said) -> bool:
    """A message was edited: its new words stand for the old ones."""
    draft = out.draft
    draft.story = [said.text if part == said.replaces else part for part in draft.story]
    draft.replace(said.values)
    keeping.note(draft, said)
    out.say("utter_corregido")
    out.ask(again=True)
    return True


def _not_that(out: Outcome, said: Said) -> bool:
    """ "no fue eso, fue que le contaron a mis vecinos": what was read back was wrong."""
    draft = out.draft
    draft.violations = []
    draft.tell(said.text)
    draft.take(said.entities)
    new = draft.add_conducts(said.conducts)
    out.say("utter_corregido")
    opening.read_back(out, tuple(new), first=True)
    out.ask(again=True)
    return True


def reopen(draft: Draft, question: str) -> None:
    """Forget an answer so that it is asked again."""
    if question in draft.settled:
        draft.settled.remove(question)
    fact = questions.FACT_OF.get(question, "")
    draft.facts.pop(fact, None)
    draft.unsure = [name for name in draft.unsure if name != fact]
    draft.asked.pop(question, None)
    draft.passed.pop(question, None)
    if question == "fecha":
        draft.facts.pop("incident_time", None)
    if question == "nombre":
        draft.name, draft.anonymous = "", False
    if question == "conductas":
        draft.violations = []
    if question == "relato":
        draft.story = []


# --- leaving ---------------------------------------------------------------------------------------------------------


def leaving(out: Outcome, said: Said) -> bool:
    if said.hints.resumes:
        return False
    if said.intent == "cancelar" and said.confidence >= SURELY and not said.conducts and not said.hints.asking:
        out.ask_about("cancelacion")
    elif said.intent == "despedirse" and said.is_sure and (not said.entities or said.hints.farewell):
        keeping.note(out.draft, said)
        out.say("utter_hasta_luego_con_borrador" if out.draft.consent_at else "utter_hasta_luego_sin_permiso")
        out.end = "pausa"
    elif said.intent == "reiniciar" and said.is_sure and not said.tells and out.draft.consent_at:
        out.draft = Draft(consent_at=out.draft.consent_at)
        out.say("utter_reinicio")
        out.ask()
    else:
        return False
    return True


def leaving_answer(out: Outcome, said: Said) -> bool:
    draft = out.draft
    draft.road, draft.pending = "", ""
    if (
        "acepto" in plain(said.text).split() and not draft.consent_at
    ):  # that it is noted down, and not that it is deleted
        draft.pending = "consentimiento"
        return opening.consent(out, said)
    deletes = said.choice == "borrar" or said.intent == "borrar_datos" or said.agrees
    if said.choice == "guardar":
        out.say("utter_borrador_guardado")
        out.end = "pausa"
    elif deletes or (said.intent == "cancelar" and said.is_sure):
        out.say("utter_borrador_borrado")
        out.end = "dejar"
    else:
        keeping.note(draft, said)
        out.ask(again=True)
    return True
