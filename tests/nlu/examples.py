"""Training and held-out examples, read as what a person would have written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Example:
    """also: conducts that it carries beside its main intent."""

    text: str
    intent: str
    also: tuple[str, ...] = ()

    @property
    def labels(self) -> set[str]:
        return {self.intent, *self.also}


def examples(path: Path) -> list[Example]:
    """All examples of a Rasa NLU file, without the marks of entities."""
    found = []
    for block in yaml.safe_load(path.read_text())["nlu"]:
        listed = block["examples"]
        if isinstance(listed, str):
            listed = [{"text": line[2:].strip()} for line in listed.splitlines() if line.startswith("- ")]
        for item in listed:
            also = tuple((item.get("metadata") or {}).get("tambien", ()))
            found.append(Example(_ENTITY.sub(r"\1", item["text"]), block["intent"], also))
    return found
