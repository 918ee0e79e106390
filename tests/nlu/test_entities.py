"""Data found in messages, against what a person marked by hand (tests/nlu/entities.yml). The figures: docs/nlu.md."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.config import ROOT
from bot.folding import fold
from bot.nlu.reading.reader import find

#: The day on which the messages were marked.
TODAY = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("America/Mexico_City"))
MARKED = yaml.safe_load((ROOT / "tests" / "nlu" / "entities.yml").read_text())
#: Entities whose value is what was said; for the others it is normalised.
AS_SAID = ("agencia", "lugar", "nombre", "frecuencia")
#: Floors that only catch a reader that broke.
FLOORS = {"telefono": 0.9, "hora": 0.7, "fecha": 0.7, "monto": 0.65, "folio": 0.9, "canal": 0.5, "agencia": 0.5}


def scores() -> dict[str, tuple[float, float]]:
    """entity → precision, recall over all marked messages."""
    right, found, meant = Counter(), Counter(), Counter()
    for item in MARKED:
        want = Counter((e["entity"], _key(e["entity"], str(e["value"]))) for e in item["entities"])
        got = Counter((f.entity, _key(f.entity, f.value)) for f in find(item["text"], TODAY))
        for counts, total in ((want, meant), (got, found), (want & got, right)):
            for (entity, _), number in counts.items():
                total[entity] += number
    return {entity: (right[entity] / max(1, found[entity]), right[entity] / meant[entity]) for entity in meant}


def _key(entity: str, value: str) -> str:
    return fold(value) if entity in AS_SAID else value


@pytest.mark.parametrize("entity", FLOORS)
def test_data_are_found(entity: str) -> None:
    precision, recall = scores()[entity]
    assert 2 * precision * recall / max(0.01, precision + recall) >= FLOORS[entity]
