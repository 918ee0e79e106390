"""The facts of `data/catalog/`: rights, official channels and their hours, solutions, sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import yaml

from bot.config import ROOT
from bot.errors import ConfigError
from bot.folding import fold

FILES = ("rights", "channels", "solutions", "help_lines", "sources", "receipt")


@dataclass(frozen=True)
class Right:
    """What the guidelines say of one conduct. Source: the guidelines published by Infonavit (sources.yml)."""

    short: str
    says: str
    means: str
    can_do: str


@dataclass(frozen=True)
class RightAnswer:
    """The answer to a question about rights, with where it comes from."""

    text: str
    source: str


@dataclass(frozen=True)
class Opening:
    """Is Infonatel's adviser line open? closes: HH:MM when open; opens: the moment it opens next when not."""

    open: bool
    closes: str = ""
    opens: datetime | None = None


class Catalog:
    """Raises ConfigError when a file is missing or not YAML."""

    def __init__(self, folder: Path = ROOT / "data" / "catalog") -> None:
        try:
            self._data = {name: yaml.safe_load((folder / f"{name}.yml").read_text()) for name in FILES}
        except (OSError, yaml.YAMLError) as error:
            raise ConfigError(
                f"No se puede leer data/catalog ({type(error).__name__}). Revisa los archivos."
            ) from error

    def right(self, conduct: str) -> Right:
        entry = self._data["rights"]["conductas"][conduct]
        return Right(entry["corto"], entry["dice"], entry["significa"], entry["puedes"])

    def rights_answer(self, question: str) -> RightAnswer:
        """The entry whose word groups the question touches most; the general one when it touches none fully."""
        words = fold(question).split()
        best, best_score = None, 0
        for entry in self._data["rights"]["preguntas"]:
            groups = entry["palabras"]
            hits = sum(any(word.startswith(stem) for word in words for stem in group) for group in groups)
            if hits == len(groups) and hits > best_score:
                best, best_score = entry, hits
        if best is None:
            return RightAnswer(self._data["rights"]["general"].strip(), self._source("lineamientos"))
        return RightAnswer(best["respuesta"].strip(), self._source(best["fuente"]))

    @cached_property
    def contact(self) -> dict[str, str]:
        """Addresses and numbers of the official channels, as blanks for texts."""
        channels = self._data["channels"]
        return {
            "mi_cuenta": channels["mi_cuenta"],
            "cdmx": channels["infonatel"]["cdmx"],
            "pais": channels["infonatel"]["pais"],
            "kioscos": channels["kioscos"],
        }

    @property
    def solutions(self) -> list[dict[str, str]]:
        return self._data["solutions"]["soluciones"]

    @property
    def receipt(self) -> dict[str, Any]:
        """Every sentence of a receipt and of the page that checks one."""
        return self._data["receipt"]

    def opening(self, moment: datetime) -> Opening:
        """Whether an adviser answers at `moment` (aware, any zone), by Mexico City time and legal rest days."""
        line = self._data["channels"]["infonatel"]
        local = moment.astimezone(ZoneInfo(line["zona"]))
        today = self._hours(local)
        clock = local.strftime("%H:%M")
        if today["abre"] <= clock < today["cierra"]:
            return Opening(True, closes=today["cierra"])
        day = local if clock < today["abre"] else local + timedelta(days=1)
        hour, minute = self._hours(day)["abre"].split(":")
        return Opening(False, opens=day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0))

    def _hours(self, day: datetime) -> dict[str, str]:
        line = self._data["channels"]["infonatel"]
        if day.date() in holidays.country_holidays("MX", years=day.year):
            return line["festivo"]
        return next(hours for hours in line["horario"] if day.weekday() in hours["dias"])

    def _source(self, key: str) -> str:
        """Short name of a source for the end of a text: the publisher, not the whole address."""
        name = self._data["sources"][key]
        if key == "lineamientos":
            return "lineamientos de Infonavit para las agencias"
        return name.split("/")[2].removeprefix("www.") if name.startswith("http") else name
