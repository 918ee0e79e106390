"""All readers over one text."""

from __future__ import annotations

import re
from datetime import datetime

from bot.nlu.reading.agencies import agencies
from bot.nlu.reading.days import days
from bot.nlu.reading.found import Found, level, spread
from bot.nlu.reading.hours import hours
from bot.nlu.reading.means import means
from bot.nlu.reading.money import amounts
from bot.nlu.reading.numbers import folios, phones
from bot.nlu.reading.often import frequencies
from bot.nlu.reading.people import people
from bot.nlu.reading.places import places

#: A question about service is not about the day of an incident: "¿abren el sábado?"
_SERVICE = re.compile(
    r"\b(?:abren|cierran|atienden|contestan|trabajan|hay\s(?:servicio|atencion|alguien|quien)|dan\sservicio|horarios?|puedo\s(?:ir|llamar|marcar)|me\s(?:atienden|contestan|reciben))\b"
)
#: Characters read; a longer message repeats itself.
READ = 4000


def find(text: str, today: datetime) -> list[Found]:
    """All data of a text; what is surest is read first, and later readers do not read its words again."""
    read = level(text[:READ])
    exact = [*folios(read), *phones(read)]
    named = [*agencies(read, text), *people(read, text)]
    dated = [] if _SERVICE.search(read) else list(days(read, today.date()))
    timed = [*frequencies(read), *dated, *hours(read)]
    rest = [*amounts(read), *places(read, text), *means(read)]
    return spread([*exact, *timed, *named, *rest])
