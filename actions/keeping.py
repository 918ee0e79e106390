"""What was told is kept, in any order and at any time: data, conducts, the story, who speaks, files."""

from __future__ import annotations

from actions import questions
from actions.draft import ENTITY_FACTS, Draft
from actions.hints import removal
from actions.outcome import Effect, File, Outcome
from actions.said import Said
from bot.folding import plain

#: Advice that is given once, in the turn in which its reason is told: hint → response.
ADVICE = {
    "minor": "utter_menor",
    "court_paper": "utter_papel_juzgado",
    "paid": "utter_ya_pagado",
    "distress": "utter_te_acompano",
}


def note(draft: Draft, said: Said) -> list[str]:
    """Keep facts, conducts, the person's words, and what they say of themselves. Returns the names of what was new."""
    new = draft.take(said.entities)
    draft.unsure += [fact for entity in said.unsure if (fact := ENTITY_FACTS.get(entity)) in new and fact]
    new += note_people(draft, said)
    new += draft.add_conducts(said.conducts)
    if said.conducts and draft.tell(said.text):
        new.append("story")
    staff = "denunciar_personal_infonavit" in draft.violations
    if staff and not draft.facts.get("contact_channel") and questions.IN_PERSON.search(plain(said.text)):
        draft.facts["contact_channel"] = "visita"
    return new


def note_people(draft: Draft, said: Said) -> list[str]:
    """Who speaks, for whom, and whether without a name."""
    hints, new = said.hints, []
    if hints.relation and not draft.relation:
        draft.relation = hints.relation
        new.append("relation")
    if hints.affected and not draft.affected:
        draft.affected = hints.affected
        new.append("affected")
    if said.own_phone and not draft.phone:
        draft.phone = said.own_phone
        new.append("phone")
    if (hints.nameless or hints.minor) and not draft.anonymous and not said.tapped:
        draft.name, draft.anonymous = "", True
        new.append("anonymous")
    return new


#: Before the name of advice that is still to be given.
LATER = "luego:"


def advise_later(draft: Draft, said: Said) -> None:
    """Words that were answered by an alarm alone: what else must be said of them waits for the next turn."""
    draft.told += [LATER + hint for hint in ADVICE if hint != "distress" and getattr(said.hints, hint)]


def advise(out: Outcome, said: Said) -> None:
    """Say what must not wait, each thing once."""
    for hint, response in ADVICE.items():
        due = getattr(said.hints, hint) or LATER + hint in out.draft.told
        if due and hint not in out.draft.told:
            out.draft.told.append(hint)
            out.say(response)
            if hint == "minor":
                out.handoff = "menor"
    if said.intent == "emergencia" and not said.alarms_model and "danger" not in out.draft.told:
        out.draft.told.append("danger")
        out.say("utter_si_hay_peligro")


def evidence(out: Outcome, said: Said) -> bool:
    """Say what files arrived."""
    if said.evidence:
        out.say("answer_evidencia", kinds=",".join(said.evidence))
    return bool(said.evidence)


def leave_out(out: Outcome, said: Said) -> bool:
    """ "quita la segunda foto": a file is left out of the complaint, and shredded. Without a complaint under way it is
    one of the filed complaint's."""
    wanted = removal(said.text) if not said.tapped else None
    case = out.scene.open_case if out.draft.is_blank and not out.scene.files else None
    files = case.files if case else out.scene.files
    if wanted is None or (not files and not out.draft.pending):
        return False
    those = [file for file in files if wanted.kind in ("", file.kind)]
    chosen = _chosen(those, wanted.nth, wanted.everything)
    if not those:
        out.say("utter_no_hay_prueba")
    elif not chosen:
        out.say("answer_cual_prueba", kinds=",".join(file.kind for file in files))
    else:
        kinds = ",".join(file.kind for file in chosen)
        if case:
            out.effects.append(Effect("quitar_registrada", case.folio, {"files": [file.id for file in chosen]}))
            out.say("answer_prueba_quitada_de", kinds=kinds, folio=case.folio)
        else:
            out.effects += [Effect("quitar", file.id) for file in chosen]
            out.say("answer_prueba_quitada", kinds=kinds)
    if out.draft.is_blank:
        out.end = "pausa"
    else:
        out.ask(again=True)
    return True


def _chosen(files: list[File], nth: int, everything: bool) -> list[File]:
    if everything or (nth == 0 and len(files) == 1):
        return files
    if nth == -1:
        return files[-1:]
    return files[nth - 1 : nth] if nth else []


def acknowledge(out: Outcome, new: list[str]) -> None:
    """Say what was taken when it was not what had been asked, and read back what was only guessed."""
    data = [name for name in new if name in (*ENTITY_FACTS.values(), "name", "phone")]
    for fact in dict.fromkeys(out.draft.unsure):
        if fact in new:
            out.say("answer_dudoso", dato=fact)
            data.remove(fact)
    if "anonymous" in new and out.draft.pending != "nombre":
        out.say("utter_va_anonima")
    if data and questions.open_question(out.draft) == out.draft.pending:
        out.say("answer_anote", datos=",".join(data))
