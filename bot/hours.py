"""When the team works: what may be promised, and clocks that run only in those hours.

Hours are written `lun-vie 09:00-18:00, sab 10:00-14:00`, in Mexico City's time; on legal rest days nobody works.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import holidays

from bot.errors import ConfigError

MEXICO = ZoneInfo("America/Mexico_City")
DAYS = ("lun", "mar", "mie", "jue", "vie", "sab", "dom")
PART = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d:\d\d)-(\d\d:\d\d)")
#: How far ahead the next working hour is looked for; no holidays last longer.
HORIZON = 30


@dataclass(frozen=True)
class Shift:
    """Days of the week from 0 (Monday), and the hours worked on them."""

    days: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True)
class TeamHours:
    """text: as it was written, for who reads it."""

    text: str
    shifts: tuple[Shift, ...]

    @cached_property
    def _rest_days(self) -> holidays.HolidayBase:
        return holidays.country_holidays("MX")

    def is_open(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self._spans(moment, 1))

    def closes(self, moment: datetime) -> datetime | None:
        """When today's work ends, if somebody works at `moment`."""
        return next((end for start, end in self._spans(moment, 1) if start <= moment < end), None)

    def opens(self, moment: datetime) -> datetime | None:
        """When somebody works next, if nobody does at `moment`."""
        return next((start for start, _ in self._spans(moment, HORIZON) if start > moment), None)

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Working time between two moments."""
        total = timedelta()
        days = (until.astimezone(MEXICO).date() - since.astimezone(MEXICO).date()).days + 1
        for start, end in self._spans(since, days):
            total += max(timedelta(), min(end, until) - max(start, since))
        return total

    def due(self, since: datetime, allowed: timedelta) -> datetime:
        """The moment at which `allowed` working time has passed."""
        left = allowed
        for start, end in self._spans(since, 366):
            begin = max(start, since)
            if begin < end and end - begin >= left:
                return begin + left
            left -= max(timedelta(), end - begin)
        return since + timedelta(days=366)

    def _spans(self, moment: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Working hours of the day of `moment` and of those after it, in order."""
        first = moment.astimezone(MEXICO).date()
        for number in range(days):
            day = first + timedelta(days=number)
            if day in self._rest_days:
                continue
            for shift in sorted((s for s in self.shifts if day.weekday() in s.days), key=lambda s: s.opens):
                yield datetime.combine(day, shift.opens, MEXICO), datetime.combine(day, shift.closes, MEXICO)


def read_hours(text: str) -> TeamHours:
    """Raises ConfigError when it is not of the form above."""
    shifts = tuple(_shift(part.strip(), text) for part in text.lower().replace("á", "a").replace("é", "e").split(","))
    return TeamHours(text, shifts)


def _shift(part: str, text: str) -> Shift:
    found = PART.fullmatch(part)
    first, last = (found[1], found[2] or found[1]) if found else ("", "")
    try:
        assert found
        days = tuple(range(DAYS.index(first), DAYS.index(last) + 1))
        opens, closes = time.fromisoformat(found[3]), time.fromisoformat(found[4])
        assert days and opens < closes
    except (AssertionError, ValueError):
        raise ConfigError(
            f"TEAM_HOURS={text} no se entiende. Escríbelo así: lun-vie 09:00-18:00, sab 10:00-14:00"
        ) from None
    return Shift(days, opens, closes)
