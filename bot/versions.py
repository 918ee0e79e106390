"""The models we have, and what changes from one to another. The rule of what must not get worse is `gates()`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import training
from bot.certainty import ALARMS, taken_as
from bot.errors import RuleBroken

#: How much a share may fall before publishing is stopped: over everything, in complaints, and in one intent.
MAIN_LOSS, COMPLAINT_LOSS, CONDUCT_LOSS, ROBUST_LOSS = 0.01, 0.01, 0.015, 0.04
INTENT_LOSS, INTENT_MESSAGES = 0.15, 2
#: Of danger and despair that the model hears without the rules, one message more or less is chance.
ALONE_LOSS = 1
FALSE_ALARM_GAIN = 0.005
#: Slower than this share of before.
SLOWER = 1.5


@dataclass(frozen=True)
class Version:
    """A model on the list. figures: empty when it was never measured on the present held-out messages."""

    name: str
    author: str
    reason: str
    trained_at: str
    sha256: str
    ingredients: str
    seconds: int
    figures: dict[str, Any]

    @property
    def path(self) -> Path:
        return training.MODELS / f"{self.name}.tar.gz"


@dataclass(frozen=True)
class Gate:
    """One thing that must not get worse. firm: nobody may pass it, whatever the reason. intent: the one in its name."""

    name: str
    passed: bool
    before: str
    after: str
    firm: bool = False
    intent: str = ""

    def called(self, name: Callable[[str], str]) -> str:
        """Its name with the intent as people call it. name: gives that."""
        return self.name.replace(self.intent, name(self.intent)) if self.intent else self.name


@dataclass(frozen=True)
class Changed:
    """A message that is read otherwise. right: whether old and new reading are right, None when nobody knows."""

    text: str
    meant: str
    old: str
    new: str
    right: tuple[bool, bool] | None
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()

    @property
    def effect(self) -> str:
        if self.right is None:
            return "cambia"
        return {(True, False): "peor", (False, True): "mejor"}.get(self.right, "igual")


@dataclass(frozen=True)
class Comparison:
    """What changes if `new` takes the place of `old`. by_intent: name, before, after, of how many."""

    old: Version
    new: Version
    gates: tuple[Gate, ...]
    by_intent: tuple[tuple[str, int, int, int], ...]
    changed: tuple[Changed, ...]
    real: tuple[Changed, ...]

    @property
    def blocked(self) -> bool:
        return any(not gate.passed for gate in self.gates)

    @property
    def blocked_firmly(self) -> bool:
        return any(not gate.passed and gate.firm for gate in self.gates)


def gates(old: dict[str, Any], new: dict[str, Any]) -> tuple[Gate, ...]:
    """What must not get worse from one model's figures to another's. Danger first, and danger is firm."""
    found = []
    for name in ALARMS:
        before, after = old["heard"][name], new["heard"][name]
        found.append(Gate(f"{name}: oídos", after[0] >= before[0], _of(before), _of(after), True, name))
    for name in ALARMS:
        before, after = old["heard_alone"][name], new["heard_alone"][name]
        kept = after[0] >= before[0] - ALONE_LOSS
        found.append(Gate(f"{name}: oídos por el modelo solo", kept, _of(before), _of(after), True, name))
    shares = (
        ("acierto en todo", "main", MAIN_LOSS),
        ("acierto en quejas", "complaints", COMPLAINT_LOSS),
        ("acierto en conductas (F1)", "conducts_f1", CONDUCT_LOSS),
        ("acierto en mensajes mal escritos", "robust", ROBUST_LOSS),
    )
    for title, key, loss in shares:
        before, after = _share(old[key]), _share(new[key])
        found.append(Gate(title, after >= before - loss, f"{before:.1%}", f"{after:.1%}"))
    before, after = _share(old["false_alarms"]), _share(new["false_alarms"])
    found.append(Gate("falsas alarmas", after <= before + FALSE_ALARM_GAIN, f"{before:.2%}", f"{after:.2%}"))
    found.append(_worst_intent(old["by_intent"], new["by_intent"]))
    quick = new["ms_p50"] <= max(10.0, old["ms_p50"] * SLOWER)
    found.append(Gate("rapidez (mitad de los mensajes)", quick, f"{old['ms_p50']} ms", f"{new['ms_p50']} ms"))
    return tuple(found)


def _worst_intent(old: dict[str, list[int]], new: dict[str, list[int]]) -> Gate:
    """The intent that loses most; one is too much when it loses several messages and a good part of them."""
    losses = {name: old[name][0] - new.get(name, [0, 0])[0] for name in old}
    name = max(losses, key=lambda name: losses[name] / old[name][1])
    lost, total = losses[name], old[name][1]
    passed = lost <= INTENT_MESSAGES or lost / total <= INTENT_LOSS
    after = new.get(name, [0, total])
    return Gate(f"la intención que más pierde ({name})", passed, _of(old[name]), _of(after), intent=name)


def _share(value: Any) -> float:
    return value[0] / max(1, value[1]) if isinstance(value, list) else float(value)


def _of(count: list[int]) -> str:
    return f"{count[0]} de {count[1]}"


# --- the list ------------------------------------------------------------------------------------------------------------


def listing() -> list[Version]:
    """All models on the list, newest first."""
    paths = (path for path in training.MODELS.glob("*.tar.gz") if training.manifest(path))
    return sorted((_version(path) for path in paths), key=lambda version: version.trained_at, reverse=True)


def version(name: str) -> Version:
    """Raises RuleBroken: there is no such model on the list."""
    path = training.MODELS / f"{name}.tar.gz"
    if "/" in name or not path.is_file() or not training.manifest(path):
        raise RuleBroken(f"No hay un modelo que se llame {name} en la lista.")
    return _version(path)


def _version(path: Path) -> Version:
    entry = training.manifest(path)
    fresh = entry.get("held_out") == training.sha256(training.HELD_OUT)
    return Version(
        name=path.name.removesuffix(".tar.gz"),
        author=entry.get("author", ""),
        reason=entry.get("reason", ""),
        trained_at=entry.get("trained_at", ""),
        sha256=entry.get("sha256", ""),
        ingredients=entry.get("ingredients", ""),
        seconds=entry.get("seconds", 0),
        figures=entry.get("figures", {}) if fresh and readings_file(path).is_file() else {},
    )


# --- comparing -----------------------------------------------------------------------------------------------------------


def measured(which: Version, texts: list[str], progress: Any = lambda _: None) -> Version:
    """The version with figures; what it reads is kept beside it, so that it is read once."""
    known = readings(which) if which.figures else None
    if known and [other["text"] for other in known["others"]] == texts:
        return which
    found = training.measure(training.checked_model(which.name), texts, progress)
    with gzip.open(readings_file(which.path), "wt") as file:
        json.dump(found, file, ensure_ascii=False)
    return version(which.name)


def readings(which: Version) -> dict[str, Any] | None:
    try:
        with gzip.open(readings_file(which.path), "rt") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def readings_file(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".tar.gz") + ".lectura.json.gz")


def compare(old: Version, new: Version) -> Comparison:
    """Raises RuleBroken: one of them was not measured."""
    before, after = readings(old), readings(new)
    if not old.figures or not new.figures or before is None or after is None:
        raise RuleBroken("Falta medir uno de los modelos.")
    counts_old, counts_new = old.figures["by_intent"], new.figures["by_intent"]
    by_intent = tuple((name, counts_old[name][0], counts_new[name][0], counts_old[name][1]) for name in counts_old)
    pairs = zip(before["messages"], after["messages"], strict=True)
    known = {other["text"]: other for other in before["others"]}
    real = ((known[other["text"]], other) for other in after["others"] if other["text"] in known)
    return Comparison(
        old=old,
        new=new,
        gates=gates(old.figures, new.figures),
        by_intent=tuple(sorted(by_intent, key=lambda row: row[2] - row[1])),
        changed=_worst_first(_changed(one, other) for one, other in pairs),
        real=_worst_first(_changed(one, other) for one, other in real),
    )


def _changed(old: dict[str, Any], new: dict[str, Any]) -> Changed | None:
    was, now_ = _heard(old), _heard(new)
    gone, come = (
        sorted(set(old["conducts"]) - set(new["conducts"])),
        sorted(set(new["conducts"]) - set(old["conducts"])),
    )
    if was == now_ and not gone and not come:
        return None
    right = (was in old["labels"], now_ in old["labels"]) if "labels" in old else None
    return Changed(old["text"], old.get("meant", ""), was, now_, right, tuple(gone), tuple(come))


def _heard(reading: dict[str, Any]) -> str:
    return taken_as(reading["intent"], reading["confidence"])


def _worst_first(found: Any) -> tuple[Changed, ...]:
    order = {"peor": 0, "cambia": 1, "mejor": 2, "igual": 3}
    return tuple(sorted((c for c in found if c), key=lambda c: (c.meant not in ALARMS, order[c.effect])))
