"""One turn in, replies and what was understood out, with a deadline."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from bot.breaker import Breaker
from bot.errors import RasaUnavailable
from bot.model import Attachment, Button, Evidence, Reply, Turn, TurnResult

#: Seconds that a person may be kept waiting before we say honestly that the answer will be late.
DEADLINE = 8.0
#: Seconds that loading another model may take.
LOAD_DEADLINE = 60.0
#: Seconds in which a process must say that it is well.
HEALTH_DEADLINE = 3.0
#: Longer texts are read up to here by the model; all of it is kept.
READ_CHARACTERS = 4000


class RasaClient:
    """Talks to the `turno` channel of our Rasa (bot/nlu/turn_channel.py), and knows the action server it needs.

    breaker: whether turns are worth trying now.
    """

    def __init__(self, url: str, token: str, actions_url: str, deadline: float = DEADLINE) -> None:
        self.breaker = Breaker()
        self._actions_health = actions_url.rsplit("/", 1)[0] + "/health"
        self._token = token
        self._http = httpx.AsyncClient(
            base_url=url, timeout=deadline, headers={"Authorization": f"Bearer {token}"}, trust_env=False
        )

    async def turn(self, turn: Turn, evidence: tuple[Evidence, ...] = ()) -> TurnResult:
        """Let Rasa answer a turn; one that may already have been answered is looked up, not repeated.

        Raises RasaUnavailable: no answer in time, or an action failed and nothing was changed.
        Raises RasaResting: it was not asked, as it did not answer others just now.
        """
        body = {
            "conversation": turn.conversation.id,
            "text": rasa_text(turn),
            "retried": turn.retried,
            "metadata": {
                "turn_id": turn.id,
                "channel": turn.conversation.channel,
                "at": turn.at.isoformat(),
                "texts": list(turn.texts),
                "evidence": [{"id": item.id, "kind": item.kind, "flaw": item.flaw} for item in evidence],
                "alarm": turn.alarm,
                "replaces": turn.replaces,
                "start": turn.start or "",
            },
        }
        with self.breaker.trying(turn.id):
            answer = await self._post("/webhooks/turno/", body)
        return TurnResult(
            replies=tuple(_reply(message) for message in answer["replies"]),
            intent=answer["intent"],
            confidence=answer["confidence"],
        )

    async def parse(self, text: str) -> dict[str, Any]:
        """What the model reads in a text, without answering it: intent, entities, conductas. Raises RasaUnavailable."""
        body = {"text": text.strip()[:READ_CHARACTERS].lstrip("/ \n\t") or "…"}
        return await self._post("/model/parse", body, token=self._token)

    async def loaded(self) -> str:
        """Name of the model that Rasa answers with. Raises RasaUnavailable."""
        try:
            response = await self._http.get("/status", params={"token": self._token})
        except httpx.HTTPError as error:
            raise RasaUnavailable(f"no answer: {type(error).__name__}") from error
        if response.status_code != 200:
            raise RasaUnavailable(f"answered {response.status_code}")
        return response.json()["model_file"].removesuffix(".tar.gz")

    async def load(self, model: str) -> None:
        """Put another model, a file that Rasa can read, in the place of the one it has. Raises RasaUnavailable.

        Rasa loads it beside the old one and changes over at once; when it cannot, it keeps the old one.
        """
        try:
            response = await self._http.put(
                "/model", params={"token": self._token}, json={"model_file": model}, timeout=LOAD_DEADLINE
            )
        except httpx.HTTPError as error:
            raise RasaUnavailable(f"no answer: {type(error).__name__}") from error
        if response.status_code != 204:
            raise RasaUnavailable(f"answered {response.status_code}")

    async def ready(self) -> bool:
        """Rasa answers and has a model."""
        return await _is_well(self._http, "/webhooks/turno/")

    async def actions_ready(self) -> bool:
        """The action server answers."""
        async with httpx.AsyncClient(trust_env=False) as stranger:  # our token is not for it
            return await _is_well(stranger, self._actions_health)

    async def well(self) -> bool:
        """Whatever a turn needs answers: one that fails now fails by itself."""
        return all(await asyncio.gather(self.ready(), self.actions_ready()))

    async def close(self) -> None:
        await self._http.aclose()

    async def _post(self, path: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
        try:
            response = await self._http.post(path, json=body, params=query)
        except httpx.HTTPError as error:
            raise RasaUnavailable(f"no answer: {type(error).__name__}") from error
        if response.status_code != 200:
            raise RasaUnavailable(f"answered {response.status_code}")
        return response.json()


async def _is_well(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url, timeout=HEALTH_DEADLINE)).status_code == 200
    except httpx.HTTPError:
        return False


def rasa_text(turn: Turn) -> str:
    """What Rasa reads: a tap's payload, or the texts as one. What a person types is never a command to Rasa."""
    if turn.button:
        return turn.button
    if turn.start is not None:
        return "/saludar"
    typed = "\n".join(turn.texts).strip()[:READ_CHARACTERS].lstrip("/ \n\t")
    if not typed and turn.files:
        return "/aportar_evidencia"
    return typed or "…"


def _reply(message: dict[str, Any]) -> Reply:
    buttons = tuple(Button(b["title"], b["payload"]) for b in message.get("buttons") or ())
    attachments = tuple(Attachment(**a) for a in (message.get("custom") or {}).get("attachments", ()))
    return Reply(text=message.get("text") or "", buttons=buttons, attachments=attachments)
