"""Each event of a complaint covers the one before it with its hash: nobody can rewrite one unnoticed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from bot.model import CaseEvent


def chain_hash(prev_hash: str, seq: int, at: datetime, kind: str, detail: dict[str, Any]) -> str:
    """SHA-256 over the event and the hash before it."""
    link = [prev_hash, seq, at.isoformat(), kind, detail]
    return hashlib.sha256(json.dumps(link, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def verify_chain(events: tuple[CaseEvent, ...]) -> bool:
    """Does every event follow the one before it, unchanged?"""
    prev = ""
    for number, event in enumerate(events, start=1):
        expected = chain_hash(prev, number, event.at, event.kind, event.detail)
        if (event.seq, event.prev_hash, event.hash) != (number, prev, expected):
            return False
        prev = event.hash
    return True
