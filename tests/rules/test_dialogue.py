"""One turn of the dialogue as a pure function: what was said in, what is asked and kept out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from actions.dialogue import step
from actions.draft import Draft
from actions.opening import doubt
from actions.outcome import File, Filed, Outcome, Scene
from actions.reception import belongs_to_form
from actions.said import Said

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=timezone.utc)
SCENE = Scene(NOW)
FILED = Filed(
    "BT-AAA-AAA-A",
    {"agency": "Delta", "incident_date": "2026-11-20"},
    ("denunciar_maltrato",),
    "",
    "me insultaron los de Delta",
)


def said(text: str = "", intent: str = "nlu_fallback", sure: float = 0.9, *conducts: str, **entities: str) -> Said:
    values = {name: (value,) for name, value in entities.items()}
    return Said("c", "t", text, intent, sure, conducts, entities, "", "", (), "", "es", "", values=values)


def tap(question: str, choice: str, intent: str = "afirmar") -> Said:
    return replace(said("", intent, 1.0), question=question, choice=choice)


def begun(**known: object) -> Draft:
    draft = Draft(story=["me gritaron"], violations=["denunciar_maltrato"], consent_at=NOW, pending="agencia")
    for name, value in known.items():
        setattr(draft, name, value)
    return draft


def names(out: Outcome) -> list[str]:
    return [say.name for say in out.says]


def test_what_is_told_before_consent_is_held_and_consent_is_asked() -> None:
    out = step(None, said("me gritaron", "denunciar_maltrato", 0.9, "denunciar_maltrato", fecha="2026-11-23"), SCENE)
    assert names(out) == ["utter_pregunta_consentimiento"]
    assert out.draft.facts == {"incident_date": "2026-11-23"} and out.draft.consent_at is None


@pytest.mark.parametrize(
    ("text", "intent"), [("¿y es anónimo?", "omitir"), ("no quiero dar mi nombre", "omitir"), ("no sé", "no_se")]
)
def test_only_a_plain_no_refuses_consent(text: str, intent: str) -> None:
    out = step(begun(consent_at=None, pending="consentimiento"), said(text, intent), SCENE)
    assert out.end == "" and out.draft.story == ["me gritaron"]


@pytest.mark.parametrize("text", ["no", "No acepto", "no gracias"])
def test_a_plain_no_forgets_everything(text: str) -> None:
    assert step(begun(consent_at=None, pending="consentimiento"), said(text, "negar"), SCENE).end == "dejar"


def test_a_guessed_yes_files_nothing() -> None:
    draft = begun(pending="confirmacion", settled=["agencia", "fecha", "canal", "telefono", "lugar", "nombre"])
    assert step(draft, said("oiga", "afirmar", 0.3), SCENE).end == ""
    assert step(draft, said("si, registrala por favor", "negar", 0.3), SCENE).end == "registrar"


def test_a_datum_that_answers_another_question_is_taken_and_said() -> None:
    out = step(begun(), said("en Puebla", lugar="Puebla"), SCENE)
    assert out.draft.facts["place"] == "Puebla" and names(out)[:1] == ["answer_anote"]
    assert out.draft.pending == "agencia"


def test_an_unsure_datum_is_read_back_and_marked() -> None:
    unsure = replace(said("creo que fue ayer", fecha="2026-11-23"), unsure=frozenset({"fecha"}))
    out = step(begun(pending="fecha", settled=["agencia"]), unsure, SCENE)
    assert names(out)[0] == "answer_dudoso" and out.draft.to_facts().uncertain == ("incident_date",)


def test_a_bare_answer_is_no_new_conduct() -> None:
    bare = replace(said("visita", "denunciar_acoso", 0.8, "denunciar_acoso", canal="visita"), only_data=True)
    out = step(begun(pending="canal", settled=["agencia", "fecha"]), bare, SCENE)
    assert out.draft.violations == ["denunciar_maltrato"]


def test_bare_data_are_no_cry_for_help() -> None:
    heard_amiss = replace(said("hoy en la mañana", "crisis_emocional", 0.8, fecha="2026-11-24"), only_data=True)
    out = step(begun(pending="fecha", settled=["agencia"]), heard_amiss, SCENE)
    assert names(out) == ["utter_pregunta_canal"] and not out.handoff


def test_a_name_is_a_name_whatever_conduct_the_model_hears() -> None:
    named = said("dicen que son de Cobranza Legal", "denunciar_engano", 0.9, "denunciar_engano")
    out = step(begun(), named, SCENE)
    assert out.draft.facts["agency"] == "Cobranza Legal" and out.draft.violations == ["denunciar_maltrato"]


def test_an_office_of_infonavit_is_named_with_its_place() -> None:
    draft = begun(violations=["denunciar_personal_infonavit"])
    out = step(draft, said("en la delegacion de monterrey", lugar="monterrey"), SCENE)
    assert (out.draft.facts["agency"], out.draft.facts["place"]) == ("delegacion de monterrey", "Monterrey")


def test_what_happened_is_no_name_of_an_agency() -> None:
    told = said("me gritaron muy feo", "denunciar_maltrato", 0.9, "denunciar_maltrato")
    assert "agency" not in step(begun(), told, SCENE).draft.facts


def test_coordinates_are_nobody() -> None:
    draft = begun(pending="nombre", facts={"place": "Toluca"}, settled=["agencia", "fecha", "canal"])
    out = step(draft, said("19.4326, -99.1332", lugar="19.4326, -99.1332"), SCENE)
    assert not out.draft.name and out.draft.facts["place"] == "Toluca"


def test_a_file_of_a_filed_complaint_is_left_out() -> None:
    case = replace(FILED, files=(File("a", "foto"), File("b", "foto")))
    asked = step(None, said("quita la foto"), Scene(NOW, (case,)))
    assert names(asked)[0] == "answer_cual_prueba" and not asked.effects
    done = step(None, said("quita la segunda foto"), Scene(NOW, (case,)))
    (effect,) = done.effects
    assert (effect.kind, effect.target, effect.detail) == ("quitar_registrada", FILED.folio, {"files": ["b"]})
    assert done.draft.is_blank and done.end == "pausa"


def test_no_idea_what_to_tell_brings_buttons_to_choose_from() -> None:
    out = step(begun(story=[], violations=[], pending="relato"), said("no sé", "no_se"), SCENE)
    assert names(out) == ["utter_pregunta_conductas"]


def test_after_danger_nothing_is_asked_until_they_want_to_go_on() -> None:
    alarmed = step(
        None, replace(said("me quiero morir, me gritan", "x", 0.9, "denunciar_maltrato"), alarm="crisis"), SCENE
    )
    calm = step(alarmed.draft, said("ya estoy mas tranquila", "agradecer"), SCENE)
    assert names(calm) == ["utter_que_alivio_y_ahora"] and calm.end == "pausa"


def test_advice_that_an_alarm_held_back_is_given_afterwards() -> None:
    alarmed = step(None, replace(said("tengo 12 años y traen pistola"), alarm="emergencia"), SCENE)
    assert "utter_menor" in names(step(alarmed.draft, said("ya", "afirmar", 0.3), SCENE))


def test_a_short_question_tells_no_date() -> None:
    asked = said("¿pueden llamarme en domingo?", "consultar_derechos", 0.9, "denunciar_acoso", fecha="2026-11-22")
    out = step(begun(pending="fecha", settled=["agencia"]), asked, SCENE)
    assert "incident_date" not in out.draft.facts and out.draft.violations == ["denunciar_maltrato"]


def test_an_edited_message_stands_for_what_it_said_before() -> None:
    edit = replace(said("fue el martes y me gritaron", fecha="2026-11-17"), replaces="me gritaron")
    out = step(begun(facts={"incident_date": "2026-11-23"}), edit, SCENE)
    assert out.draft.story == ["fue el martes y me gritaron"] and out.draft.facts["incident_date"] == "2026-11-17"


def test_an_edited_message_of_a_filed_complaint_corrects_it() -> None:
    edit = replace(said("me insultaron los de Sigma", agencia="Sigma"), replaces="me insultaron los de Delta")
    (effect,) = step(None, edit, Scene(NOW, (FILED,))).effects
    assert (effect.kind, effect.target, effect.detail["changes"]) == ("corregir", FILED.folio, {"agency": "Sigma"})


def test_one_more_time_is_added_with_one_tap() -> None:
    asked = step(None, said("me llamaron otra vez", "repetir", 0.5), Scene(NOW, (FILED,)))
    assert names(asked) == ["utter_pregunta_otra_vez"]
    done = step(asked.draft, tap("otra_vez", "misma"), Scene(NOW, (FILED,)))
    (effect,) = done.effects
    assert effect.kind == "anotar" and effect.detail["incident_date"] == "2026-11-24"
    assert done.draft.is_blank and done.end == "olvidar"


def test_another_agency_is_asked_plainly() -> None:
    news = said("me gritaron los de Sigma", "denunciar_maltrato", 0.9, "denunciar_maltrato", agencia="Sigma")
    assert names(step(None, news, Scene(NOW, (FILED,)))) == ["utter_pregunta_otra_o_misma"]


def test_the_second_photo_is_left_out() -> None:
    scene = Scene(NOW, files=(File("a", "foto"), File("b", "audio"), File("c", "foto")))
    (effect,) = step(begun(), said("quita la segunda foto"), scene).effects
    assert (effect.kind, effect.target) == ("quitar", "c")


def test_two_misses_bring_buttons_and_a_third_a_person() -> None:
    draft = begun(pending="fecha", settled=["agencia"], asked={"fecha": 1})
    first = step(draft, said("asdf"), SCENE)
    second = step(first.draft, said("qwer"), SCENE)
    third = step(second.draft, said("zxcv"), SCENE)
    assert "utter_elige_salida" not in names(first) and names(second)[-1] == "utter_elige_salida"
    assert third.handoff == "no_nos_entendimos"


def test_other_lenders_are_not_ours() -> None:
    out = step(None, said("me acosan los cobradores de Coppel", "denunciar_acoso", 0.9, "denunciar_acoso"), SCENE)
    assert names(out) == ["utter_pregunta_banco"]
    assert step(out.draft, tap("banco", "otro", "negar"), SCENE).end == "dejar"
    assert names(step(out.draft, tap("banco", "infonavit"), SCENE)) == ["utter_pregunta_consentimiento"]


def ranked(*ranking: tuple[str, float]) -> Said:
    return replace(said("eso de la casa", ranking[0][0], ranking[0][1]), ranking=ranking)


def test_what_may_be_two_things_is_asked_and_never_guessed() -> None:
    unsure = ranked(("denunciar_amenazas", 0.34), ("consultar_derechos", 0.30))
    out = step(None, unsure, SCENE)
    assert out.draft.doubt == ["presentar_queja", "consultar_derechos"] and names(out) == ["answer_duda"]
    answered = step(out.draft, tap("duda", "consultar_derechos", "consultar_derechos"), SCENE)
    assert answered.says[0].values["texto"] == "eso de la casa" and answered.end == "olvidar"
    assert names(step(out.draft, tap("duda", "presentar_queja"), SCENE)) == ["utter_pregunta_consentimiento"]


@pytest.mark.parametrize(
    "ranking",
    [
        (("denunciar_amenazas", 0.34), ("denunciar_acoso", 0.30)),
        (("denunciar_amenazas", 0.8), ("consultar_derechos", 0.1)),
        (("consultar_derechos", 0.45), ("consultar_canales", 0.1)),
        (("saludar", 0.3), ("consultar_derechos", 0.3)),
    ],
)
def test_what_is_clear_or_all_of_one_kind_is_no_doubt(ranking: tuple) -> None:
    assert doubt(ranked(*ranking)) == []


def test_outside_the_form_a_story_is_a_story_whatever_the_model_says() -> None:
    story = said("hoy me llamaron de Sigma", "nlu_fallback", 0.8, fecha="2026-11-24", agencia="Sigma", canal="llamada")
    assert belongs_to_form(story, begun=False, case=None)
    assert not belongs_to_form(said("¿a qué hora abren?", "consultar_horarios"), begun=True, case=FILED)
    assert belongs_to_form(said("me equivoqué, fue el martes", "corregir", fecha="2026-11-17"), False, FILED)
