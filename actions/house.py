"""What the actions work with, built once at first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from actions.answers import Answers
from actions.own_data import OwnData
from actions.records import Records
from actions.wording import Wording
from bot.catalog import Catalog
from bot.config import load
from bot.wiring import House, build


@dataclass(frozen=True)
class Room:
    """The house and what actions need on top of it."""

    house: House
    catalog: Catalog
    wording: Wording
    answers: Answers
    own_data: OwnData
    records: Records

    def forget_draft(self, conversation: str) -> None:
        """Delete an unfinished complaint and its files."""
        self.house.room.shred(self.house.complaints.drop_draft(conversation))


@cache
def room() -> Room:
    house, catalog = build(load()), Catalog()
    wording = Wording(house.texts, catalog, house.settings)
    answers = Answers(wording, catalog, house.complaints, house.handoffs)
    return Room(house, catalog, wording, answers, OwnData(wording, house.complaints, house.erasure), Records(house))
