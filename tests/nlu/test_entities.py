"""Data found in messages, against what a person marked by hand. The figures: docs/nlu.md."""

from __future__ import annotations

import pytest
import yaml

from bot.config import ROOT
from bot.folding import fold
from bot.nlu.entity_scores import EXAM, rows, scores

#: What the readers are tuned on, message by message.
TUNED_ON = ROOT / "tests" / "nlu" / "entities_dev.yml"
#: Floors that only catch a reader that broke.
FLOORS = {
    "telefono": 0.95, "folio": 0.95, "monto": 0.85, "agencia": 0.8, "fecha": 0.78, "hora": 0.78, "frecuencia": 0.7,
    "canal": 0.7, "lugar": 0.65,
}  # fmt: skip


@pytest.mark.parametrize("entity", FLOORS)
def test_data_are_found(entity: str) -> None:
    assert scores(ROOT / EXAM)[entity].f1 >= FLOORS[entity]


@pytest.mark.parametrize("entity", [*FLOORS, "nombre"])
def test_data_are_found_in_what_the_readers_were_tuned_on(entity: str) -> None:
    assert scores(TUNED_ON)[entity].f1 >= 0.95


def test_nothing_of_the_exam_was_tuned_on() -> None:
    texts = [{fold(item["text"]) for item in yaml.safe_load(path.read_text())} for path in (TUNED_ON, ROOT / EXAM)]
    assert [text for text in texts[0] & texts[1] if len(text.split()) > 4] == []


def test_figures_are_counted_over_all_messages(tmp_path) -> None:
    marked = tmp_path / "marked.yml"
    marked.write_text(
        '- {text: "ayer me marcaron", entities: [{entity: fecha, said: ayer, value: "2026-11-23"}]}\n'
        '- {text: "el miércoles", entities: [{entity: fecha, said: el miércoles, value: "2026-11-11"}]}\n'
        '- {text: "no supe cuándo", entities: [{entity: fecha, said: cuándo, value: "2026-11-11"}]}\n'
    )
    score = scores(marked)["fecha"]
    assert (score.right, score.found, score.marked) == (1, 2, 3)
    assert (score.precision, score.recall) == (1 / 2, 1 / 3) and score.f1 == pytest.approx(0.4)
    assert list(rows({"fecha": score})) == [("fecha", 3, "0.50", "0.33", "0.40", "≥ 0.90")]
