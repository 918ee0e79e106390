"""How well data are found in messages: `bot/nlu/reading` against what a person marked by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.folding import fold
from bot.nlu.reading.reader import find

#: The exam. `entities_dev.yml` beside it is what the readers are tuned on.
EXAM = Path("tests/nlu/entities.yml")
#: The day on which the messages were marked.
TODAY = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("America/Mexico_City"))
#: Entities whose value is what was said; of the others it is normalised and must be the same.
AS_SAID = ("agencia", "lugar", "nombre", "frecuencia")
GOALS = {"telefono": "≥ 0.90", "fecha": "≥ 0.90", "hora": "≥ 0.90", "monto": "≥ 0.90", "agencia": "≥ 0.80"}
HEAD = ("dato", "marcados", "precisión", "exhaustividad", "F1", "meta")


@dataclass(frozen=True)
class Score:
    """Counts over all messages. marked: by hand; found: by the readers; right: both."""

    right: int
    found: int
    marked: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.marked)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.found + self.marked)


def scores(path: Path = EXAM) -> dict[str, Score]:
    """Entity → score, over the messages of a file like `tests/nlu/entities.yml`."""
    right, found, marked = Counter[str](), Counter[str](), Counter[str]()
    for item in yaml.safe_load(path.read_text()):
        want = Counter(_pair(e["entity"], str(e["value"])) for e in item["entities"])
        got = Counter(_pair(f.entity, f.value) for f in find(item["text"], TODAY))
        for total, pairs in ((marked, want), (found, got), (right, want & got)):
            total.update(_by_entity(pairs))
    return {entity: Score(right[entity], found[entity], marked[entity]) for entity in marked}


def _pair(entity: str, value: str) -> tuple[str, str]:
    return entity, fold(value) if entity in AS_SAID else value


def _by_entity(pairs: Counter[tuple[str, str]]) -> Counter[str]:
    return Counter(entity for entity, _ in pairs.elements())


def rows(measured: dict[str, Score]) -> Iterable[tuple[Any, ...]]:
    """Rows for HEAD, best first."""
    for entity, score in sorted(measured.items(), key=lambda item: -item[1].f1):
        figures = (f"{figure:.2f}" for figure in (score.precision, score.recall, score.f1))
        yield (entity, score.marked, *figures, GOALS.get(entity, ""))
