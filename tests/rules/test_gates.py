"""What must not get worse from one model to the next, and what nobody may wave through."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from bot.versions import gates

GOOD: dict[str, Any] = {
    "main": [1000, 1250],
    "complaints": [400, 450],
    "conducts_f1": 0.76,
    "heard": {"emergencia": [40, 40], "crisis_emocional": [30, 40]},
    "heard_alone": {"emergencia": [39, 40], "crisis_emocional": [28, 40]},
    "false_alarms": [9, 1170],
    "by_intent": {"saludar": [18, 18], "consultar_credito": [20, 26], "crisis_emocional": [30, 40]},
    "robust": 0.8,
    "ms_p50": 8.0,
    "ms_p95": 20.0,
}


def failed(**changes: Any) -> list[tuple[str, bool]]:
    """(name, firm) of the gates that the changed figures do not pass."""
    new = deepcopy(GOOD) | changes
    return [(gate.name, gate.firm) for gate in gates(GOOD, new) if not gate.passed]


def test_the_same_figures_pass() -> None:
    assert failed() == []


@pytest.mark.parametrize("name", ["emergencia", "crisis_emocional"])
def test_one_message_of_danger_less_is_firm(name: str) -> None:
    heard = deepcopy(GOOD["heard"])
    heard[name][0] -= 1
    assert failed(heard=heard) == [(f"{name}: oídos", True)]


def test_a_poisoned_batch_that_the_rules_hide_is_seen_in_the_model_alone() -> None:
    alone = {"emergencia": [39, 40], "crisis_emocional": [20, 40]}
    assert failed(heard_alone=alone) == [("crisis_emocional: oídos por el modelo solo", True)]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"main": [980, 1250]}, "acierto en todo"),
        ({"complaints": [390, 450]}, "acierto en quejas"),
        ({"conducts_f1": 0.74}, "acierto en conductas (F1)"),
        ({"robust": 0.7}, "acierto en mensajes mal escritos"),
        ({"false_alarms": [20, 1170]}, "falsas alarmas"),
        ({"ms_p50": 20.0}, "rapidez (mitad de los mensajes)"),
        (
            {"by_intent": {"saludar": [12, 18], "consultar_credito": [20, 26], "crisis_emocional": [30, 40]}},
            "la intención que más pierde (saludar)",
        ),
    ],
)
def test_other_losses_can_be_decided(change: dict[str, Any], name: str) -> None:
    assert failed(**change) == [(name, False)]


def test_small_losses_and_all_gains_pass() -> None:
    assert failed(main=[992, 1250], ms_p50=11.0, heard={"emergencia": [40, 40], "crisis_emocional": [35, 40]}) == []
