"""The whole product as `make run` starts it, on free ports and with its own data, and people who talk to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot import config, training
from bot.casefile import record
from bot.wiring import House, build
from tests.fakes.serve import free_port

READY_WITHIN = 120
ANSWER_WITHIN = 30


@dataclass
class Living:
    """url: where the gateway is, console: where the team works. house: a view of the same data from outside.

    root: where the project lies.
    """

    url: str
    console: str
    house: House
    process: subprocess.Popen
    root: Path = config.ROOT

    def case(self, folio: str) -> dict[str, Any]:
        """The complaint as `buentrato cases show FOLIO --json` gives it."""
        return record(self.house.complaints.show(folio))


@contextmanager
def living(data_dir: Path, root: Path = config.ROOT, **changes: str) -> Iterator[Living]:
    """Start everything, wait until it is ready, and stop it at the end. root: a copy of the project, to change it."""
    rasa, actions, gateway, console = free_port(), free_port(), free_port(), free_port()
    env = {
        "DATA_DIR": str(data_dir),
        "GATEWAY_PORT": str(gateway),
        "CONSOLE_PORT": str(console),
        "RASA_URL": f"http://127.0.0.1:{rasa}",
        "ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
        "QUIET_SECONDS": "0",
        **changes,
    }
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "up", "--no-train"],
            cwd=root,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    url = f"http://127.0.0.1:{gateway}"
    house = build(config.load(env))
    try:
        _wait_until_ready(url, process, log)
        yield Living(url, f"http://127.0.0.1:{console}", house, process, root)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        house.store.close()


def copied(to: Path) -> Path:
    """The project in a place of its own, as what is taught is written into its files."""
    to.mkdir()
    for name in ("bot", "actions", "data"):
        shutil.copytree(config.ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.yml", "domain.yml", "credentials.yml", "endpoints.yml"):
        shutil.copy(config.ROOT / name, to)
    (to / "tests").mkdir()
    for name in ("models", "tests/nlu"):
        (to / name).symlink_to(config.ROOT / name)
    return to


def with_own_models(root: Path) -> Path:
    """Give a copy of the project its own folder of models, with the newest in it. Returns that folder."""
    models, newest = root / "models", training.checked_model()
    models.unlink()
    models.mkdir()
    for file in newest.parent.glob(newest.name.removesuffix(".tar.gz") + ".*"):
        shutil.copy(file, models)
    (models / "encoder").symlink_to(newest.parent / "encoder")
    return models


def _wait_until_ready(url: str, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not ready: {log.read_text()}")


@dataclass
class Person:
    """Somebody in the web chat. heard: everything they were told, in order."""

    url: str
    heard: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.url, timeout=40, trust_env=False)
        self.headers = {"Authorization": f"Bearer {self._http.post('/chat/sessions').json()['token']}"}

    def says(self, *texts: str) -> str:
        """Write one or more messages, one after the other, and give what was answered to the last."""
        for text in texts:
            answer = self._post(json={"client_id": str(uuid.uuid4()), "text": text})
        return answer

    def taps(self, title: str) -> str:
        """Tap a button of the last message that had any."""
        buttons = next(m["buttons"] for m in reversed(self.heard) if m["buttons"])
        payload = next(b["payload"] for b in buttons if b["title"] == title)
        return self._post(json={"client_id": str(uuid.uuid4()), "button": payload})

    def sends(self, name: str, data: bytes) -> str:
        return self._post(data={"client_id": str(uuid.uuid4())}, files={"file": (name, data)})

    def writes(self, text: str) -> None:
        """Write, and wait for nothing."""
        self._send(json={"client_id": str(uuid.uuid4()), "text": text})

    def waits(self, seconds: float = ANSWER_WITHIN) -> list[str]:
        """What was answered when nobody is working on an answer any more; an answer may be late."""
        before, until = len(self.heard), time.monotonic() + seconds
        while self._news():
            assert time.monotonic() < until, "no answer in time"
        return [message["text"] for message in self.heard[before:]]

    @property
    def buttons(self) -> list[str]:
        """Titles under the last message."""
        return [button["title"] for button in self.heard[-1]["buttons"]] if self.heard else []

    def _post(self, **body: Any) -> str:
        self._send(**body)
        return "\n".join(self.waits())

    def _send(self, **body: Any) -> None:
        sent = self._http.post("/chat/messages", headers=self.headers, **body)
        assert sent.status_code == 202, sent.text

    def _news(self) -> bool:
        """Hear what is new. True while somebody is working on an answer."""
        params = {"after": self.heard[-1]["id"] if self.heard else 0, "wait": 1}
        news = self._http.get("/chat/messages", params=params, headers=self.headers).json()
        self.heard += news["messages"]
        return news["working"]
