"""The facts of `data/catalog/`: rights, official channels and their hours, solutions, sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import yaml

from bot.config import ROOT
from bot.errors import ConfigError

FILES = ("rights", "channels", "solutions", "help_lines", "sources", "receipt")
SUNDAY = 6


@dataclass(frozen=True)
class Right:
    """What the guidelines say of one conduct. Source: the guidelines published by Infonavit (sources.yml)."""

    short: str
    says: str
    means: str
    can_do: str


@dataclass(frozen=True)
class RightAnswer:
    """The answer to a question about rights, with where it comes from.

    Attributes:
        button: its name when two answers are offered.
        intent: as what its questions are read.
        knowing: sentences to put before it, each by the fact that must be known for it.
    """

    text: str
    button: str
    intent: str
    source: str
    knowing: dict[str, str]


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

    @property
    def conducts(self) -> tuple[str, ...]:
        """The names of all conducts of which the guidelines say something."""
        return tuple(self._data["rights"]["conductas"])

    def answer(self, entry: str) -> RightAnswer:
        """What the catalogue answers to a question. Raises KeyError when there is no such entry."""
        found = self._data["rights"]["preguntas"][entry]
        return RightAnswer(
            text=found["respuesta"].strip(),
            button=found["boton"],
            intent=found.get("intencion", "consultar_derechos"),
            source=self._source(found["fuente"]),
            knowing=found.get("con", {}),
        )

    @property
    def answers(self) -> tuple[str, ...]:
        """The names of all entries that answer a question."""
        return tuple(self._data["rights"]["preguntas"])

    def rests(self, day: date) -> bool:
        """Is it a Sunday or a legal rest day?"""
        return day.weekday() == SUNDAY or day in holidays.country_holidays("MX", years=day.year)

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

    @cached_property
    def public_numbers(self) -> frozenset[str]:
        """Official and help lines, as digits."""
        contact = (self.contact["pais"], self.contact["cdmx"])
        lines = (line["numero"] for line in self._data["help_lines"]["lineas"])
        return frozenset(re.sub(r"\D", "", number) for number in (*contact, *lines))

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
