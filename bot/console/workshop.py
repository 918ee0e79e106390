"""What the pages of training share: made once for the app, at first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.requests import Request

from bot.guide import Guide
from bot.publishing import Publisher
from bot.rasa_client import RasaClient
from bot.review_desk import ReviewDesk
from bot.teaching import Teaching
from bot.training_job import Jobs
from bot.trial import Trial
from bot.wiring import House

ENTITIES = ("agencia", "telefono", "fecha", "hora", "frecuencia", "canal", "lugar", "monto", "nombre", "folio")


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

    @property
    def opinions(self) -> Path:
        """Where the last search for wrong labels left what it found."""
        return self.house.settings.data_dir / "training" / "opinions.json"


def workshop(request: Request) -> Workshop:
    state = request.app.state
    if not hasattr(state, "workshop"):
        state.workshop = Workshop(state.house, Teaching(state.house.store), state.house.rasa)
    return state.workshop


def author(request: Request) -> str:
    return request.state.staff.email


def is_chief(request: Request) -> bool:
    return request.state.staff.role in ("supervisor", "admin")
