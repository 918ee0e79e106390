"""What a complaint is found by although it is sealed: its words, numbers, agency and conducts.

The store turns each term into a number that only who has SECRET_KEY can make (a blind index): without the key the table
says which complaints share something, never what. Names of people are no terms.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

from snowballstemmer import stemmer

from bot.folding import fold, plain
from bot.masking import LONG_NUMBER, digits, local_number

Kind = Literal["palabra", "numero", "agencia", "conducta"]
Term = tuple[Kind, str]

#: Raise it when the terms of a complaint change: older ones are made again at the next `buentrato db upgrade`.
VERSION = 1
SHORTEST = 3
#: Words of every story; they tell no complaint from another.
_COMMON_WORDS = (
    "que por para con del los las una uno unos unas este esta estos estas ese esa eso esto pero porque como cuando donde "
    "desde hasta sin sobre entre muy mas les nos sus mis tus son era fue han hay ella ellos ellas ser estar estan tambien "
    "asi todo toda todos todas dia dias vez veces otra otro"
)
COMMON = frozenset(_COMMON_WORDS.split())


def of_case(facts: dict[str, Any], told: Iterable[str] = ()) -> set[Term]:
    """All terms of a complaint. told: what was added to it later, in the person's words."""
    texts = [facts.get("description", ""), facts.get("place", ""), facts.get("affected", ""), *told]
    numbers = [facts.get("agency_phone", ""), (facts.get("complainant") or {}).get("phone", "")]
    agency = facts.get("agency", "")
    found = {term for text in (*texts, agency) for term in of_text(text)}
    found |= {("numero", local_number(number)) for number in numbers if digits(number)}
    return found | of_agency(agency) | {of_conduct(name) for name in facts.get("violations", ())}


def of_text(text: str) -> set[Term]:
    """Its long numbers, and the stems of its words: "gritaron" is found by "gritos"."""
    numbers: set[Term] = {("numero", local_number(found)) for found in LONG_NUMBER.findall(text)}
    words = fold(LONG_NUMBER.sub(" ", text)).split()
    return numbers | {("palabra", _stem(word)) for word in words if len(word) >= SHORTEST and word not in COMMON}


def of_agency(name: str) -> set[Term]:
    return {("agencia", word) for word in plain(name).split()}


def of_conduct(name: str) -> Term:
    return ("conducta", name)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return stemmer("spanish").stemWord(word)  # one each time: a stemmer may not be shared between threads
