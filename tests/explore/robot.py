"""The conversation without the processes around it: the real actions and the real trained model in this one, over a
database of its own. Rules are read from Rasa's own files, and what RulePolicy does with them is done here; all that is
missing is the network. Turns take milliseconds, so thousands of conversations can be had."""

from __future__ import annotations

import itertools
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import chat, complaint
from actions import draft as drafts
from actions import house as actions_house
from actions.draft import Draft
from actions.forms import ValidateDenunciaForm
from bot import config, migrations, safety
from bot.casefile import record
from bot.config import ROOT
from bot.model import FileRef
from bot.wiring import House, build

Parse = Callable[[str], dict[str, Any]]
FORM = "denuncia_form"
ACTIONS = {
    action.name(): action
    for action in (
        chat.ActionSaludar(),
        chat.ActionResponder(),
        chat.ActionRetomar(),
        chat.ActionAlarma(),
        chat.ActionPedirHumano(),
        chat.ActionEvidencia(),
        chat.ActionNoEntendi(),
    )
}
ENDINGS = {"registrar": complaint.ActionRegistrarDenuncia(), "dejar": complaint.ActionDejarDenuncia()}
PAYLOAD = re.compile(r"/(\w+)(\{.*\})?", re.DOTALL)


def rules() -> dict[str, str]:
    """Intent → what Rasa's rules do outside the form."""
    found: dict[str, str] = {}
    for path in [*(ROOT / "data" / "rules").glob("*.yml"), *(ROOT / "data" / "stories").glob("*.yml")]:
        for rule in yaml.safe_load(path.read_text()).get("rules", ()):
            if "condition" in rule:
                continue
            first, second = rule["steps"][:2]
            for step in first.get("or", [first]):
                found[step["intent"]] = second["action"]
    return found


@dataclass
class World:
    """Everything that conversations share."""

    house: House
    parse: Parse
    rules: dict[str, str] = field(default_factory=rules)

    def case(self, folio: str) -> dict[str, Any]:
        return record(self.house.complaints.show(folio))


@contextmanager
def world(folder: Path, parse: Parse) -> Iterator[World]:
    """A house in a folder; the actions work in it meanwhile."""
    settings = config.load({"DATABASE_URL": f"sqlite:///{folder}/robot.db", "DATA_DIR": str(folder / "var")})
    house = build(settings)
    migrations.upgrade(house.store.engine)
    before = actions_house.load
    actions_house.load = lambda: settings
    actions_house.room.cache_clear()
    try:
        yield World(house, parse)
    finally:
        actions_house.room().house.store.close()
        actions_house.load = before
        actions_house.room.cache_clear()
        house.store.close()


