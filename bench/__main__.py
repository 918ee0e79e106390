"""`make bench`: the numbers of the README, measured on this machine.

    python -m bench               product and reliability
    python -m bench turns         turns a second beside stock Rasa alone
    python -m bench product       through the product as `make run` starts it
    python -m bench reliability   the gateway and its workers alone, on SQLite and on PostgreSQL (bench/reliability.py)
    python -m bench trainers      the trainers' pages, and from a message to a better model (bench/trainers.py)

Each line says what was measured, what was wanted, and what was seen. Nothing is asserted.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from tabulate import tabulate

from bench import reliability, trainers, turns
from bench.rows import Row, percentile
from bot.config import ROOT
from tests.living import Living, Person, living

PER_SECOND = 20
SECONDS = 30
TURNS = 60


def main() -> None:
    parts = {"product": product, "reliability": reliability.rows, "turns": only_turns, "trainers": trainers.rows}
    chosen = sys.argv[1:] or ["product", "reliability"]
    for name in chosen:
        print(tabulate(parts[name](), ("medida", "meta", "visto"), tablefmt="github"), flush=True)


def product() -> list[Row]:
    rows = [training()]
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        with living(Path(folder) / "var") as running:
            rows.append(("arranque con todo instalado y entrenado", "≤ 25 s", f"{time.monotonic() - begun:.1f} s"))
            rows.append(answers(running))
            rows += turns.rows(running)
            rows += posts(running)
            rows.append(memory(running))
    return rows


def only_turns() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, living(Path(folder) / "var") as running:
        return turns.rows(running)


def training() -> Row:
    shutil.rmtree(ROOT / ".rasa", ignore_errors=True)  # Rasa keeps what did not change; here all of it is wanted
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "bot.cli", "nlu", "train"], check=True, stdout=subprocess.DEVNULL)
    return ("entrenar un modelo", "≤ 120 s", f"{time.monotonic() - begun:.0f} s")


def posts(product: Living) -> list[Row]:
    """POST /chat/messages answered with the row on disk, at PER_SECOND messages a second while the worker works."""
    people = [Person(product.url) for _ in range(20)]
    times: list[float] = []
    threads = []
    for number in range(PER_SECOND * SECONDS):
        thread = threading.Thread(target=_post, args=(people[number % len(people)], number, times))
        thread.start()
        threads.append(thread)
        time.sleep(1 / PER_SECOND)
    for thread in threads:
        thread.join()
    name = f"aceptar un mensaje, {PER_SECOND} por segundo"
    return [
        (f"{name}, p50", "≤ 20 ms", f"{percentile(times, 50):.1f} ms"),
        (f"{name}, p99", "≤ 100 ms", f"{percentile(times, 99):.1f} ms"),
    ]


def _post(person: Person, number: int, times: list[float]) -> None:
    """One request on a connection of its own, as a webhook of a provider comes."""
    body = json.dumps({"client_id": str(uuid.uuid4()), "text": f"me marcaron {number} veces hoy y me gritaron"})
    begun = time.monotonic()
    connection = HTTPConnection(urlsplit(person.url).netloc, timeout=30)
    connection.request("POST", "/chat/messages", body, {**person.headers, "Content-Type": "application/json"})
    assert connection.getresponse().status == 202
    times.append((time.monotonic() - begun) * 1000)
    connection.close()


def answers(product: Living) -> Row:
    """From the message's acceptance to the reply that can be read, one person at a time (quiet time is zero here)."""
    person, times = Person(product.url), []
    for number in range(TURNS):
        begun = time.monotonic()
        person.says(turns.QUESTIONS[number % len(turns.QUESTIONS)])
        times.append((time.monotonic() - begun) * 1000)
    return ("de mensaje a respuesta, p50", "≤ 150 ms", f"{percentile(times, 50):.0f} ms")


def memory(product: Living) -> Row:
    """Proportional memory of all processes together: what is shared between them counts once."""
    root = psutil.Process(product.process.pid)
    used = sum(process.memory_full_info().pss for process in [root, *root.children(recursive=True)])
    return ("memoria de todo", "≤ 1.2 GB", f"{used / 2**30:.2f} GB")


if __name__ == "__main__":
    main()
