"""The team's working hours: what is promised, and clocks that run only in them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.errors import ConfigError
from bot.hours import MEXICO, read_hours

HOURS = read_hours("lun-vie 09:00-18:00, sáb 10:00-14:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MEXICO)


# 2026-11-13 is a Friday, and Monday the 16th a legal rest day


def test_open_and_closed() -> None:
    assert HOURS.closes(at("2026-11-13 12:00")) == at("2026-11-13 18:00")
    assert HOURS.opens(at("2026-11-13 07:00")) == at("2026-11-13 09:00")
    assert HOURS.opens(at("2026-11-13 18:00")) == at("2026-11-14 10:00")
    assert HOURS.opens(at("2026-11-14 15:00")) == at("2026-11-17 09:00"), "neither Sunday nor a rest day"
    assert HOURS.is_open(at("2026-11-14 13:59")) and not HOURS.is_open(at("2026-11-14 14:00"))


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-11-13 12:00", "2026-11-13 12:30", 30),
        ("2026-11-13 17:45", "2026-11-14 10:15", 30),
        ("2026-11-14 20:00", "2026-11-17 08:00", 0),
        ("2026-11-13 08:00", "2026-11-17 10:00", 9 * 60 + 4 * 60 + 60),
        ("2026-11-13 12:30", "2026-11-13 12:00", 0),
    ],
)
def test_clocks_run_only_while_somebody_works(since: str, until: str, minutes: int) -> None:
    assert HOURS.worked(at(since), at(until)) == timedelta(minutes=minutes)


def test_a_deadline_falls_into_working_hours() -> None:
    assert HOURS.due(at("2026-11-13 17:50"), timedelta(minutes=15)) == at("2026-11-14 10:05")
    assert HOURS.due(at("2026-11-14 13:50"), timedelta(minutes=15)) == at("2026-11-17 09:05")


@pytest.mark.parametrize(
    "text", ["", "siempre", "lun-vie", "vie-lun 09:00-18:00", "lun 18:00-09:00", "lun 25:00-26:00"]
)
def test_hours_that_are_none_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="lun-vie 09:00-18:00"):
        read_hours(text)
