"""Which answer a question about rights gets, and how it is tied to what was told."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from actions.dialogue import step
from actions.draft import Draft
from actions.outcome import Scene
from actions.questions import QUESTIONS
from actions.rights import NOTHING, Rights, asks_a_right, decide
from actions.said import Said
from actions.wording import Wording
from bot.catalog import Catalog
from bot.config import load
from bot.texts import Texts

NOW = datetime(2026, 11, 24, 18, tzinfo=timezone.utc)
CONTACT = {"pais": "800 008 3900", "cdmx": "55 9171 5050", "mi_cuenta": "x", "kioscos": "y", "abierto": "z"}
CARCEL = (("carcel", 0.6), ("policia", 0.2))


@pytest.fixture(scope="module")
def rights() -> Rights:
    catalog, texts = Catalog(), Texts()
    return Rights(Wording(texts, catalog, load({})), catalog)


def said(text: str, intent: str = "consultar_derechos", ranking: tuple = (), **changes: object) -> Said:
    values = {"confidence": 0.9, "conducts": (), "entities": {}, "question": "", "choice": "", **changes}
    return Said(
        "c",
        "t",
        text,
        intent,
        **values,
        evidence=(),
        alarm="",
        language="es",
        at="",
        rights=ranking,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("ranking", "kind", "entries"),
    [
        ((), "nothing", ()),
        ((("carcel", 0.05), ("policia", 0.01)), "nothing", ()),
        (((NOTHING, 0.4), ("carcel", 0.3)), "nothing", ()),
        (CARCEL, "sure", ("carcel",)),
        ((("carcel", 0.3), ("policia", 0.28)), "which", ("carcel", "policia")),
        ((("carcel", 0.3), (NOTHING, 0.28), ("policia", 0.1)), "which", ("carcel", "policia")),
    ],
)
def test_sure_which_or_nothing(ranking: tuple, kind: str, entries: tuple) -> None:
    assert decide(ranking) == (kind, entries)


def test_the_answer_carries_its_source(rights: Rights) -> None:
    ((name, values),) = rights.answer(said("me pueden meter a la carcel?", ranking=CARCEL), {}, CONTACT)
    assert name == "utter_derecho" and values["fuente"] == "elmundodelderecho.com"
    assert "nadie puede ir a la cárcel" in values["respuesta"]


def test_two_near_answers_are_offered_by_name(rights: Rights) -> None:
    near = (("carcel", 0.3), ("policia", 0.28))
    ((name, values),) = rights.answer(said("vienen por mi?", ranking=near), {}, CONTACT)
    reply = Texts().reply(name, **values)
    assert [button.title for button in reply.buttons] == ["Cárcel", "Policía", "Otra cosa"]
    assert '"opcion":"policia"' in reply.buttons[1].payload


def test_what_is_not_known_is_said_to_be_unknown(rights: Rights) -> None:
    for question in (said("x", ranking=((NOTHING, 0.5),)), said("", question="menu", choice=NOTHING)):
        assert rights.answer(question, {}, CONTACT) == [("utter_derecho_no_se", CONTACT)]


@pytest.mark.parametrize("choice", ["", "mis_derechos", "no_hay_tal"])
def test_a_tap_gives_its_answer_and_a_strange_one_the_rights(rights: Rights, choice: str) -> None:
    ((_, values),) = rights.answer(said("", question="menu", choice=choice), {}, CONTACT)
    assert "Estos son tus derechos" in values["respuesta"]


@pytest.mark.parametrize(
    ("entry", "facts", "expected"),
    [
        ("horario", {"incident_time": "23:30"}, "A las 23:30 ya es fuera"),
        ("horario", {"incident_time": "06:10"}, "A las 6:10 ya es fuera"),
        ("domingo_festivo", {"incident_date": "2026-11-22"}, "fue domingo 22 de noviembre"),
        ("domingo_festivo", {"incident_date": "2026-11-16"}, "fue lunes 16 de noviembre"),
        ("como_saber", {"agency": "Delta {cdmx}"}, "De Delta {cdmx} tampoco"),
    ],
)
def test_an_answer_is_tied_to_what_was_told(rights: Rights, entry: str, facts: dict, expected: str) -> None:
    ((_, values),) = rights.answer(said("?", ranking=((entry, 0.9),)), facts, CONTACT)
    assert values["respuesta"].startswith(expected) or expected in values["respuesta"].splitlines()[0]


@pytest.mark.parametrize(
    ("entry", "facts"),
    [
        ("horario", {"incident_time": "21:59"}),
        ("horario", {"incident_time": "noche"}),
        ("domingo_festivo", {"incident_date": "2026-11-24"}),
        ("domingo_festivo", {"incident_date": "un día"}),
    ],
)
def test_nothing_is_claimed_that_was_not_told(rights: Rights, entry: str, facts: dict) -> None:
    ((_, values),) = rights.answer(said("?", ranking=((entry, 0.9),)), facts, CONTACT)
    assert values["respuesta"].startswith("Los lineamientos")


def test_no_blank_is_left_open(rights: Rights) -> None:
    for entry in Catalog().answers:
        told = {"incident_time": "23:00", "incident_date": "2026-11-22", "agency": "Delta"}
        ((_, values),) = rights.answer(said("?", ranking=((entry, 0.9),)), told, CONTACT)
        assert "{" not in values["respuesta"], entry


def test_what_it_was_read_as_says_which_entry_is_meant(rights: Rights) -> None:
    near = (("quitar_casa", 0.43), ("subir_deuda", 0.27), ("represalias", 0.1))
    assert (
        rights.more_to_the_point(said("si me quejo me quitan la casa?", ranking=near), "consultar_proceso")
        == "subir_deuda"
    )
    opening = (("horario", 0.5), ("domingo_festivo", 0.1))
    assert rights.more_to_the_point(said("a que hora abren?", ranking=opening), "consultar_horarios") == ""
    assert (
        rights.more_to_the_point(said("a que hora pueden llamarme", ranking=opening), "consultar_horarios") == "horario"
    )
    assert rights.more_to_the_point(said("pueden borrar lo mio?", ranking=CARCEL), "borrar_datos") == ""


def test_an_entry_that_is_gone_from_the_catalogue_is_passed_over(rights: Rights) -> None:
    gone = (("ya_no_existe", 0.9), ("carcel", 0.6), ("policia", 0.1))
    ((_, values),) = rights.answer(said("?", ranking=gone), {}, CONTACT)
    assert "cárcel" in values["respuesta"]


def test_an_answer_to_a_question_is_not_taken_for_one() -> None:
    assert not asks_a_right(said("como a las 10 de la noche", "nlu_fallback", (("horario", 0.5),)))
    assert asks_a_right(said("a las 10 de la noche pueden?", "nlu_fallback", (("horario", 0.5),)))


@pytest.mark.parametrize("pending", [*QUESTIONS, "confirmacion", "correccion"])
@pytest.mark.parametrize("intent", ["consultar_derechos", "fuera_de_alcance", "denunciar_amenazas"])
def test_in_any_state_it_is_answered_and_the_question_comes_again(pending: str, intent: str) -> None:
    draft = Draft(pending=pending, asked={pending: 1}, consent_at=None if pending == "consentimiento" else NOW)
    if pending != "relato":
        draft.story = ["me gritaron"]
    known = {"conductas": "violations", "agencia": "agency", "fecha": "incident_date", "canal": "contact_channel"}
    order = [*QUESTIONS, "confirmacion"]
    settled = order[: order.index(pending)] if pending in order else order[:-1]
    draft.settled = [name for name in settled if name != "consentimiento" and (name in known or name)]
    conducts = (intent,) if intent.startswith("denunciar") else ()
    out = step(draft, said("¿me pueden meter a la cárcel?", intent, CARCEL, conducts=conducts), Scene(NOW))
    assert out.says[0].name == "answer_consultar_derechos"
    assert out.says[-1].name.startswith(("utter_pregunta_", "answer_resumen"))
    assert out.draft.misses == 0 and not out.end


def test_a_complaint_that_asks_is_answered_before_consent_is_asked() -> None:
    heard = said("me dijo que voy a la carcel, ¿puede?", "denunciar_amenazas", CARCEL, conducts=("denunciar_amenazas",))
    out = step(None, heard, Scene(NOW))
    assert [say.name for say in out.says] == ["answer_consultar_derechos", "utter_pregunta_consentimiento"]
    assert out.draft.violations == ["denunciar_amenazas"]
