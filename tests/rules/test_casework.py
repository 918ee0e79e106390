"""What staff may write into a complaint."""

from __future__ import annotations

from datetime import date

import pytest

from bot.casework import LONGEST, changes, current
from bot.errors import RuleBroken
from bot.model import Complainant, Facts

FACTS = Facts(agency="Delta", agency_phone="5512345678", violations=("a",), complainant=Complainant("Rosa"))
TODAY = date(2026, 11, 24)


def corrected(violations: tuple[str, ...] = ("a",), **given: str) -> dict:
    same = {name: current(FACTS, name) for name in LONGEST}
    return changes({**same, **given}, list(violations), FACTS, ("a", "b"), TODAY)


def test_what_is_the_same_is_no_change() -> None:
    assert corrected() == corrected(agency="  Delta ") == {}


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("agency", " Sigma \n y  Socios ", "Sigma y Socios"),
        ("incident_date", "2026-11-24", "2026-11-24"),
        ("incident_time", "9:05", "09:05"),
        ("incident_time", "Noche", "noche"),
        ("agency_phone", "+52 (55) 8765-4321", "525587654321"),
        ("agency_phone", "", ""),
        ("amount", "$15,000.50", "15000.50"),
        ("contact_channel", "visita", "visita"),
        ("name", "", ""),
    ],
)
def test_a_fact_is_kept_in_one_form(name: str, written: str, kept: str) -> None:
    assert corrected(**{name: written}) == {name: kept}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("incident_date", "2026-11-25"),
        ("incident_date", "1900-01-01"),
        ("incident_date", "24/11/2026"),
        ("incident_time", "24:00"),
        ("incident_time", "٠٩:٠٥"),
        ("agency_phone", "123"),
        ("agency_phone", "1" * 16),
        ("amount", "-5"),
        ("amount", "1e9"),
        ("contact_channel", "humo"),
        ("place", "x" * 161),
    ],
)
def test_a_fact_in_another_form_is_refused(name: str, written: str) -> None:
    with pytest.raises(RuleBroken):
        corrected(**{name: written})


def test_conducts_are_those_of_the_list() -> None:
    assert corrected(("b", "a", "b")) == {"violations": ["b", "a"]}
    assert corrected(()) == {"violations": []}
    with pytest.raises(RuleBroken):
        corrected(("a", "c"))
