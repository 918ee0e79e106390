"""A Rasa that answers what a test tells it to, through the door of bot/nlu/turn_channel.py."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.serve import serve


class FakeRasa:
    """asked: the turns it was given. Like ours, it answers a turn id once and gives the same replies when `retried`.

    parses: what `/model/parse` answers for a text, over the intent it gives to all.
    model: the one that answers; `PUT /model` takes `load_seconds`, or keeps the old one when `refuses_models`.
    while_loading: texts of turns that came while it was changing over.
    Set `down` for 503, `slow` to seconds, `lose_answers` to answer and then break the connection. It is the action server
    too, as far as anybody asks that whether it is well: `actions_down`.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answered: dict[str, dict[str, Any]] = {}
        self.down = self.actions_down = False
        self.slow = 0.0
        self.lose_answers = 0
        self.intent, self.confidence = "saludar", 0.99
        self.processed: list[str] = []
        self.parses: dict[str, dict[str, Any]] = {}
        self.model, self.load_seconds, self.refuses_models = "", 0.0, False
        self.while_loading: list[str] = []
        self._loading = False

    def __enter__(self) -> FakeRasa:
        self._stack = ExitStack()
        app = Starlette(
            routes=[
                Route("/webhooks/turno/", self._turn, methods=["POST"]),
                Route("/webhooks/turno/", self._ready, methods=["GET"]),
                Route("/model/parse", self._parse, methods=["POST"]),
                Route("/model", self._load, methods=["PUT"]),
                Route("/status", self._status, methods=["GET"]),
                Route("/health", self._actions_ready),
            ]
        )
        self.url = self._stack.enter_context(serve(app))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    async def _ready(self, request: Request) -> JSONResponse:
        return JSONResponse({"ready": not self.down}, status_code=503 if self.down else 200)

    async def _parse(self, request: Request) -> JSONResponse:
        if self.down or request.query_params.get("token") != "rasa-token":
            return JSONResponse({}, status_code=503 if self.down else 401)
        text = (await request.json())["text"]
        empty = {"intent": {"name": self.intent, "confidence": self.confidence}, "entities": [], "conductas": []}
        return JSONResponse({**empty, **self.parses.get(text, {})})

    async def _status(self, request: Request) -> JSONResponse:
        return JSONResponse({"model_file": f"{self.model}.tar.gz"}, status_code=503 if self.down else 200)

    async def _load(self, request: Request) -> Response:
        if request.query_params.get("token") != "rasa-token":
            return JSONResponse({}, status_code=401)
        if self.refuses_models:
            return JSONResponse({}, status_code=400)
        self._loading = True
        await asyncio.sleep(self.load_seconds)
        self._loading = False
        self.model = Path((await request.json())["model_file"]).name.removesuffix(".tar.gz")
        return Response(status_code=204)

    async def _actions_ready(self, request: Request) -> JSONResponse:
        return JSONResponse({}, status_code=503 if self.actions_down else 200)

    async def _turn(self, request: Request) -> JSONResponse:
        if request.headers.get("authorization") != "Bearer rasa-token":
            return JSONResponse({}, status_code=403)
        turn = await request.json()
        self.asked.append(turn)
        if self._loading:
            self.while_loading.append(turn["text"])
        if self.down:
            return JSONResponse({}, status_code=503)
        await asyncio.sleep(self.slow)
        turn_id = turn["metadata"]["turn_id"]
        if not (turn["retried"] and turn_id in self.answered):
            self.processed.append(turn["text"])
            replies = [{"text": f"Leí: {turn['text']}", "buttons": [{"title": "Sí", "payload": "/afirmar"}]}]
            self.answered[turn_id] = {"replies": replies, "intent": self.intent, "confidence": self.confidence}
        if self.lose_answers:
            self.lose_answers -= 1
            return JSONResponse({}, status_code=502)
        return JSONResponse(self.answered[turn_id])
