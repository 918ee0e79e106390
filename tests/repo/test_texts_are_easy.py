"""What a frightened person reads is short, easy, and says where it comes from."""

from __future__ import annotations

import re
from datetime import date
from statistics import mean

import pytest
import yaml

from bot.catalog import Catalog
from bot.config import ROOT
from bot.texts import BLANK
from tests.repo.reading import inflesz

RIGHTS = yaml.safe_load((ROOT / "data" / "catalog" / "rights.yml").read_text())
SOURCES = yaml.safe_load((ROOT / "data" / "catalog" / "sources.yml").read_text())
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
ANSWERS = RIGHTS["preguntas"]
CONDUCTS = RIGHTS["conductas"]
#: Texts of so few words are labels; a syllable more or less would decide.
FEW_WORDS = 8
#: What is put into a blank counts as one short word.
FILLED = "dato"
#: For people who read English, and for the button's own name.
NOT_SPANISH = ("utter_otro_idioma",)
NEVER = re.compile(
    r"[!¡]|te garantiz|te promet|\busted\b|INAI\b|es delito\b|ignora (?:ese|el|este) papel",
    re.IGNORECASE,
)
WAY_ON = re.compile(
    r"aquí|cuéntame|Infonatel|\{pais\}|911|pregúntame|escríbeme|armemos|agrega|dímelo|mándalos|anotamos|tu queja",
    re.IGNORECASE,
)


def texts() -> dict[str, str]:
    """Everything that is said to a borrower, by its name."""
    said = {f"pregunta {name}": entry["respuesta"] for name, entry in ANSWERS.items()}
    for name, entry in CONDUCTS.items():
        said[f"conducta {name}"] = " ".join(entry[part] for part in ("dice", "significa", "puedes"))
    for name, variants in DOMAIN["responses"].items():
        if name not in NOT_SPANISH:
            said |= {f"{name} {number}": variant["text"] for number, variant in enumerate(variants)}
    return {name: BLANK.sub(FILLED, text) for name, text in said.items()}


TEXTS = texts()
LONG = {name: text for name, text in TEXTS.items() if len(text.split()) >= FEW_WORDS}


def test_texts_are_easy_on_the_whole() -> None:
    assert mean(inflesz(text) for text in LONG.values()) >= 65
    assert mean(inflesz(text) for name, text in LONG.items() if name.startswith("pregunta")) >= 65


def test_no_text_is_hard() -> None:
    assert {name: round(inflesz(text)) for name, text in LONG.items() if inflesz(text) < 55} == {}


def test_the_scale_tells_easy_from_hard() -> None:
    assert inflesz("No des dinero en la mano. Guarda el recibo.") > 80
    hard = "Las disposiciones de carácter general aplicables a las entidades financieras establecen responsabilidades."
    assert inflesz(hard) < 30


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_short_honest_and_goes_on(name: str) -> None:
    entry = ANSWERS[name]
    said = Catalog().answer(name)
    assert 0 < len(entry["boton"]) <= 20
    whole = "\n".join([*entry.get("con", {}).values(), entry["respuesta"]])
    filled = BLANK.sub("55 9171 5050", whole)
    assert len(f"{filled}\n(Fuente: {said.source})") <= 700 and len(BLANK.sub("", entry["respuesta"])) <= 600
    assert not NEVER.search(whole)
    assert WAY_ON.search(entry["respuesta"])
    assert set(BLANK.findall(whole)) <= {"pais", "cdmx", "mi_cuenta", *entry.get("con", {})}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_says_where_it_comes_from_and_when_that_was_read(name: str) -> None:
    entry = ANSWERS[name]
    assert entry["fuente"] in SOURCES
    assert date(2026, 1, 1) <= date.fromisoformat(str(entry["revisado"])) <= date(2030, 1, 1)
    assert entry["confianza"] in ("H", "M")


@pytest.mark.parametrize("name", [n for n, e in ANSWERS.items() if e["fuente"] != "lineamientos"])
def test_another_house_rule_is_never_said_as_infonavits(name: str) -> None:
    """Rules for banks say that they are for banks."""
    answer = ANSWERS[name]["respuesta"]
    assert not re.search(r"lineamientos (?:prohíben|dicen|obligan)[^.]*(?:22:00|efectivo|gafete)", answer)
    if ANSWERS[name]["fuente"] in ("idc-2014", "expansion-foto"):
        assert "bancos y financieras" in answer


def test_there_are_enough_answers_and_their_buttons_differ() -> None:
    assert len(ANSWERS) >= 45
    buttons = [entry["boton"] for entry in ANSWERS.values()]
    assert len(set(buttons)) == len(buttons)
