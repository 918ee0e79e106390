"""The gateway and its workers as real processes, between a fake Telegram and a fake Rasa (tests/faults): how soon a
webhook is answered with the message on disk, how soon danger is, and what a second worker brings."""

from __future__ import annotations

import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench.rows import Row, percentile
from tests.faults.people import CHATS, DANGER, IN_DANGER
from tests.faults.providers import Telegram
from tests.faults.run import Plan, Stage, stage

PER_SECOND, SECONDS = 50, 20
QUEUED, IN_NEED = 1000, 10
TURNS = 600


def rows() -> list[Row]:
    return [
        row for database in ("sqlite", "postgres") for row in (*acks(database), *danger(database), *workers(database))
    ]


def plan(database: str, workers: int) -> Plan:
    return Plan(database, 0, 0, workers=workers, kill_every=0, database_every=0, points=0, mangled=False)


def acks(database: str) -> list[Row]:
    """From the webhook's first byte to its 200, while two workers answer what comes."""
    times: list[float] = []
    with stage(plan(database, 2)) as on, on.processes:
        _until_it_listens(on)
        threads = []
        for number in range(PER_SECOND * SECONDS):
            thread = threading.Thread(target=_post, args=(on, CHATS + number % 200, f"m{number}x0 hola", times))
            thread.start()
            threads.append(thread)
            time.sleep(1 / PER_SECOND)
        for thread in threads:
            thread.join()
    name = f"webhook con el mensaje en disco, {PER_SECOND} por segundo, {database}"
    return [
        (f"{name}, p50", "≤ 20 ms", f"{percentile(times, 50):.1f} ms"),
        (f"{name}, p99", "≤ 100 ms", f"{percentile(times, 99):.1f} ms"),
    ]


def danger(database: str) -> list[Row]:
    """From the webhook's first byte to the help lines at the provider, with Rasa stopped and QUEUED messages waiting."""
    times = []
    with stage(plan(database, 2)) as on, on.processes:
        _until_it_listens(on)
        on.processes.pause("rasa")
        for number in range(QUEUED):
            _post(on, CHATS + number, f"m{number}x0 hola")
        for number in range(IN_NEED):
            begun, chat = time.monotonic(), IN_DANGER + number
            _post(on, chat, DANGER)
            _telegram(on).wait_until(lambda chat=chat: chat in on.provider.arrived_at, 60)
            times.append(on.provider.arrived_at[chat] - begun)
            time.sleep(0.3)
    name = f"peligro con Rasa detenido y {QUEUED} en espera, {database}"
    return [
        (f"{name}, p50", "≤ 1 s", f"{percentile(times, 50):.2f} s"),
        (f"{name}, el más lento de {IN_NEED}", "≤ 1 s", f"{max(times):.2f} s"),
    ]


def workers(database: str) -> list[Row]:
    """Turns a second of one worker and of two, when everything waits already and Rasa is quick."""
    speed = {number: _speed(database, number) for number in (1, 2)}
    name = f"turnos por segundo con un worker y con dos, {database}"
    return [(name, "× 1.7", f"{speed[1]:.0f}, {speed[2]:.0f} (× {speed[2] / speed[1]:.2f})")]


def _speed(database: str, workers: int) -> float:
    with stage(plan(database, workers)) as on, on.processes:
        _until_it_listens(on)
        on.processes.pause("worker")
        for number in range(TURNS):
            _post(on, CHATS + number, f"m{number}x0 hola")
        begun = time.monotonic()
        on.processes.resume("worker")
        _until_answered(on)  # not until sent: Telegram takes 30 messages a second, however many workers there are
        return TURNS / (time.monotonic() - begun)


def _until_answered(on: Stage) -> None:
    waiting = True
    while waiting:
        time.sleep(0.05)
        with on.house.store.read() as tx:
            waiting = tx.oldest_waiting()["inbox"] is not None


def _until_it_listens(on: Stage) -> None:
    """The gateway is there when it has told Telegram where it is."""
    telegram = _telegram(on)
    telegram.wait_until(lambda: telegram.webhook, 60)


def _telegram(on: Stage) -> Telegram:
    assert isinstance(on.provider, Telegram)
    return on.provider


def _post(on: Stage, chat: int, text: str, times: list[float] | None = None) -> None:
    """One request on a connection of its own, as a webhook comes; again until it is accepted."""
    post = on.provider.say(chat, text)
    begun = time.monotonic()
    address = urlsplit(on.people.url)
    status = 0
    while status != 200:
        connection = HTTPConnection(address.netloc, timeout=30)
        try:
            connection.request("POST", address.path, post.body, post.headers)
            status = connection.getresponse().status
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    if times is not None:
        times.append((time.monotonic() - begun) * 1000)
