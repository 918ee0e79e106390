"""Check, train and measure in a process of its own, so that a page or a terminal can look on, and stop it.

Its state is a file, `<DATA_DIR>/training/job.json`: whoever reads it needs no connection to the process.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot import training
from bot.config import ROOT, Settings
from bot.errors import BotError, RuleBroken
from bot.publishing import current_model, last_month
from bot.store import Store
from bot.versions import Version, measured, version

STAGES = {
    "revisar": "Revisando los ejemplos",
    "entrenar": "Entrenando",
    "medir": "Midiendo el modelo nuevo con el examen",
    "medir_actual": "Midiendo el modelo que contesta ahora",
    "listo": "Listo para comparar",
    "fallo": "No se pudo",
    "detenido": "Detenido",
}
RUNNING = ("revisar", "entrenar", "medir", "medir_actual")
#: Where each stage begins and ends on the bar, in per cent.
SPAN = {"revisar": (0, 3), "entrenar": (3, 70), "medir": (70, 90), "medir_actual": (90, 99), "listo": (100, 100)}
USUAL_SECONDS = 110
NICE = 10


@dataclass(frozen=True)
class Job:
    """stage: a key of STAGES. done: per cent of this stage, as far as known."""

    stage: str
    author: str
    reason: str
    pid: int
    begun: float
    stage_begun: float
    done: int = 0
    detail: str = ""
    model: str = ""
    usual: int = USUAL_SECONDS

    @property
    def running(self) -> bool:
        return self.stage in RUNNING

    @property
    def title(self) -> str:
        return STAGES[self.stage]

    @property
    def percent(self) -> int:
        low, high = SPAN.get(self.stage, (0, 0))
        done = self.done / 100
        if self.stage == "entrenar":
            done = min(0.97, (time.time() - self.stage_begun) / max(30, self.usual))
        return round(low + (high - low) * done)


class Jobs:
    """The one training that may run on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data_dir / "training"
        self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def log(self) -> Path:
        return self._folder / "job.log"

    def current(self) -> Job | None:
        """The last training, running or not. One that died without a word has failed."""
        try:
            job = Job(**json.loads((self._folder / "job.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None
        if job.running and not _is_ours(job.pid):
            return replace(job, stage="fallo", detail="El proceso se detuvo antes de acabar. Intenta otra vez.")
        return job

    def start(self, author: str, reason: str) -> None:
        """Begin in the background. Raises RuleBroken: one is running."""
        job = self.current()
        if job and job.running:
            raise RuleBroken(f"{job.author} ya está entrenando. Espera a que acabe o detenlo.")
        command = [sys.executable, "-m", "bot.cli", "nlu", "train", "--compare", "--commit"]
        command += ["--author", author, "--reason", reason]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: os.nice(NICE) and None,
            )
        # said here already, so that the page that asked for it sees it at once
        self.save(Job("revisar", author, reason, process.pid, time.time(), time.time()))

    def stop(self) -> None:
        """Raises RuleBroken: there is nothing to stop."""
        job = self.current()
        if job is None or not job.running:
            raise RuleBroken("No hay un entrenamiento que detener.")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.pid, signal.SIGTERM)
        self.save(replace(job, stage="detenido", detail=""))

    def save(self, job: Job) -> None:
        path = self._folder / "job.json"
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(job), ensure_ascii=False))
        draft.replace(path)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Raises RuleBroken: another training runs on this machine."""
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RuleBroken("Ya se está entrenando en esta máquina.") from error
            yield


class Training:
    """The work itself, in the process that was started for it."""

    def __init__(self, settings: Settings, store: Store, author: str, reason: str) -> None:
        self._store, self._jobs = store, Jobs(settings)
        moment = time.time()
        self._job = Job("revisar", author, reason, os.getpid(), moment, moment, usual=_usual_seconds())

    def run(self, check: object = None) -> Version:
        """Check, train, measure the new model and the one that answers now. Returns the new one, ready to compare.

        check: called first; raises RuleBroken when the examples must not be trained on.
        """
        with self._jobs.alone():
            self._say("revisar")
            try:
                return self._work(check)
            except BotError as error:
                self._say("fallo", detail=str(error))
                raise

    def _work(self, check: object) -> Version:
        if callable(check):
            check()
        self._say("entrenar")
        model = training.train(self._job.author, self._job.reason)
        name = model.name.removesuffix(".tar.gz")
        texts = last_month(self._store)
        self._say("medir", model=name)
        new = measured(version(name), texts, self._count)
        self._say("medir_actual")
        old = current_model(self._store)
        if old != model:
            measured(version(old.name.removesuffix(".tar.gz")), texts, self._count)
        self._say("listo")
        return new

    def _say(self, stage: str, **values: str) -> None:
        self._job = replace(self._job, stage=stage, stage_begun=time.time(), done=0, **values)  # type: ignore[arg-type]
        self._jobs.save(self._job)

    def _count(self, said: str) -> None:
        """said: "50 de 1255"."""
        number, _, total = said.partition(" de ")
        if number.isdigit() and total.isdigit():
            self._job = replace(self._job, done=100 * int(number) // max(1, int(total)))
            self._jobs.save(self._job)


def _usual_seconds() -> int:
    newest = training.newest_model()
    return int(training.manifest(newest).get("seconds") or USUAL_SECONDS) if newest else USUAL_SECONDS


def _is_ours(pid: int) -> bool:
    """Is this process the training it was, and not another that got its number?"""
    try:
        return b"nlu\0train" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
