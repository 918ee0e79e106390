"""Puts what is known into the blanks of domain.yml's texts. No sentence of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list

from actions.draft import Draft
from actions.outcome import yours
from bot.catalog import Catalog
from bot.config import Settings
from bot.dayparts import is_clock
from bot.model import Evidence
from bot.texts import Texts

MEXICO = ZoneInfo("America/Mexico_City")
STORY_IN_SUMMARY = 220
RIGHTS_AT_ONCE = 2


class Wording:
    def __init__(self, texts: Texts, catalog: Catalog, settings: Settings) -> None:
        self._texts, self._catalog, self._settings = texts, catalog, settings

    def word(self, name: str, **values: str) -> str:
        return self._texts.reply(f"utter_palabra_{name}", **values).text

    def operator(self) -> dict[str, str]:
        """Who keeps the data, and where the full notice is when the operator has one."""
        url = self._settings.operator_privacy_url
        notice = self.word("aviso", url=url) + " " if url else ""
        return {"operador": self._settings.operator_name, "aviso": notice}

    def conducts(self, names: tuple[str, ...]) -> str:
        return "\n".join(f"• {self._catalog.right(name).short}" for name in names)

    def rights(self, conducts: tuple[str, ...]) -> str:
        """What the guidelines say of the first conducts; more would not be read on a phone."""
        rights = [self._catalog.right(name) for name in conducts[:RIGHTS_AT_ONCE]]
        return "\n".join(self.word("derecho", dice=right.says, significa=right.means) for right in rights)

    def opening(self, moment: datetime) -> str:
        found = self._catalog.opening(moment)
        if found.open:
            return self._texts.reply("utter_abierto", cierra=found.closes).text
        return self._texts.reply("utter_cerrado", abre=self._opens(moment, found.opens)).text

    def opens(self, moment: datetime) -> str:
        found = self._catalog.opening(moment)
        return self._opens(moment, found.opens) if found.opens else ""

    def _opens(self, moment: datetime, opens: datetime | None) -> str:
        assert opens is not None
        same_day = opens.date() == moment.astimezone(MEXICO).date()
        return self.word("hoy" if same_day else "manana", hora=opens.strftime("%H:%M").lstrip("0"))

    def team(self, moment: datetime) -> str:
        """What may be promised of when somebody of the team answers."""
        hours = self._settings.team_hours
        closes, opens = hours.closes(moment), hours.opens(moment)
        if closes:
            return self.word("equipo_trabaja", cierra=closes.strftime("%H:%M").lstrip("0"))
        if opens is None:
            return ""
        today = moment.astimezone(MEXICO).date()
        if (opens.date() - today).days <= 1:
            when = self._opens(moment, opens)
        else:
            day, hour = (
                format_date(opens.date(), "EEEE d 'de' MMMM", locale="es_MX"),
                opens.strftime("%H:%M").lstrip("0"),
            )
            when = self.word("el_dia", dia=day, hora=hour)
        return self.word("equipo_descansa", horario=hours.text, abre=when)

    def files(self, kinds: list[str]) -> str:
        """ "2 fotos y un audio"."""
        return format_list([self._counted(kind, n) for kind, n in Counter(kinds).items()], locale="es_MX")

    def flaws(self, flaws: Sequence[str]) -> str:
        """What is wrong with photos, a line for each kind of it."""
        return "".join(f"\n{self._counted(f'foto_{flaw}', n)}" for flaw, n in Counter(flaws).items())

    def _counted(self, word: str, n: int) -> str:
        return self.word(f"{word}_uno" if n == 1 else f"{word}_varios", n=str(n))

    def numbered(self, kinds: list[str]) -> str:
        """ "1. foto, 2. audio"."""
        return ", ".join(f"{number}. {self.word(f'{kind}_nombre')}" for number, kind in enumerate(kinds, start=1))

    def missing(self, questions: list[str]) -> str:
        """ "Nos faltan dos datos: la fecha y el lugar."."""
        if "consentimiento" in questions:
            return self.word("falta_permiso")
        if not questions:
            return self.word("falta_confirmar")
        data = format_list([self.word(f"pregunta_{name}") for name in questions], locale="es_MX")
        name = "falta_uno" if len(questions) == 1 else "faltan"
        return self.word(name, datos=data, n=self.word("numeros").split()[len(questions) - 1])

    def datum(self, facts: dict[str, str], fact: str) -> dict[str, str]:
        """A datum's name and value, to read back."""
        return {"dato": self.word(f"dato_{fact}"), "valor": self._value(fact, facts.get(fact, ""))}

    def data(self, facts: list[str]) -> str:
        """ "el lugar y el número"."""
        return format_list([self.word(f"dato_{fact}") for fact in dict.fromkeys(facts)], locale="es_MX")

    def changes(self, changed: dict[str, dict[str, Any]]) -> str:
        """One line for each datum that was corrected."""
        lines = [
            self.word(
                "cambio",
                dato=self.word(f"dato_{fact}"),
                antes=self._value(fact, change["antes"]),
                ahora=self._value(fact, change["ahora"]),
            )
            for fact, change in changed.items()
        ]
        return "\n".join(lines) or self.word("cambio_en_tus_palabras")

    def _unsure(self, draft: Draft, fact: str, value: str) -> str:
        return self.word("dudoso", valor=value) if fact in draft.unsure else value

    def _value(self, fact: str, value: Any) -> str:
        if not value:
            return self.word("sin_dato")
        if fact == "incident_date":
            return self.day(value)
        if fact == "contact_channel":
            return self.word(value)
        if fact == "violations":
            return "; ".join(_lower_first(self._catalog.right(name).short) for name in value)
        return str(value)

    def day(self, iso: str) -> str:
        """ "lunes 16 de noviembre de 2026"; what is not an ISO date is given back as it is."""
        try:
            return format_date(date.fromisoformat(iso), "EEEE d 'de' MMMM 'de' y", locale="es_MX")
        except ValueError:
            return iso

    def when(self, facts: dict[str, str]) -> str:
        day, hour = facts.get("incident_date"), facts.get("incident_time")
        said = [self.day(day)] if day else []
        if hour:
            said.append(self.word("hora" if is_clock(hour) else "parte_del_dia", hora=hour))
        return ", ".join(said) or self.word("sin_dato")

    def summary(self, draft: Draft, evidence: list[Evidence], whole: bool = False) -> dict[str, str]:
        """The blanks of `utter_resumen`. whole: the story is not shortened."""
        nothing, facts = self.word("sin_dato"), draft.facts
        story = " ".join(_as_sentence(part) for part in draft.story)
        others = [self.word("frecuencia", valor=facts["frequency"])] if facts.get("frequency") else []
        others += [self.word("monto", valor=facts["amount"])] if facts.get("amount") else []
        others += [self.word("tu_telefono", valor=draft.phone)] if draft.phone and not draft.anonymous else []
        others += [self.word("habla", valor=self.word(f"relacion_{draft.relation}"))] if draft.relation else []
        others += [self.word("afectada", valor=yours(draft.affected))] if draft.affected else []
        names = [_lower_first(self._catalog.right(name).short) for name in draft.violations]
        channel = facts.get("contact_channel")
        length = len(story) if whole else STORY_IN_SUMMARY
        return {
            "relato": story[:length] + ("…" if len(story) > length else ""),
            "conductas": "; ".join(names) or self.word("otra_conducta"),
            "agencia": self._unsure(draft, "agency", facts.get("agency") or nothing),
            "fecha": self._unsure(draft, "incident_date", self.when(facts)),
            "canal": self.word(channel) if channel else nothing,
            "telefono": facts.get("agency_phone") or nothing,
            "lugar": facts.get("place") or nothing,
            "otros": "; ".join(others) or nothing,
            "nombre": draft.name or self.word("anonima"),
            "pruebas": self.files([item.kind for item in evidence]) or self.word("sin_pruebas"),
        }


def _as_sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?", "…")) else line + "."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