class Robot:
    """Somebody who talks to it. heard: everything they were told, in the shape of the web chat's contract."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard: list[dict[str, Any]] = []
        with world.house.store.begin() as tx:
            self.conversation = tx.new_web_conversation(secrets.token_hex(16)).id
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.in_form = False
        self._numbers = itertools.count(1)
        self.last: dict[str, Any] = {}

    # --- what a person does --------------------------------------------------------------------------------------

    def says(self, *texts: str) -> str:
        for text in texts:
            answer = self._turn(text)
        return answer

    def taps(self, title: str) -> str:
        buttons = next(m["buttons"] for m in reversed(self.heard) if m["buttons"])
        return self._turn("", button=next(b["payload"] for b in buttons if b["title"] == title))

    def taps_payload(self, payload: str) -> str:
        return self._turn("", button=payload)

    def sends(self, name: str, data: bytes) -> str:
        ref = FileRef(secrets.token_hex(8), "foto", name)
        item = self.world.house.room.keep(self.conversation, ref.ref, data, ref)
        return self._turn("", evidence=[{"id": item.id, "kind": item.kind}])

    def edits(self, before: str, after: str) -> str:
        """Correct a message that was sent before, as one can on Telegram and WhatsApp."""
        return self._turn(after, replaces=before)

    def comes_back_later(self) -> None:
        """Rasa's session is over; what is kept is ours."""
        self.events, self.in_form = [], False

    def is_answered_again(self) -> str:
        """The last turn is tried once more, as after a crash: with the same state of the tracker."""
        self.slots, self.events, self.in_form = self.last["slots"], list(self.last["events"]), self.last["in_form"]
        return self._answer(self.last["message"])

    @property
    def buttons(self) -> list[str]:
        return [button["title"] for button in self.heard[-1]["buttons"]] if self.heard else []

    def draft(self) -> Draft | None:
        return drafts.load(self.world.house.complaints, self.conversation, "")

    # --- what Rasa does ------------------------------------------------------------------------------------------

    def _turn(self, text: str, button: str = "", evidence: list | None = None, replaces: str = "") -> str:
        alarm = safety.check(text) if text else None
        start = len(self.heard)
        if alarm:
            reply = self.world.house.texts.reply(f"utter_{alarm.kind}")
            self._hear({"text": reply.text, "buttons": [vars(b) for b in reply.buttons]})
            self.world.house.handoffs.request(self.conversation, alarm.kind)
        read = button or ("/aportar_evidencia" if evidence and not text else text.lstrip("/ \n\t") or "…")
        message = {
            **(_tapped(read) if read.startswith("/") else self._understood(read)),
            "metadata": {
                "turn_id": f"{self.conversation[-12:]}{next(self._numbers):06d}",
                "texts": [text] if text else [],
                "evidence": evidence or [],
                "alarm": alarm.kind if alarm else "",
                "at": datetime.now(timezone.utc).isoformat(),
                "replaces": replaces,
            },
        }
        self.last = {
            "slots": dict(self.slots),
            "events": list(self.events),
            "in_form": self.in_form,
            "message": message,
        }
        self._answer(message, muted=bool(alarm))
        return "\n".join(said["text"] for said in self.heard[start:])

    def _understood(self, text: str) -> dict[str, Any]:
        return {**self.world.parse(text), "text": text}

    def _answer(self, message: dict[str, Any], muted: bool = False) -> str:
        start = len(self.heard)
        self.events.append({"event": "user"})
        dispatcher = CollectingDispatcher()
        tracker = Tracker(self.conversation, dict(self.slots), message, self.events, False, None, {}, None)
        name = FORM if self.in_form else self.world.rules[message["intent"]["name"]]
        if name.startswith("utter_"):
            reply = self.world.house.texts.reply(name)
            dispatcher.utter_message(text=reply.text, buttons=[vars(b) for b in reply.buttons])
        elif name != FORM:
            followed = self._run(ACTIONS[name], dispatcher, tracker)
            name = FORM if any(event.get("event") == "followup" for event in followed) else name
        if name == FORM:
            self._form(dispatcher, tracker)
        self.events.append({"event": "action", "name": name})
        self.events = self.events[-40:]
        for said in () if muted else dispatcher.messages:
            self._hear(said)
        return "\n".join(said["text"] for said in self.heard[start:])

    def _form(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.in_form = True
        self._run(ValidateDenunciaForm(), dispatcher, tracker)
        if self.slots.get("requested_slot") is not None:
            return
        self.in_form = False
        ending = ENDINGS.get(self.slots.get("salida") or "")
        if ending:
            self._run(ending, dispatcher, tracker)

    def _run(self, action: Any, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]]:
        events = action.run(dispatcher, tracker, {})
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        return events

    def _hear(self, said: dict[str, Any]) -> None:
        files = (said.get("custom") or {}).get("attachments", [])
        self.heard.append(
            {
                "id": len(self.heard) + 1,
                "text": said["text"],
                "buttons": said.get("buttons") or [],
                "attachments": files,
            }
        )


def _tapped(payload: str) -> dict[str, Any]:
    """What Rasa reads in a button's payload."""
    match = PAYLOAD.fullmatch(payload)
    assert match, payload
    entities = [{"entity": name, "value": value} for name, value in json.loads(match[2] or "{}").items()]
    return {
        "text": payload,
        "intent": {"name": match[1], "confidence": 1.0},
        "entities": entities,
        "intent_ranking": [{"name": match[1], "confidence": 1.0}],
    }
