"""The files of the project agree with each other: what one names, another has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot import errors
from bot.catalog import FILES
from bot.config import ROOT
from bot.texts import BLANK
from bot.training import INGREDIENTS
from tests.nlu.examples import examples

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
RESPONSES = DOMAIN["responses"]
INTENTS = set(DOMAIN["intents"])
#: Set by the turn channel when the model is not sure; there is nothing to train.
NOT_TRAINED = {"nlu_fallback"}
CODE = [path for folder in ("bot", "actions") for path in (ROOT / folder).rglob("*.py")]
RULES = [*(ROOT / "data" / "rules").glob("*.yml"), *(ROOT / "data" / "stories").glob("*.yml")]
#: Built from a name at run time: `utter_<this>…`.
BUILT = (
    "utter_equipo_",
    "utter_pregunta_",
    "utter_palabra_",
    "utter_opcion_",
    "utter_error_",
    "utter_archivo_",
    "utter_emergencia",
    "utter_crisis_",
)


def source() -> str:
    return "\n".join(path.read_text() for path in [*CODE, *RULES])


def test_every_intent_has_its_file_of_examples_and_no_other() -> None:
    files = {path.stem for path in (ROOT / "data" / "nlu").glob("*.yml")}
    assert files == INTENTS - NOT_TRAINED
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        assert {example.intent for example in examples(path)} == {path.stem}


def test_every_intent_is_answered_by_a_rule() -> None:
    ruled = set(re.findall(r"intent: (\w+)", "\n".join(path.read_text() for path in RULES)))
    assert ruled == INTENTS


def test_there_are_enough_examples() -> None:
    for intent in INTENTS - NOT_TRAINED:
        count = len(examples(ROOT / "data" / "nlu" / f"{intent}.yml"))
        assert count >= (60 if intent.startswith("denunciar_") or intent == "presentar_queja" else 40), intent


def test_conducts_named_beside_an_example_exist() -> None:
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for example in examples(path):
            assert set(example.also) <= {i for i in INTENTS if i.startswith("denunciar_")}


def test_every_text_that_is_used_exists() -> None:
    used = {name for name in re.findall(r"\butter_\w+\b", source()) if not name.endswith("_")}
    assert used - set(RESPONSES) == {"utter_message"}  # a method of Rasa's


def test_every_text_that_exists_is_used() -> None:
    used = set(re.findall(r"\butter_\w+\b", source())) | {"utter_default"}
    assert {name for name in RESPONSES if name not in used and not name.startswith(BUILT)} == set()


def test_every_action_that_a_rule_names_is_declared() -> None:
    named = set(re.findall(r"action: (action_\w+)", "\n".join(path.read_text() for path in RULES)))
    declared = set(DOMAIN["actions"]) | {"action_listen"}
    written = set(re.findall(r'return "((?:action|validate)_\w+)"', source()))
    assert named <= declared
    assert set(DOMAIN["actions"]) == written


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_texts_fit_a_phone_and_their_buttons_fit_a_thumb(name: str) -> None:
    for variant in RESPONSES[name]:
        assert len(BLANK.sub("", variant["text"])) <= 600
        assert all(len(button["title"]) <= 20 for button in variant.get("buttons", ()))
        assert len(variant.get("buttons", ())) <= 10


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_nobody_is_shouted_at_and_nothing_is_promised(name: str) -> None:
    text = " ".join(variant["text"] for variant in RESPONSES[name])
    assert not set("!¡") & set(text)
    assert not re.search(r"te garantiz|te promet|\busted\b|INAI\b|es delito", text, re.IGNORECASE)


def test_settings_and_their_example_agree() -> None:
    named = set(re.findall(r'"([A-Z]{3,}(?:_[A-Z]+)+)"', (ROOT / "bot" / "config.py").read_text()))
    keys = {"SECRET_KEY", "ENCRYPTION_KEYS", "RASA_TOKEN", "SIGNING_KEY"}
    shown = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert shown == named | keys


def catalog_entries(value: object) -> list[dict]:
    """Every mapping of the catalogue that names a source."""
    if isinstance(value, list):
        return [entry for item in value for entry in catalog_entries(item)]
    if isinstance(value, dict):
        own = [value] if "fuente" in value else []
        return own + [entry for item in value.values() for entry in catalog_entries(item)]
    return []


@pytest.mark.parametrize("name", [name for name in FILES if name != "sources"])
def test_every_fact_has_a_source_a_date_and_how_sure_it_is(name: str) -> None:
    sources = yaml.safe_load((ROOT / "data" / "catalog" / "sources.yml").read_text())
    entries = catalog_entries(yaml.safe_load((ROOT / "data" / "catalog" / f"{name}.yml").read_text()))
    assert entries
    for entry in entries:
        assert entry["fuente"] in sources, entry
        assert str(entry["revisado"]).startswith("20") and entry["confianza"] in ("H", "M"), entry


def test_what_is_said_as_infonavits_own_rule_comes_from_the_guidelines() -> None:
    rights = yaml.safe_load((ROOT / "data" / "catalog" / "rights.yml").read_text())
    assert {entry["fuente"] for entry in rights["conductas"].values()} == {"lineamientos"}
    for name, entry in rights["preguntas"].items():
        if entry["confianza"] == "M":
            assert re.search(r"no (?:tengo|lo sé)|suele|pregunta si", entry["respuesta"], re.IGNORECASE), name


def error_classes(base: type) -> list[type]:
    return [base, *(found for child in base.__subclasses__() for found in error_classes(child))]


def test_every_error_says_what_can_be_done_with_it() -> None:
    for kind in error_classes(errors.BotError):
        assert isinstance(kind.retry, bool) and isinstance(kind.ours, bool) and kind.code
        assert kind.__name__ in (errors.__doc__ or ""), "the tree in the docstring is not whole"


def is_command(words: list[str]) -> bool:
    from bot.cli import _parser

    try:
        _parser().parse_args(words)
    except SystemExit as end:
        return end.code == 0
    return True


def test_commands_that_the_guides_name_exist() -> None:
    guides = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for guide in guides:
        for line in re.findall(r"uv run buentrato ((?:[a-z]+ ?)+)", guide.read_text()):
            words = line.split()
            # some want one thing more: a folio, a file
            known = any(is_command(given) for n in (1, 2, 3) for given in (words[:n], [*words[:n], "x"]))
            assert known, f"{guide.name}: buentrato {line}"


def test_paths_that_the_guides_name_exist() -> None:
    for guide in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for name in re.findall(r"`((?:bot|actions|data|tests|docs|bench)/[\w/.]+)`", guide.read_text()):
            assert (ROOT / name).exists(), f"{guide.name}: {name}"


def test_every_test_folder_is_named_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert {name for name in folders if f"tests/{name}" not in text} == set()


def test_no_file_is_too_long_to_read() -> None:
    """The schema is a list to look a table up in, and may be longer."""
    read = [path for path in CODE if Path(path).name != "schema.py"]
    assert [str(path) for path in read if len(Path(path).read_text().splitlines()) > 400] == []


def test_a_model_is_out_of_date_when_any_of_its_components_changes() -> None:
    named = [c["name"] for c in yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]]
    files = {"/".join(name.split(".")[:-1]) + ".py" for name in named if name.startswith("bot.")}
    assert files and files <= set(INGREDIENTS)
    assert all((ROOT / ingredient).exists() for ingredient in INGREDIENTS)
