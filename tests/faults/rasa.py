"""A Rasa with its action server in one process that may be killed at any instant: its tracker is on disk.

It behaves as bot/nlu/turn_channel.py does: an action files the complaint, then the tracker is saved, then it answers;
a turn that is asked for again is looked up. `said` in the tracker shows afterwards what was answered twice.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.complaints import Complaints
from bot.config import load
from bot.model import Facts
from bot.privacy import Vault
from bot.store import Store
from bot.texts import Texts
from tests.faults.killable import die

#: What each message carries, so that it can be found again in turns, replies and complaints.
TOKEN = re.compile(r"m\d+x\d+")
COMPLAINS = "quiero quejarme"
#: Seconds that a turn takes.
THINKS = (0.002, 0.02)


class Tracker:
    """Turns and the messages they answered, committed before anything is said of them."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE IF NOT EXISTS turns (id TEXT PRIMARY KEY, answer TEXT)",
            "CREATE TABLE IF NOT EXISTS said (token TEXT, turn_id TEXT)",
        ):
            self._connection.execute(statement)

    def answer(self, turn_id: str) -> dict[str, Any] | None:
        row = self._connection.execute("SELECT answer FROM turns WHERE id = ?", (turn_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def save(self, turn_id: str, tokens: list[str], answer: dict[str, Any]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT OR REPLACE INTO turns VALUES (?, ?)", (turn_id, json.dumps(answer)))
        self._connection.executemany("INSERT INTO said VALUES (?, ?)", [(token, turn_id) for token in tokens])
        die("Tracker.save before")
        self._connection.execute("COMMIT")
        die("Tracker.save after")

    def said(self) -> list[tuple[str, str]]:
        return self._connection.execute("SELECT token, turn_id FROM said").fetchall()

    def close(self) -> None:
        self._connection.close()


def tracker_path(data_dir: Path) -> Path:
    return data_dir / "fake_rasa.db"


class FakeRasa:
    def __init__(self) -> None:
        settings = load()
        self._tracker = Tracker(tracker_path(settings.data_dir))
        vault = Vault(settings.encryption_keys, settings.secret_key)
        self._complaints = Complaints(Store(settings.database_url, vault), Texts())
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/webhooks/turno/", self._turn, methods=["POST"]),
                Route("/webhooks/turno/", self._well, methods=["GET"]),
                Route("/health", self._well),
            ]
        )

    async def _well(self, request: Request) -> JSONResponse:
        return JSONResponse({})

    async def _turn(self, request: Request) -> JSONResponse:
        turn = await request.json()
        if request.headers.get("authorization") != f"Bearer {os.environ['RASA_TOKEN']}":
            return JSONResponse({}, status_code=403)
        async with self._locks[turn["conversation"]]:
            turn_id = turn["metadata"]["turn_id"]
            known = self._tracker.answer(turn_id) if turn["retried"] else None
            return JSONResponse(known or await self._answer(turn_id, turn["conversation"], turn["text"]))

    async def _answer(self, turn_id: str, conversation: str, text: str) -> dict[str, Any]:
        await asyncio.sleep(random.uniform(*THINKS))
        tokens = TOKEN.findall(text)
        replies = [{"text": f"Leí: {' '.join(tokens)}"}]
        if COMPLAINS in text:
            case = await asyncio.to_thread(self._complaints.open, conversation, turn_id, Facts(description=text))
            replies.append({"text": f"Folio {case.folio}"})
        answer = {"replies": replies, "intent": "presentar_queja", "confidence": 0.99}
        self._tracker.save(turn_id, tokens, answer)
        return answer
