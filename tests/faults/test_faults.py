"""The short form of `make faults`: somebody dies at every commit point, and everything else goes wrong at random."""

from __future__ import annotations

import pytest

from tests.faults.run import Plan, run

SHORT = {"messages": 120, "people": 12, "pause": 0.3, "kill_every": 4.0, "database_every": 4.0, "lease": 2.0}


@pytest.mark.parametrize(("database", "channel"), [("sqlite", "telegram"), ("postgres", "whatsapp")])
def test_nothing_is_lost_or_done_twice_whatever_dies(
    database: str, channel: str, request: pytest.FixtureRequest
) -> None:
    if database == "postgres":
        request.getfixturevalue("postgres_url")  # skips where there is none
    report = run(Plan(database, channel=channel, **SHORT))
    assert report.wrong() == []
    assert report.kills >= 16 and report.counted.messages >= SHORT["messages"]


def test_two_workers_race_for_few_conversations(tmp_path) -> None:
    report = run(Plan("sqlite", messages=80, people=2, workers=2, pause=0, kill_every=0, database_every=0, points=0))
    assert report.wrong() == []
    assert report.counted.repeated == 0
