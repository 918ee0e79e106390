"""Questions about rights: which entry of the catalogue answers, tied to what was just told. Nothing is invented here."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from actions.said import Said
from actions.wording import Wording
from bot.catalog import Catalog
from bot.dayparts import is_clock

Values = dict[str, str]

#: Learned from questions that no entry answers (data/nlu/derechos/sin_respuesta.yml).
NOTHING = "ninguno"
GENERAL = "mis_derechos"
#: Below this likeness a message resembles no known question.
LIKELY = 0.1
#: By so much the best entry must lead to be answered without asking which.
AHEAD = 0.06
#: The same when the message was read as something else, whose own answer or question waits.
WELL_AHEAD = 0.12
#: From this likeness on a question is as good as one of the known phrasings.
SAID = 0.8
#: Intents that a question about rights is easily taken for. Theirs is the answer unless it asks whether "they may".
MISTAKEN = (
    "consultar_agencia",
    "consultar_soluciones",
    "consultar_proceso",
    "consultar_privacidad",
    "consultar_horarios",
    "consultar_credito",
)
#: The general range of collection calls in the financial sector (domain-facts; entry `horario`).
FROM, UNTIL = "07:00", "22:00"


class Reading(NamedTuple):
    """sure: one entry answers. which: one of two, to be asked. nothing: none does."""

    kind: Literal["sure", "which", "nothing"]
    entries: tuple[str, ...] = ()


def decide(rights: tuple[tuple[str, float], ...], ahead: float = AHEAD) -> Reading:
    """What to do with the entries that a message may ask for."""
    if not rights or rights[0][0] == NOTHING or rights[0][1] < LIKELY:
        return Reading("nothing")
    if len(rights) == 1 or rights[0][1] - rights[1][1] >= ahead:
        return Reading("sure", (rights[0][0],))
    entries = tuple(name for name, _ in rights if name != NOTHING)[:2]
    return Reading("which" if len(entries) == 2 else "sure", entries)


def asks_a_right(said: Said) -> bool:
    """A question that an entry surely answers, whatever else the message may be.

    A question mark or "may they" is wanted: "como a las 10" is worded like a question and is an answer.
    """
    asked = "?" in said.text or said.asks_if_they_may
    return not said.tapped and asked and decide(said.rights, WELL_AHEAD).kind == "sure"


class Rights:
    """A question → responses of domain.yml with their blanks filled."""

    def __init__(self, wording: Wording, catalog: Catalog) -> None:
        self._wording, self._catalog = wording, catalog

    def more_to_the_point(self, said: Said, intent: str) -> str:
        """The entry that answers better than the general answer of `intent`, or empty.

        What the message was read as says which entries may be meant; another's must be asked for in so many words.
        """
        if said.tapped or intent not in MISTAKEN:
            return ""
        rights = self._in_catalog(said.rights)
        reading = decide(tuple(pair for pair in rights if self._is_kin(pair[0], intent)))
        as_good_as_said = bool(rights) and rights[0][1] >= SAID
        if reading.kind == "nothing" and (said.asks_if_they_may or as_good_as_said):
            reading = decide(rights, WELL_AHEAD)
        return reading.entries[0] if reading.kind == "sure" else ""

    def _is_kin(self, entry: str, intent: str) -> bool:
        return entry == NOTHING or self._catalog.answer(entry).intent == intent

    def _in_catalog(self, rights: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
        """Without what a model of yesterday learned and the catalogue no longer has."""
        return tuple(pair for pair in rights if pair[0] in self._catalog.answers or pair[0] == NOTHING)

    def answer(self, said: Said, facts: Values, contact: Values, entry: str = "") -> list[tuple[str, Values]]:
        """facts: what was told of the complaint, by the names of the draft. entry: which answers, when that is known."""
        reading = Reading("sure", (entry,)) if entry else self._reading(said)
        if reading.kind == "nothing":
            return [("utter_derecho_no_se", contact)]
        if reading.kind == "which":
            one, other = (self._catalog.answer(name).button for name in reading.entries)
            names = {"una_clave": reading.entries[0], "otra_clave": reading.entries[1]}
            return [("utter_derecho_cual", {"una": one, "otra": other, **names})]
        return [("utter_derecho", self._filled(reading.entries[0], self._known(facts), contact))]

    def _reading(self, said: Said) -> Reading:
        if not said.tapped:
            return decide(self._in_catalog(said.rights))
        if said.choice == NOTHING:
            return Reading("nothing")
        return Reading("sure", (said.choice if said.choice in self._catalog.answers else GENERAL,))

    def _filled(self, entry: str, known: Values, contact: Values) -> Values:
        found = self._catalog.answer(entry)
        lead = [sentence for fact, sentence in found.knowing.items() if fact in known]
        text = "\n".join([*lead, found.text])
        for name, value in {**contact, **known}.items():
            text = text.replace("{" + name + "}", value)
        return {"respuesta": text, "fuente": found.source}

    def _known(self, facts: Values) -> Values:
        """The facts that sentences of the catalogue can be tied to, in words."""
        known = {}
        hour, day = facts.get("incident_time", ""), facts.get("incident_date", "")
        if is_clock(hour) and not FROM <= hour <= UNTIL:
            known["hora_fuera"] = hour.lstrip("0") if not hour.startswith("00") else hour
        if _is_date(day) and self._catalog.rests(date.fromisoformat(day)):
            known["descanso"] = self._wording.day(day)
        if facts.get("agency"):
            known["agencia"] = facts["agency"]
        return known


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
