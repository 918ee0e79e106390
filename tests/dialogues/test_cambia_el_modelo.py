"""A model is published and taken back in the real Rasa while people write: every message is answered once, and whole."""

from __future__ import annotations

import asyncio
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import training, versions
from bot.publishing import Published, Publisher
from bot.wiring import House
from tests.flows.test_publishing import put_on_the_list, read
from tests.living import Person, copied, living, with_own_models

NOW, NEXT = "20260101-000000", "20260102-000000"
PEOPLE = 4


def with_two_models(root: Path) -> Path:
    """The newest model under two names. Returns their folder."""
    models = with_own_models(root)
    (newest,) = models.glob("*.tar.gz")
    for name in (NOW, NEXT):
        shutil.copy(newest, models / f"{name}.tar.gz")
        put_on_the_list(models / f"{name}.tar.gz", [read("hola", "saludar", "saludar")])
    newest.unlink()
    return models


def asks_until(stop: threading.Event, url: str) -> list[str]:
    person, heard = Person(url), []
    while not stop.is_set():
        heard.append(person.says("dónde están los kioscos"))
    return heard


async def there_and_back(house: House) -> tuple[Published, Published]:
    """Publish the other of the two models, and take it back."""
    publisher = Publisher(house.store, house.rasa)
    before = await publisher.running()
    other = NOW if before == NEXT else NEXT
    comparison = versions.compare(versions.version(before), versions.version(other))
    there = await publisher.promote(comparison, "eva@x.mx", "prueba")
    back = await publisher.rollback("eva@x.mx", "prueba")
    assert (there.model, back.model) == (other, before)
    return there, back


def test_nobody_is_forgotten_or_half_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = copied(tmp_path / "project")
    monkeypatch.setattr(training, "MODELS", with_two_models(root))
    with living(tmp_path / "data", root, PYTHONPATH=str(root)) as product, ThreadPoolExecutor(PEOPLE) as threads:
        stop = threading.Event()
        writing = [threads.submit(asks_until, stop, product.url) for _ in range(PEOPLE)]
        try:
            there, back = asyncio.run(there_and_back(product.house))
        finally:
            stop.set()
        heard = [answer for task in writing for answer in task.result(120)]
        print(f"{len(heard)} mensajes; {there.seconds} s para publicar, {back.seconds} s para volver")
        assert len(heard) >= PEOPLE and len(set(heard)) == 1, "all were answered, with the same words"
        with product.house.store.begin() as tx:
            assert tx.waiting_count() == 0
