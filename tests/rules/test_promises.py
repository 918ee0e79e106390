"""What a person is told of when somebody of the team answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from actions.wording import Wording
from bot.catalog import Catalog
from bot.config import load
from bot.hours import MEXICO
from bot.texts import Texts


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-11-13 12:00", "El equipo está atendiendo ahora, hasta las 18:00."),
        ("2026-11-13 07:30", "Vuelve hoy a las 9:00."),
        ("2026-11-12 20:00", "Vuelve mañana a las 9:00."),
        # Friday evening before a legal rest day on Monday
        ("2026-11-13 19:00", "Vuelve el martes 17 de noviembre a las 9:00."),
    ],
)
def test_only_what_the_hours_keep_is_promised(moment: str, told: str, tmp_path: Path) -> None:
    wording = Wording(Texts(), Catalog(), load({"DATA_DIR": str(tmp_path), "TEAM_HOURS": "lun-vie 09:00-18:00"}))
    assert told in wording.team(datetime.fromisoformat(moment).replace(tzinfo=MEXICO))
