"""What a complaint shares with others, so that it can be counted without being opened: its state, its hour, and what may
come back in another person's complaint (the agency as they call it, the number that called, a phrase that was said).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot import masking
from bot.agency_names import core
from bot.folding import plain
from bot.states import state_of

#: Raise it when the traits of a complaint change: older ones are made again at the next `buentrato db upgrade`.
VERSION = 1
#: Words of a phrase that is compared, and how many of them must say something ("muebles"; "por" does not).
PHRASE, TELLING = 6, 2
#: Phrases of one complaint, at most.
MOST_PHRASES = 400
#: Fewer digits are no number.
SHORTEST_NUMBER = 7
CLOCK = re.compile(r"([01]?\d|2[0-3]):\d\d")
WORD = re.compile(r"\w+")
_EMPTY_WORDS = (
    "a al algo alguien ante antes asi aun aunque cada casi como con cual cuando de del desde dia dias donde dos e el ella "
    "ellas ellos en entonces era eran es esa ese eso esta estaba estan este esto estoy fue fueron ha habia han hasta hay la "
    "las le les lo los luego mas me mi mis mismo mucho muy nada ni no nos o otra otro para pero por porque pues que quien se "
    "sea ser si sin sobre solo son soy su sus tambien tan te tengo tiene todo todos todas toda tu un una uno unos va vez "
    "veces y ya yo hoy ayer"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


@dataclass(frozen=True)
class Traits:
    """state: code of bot/states.py. hour: 0 to 23. daypart: when no hour was said. agency: the core of its name.
    number: digits. phrases: each as its words in the form of `folding.plain`. Empty, or None: not told.

    person: what tells them from others who complain, empty when that is only the conversation.
    """

    state: str = ""
    hour: int | None = None
    daypart: str = ""
    agency: str = ""
    number: str = ""
    phrases: frozenset[str] = frozenset()
    person: str = ""


def traits(facts: dict[str, Any]) -> Traits:
    """Of the facts of a complaint, as they are kept (`model.Facts` as a dict)."""
    time = facts.get("incident_time", "")
    clock = CLOCK.match(time)
    return Traits(
        state=state_of(facts.get("place", "")),
        hour=int(clock[1]) if clock else None,
        daypart="" if clock else time[:12],
        agency=core(facts.get("agency", "")),
        number=local_number(facts.get("agency_phone", "")),
        phrases=frozenset(words for words, _ in list(phrases(facts.get("description", "")))[:MOST_PHRASES]),
        person=_person(facts.get("complainant") or {}),
    )


def phrases(text: str) -> list[tuple[str, tuple[int, int]]]:
    """Every run of `PHRASE` words in a line of the text that says something, and where it stands in it."""
    found = []
    start = 0
    for line in text.split("\n"):
        words = [(plain(match[0]), match.start(), match.end()) for match in WORD.finditer(line)]
        words = [word for word in words if word[0]]
        for at in range(len(words) - PHRASE + 1):
            run = words[at : at + PHRASE]
            words_of_it = " ".join(word for word, _, _ in run)
            if telling(words_of_it) >= TELLING:
                found.append((words_of_it, (start + run[0][1], start + run[-1][2])))
        start += len(line) + 1
    return found


def telling(text: str) -> int:
    """How many of its words say something."""
    return sum(word not in _EMPTY for word in plain(text).split())


def local_number(number: str) -> str:
    found = masking.local_number(number)
    return found if len(found) >= SHORTEST_NUMBER else ""


def _person(complainant: dict[str, Any]) -> str:
    """Their number, or a name that is more than a first name: the same person on another channel is the same."""
    name = plain(complainant.get("name", ""))
    return local_number(complainant.get("phone", "")) or (name if " " in name else "")
