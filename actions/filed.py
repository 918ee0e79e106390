"""What is said of a complaint that has its folio already: it is corrected, something more happened, or it is another one."""

from __future__ import annotations

from typing import Any

from actions import keeping, questions
from actions.draft import ENTITY_FACTS, Draft, known_by_entity, said_otherwise, tidy
from actions.outcome import Effect, Filed, Outcome
from actions.said import Said

#: What is kept of an entry of the log beside the person's words.
ENTRY_FACTS = (
    "incident_date",
    "incident_time",
    "agency",
    "contact_channel",
    "agency_phone",
    "frequency",
    "amount",
    "place",
)


def concerns_filed(said: Said, case: Filed | None) -> bool:
    """Is it a correction of a filed complaint, or news of one, that the form must see?"""
    if case is None or said.tapped or said.hints.asking:
        return False
    return corrects(said, case) or more_happened(said)


def corrects(said: Said, case: Filed) -> bool:
    """ "me equivoqué": by its words, or an edited message that the complaint was told with."""
    edited = bool(said.replaces) and said.replaces in case.story
    return edited or (said.intent == "corregir" and said.is_sure) or said.hints.corrects


def more_happened(said: Said) -> bool:
    """Something more is told, whoever did it."""
    return bool(said.conducts) or (said.hints.again and len(said.text.split()) <= 30)


def later(out: Outcome, said: Said) -> bool:
    """A turn without a draft, in a chat with an open complaint."""
    case, draft = out.scene.open_case, out.draft
    if case is None or not draft.is_blank or said.tapped:
        return False
    if said.hints.asking and not said.conducts:
        return False
    if corrects(said, case):
        return _correct(out, said, case)
    if not more_happened(said) or said.hints.bank:
        return False
    _hold(out, said, case)
    return True


def _hold(out: Outcome, said: Said, case: Filed) -> None:
    """Keep what happened until they say which complaint it belongs to. What seems new is asked as such."""
    draft = out.draft
    draft.about = case.folio
    keeping.note(draft, said)
    draft.tell(said.text)
    keeping.advise(out, said)
    keeping.evidence(out, said)
    out.ask_about("otra_o_misma" if said.hints.new_one or _is_other(draft, case, said.hints.again) else "otra_vez")


def _is_other(draft: Draft, case: Filed, again: bool) -> bool:
    """Another agency, or a kind of conduct that the complaint does not speak of and that is not told as one more time."""
    agency, known = draft.facts.get("agency", "").lower(), case.facts.get("agency", "").lower()
    if agency and known and agency not in known and known not in agency:
        return True
    same_agency = bool(agency)
    return not same_agency and not again and bool(draft.violations) and not set(draft.violations) & set(case.violations)


def belongs(out: Outcome, said: Said) -> bool:
    """The answer to "is it part of your complaint, or another?"."""
    draft = out.draft
    same = said.choice == "misma" or (draft.road == "otra_vez" and said.agrees)
    other = said.choice == "otra" or said.hints.new_one or (said.intent == "negar" and said.is_sure and not said.tells)
    if same:
        _add_to_log(out)
    elif other:
        draft.road, draft.about = "", ""
        keeping.note(draft, said)
        out.ask()
    elif said.intent == "cancelar" and said.is_sure:
        out.say("utter_no_agregue")
        out.draft, out.end = Draft(), "olvidar"
    else:
        keeping.note(draft, said)
        if said.tells and not said.tapped:
            draft.tell(said.text)
        keeping.evidence(out, said)
        out.ask(again=True)
    return True


def _add_to_log(out: Outcome) -> None:
    draft = out.draft
    today = out.scene.now.date().isoformat()
    facts = {name: draft.facts[name] for name in ENTRY_FACTS if draft.facts.get(name)}
    entry = {
        "incident_date": today,
        **facts,
        "description": "\n".join(draft.story),
        "violations": list(draft.violations),
    }
    out.effects.append(Effect("anotar", draft.about, entry))
    out.say("answer_agregado", folio=draft.about, dia=facts.get("incident_date", today))
    out.draft, out.end = Draft(), "olvidar"


# --- correcting ------------------------------------------------------------------------------------------------------


def _correct(out: Outcome, said: Said, case: Filed) -> bool:
    changes = _changes(said, case)
    if not changes and not said.replaces and _says_only_that(said):
        out.draft.about = case.folio
        out.ask_about("correccion")
        return True
    _apply(out, case, changes, said.text if not changes else "", said.replaces)
    return True


def _says_only_that(said: Said) -> bool:
    """ "me equivoqué en un dato": there is nothing in it to keep."""
    return not said.tells and len(said.text.split()) <= 8


def correction(out: Outcome, said: Said) -> bool:
    """The answer to "¿qué cambio?", of a filed complaint."""
    draft, case = out.draft, _case(out)
    if case is None:
        return False
    if said.choice:
        draft.doubt = [said.choice]
        draft.road = "correccion_dato"
        out.ask()
        return True
    if said.intent in ("cancelar", "negar") and said.is_sure and not said.tells:
        out.say("utter_no_cambie")
        out.draft, out.end = Draft(), "olvidar"
        return True
    changes = _changes(said, case) or _named(draft, said)
    _apply(out, case, changes, said.text if not changes else "")
    return True


def _case(out: Outcome) -> Filed | None:
    return next((case for case in out.scene.filed if case.folio == out.draft.about), None)


def _changes(said: Said, case: Filed) -> dict[str, Any]:
    """Fact → new value."""
    found = said_otherwise(
        known_by_entity(case.facts, case.name), said.values or {k: (v,) for k, v in said.entities.items()}
    )
    changes: dict[str, Any] = {
        "name" if entity == "nombre" else ENTITY_FACTS[entity]: tidy(entity, value) for entity, value in found.items()
    }
    if said.hints.nameless and case.name:
        changes["name"] = ""
    added = [conduct for conduct in said.conducts if conduct not in case.violations]
    if added:
        changes["violations"] = [*case.violations, *added]
    return changes


def _named(draft: Draft, said: Said) -> dict[str, str]:
    """A bare name, said to the datum that was chosen."""
    chosen = draft.doubt[0] if draft.doubt else ""
    if chosen not in questions.LEAD_IN:
        return {}
    name = questions.short_name(chosen, said.text)
    return {questions.FACT_OF.get(chosen, "name"): name} if name else {}


def _apply(out: Outcome, case: Filed, changes: dict[str, Any], remark: str, replaces: str = "") -> None:
    """One appended event; what is no datum is kept as said."""
    detail: dict[str, Any] = {"changes": changes}
    if remark:
        detail["remark"] = remark
    if replaces:
        detail["replaces"] = replaces
    out.effects.append(Effect("corregir", case.folio, detail))
    out.say("answer_corregida", folio=case.folio, datos=",".join(changes))
    out.draft, out.end = Draft(), "olvidar"
