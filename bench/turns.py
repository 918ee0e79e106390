"""Turns a second that the product answers, beside stock Rasa over its own REST channel: the same model, action server,
questions and number of people. Rasa alone keeps its trackers in memory and promises nothing; the product answers from disk.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
from ulid import ULID

from bench.rows import Row
from bot.processes import Child, stop_all
from bot.up import children_of
from tests.fakes.serve import free_port
from tests.living import Living, Person

QUESTIONS = ("hola", "me pueden meter a la carcel?", "a que hora abren", "gracias", "que pasa con mis datos")
PEOPLE, SECONDS = 8, 30
#: Seconds until Rasa has loaded its model.
READY_WITHIN = 120
Ask = Callable[[str], object]


def rows(product: Living) -> list[Row]:
    ours = per_second([Person(product.url).says for _ in range(PEOPLE)])
    with stock_rasa(product) as url:
        theirs = per_second([_over_rest(product, url) for _ in range(PEOPLE)])
    seen = f"{ours:.1f}, {theirs:.1f} (× {ours / theirs:.2f})"
    return [(f"turnos por segundo con {PEOPLE} personas, y los de Rasa solo por su canal REST", "", seen)]


def per_second(asks: list[Ask]) -> float:
    """Answers a second while everybody asks as soon as they are answered."""
    begun, answered = time.monotonic(), [0] * len(asks)

    def keep_asking(number: int) -> None:
        while time.monotonic() - begun < SECONDS:
            asks[number](QUESTIONS[answered[number] % len(QUESTIONS)])
            answered[number] += 1

    threads = [threading.Thread(target=keep_asking, args=(number,)) for number in range(len(asks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / (time.monotonic() - begun)


@contextmanager
def stock_rasa(product: Living) -> Iterator[str]:
    """Address of a Rasa with its own REST channel, and nothing of ours but the model and the action server."""
    url = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        rasa = _with_rest(children_of(replace(product.house.settings, rasa_url=url))["rasa"], product, Path(folder))
        rasa.start()
        try:
            _wait_until_ready(url)
            yield url
        finally:
            stop_all([rasa])


def _with_rest(rasa: Child, product: Living, folder: Path) -> Child:
    endpoints, credentials = folder / "endpoints.yml", folder / "credentials.yml"
    endpoints.write_text(f"action_endpoint:\n  url: {product.house.settings.actions_url}\n")
    credentials.write_text("rest:\n")
    assert callable(rasa.command)
    words = rasa.command()[:-4]  # all but our own endpoints and credentials
    command = [*words, "--endpoints", str(endpoints), "--credentials", str(credentials)]
    return replace(rasa, command=command, log=folder / "rasa.log")


def _wait_until_ready(url: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/webhooks/rest/", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError("Rasa did not start")


def _over_rest(product: Living, url: str) -> Ask:
    http = httpx.Client(timeout=60, trust_env=False)
    session = http.post(f"{product.url}/chat/sessions").json()["session"]

    def ask(text: str) -> None:
        """Our actions want to know what our own channel tells them of a turn."""
        metadata: dict[str, Any] = {"turn_id": str(ULID()), "channel": "web", "texts": [text], "evidence": []}
        metadata |= {"at": datetime.now(timezone.utc).isoformat(), "alarm": "", "replaces": "", "start": ""}
        answer = http.post(
            f"{url}/webhooks/rest/webhook", json={"sender": session, "message": text, "metadata": metadata}
        )
        assert answer.json(), "Rasa said nothing"

    return ask
