"""All readers over one text."""

from __future__ import annotations

from datetime import datetime

from bot.nlu.reading import dates, names, numbers
from bot.nlu.reading.found import Found, level, spread

#: Characters read; a longer message repeats itself.
READ = 4000


def find(text: str, today: datetime) -> list[Found]:
    """All data of a text, without overlaps; what is surest is read first."""
    read = level(text[:READ])
    exact = [*numbers.folios(read), *numbers.phones(read)]
    named = [*names.agencies(read, text), *names.people(read, text)]
    timed = [*dates.frequencies(read), *dates.dates(read, today.date()), *dates.hours(read)]
    rest = [*numbers.amounts(read), *names.places(read, text), *names.means(read)]
    return spread([*exact, *timed, *named, *rest])
