"""What each intent is, for people who label: `data/guide/intenciones.yml`, read and edited."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from bot.config import ROOT
from bot.errors import ConfigError, RuleBroken

FILE = ROOT / "data" / "guide" / "intenciones.yml"
GROUPS = ("Quejas", "Preguntas", "Actos", "Diálogo")
LONGEST = 600
#: How an intent's own name looks in a sentence.
INTENT = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|(?:^|(?<=como )|(?<=oye )|(?<=: )|(?<=, ))[a-z]+\b")


@dataclass(frozen=True)
class Entry:
    """One intent. ejemplos: those that are it. bordes: those that look like it and are something else."""

    intent: str
    nombre: str
    grupo: str
    es: str
    no_es: str
    ejemplos: tuple[str, ...]
    bordes: tuple[str, ...]


class Guide:
    """Raises ConfigError: the file cannot be read."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        self._read: tuple[int, dict[str, Entry]] = (0, {})

    def all(self) -> dict[str, Entry]:
        """By intent, in the order of the file. Read again when it changed."""
        try:
            changed = self._file.stat().st_mtime_ns
            if changed != self._read[0]:
                document = yaml.safe_load(self._file.read_text())
                self._read = (changed, {intent: _entry(intent, values) for intent, values in document.items()})
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{self._file.name} no se puede leer ({type(error).__name__}).") from error
        return self._read[1]

    def name(self, intent: str) -> str:
        """How people call an intent; its own name when the guide does not know it."""
        entry = self.all().get(intent)
        return entry.nombre if entry else intent

    def in_words(self, text: str) -> str:
        """A sentence for people: intents by what people call them."""
        known = self.all()
        return INTENT.sub(lambda match: f"«{known[match[0]].nombre}»" if match[0] in known else match[0], text)

    def change(self, new: Entry) -> Entry:
        """Returns what stood there before. Raises RuleBroken."""
        old = self.all().get(new.intent)
        if old is None:
            raise RuleBroken(f"No hay una intención que se llame {new.intent}.")
        if not new.nombre or not new.es:
            raise RuleBroken("El nombre y qué es no pueden quedar vacíos.")
        if max(map(len, (new.nombre, new.es, new.no_es, *new.ejemplos, *new.bordes))) > LONGEST:
            raise RuleBroken(f"Hay un texto demasiado largo: lo más son {LONGEST} letras.")
        rt: Any = YAML()
        rt.width, rt.preserve_quotes = 1_000_000, True
        document = rt.load(self._file.read_text())
        document[new.intent].update(
            {
                "nombre": Quoted(new.nombre),
                "es": Quoted(new.es),
                "no_es": Quoted(new.no_es),
                "ejemplos": [Quoted(text) for text in new.ejemplos],
                "bordes": [Quoted(text) for text in new.bordes],
            }
        )
        out = io.StringIO()
        rt.dump(document, out)
        draft = self._file.with_suffix(".draft")
        draft.write_text(out.getvalue())
        draft.replace(self._file)
        return old


def _entry(intent: str, values: dict) -> Entry:
    return Entry(
        intent,
        str(values["nombre"]),
        str(values["grupo"]),
        str(values["es"]),
        str(values["no_es"]),
        tuple(map(str, values["ejemplos"])),
        tuple(map(str, values["bordes"])),
    )
