"""One line a happening, for people or for machines. Nothing that a person wrote, and no secret, is ever handed to it."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat()
        return json.dumps({"at": at, "level": record.levelname, "from": record.name, "message": record.getMessage()})


def set_up(level: str, style: str) -> None:
    """style: `console` or `json`."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines() if style == "json" else logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "telegram", "pywa", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
