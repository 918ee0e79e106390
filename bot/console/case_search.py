"""What a form asks of the complaints: read as text, turned into a query, and given back to the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from urllib.parse import urlencode

from bot import search_terms
from bot.console import words
from bot.folio import read_folio
from bot.store.case_search import CaseQuery

LONGEST = 80


@dataclass(frozen=True)
class Asked:
    """The fields as they were written. q: a folio, a phone number or words."""

    q: str = ""
    agencia: str = ""
    conducta: str = ""
    estado: str = ""
    desde: str = ""
    hasta: str = ""

    @property
    def named(self) -> list[str]:
        """Names of the fields that say something."""
        return [name for name, value in asdict(self).items() if value]

    @property
    def address(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def query(self) -> CaseQuery:
        """Raises ValueError, with a sentence for staff, when it cannot be looked for."""
        folio = read_folio(self.q)
        if folio and not folio.valid:
            raise ValueError("Ese folio no está bien escrito: revisa sus letras y números.")
        return CaseQuery(
            folio=folio.folio if folio else "",
            terms=frozenset() if folio else self._terms(),
            status=self.estado,
            since=_day(self.desde),
            until=_day(self.hasta),
        )

    def _terms(self) -> frozenset[search_terms.Term]:
        told, agency = search_terms.of_text(self.q), search_terms.of_agency(self.agencia)
        if (self.q and not told) or (self.agencia and not agency):
            raise ValueError("Escribe una palabra que diga más: las muy cortas o comunes no se buscan.")
        conduct = {search_terms.of_conduct(self.conducta)} if self.conducta else set()
        return frozenset(told | agency | conduct)


def read(given: Mapping[str, str]) -> Asked:
    """From a form or an address. What is no choice of ours is left out."""
    asked = Asked(**{name: str(given.get(name, "")).strip()[:LONGEST] for name in asdict(Asked())})
    known = asked.estado if asked.estado in words.STATUSES else ""
    return Asked(**{**asdict(asked), "estado": known})


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("Las fechas se escriben así: 2026-11-20.") from None
