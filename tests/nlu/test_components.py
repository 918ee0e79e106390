"""Each component of the pipeline by itself, with a handful of messages and no trained model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import ConductClassifier, labels_of
from bot.nlu.entities import SpanishEntities
from bot.nlu.language_guard import LanguageGuard
from bot.nlu.learned import LearnedComponent
from bot.nlu.rights_matcher import RightsMatcher, right_of
from bot.nlu.tokenizer import SpanishTokenizer

RESOURCE = Resource("one")
CONTEXT = ExecutionContext(GraphSchema({}))
#: Numbers that stand for the meaning of a message: how often each of these is in it.
MEANINGS = ("grit", "llam", "hora", "casa", "gracias", "hola")


def message(text: str, encoder: str = "", **data: object) -> Message:
    made = Message({TEXT: text, **data})
    if encoder:
        vector = np.array([[text.count(part) + 0.01 for part in MEANINGS]], np.float32)
        made.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, encoder))
    return made


# --- tokenizer -----------------------------------------------------------------------------------------------------------


def tokens(text: str) -> list[tuple[str, str]]:
    tokenizer = SpanishTokenizer(SpanishTokenizer.get_default_config())
    return [(token.text, token.lemma) for token in tokenizer.tokenize(message(text), TEXT)]


def test_words_stay_as_written_and_are_read_folded() -> None:
    assert tokens("Me ABLAN xq debo") == [("Me", "me"), ("ABLAN", "hablan"), ("xq", "porque"), ("debo", "debo")]


def test_hours_amounts_and_addresses_stay_whole() -> None:
    assert [word for word, _ in tokens("a las 8:30, $3,500 y ana@mail.com")] == [
        "a", "las", "8:30", ",", "$", "3,500", "y", "ana", "@", "mail.com",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_text_without_words_is_one_token(text: str) -> None:
    assert tokens(text) == [(text, text)]


def test_offsets_point_at_the_words() -> None:
    text = "¿Quién  llamó?"
    found = SpanishTokenizer(SpanishTokenizer.get_default_config()).tokenize(message(text), TEXT)
    assert [text[token.start : token.end] for token in found] == ["¿", "Quién", "llamó", "?"]


# --- entities ------------------------------------------------------------------------------------------------------------


def entities(text: str, **data: object) -> list[tuple[str, str, str]]:
    component = SpanishEntities.create({}, None, RESOURCE, CONTEXT)  # type: ignore[arg-type]
    (read,) = component.process([message(text, **data)])
    return [(e["entity"], e["value"], e["text"]) for e in read.get(ENTITIES, [])]


def test_days_are_resolved_against_the_day_on_which_it_was_written() -> None:
    assert entities("fue antier", metadata={"at": "2026-03-10T08:00:00-06:00"}) == [("fecha", "2026-03-08", "antier")]


def test_the_day_is_that_of_mexico() -> None:
    """Two in the morning in London is still the day before in Mexico."""
    assert entities("ayer", metadata={"at": "2026-03-10T02:00:00+00:00"}) == [("fecha", "2026-03-08", "ayer")]


@pytest.mark.parametrize("metadata", [None, {}, {"at": ""}, {"at": "ayer"}, {"at": None}])
def test_without_a_moment_it_is_now(metadata: object) -> None:
    assert [found[0] for found in entities("me marcaron hoy", metadata=metadata)] == ["canal", "fecha"]


def test_what_others_found_before_is_kept() -> None:
    kept = {"entity": "opcion", "value": "si"}
    component = SpanishEntities.create({}, None, RESOURCE, CONTEXT)  # type: ignore[arg-type]
    (read,) = component.process([message("del 5512345678", entities=[kept])])
    assert [e["entity"] for e in read.get(ENTITIES)] == ["opcion", "telefono"]


def test_an_empty_message_has_no_entities() -> None:
    assert entities("") == []


# --- language guard ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [("they keep calling me at my house", "en"), ("me hablan a todas horas", "es"), ("", "es"), ("hello", "es")],
)
def test_the_language_is_noted(text: str, language: str) -> None:
    guard = LanguageGuard.create({}, None, RESOURCE, CONTEXT)  # type: ignore[arg-type]
    assert guard.process([message(text)])[0].get("idioma") == language


# --- classifier ----------------------------------------------------------------------------------------------------------

TAUGHT = [
    ("me gritan por telefono", "denunciar_maltrato", []),
    ("me gritaron bien feo", "denunciar_maltrato", []),
    ("gritan y llaman a cada hora", "denunciar_maltrato", ["denunciar_acoso"]),
    ("me llaman a todas horas", "denunciar_acoso", []),
    ("llaman y llaman a mi casa", "denunciar_acoso", []),
    ("llaman a la casa a cada hora y gritan", "denunciar_acoso", ["denunciar_maltrato"]),
    ("gracias por todo", "agradecer", []),
    ("mil gracias", "agradecer", []),
    ("hola buenas", "saludar", []),
    ("hola que tal", "saludar", []),
]


def example(text: str, intent: str, also: list[str]) -> Message:
    return message(text, "TunedEncoder", **{INTENT: intent, "metadata": {"example": {"tambien": also}}})


@pytest.fixture
def taught(tmp_path: Path) -> LearnedComponent:
    """Taught, saved, and loaded again."""
    storage = LocalModelStorage.create(tmp_path)
    component = ConductClassifier.create({"dense_C": 1.0, "conducts_dense_C": 1.0}, storage, RESOURCE, CONTEXT)
    component.train(TrainingData([example(*item) for item in TAUGHT]))
    return ConductClassifier.load({"dense_C": 1.0}, storage, RESOURCE, CONTEXT)


def test_the_main_intent_and_every_conduct_are_named(taught: ConductClassifier) -> None:
    (read,) = taught.process([message("llaman a cada hora y gritan", "TunedEncoder")])
    conducts = {item["name"] for item in read.get("conductas")}
    assert read.get(INTENT)["name"] in conducts == {"denunciar_acoso", "denunciar_maltrato"}


def test_what_is_no_complaint_carries_no_conduct(taught: ConductClassifier) -> None:
    (read,) = taught.process([message("muchas gracias", "TunedEncoder")])
    assert (read.get(INTENT)["name"], read.get("conductas")) == ("agradecer", [])


def test_confidences_are_probabilities_best_first(taught: ConductClassifier) -> None:
    (read,) = taught.process([message("hola", "TunedEncoder")])
    confidences = [entry["confidence"] for entry in read.get("intent_ranking")]
    assert sum(confidences) == pytest.approx(1) and confidences == sorted(confidences, reverse=True)


def test_a_message_without_text_is_nothing(taught: ConductClassifier) -> None:
    (read,) = taught.process([message("")])
    assert read.get(INTENT) == {"name": None, "confidence": 0.0} and read.get("conductas") == []


def test_labels_are_the_intent_and_what_the_example_adds() -> None:
    assert labels_of(example("x", "denunciar_acoso", ["denunciar_maltrato"])) == {
        "denunciar_acoso",
        "denunciar_maltrato",
    }
    assert labels_of(message("x", **{INTENT: "saludar"})) == {"saludar"}


def test_a_model_made_of_other_things_than_ours_is_refused(tmp_path: Path) -> None:
    import skops.io as sio

    storage = LocalModelStorage.create(tmp_path)
    with storage.write_to(RESOURCE) as folder:
        sio.dump({"letters": Path("x")}, folder / "model.skops")
    with pytest.raises(Exception, match=r"(?i)untrusted"):
        ConductClassifier.load({}, storage, RESOURCE, CONTEXT)


# --- rights matcher ------------------------------------------------------------------------------------------------------

ASKED = [
    ("a que hora pueden llamar", "horario"),
    ("desde que hora me llaman", "horario"),
    ("hasta que hora pueden llamarme", "horario"),
    ("pueden entrar a mi casa", "casa"),
    ("me pueden sacar de mi casa", "casa"),
    ("entran a la casa sin permiso", "casa"),
]


def question(text: str, entry: str) -> Message:
    return message(
        text, "SentenceEncoder", **{INTENT: "consultar_derechos", "metadata": {"intent": {"derecho": entry}}}
    )


def test_a_question_is_matched_with_the_entry_it_is_like(tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    RightsMatcher.create({}, storage, RESOURCE, CONTEXT).train(TrainingData([question(*item) for item in ASKED]))
    matcher = RightsMatcher.load({}, storage, RESOURCE, CONTEXT)
    hour, house, nothing = matcher.process(
        [message("a q hora llaman", "SentenceEncoder"), message("se meten ala casa", "SentenceEncoder"), message("")]
    )
    assert [found["name"] for found in hour.get("derechos")] == ["horario", "casa"]
    assert house.get("derechos")[0]["name"] == "casa"
    assert all(0 <= found["confidence"] <= 1 for found in hour.get("derechos"))
    assert nothing.get("derechos") == []


def test_examples_of_other_intents_belong_to_no_right() -> None:
    assert right_of(message("hola")) == "" and right_of(question("x", "casa")) == "casa"
