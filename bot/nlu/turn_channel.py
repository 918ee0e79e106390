"""The one door into our Rasa: a turn in, its replies out, on loopback, with a token.

Unlike Rasa's own channels it answers only after the tracker is saved, changes nothing when an action fails, and
gives the replies of a turn that was already answered instead of answering it again.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig
from sanic import Blueprint, response
from sanic.exceptions import Forbidden
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.certainty import taken_as

#: Seconds for one turn; below the worker's own deadline, so that a slow turn is given up here and leaves no trace.
DEADLINE = 7.0


class TurnFailed(Exception):
    """An action failed or took too long. Nothing of the turn was saved."""


class WatchedEndpoint(EndpointConfig):
    """The action server's address; it remembers whether a call failed, which Rasa would only log."""

    @classmethod
    def over(cls, endpoint: EndpointConfig) -> WatchedEndpoint:
        watched = cls.__new__(cls)
        watched.__dict__.update(endpoint.__dict__)
        watched.failed_for = set()
        return watched

    failed_for: set[str]

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super().request(*args, **kwargs)
        except Exception as error:
            self.failed_for.add(kwargs["json"]["sender_id"])
            # the original quotes the request, and with it what a person wrote: it must not reach Rasa's log
            raise RasaException(f"action failed: {type(error).__name__}") from None


class TurnChannel(InputChannel):
    """`POST /webhooks/turno/` {conversation, text, metadata, retried} → {replies, intent, confidence}."""

    @classmethod
    def name(cls) -> str:
        return "turno"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnChannel:
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("turno")

        @routes.route("/", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            _check_token(request)
            agent: Agent = request.app.ctx.agent
            return response.json({"ready": agent.is_ready()}, status=200 if agent.is_ready() else 503)

        @routes.route("/", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            _check_token(request)
            body = request.json
            try:
                return response.json(await asyncio.wait_for(answer(request.app.ctx.agent, body), DEADLINE))
            except (TimeoutError, TurnFailed):
                return response.json({"error": "the turn failed and left no trace"}, status=503)

        return routes


async def answer(agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
    """Answer a turn once. Raises TurnFailed; then nothing was saved."""
    processor = agent.processor
    if processor is None:
        raise TurnFailed("no model")
    _watch(processor)
    conversation, turn_id = body["conversation"], body["metadata"]["turn_id"]
    async with agent.lock_store.lock(conversation):
        if body.get("retried"):
            tracker = await processor.tracker_store.retrieve(conversation)
            if tracker and (index := _index_of(tracker, turn_id)) is not None:
                return _result(tracker, index)
        message = UserMessage(
            body["text"],
            CollectingOutputChannel(),
            conversation,
            input_channel="turno",
            metadata=body["metadata"],
        )
        return await _process(processor, message)


async def _process(processor: Any, message: UserMessage) -> dict[str, Any]:
    """The steps of `MessageProcessor.handle_message`, saved only when every action did its work."""
    endpoint = processor.action_endpoint
    endpoint.failed_for.discard(message.sender_id)
    message.parse_data = doubted(await processor.parse_message(message))
    tracker = await processor.log_message(message, should_save_tracker=False)
    tracker = await processor.run_action_extract_slots(message.output_channel, tracker)
    await processor._run_prediction_loop(message.output_channel, tracker)
    if message.sender_id in endpoint.failed_for:
        endpoint.failed_for.discard(message.sender_id)
        raise TurnFailed("an action failed")
    await processor.save_tracker(tracker)
    index = _index_of(tracker, message.metadata["turn_id"])
    assert index is not None
    return _result(tracker, index)


def doubted(parse: dict[str, Any]) -> dict[str, Any]:
    """The parse as the dialogue takes it: what it is too unsure of, the model does not know."""
    intent = parse["intent"]
    sure = intent["confidence"] or 0.0
    taken = taken_as(intent["name"], sure)
    return parse if taken == intent["name"] else {**parse, "intent": {"name": taken, "confidence": 1.0 - sure}}


def _watch(processor: Any) -> None:
    """Make failures visible that Rasa hides: of actions, and of the tracker store (which would forget in silence)."""
    if not isinstance(processor.action_endpoint, WatchedEndpoint):
        processor.action_endpoint = WatchedEndpoint.over(processor.action_endpoint)
    if isinstance(processor.tracker_store, FailSafeTrackerStore):
        processor.tracker_store = processor.tracker_store._tracker_store


def _index_of(tracker: DialogueStateTracker, turn_id: str) -> int | None:
    """Where in the tracker's events the turn begins."""
    events = list(tracker.events)
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, UserUttered) and (event.metadata or {}).get("turn_id") == turn_id:
            return index
    return None


def _result(tracker: DialogueStateTracker, index: int) -> dict[str, Any]:
    events = list(tracker.events)[index:]
    said: UserUttered = events[0]
    replies = []
    for event in events[1:]:
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            replies.append({"text": event.text, **(event.data or {})})
    return {
        "replies": replies,
        "intent": said.intent.get("name") or "",
        "confidence": float(said.intent.get("confidence") or 0.0),
    }


def _check_token(request: Request) -> None:
    expected = f"Bearer {os.environ.get('RASA_TOKEN', '')}"
    if not os.environ.get("RASA_TOKEN") or not hmac.compare_digest(
        request.headers.get("authorization", "").encode(), expected.encode()
    ):
        raise Forbidden("token")
