"""Which model answers: publish one and take it back, while messages keep coming.

While Rasa changes over, the workers begin no turn (what arrives is kept, as always); those begun are waited for. So no
turn is answered by half a model, and none is lost. The last release in the database is what starts after a restart.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import training, versions
from bot.errors import ConfigError, RasaUnavailable, RuleBroken
from bot.rasa_client import RasaClient
from bot.store import Store
from bot.store.base import now
from bot.store.workbench import HOLD
from bot.versions import Comparison

log = logging.getLogger(__name__)

#: Seconds after which workers go on by themselves, should we die in the middle.
LONGEST_HOLD = 180
#: Seconds that turns already begun get to end.
PATIENCE = 9.0
#: Seconds a Rasa that loads may say nothing.
SILENCE = 60.0
POLL = 0.05


@dataclass(frozen=True)
class Published:
    """model: what answers now. seconds: how long no turn was begun."""

    model: str
    seconds: float


def current_model(store: Store) -> Path:
    """The model that should answer: the one released last, or the newest when none ever was or it is gone.

    Raises ConfigError: there is none, or it was changed.
    """
    with store.read() as tx:
        releases = tx.releases(1)
    name = releases[0]["model"] if releases else ""
    return training.checked_model(name if (training.MODELS / f"{name}.tar.gz").is_file() else "")


class Publisher:
    def __init__(self, store: Store, rasa: RasaClient) -> None:
        self._store, self._rasa = store, rasa

    async def running(self) -> str:
        """Name of the model that answers now; empty when Rasa does not say."""
        try:
            return await self._rasa.loaded()
        except RasaUnavailable:
            return ""

    async def promote(
        self, comparison: Comparison, author: str, reason: str, override: str = "", may_override: bool = False
    ) -> Published:
        """Publish the new model of a comparison.

        override: the reason to publish although it gets worse; only for those who may, and never for danger.
        Raises RuleBroken: it must not be published, or Rasa did not take it; then the old one still answers.
        """
        running = await self.running()
        if running and comparison.old.name != running:
            raise RuleBroken(f"Ahora contesta {running}: compara con ese antes de publicar.")
        if comparison.blocked_firmly:
            raise RuleBroken("No se puede publicar: oye menos peligro o desesperación que el que contesta ahora.")
        if comparison.blocked and not (override and may_override):
            raise RuleBroken("No se publica porque empeora. Un supervisor puede decidirlo, con una razón.")
        effect = {gate.name: [gate.before, gate.after] for gate in comparison.gates}
        return await self._swap(
            "publicar", comparison.new.name, running, author, override or reason, effect, bool(override)
        )

    async def rollback(self, author: str, reason: str) -> Published:
        """Back to the model that answered before the last release. Raises RuleBroken: there is none."""
        with self._store.read() as tx:
            releases = tx.releases(1)
        previous = releases[0]["previous"] if releases else ""
        if not previous:
            raise RuleBroken("No hay una versión anterior a la que volver.")
        return await self._swap("volver", previous, releases[0]["model"], author, reason, {}, False)

    async def _swap(
        self, kind: str, name: str, previous: str, author: str, reason: str, effect: dict[str, Any], overridden: bool
    ) -> Published:
        model = self._checked(name)
        begun = time.monotonic()
        with self._held():
            await self._wait_for_turns()
            refusal = await self._load(model)
            answering = await self._answering()
            if not answering:
                raise RuleBroken(
                    "Rasa no contesta todavía. Mira en un minuto qué modelo contesta antes de publicar otro."
                )
            if answering != name:
                raise RuleBroken(f"Rasa no tomó el modelo{refusal}. Sigue contestando el de antes.")
            with self._store.begin() as tx:
                tx.add_release(
                    author=author,
                    reason=reason[:300],
                    kind=kind,
                    model=name,
                    previous=previous,
                    overridden=overridden,
                    effect=effect,
                )
        seconds = time.monotonic() - begun
        log.info("model %s answers now, after %.1f s", name, seconds)
        return Published(name, round(seconds, 2))

    async def _load(self, model: Path) -> str:
        """Returns why it was not taken, as far as we know: a busy Rasa may go on loading after it gave no answer."""
        try:
            await self._rasa.load(str(model))
        except RasaUnavailable as error:
            return f" ({error})"
        return ""

    async def _answering(self) -> str:
        """The model that answers, as soon as Rasa says so; it says nothing while it loads."""
        until = time.monotonic() + SILENCE
        while time.monotonic() < until:
            if name := await self.running():
                return name
            await asyncio.sleep(POLL)
        return ""

    def _checked(self, name: str) -> Path:
        try:
            return training.checked_model(versions.version(name).name)
        except ConfigError as error:
            raise RuleBroken(str(error)) from error

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Workers begin no turn. Raises RuleBroken: somebody else is publishing."""
        until = now() + timedelta(seconds=LONGEST_HOLD)
        with self._store.begin() as tx:
            if tx.is_held():
                raise RuleBroken("Alguien está publicando en este momento. Espera un minuto.")
            tx.set_channel_value(HOLD, until.isoformat())
        try:
            yield
        finally:
            with self._store.begin() as tx:
                tx.set_channel_value(HOLD, "")

    async def _wait_for_turns(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self._store.read() as tx:
                if not tx.leased_count():
                    return
            await asyncio.sleep(POLL)


def last_month(store: Store, limit: int = 300) -> list[str]:
    """What people wrote in the last thirty days, scrubbed, each text once, newest first."""
    from bot.scrub import Scrubber  # here: those who only ask for the current model need no list of names

    with store.read() as tx:
        rows = tx.texts_since(now() - timedelta(days=30), limit * 2)
    return list(dict.fromkeys(Scrubber().scrub(text) for _, text in rows if text.strip()))[:limit]
