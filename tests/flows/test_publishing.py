"""Publishing and taking back a model while people write: no message lost, none answered by half a model."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import training, versions
from bot.errors import ConfigError, RasaUnavailable, RuleBroken
from bot.publishing import Published, Publisher, current_model, last_month
from bot.store.base import now
from bot.store.workbench import HOLD
from bot.training_job import Job, Jobs
from bot.wiring import House
from bot.worker import Worker
from tests.fakes.rasa import FakeRasa
from tests.flows.say import answer_all, heard, message, run, say
from tests.rules.test_gates import GOOD

OLD, NEW = "20260101-000000", "20260102-000000"


def read(text: str, intent: str, *labels: str) -> dict[str, Any]:
    return {
        "text": text,
        "meant": labels[0] if labels else "",
        "labels": list(labels),
        "intent": intent,
        "confidence": 0.9,
        "conducts": [],
        "alarmed": False,
    }


def put_model(folder: Path, name: str, messages: list[dict], **changes: Any) -> None:
    """A model file with its manifest and what it read."""
    path = folder / f"{name}.tar.gz"
    path.write_bytes(name.encode())
    put_on_the_list(path, messages, **changes)


def put_on_the_list(path: Path, messages: list[dict], **changes: Any) -> None:
    """Its manifest, and what it read when it was measured."""
    name = path.name.removesuffix(".tar.gz")
    training.note(
        path,
        sha256=training.sha256(path),
        trained_at=name,
        author="eva",
        figures=GOOD | changes,
        held_out=training.sha256(training.HELD_OUT),
    )
    found = {"figures": GOOD | changes, "messages": messages, "others": [read("algo real", messages[0]["intent"])]}
    with gzip.open(versions.readings_file(path), "wt") as file:
        json.dump(found, file)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fake_rasa: FakeRasa) -> Path:
    monkeypatch.setattr(training, "MODELS", tmp_path)
    put_model(tmp_path, OLD, [read("hola", "saludar", "saludar"), read("ya no puedo", "negar", "crisis_emocional")])
    put_model(
        tmp_path,
        NEW,
        [read("hola", "despedirse", "saludar"), read("ya no puedo", "crisis_emocional", "crisis_emocional")],
    )
    fake_rasa.model = OLD
    return tmp_path


@pytest.fixture
def publisher(house: House, models: Path) -> Publisher:
    return Publisher(house.store, house.rasa)


def compared() -> versions.Comparison:
    return versions.compare(versions.version(OLD), versions.version(NEW))


def promote(publisher: Publisher, **more: Any) -> Published:
    return run(publisher.promote(compared(), "eva@x.mx", "mejor en crisis", **more))


def test_a_comparison_shows_what_changes_the_gravest_first(models: Path) -> None:
    found = compared()
    assert [(c.text, c.old, c.new, c.effect) for c in found.changed] == [
        ("ya no puedo", "negar", "crisis_emocional", "mejor"),
        ("hola", "saludar", "despedirse", "peor"),
    ]
    assert [(c.old, c.new) for c in found.real] == [("saludar", "despedirse")]


def test_published_and_taken_back_and_remembered(house: House, publisher: Publisher, fake_rasa: FakeRasa) -> None:
    assert current_model(house.store).name == f"{NEW}.tar.gz"  # none was released: the newest
    promote(publisher)
    assert fake_rasa.model == NEW
    run(publisher.rollback("leo@x.mx", "se queja la gente"))
    assert fake_rasa.model == OLD
    assert current_model(house.store).name == f"{OLD}.tar.gz"
    with house.store.read() as tx:
        rows = [(row["kind"], row["model"], row["previous"], row["author"]) for row in tx.releases()]
    assert rows == [("volver", OLD, NEW, "leo@x.mx"), ("publicar", NEW, OLD, "eva@x.mx")]


def test_danger_lost_is_blocked_whoever_asks(publisher: Publisher, models: Path, fake_rasa: FakeRasa) -> None:
    worse = {"emergencia": [40, 40], "crisis_emocional": [29, 40]}
    put_model(models, NEW, [read("hola", "saludar", "saludar")] * 2, heard=worse)
    with pytest.raises(RuleBroken, match="peligro"):
        promote(publisher, override="yo respondo", may_override=True)
    assert fake_rasa.model == OLD


def test_another_loss_needs_a_supervisor_with_a_reason(publisher: Publisher, models: Path, fake_rasa: FakeRasa) -> None:
    put_model(models, NEW, [read("hola", "saludar", "saludar")] * 2, main=[900, 1250])
    for more in ({}, {"override": "yo quiero"}, {"may_override": True}):
        with pytest.raises(RuleBroken, match="empeora"):
            promote(publisher, **more)
    promote(publisher, override="cambió el examen", may_override=True)
    assert fake_rasa.model == NEW


def test_a_file_that_was_changed_or_is_not_listed_never_loads(
    house: House, publisher: Publisher, models: Path, fake_rasa: FakeRasa
) -> None:
    (models / f"{NEW}.tar.gz").write_bytes(b"otra cosa")
    with pytest.raises(RuleBroken, match="dañado"):
        promote(publisher)
    with pytest.raises(ConfigError):
        current_model(house.store)
    (models / "intruso.tar.gz").write_bytes(b"x")
    for name in ("intruso", "../intruso", "no-hay"):
        with pytest.raises(RuleBroken):
            versions.version(name)
    assert fake_rasa.model == OLD


def test_a_rasa_that_refuses_keeps_the_old_one_and_the_workers_go_on(
    house: House, publisher: Publisher, fake_rasa: FakeRasa
) -> None:
    fake_rasa.refuses_models = True
    with pytest.raises(RuleBroken, match="Sigue contestando"):
        promote(publisher)
    say(house, "hola")
    answer_all(house)
    assert heard(house) == ["Leí: hola"]
    with pytest.raises(RuleBroken, match="anterior"):
        run(publisher.rollback("x", ""))


def test_publishing_against_another_than_the_running_one_is_refused(publisher: Publisher, fake_rasa: FakeRasa) -> None:
    fake_rasa.model = "20250101-000000"
    with pytest.raises(RuleBroken, match="Ahora contesta"):
        promote(publisher)


def test_nobody_publishes_while_another_does(house: House, publisher: Publisher) -> None:
    with publisher._held(), pytest.raises(RuleBroken, match="Alguien está publicando"):
        promote(publisher)


def test_messages_flow_while_models_change(house: House, publisher: Publisher, fake_rasa: FakeRasa) -> None:
    """People write all the time; every message is answered once, and none begins while Rasa changes over."""
    fake_rasa.slow, fake_rasa.load_seconds = 0.05, 0.4

    async def scene() -> float:
        stop = asyncio.Event()
        worker = asyncio.create_task(Worker(house.inbox, house.outbox, house.erasure, house.desk).run(stop))
        begun = time.monotonic()
        publishing: asyncio.Task | None = None
        for number in range(40):
            await asyncio.to_thread(house.inbox.accept, [message(f"mensaje {number}", who=f"p{number % 8}")])
            await asyncio.sleep(0.03)
            if number == 10:
                publishing = asyncio.create_task(publisher.promote(compared(), "eva", ""))
        assert publishing
        took = (await publishing).seconds
        await publisher.rollback("eva", "")
        while time.monotonic() < begun + 30:
            with house.store.read() as tx:
                if not tx.waiting_count():
                    break
            await asyncio.sleep(0.05)
        stop.set()
        await worker
        return took

    assert run(scene()) < 10
    said = [text for who in range(8) for text in heard(house, f"p{who}")]
    wanted = sorted(f"mensaje {number}" for number in range(40))
    assert sorted(line for text in said for line in text.removeprefix("Leí: ").split("\n")) == wanted
    assert fake_rasa.while_loading == []


def test_last_month_is_scrubbed(house: House) -> None:
    say(house, "soy Yamileth Tzec y me gritan", "soy Yamileth Tzec y me gritan", "otra cosa")
    answer_all(house)
    assert set(last_month(house.store)) == {"soy «NOMBRE 1» y me gritan", "otra cosa"}


def test_a_training_that_died_has_failed(house: House) -> None:
    jobs = Jobs(house.settings)
    assert jobs.current() is None
    jobs.save(Job("entrenar", "eva", "x", 1, time.time(), time.time()))
    assert jobs.current().stage == "fallo"
    with pytest.raises(RuleBroken):
        jobs.stop()


def test_a_hold_of_one_who_died_ends_by_itself(house: House) -> None:
    with house.store.begin() as tx:
        tx.set_channel_value(HOLD, (now() - timedelta(seconds=1)).isoformat())
        assert not tx.is_held()


def test_a_rasa_that_is_away_says_so(house: House, publisher: Publisher, fake_rasa: FakeRasa) -> None:
    fake_rasa.down = True
    assert run(publisher.running()) == ""
    with pytest.raises(RasaUnavailable):
        run(house.rasa.loaded())
