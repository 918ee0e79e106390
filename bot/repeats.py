"""What comes back in the complaints of several people: the number that called, the agency, a phrase that was said.

A group of fewer than `LEAST_PEOPLE` people is never shown, and of a phrase only the words that all of them wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bot.privacy import LEAST_PEOPLE
from bot.store import Store, Tx
from bot.store.traits import Filed, Group, Shared
from bot.traits import phrases, telling

#: Groups of each kind that are shown, and folios of each.
SHOWN, FOLIOS = 40, 12
#: Phrases of six words that are put together into longer ones.
RUNS = 400
#: Words of a phrase that say something, at least.
TELLING = 3
#: A longer phrase is shown when this part of the people who wrote a part of it wrote all of it.
MOST = 0.8

#: A run of words as its key, and where it stands in a text.
Place = tuple[int, tuple[int, int]]


@dataclass(frozen=True)
class Repeat:
    """words: what is shared. folios: of the newest complaints that do."""

    words: str
    people: int
    cases: int
    first: datetime
    last: datetime
    folios: tuple[str, ...]


class Repeats:
    def __init__(self, store: Store) -> None:
        self._store = store

    def numbers(self, since: datetime, until: datetime) -> list[Repeat]:
        with self._store.read() as tx:
            groups = tx.shared("number", since, until, LEAST_PEOPLE, SHOWN)
            facts = tx.facts_of([group.sample for group in groups])
            words = {group.key: facts[group.sample].get("agency_phone", "") for group in groups}
            return _named(tx, "number", groups, words, since, until)

    def agencies(self, since: datetime, until: datetime) -> list[Repeat]:
        """By the catalogue's name, or in the words of one who named it while the catalogue does not have it."""
        with self._store.read() as tx:
            groups = tx.shared("agency", since, until, LEAST_PEOPLE, SHOWN)
            facts = tx.facts_of([group.sample for group in groups])
            words = {g.key: tx.agency_name(g.key) or facts[g.sample].get("agency", "") for g in groups}
            return _named(tx, "agency", groups, words, since, until)

    def phrases(self, since: datetime, until: datetime) -> list[Repeat]:
        """The longest runs of words that enough people wrote; most people first."""
        with self._store.read() as tx:
            runs = tx.shared_phrases(since, until, LEAST_PEOPLE, RUNS)
            found: list[Repeat] = []
            while runs and len(found) < SHOWN:
                if longest := _longest(tx, runs):
                    found.append(longest)
            return found


def _named(
    tx: Tx, what: Shared, groups: list[Group], words: dict[str, str], since: datetime, until: datetime
) -> list[Repeat]:
    folios = tx.newest_sharing(what, [group.key for group in groups], since, until, FOLIOS)
    return [
        Repeat(words[g.key], g.people, g.cases, g.first, g.last, tuple(folios[g.key])) for g in groups if words[g.key]
    ]


def _longest(tx: Tx, runs: dict[int, list[Filed]]) -> Repeat | None:
    """Take the first run out of `runs`, and those beside it as long as most of its people have them too.

    None when what is left says too little.
    """
    key = next(iter(runs))
    filed = runs[key]
    text = tx.facts_of([filed[0].id])[filed[0].id].get("description", "")
    places = [(tx.phrase_key(words), span) for words, span in phrases(text)]
    at = next((number for number, (found, _) in enumerate(places) if found == key), None)
    if at is None:  # its traits are of an older version
        runs.pop(key)
        return None
    least = max(LEAST_PEOPLE, ceil(_people(filed) * MOST))
    shared = filed
    first = last = at
    while _overlap(places, last) and (both := _both(shared, runs.get(places[last + 1][0], []), least)):
        shared, last = both, last + 1
    while _overlap(places, first - 1) and (both := _both(shared, runs.get(places[first - 1][0], []), least)):
        shared, first = both, first - 1
    for used, _ in places[first : last + 1]:
        runs.pop(used, None)
    words = " ".join(text[places[first][1][0] : places[last][1][1]].split())
    if telling(words) < TELLING:
        return None
    folios = tuple(one.folio for one in reversed(shared))[:FOLIOS]
    return Repeat(words, _people(shared), len(shared), shared[0].created_at, shared[-1].created_at, folios)


def _overlap(places: list[Place], at: int) -> bool:
    """Does the run at this place share words with the one after it? If not, what stands between them is one's own."""
    return 0 <= at < len(places) - 1 and places[at + 1][1][0] < places[at][1][1]


def _both(some: list[Filed], others: list[Filed], least: int) -> list[Filed]:
    """The complaints that are in both, if they are of enough people."""
    ids = {one.id for one in others}
    both = [one for one in some if one.id in ids]
    return both if _people(both) >= least else []


def _people(filed: list[Filed]) -> int:
    """Told apart by who they say they are and by their conversation: the lesser number counts."""
    return min((len({one.person[way] for one in filed}) for way in (0, 1)), default=0)
