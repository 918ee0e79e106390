"""What the pages of training share: made once for the app, at first use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.requests import Request

from bot.certainty import NOT_UNDERSTOOD
from bot.examples import RIGHT
from bot.guide import GROUPS, Guide
from bot.publishing import Publisher
from bot.rasa_client import RasaClient
from bot.review_desk import ReviewDesk
from bot.scrub import Scrubber
from bot.teaching import Teaching
from bot.training_job import Jobs
from bot.trial import Trial
from bot.wiring import House

#: What can be marked in a message, and how people call it.
ENTITIES = {
    name: name.replace("telefono", "teléfono")
    for name in ("agencia", "telefono", "fecha", "hora", "frecuencia", "canal", "lugar", "monto", "nombre", "folio")
}
#: The right of questions that nothing in the catalogue answers.
NO_ANSWER = "ninguno"
RIGHT_LABEL = re.compile(RIGHT + r"\w+")


@dataclass
class Workshop:
    """teaching, rasa: given, as tests have examples and an event loop of their own."""

    house: House
    teaching: Teaching
    rasa: RasaClient

    @cached_property
    def desk(self) -> ReviewDesk:
        return ReviewDesk(self.house.store, self.teaching)

    @cached_property
    def guide(self) -> Guide:
        return Guide()

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.house.settings)

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher(self.house.store, self.rasa)

    @cached_property
    def trial(self) -> Trial:
        return Trial(self.rasa, self.house.texts, self.house.settings.actions_url)

    # --- what things are called ------------------------------------------------------------------------------------

    @cached_property
    def rights(self) -> dict[str, str]:
        """Each right that can be asked for, as a label of examples, and its name."""
        catalog = self.house.catalog
        found = {RIGHT + entry: catalog.answer(entry).button for entry in catalog.answers}
        return {**found, RIGHT + NO_ANSWER: "Sin respuesta: decir que no se sabe"}

    def labels(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What an example can teach, in groups: label and name."""
        entries = self.guide.all().values()
        intents = [(group, [(e.intent, e.nombre) for e in entries if e.grupo == group]) for group in GROUPS]
        return [*intents, ("Pregunta por un derecho", sorted(self.rights.items(), key=lambda item: item[1]))]

    def name(self, label: str) -> str:
        """How people call an intent or a right."""
        if label == NOT_UNDERSTOOD:
            return "no entendió"
        return self.rights.get(label) or self.guide.name(label)

    def in_words(self, text: str) -> str:
        """A sentence for people: intents and rights by what people call them."""
        return self.guide.in_words(RIGHT_LABEL.sub(lambda match: f"«{self.name(match[0])}»", text))

    # --- reading for the pages ---------------------------------------------------------------------------------------

    def get_ready(self) -> None:
        """Read what the pages need once, before the first of them is opened."""
        self.guide.all()
        self.teaching.neighbours.nearest("", 1)
        Scrubber().scrub("Ana")

    @property
    def opinions(self) -> Path:
        """Where the last search for wrong labels left what it found."""
        return self.house.settings.data_dir / "training" / "opinions.json"

    def searching(self) -> str:
        """How far the search for wrong labels is; empty when none runs."""
        try:
            pid = int(self.opinions.with_suffix(".pid").read_text())
            if b"--opinions" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                return ""
            said = self.opinions.with_suffix(".log").read_text().strip().splitlines()
        except (OSError, ValueError):
            return ""
        return said[-1].lstrip("… ") if said else "empezando"


def workshop(request: Request) -> Workshop:
    return request.app.state.workshop


def author(request: Request) -> str:
    return request.state.staff.email


def is_chief(request: Request) -> bool:
    return request.state.staff.role in ("supervisor", "admin")
