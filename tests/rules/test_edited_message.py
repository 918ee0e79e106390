"""A message that was changed after it was answered: what it says now wins."""

from __future__ import annotations

from datetime import datetime, timezone

from actions.dialogue import Outcome, step
from actions.draft import Draft
from actions.said import Said

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
STORY = "me gritaron el lunes en mi trabajo"


def said(text: str, *corrects: str, intent: str = "nlu_fallback", conducts: tuple = (), **entities: str) -> Said:
    return Said("c", "t", text, intent, 0.9, conducts, entities, "", "", (), "", "es", "", corrects)


def draft(**changes: object) -> Draft:
    made = Draft(
        facts={"incident_date": "2026-11-16", "agency": "Delta"},
        story=[STORY],
        violations=["denunciar_maltrato"],
        pending="canal",
        consent_at=NOW,
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def names(out: Outcome) -> list[str]:
    return [say.name for say in out.says]


def test_a_datum_that_was_changed_wins_and_the_open_question_stays() -> None:
    changed = "me gritaron el martes en mi trabajo"
    out = step(draft(), said(changed, STORY, conducts=("denunciar_maltrato",), fecha="2026-11-17"), NOW)
    assert out.draft.facts["incident_date"] == "2026-11-17"
    assert out.draft.story == [changed]
    assert names(out) == ["utter_corregido", "utter_pregunta_canal"]


def test_a_new_conduct_in_it_is_read_back() -> None:
    changed = "me gritaron y me amenazaron"
    out = step(draft(), said(changed, STORY, conducts=("denunciar_maltrato", "denunciar_amenazas")), NOW)
    assert out.draft.violations == ["denunciar_maltrato", "denunciar_amenazas"]
    assert names(out)[:2] == ["utter_corregido", "answer_tambien_anote"]


def test_one_message_of_a_burst_is_changed_where_it_stands() -> None:
    told = draft(story=[f"hola\n{STORY}\nayuda"])
    out = step(told, said("me gritaron el martes", STORY), NOW)
    assert out.draft.story == ["hola\nme gritaron el martes\nayuda"]


def test_a_name_that_was_taken_word_for_word_is_changed() -> None:
    out = step(draft(), said("Delta Norte", "Delta"), NOW)
    assert out.draft.facts["agency"] == "Delta Norte"
    assert names(out)[0] == "utter_corregido"


def test_what_nothing_was_kept_of_may_be_an_answer_now() -> None:
    out = step(draft(), said("en mi casa", "en mi cas", lugar="casa"), NOW)
    assert out.draft.facts["place"] == "casa"
    assert "utter_no_entendi_respuesta" not in names(out)


def test_before_consent_it_is_changed_too_and_consent_is_still_asked() -> None:
    told = draft(consent_at=None, pending="consentimiento")
    out = step(told, said("me gritaron el martes", STORY, conducts=("denunciar_maltrato",)), NOW)
    assert out.draft.story == ["me gritaron el martes"]
    assert names(out) == ["utter_pregunta_consentimiento"]


def test_danger_in_it_comes_first() -> None:
    out = step(draft(), said("ya no quiero vivir", STORY, intent="crisis_emocional"), NOW)
    assert names(out)[0] == "utter_crisis_emocional"
    assert out.handoff == "crisis_emocional"
