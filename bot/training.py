"""Train a model, measure it, and know which model files are ours. Rasa runs as a subprocess: nothing here imports it.

Beside each model lies its manifest (`models/<name>.json`): SHA-256, what it was made of, by whom and why, and how well it
reads the held-out messages. A file without one, or changed since, is loaded by nobody.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot.config import ROOT
from bot.errors import ConfigError

MODELS = ROOT / "models"
HELD_OUT = ROOT / "tests" / "nlu" / "heldout.yml"
REPORT = ROOT / "docs" / "nlu.md"
REPORT_BEGINS, REPORT_ENDS = "<!-- buentrato nlu evaluate -->", "<!-- fin -->"
#: What a model is made of; when it changes, the model is out of date.
INGREDIENTS = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "bot/nlu/reading",
    *(
        f"bot/nlu/{name}.py"
        for name in (
            "tokenizer",
            "tuned_encoder",
            "sentence_encoder",
            "learned",
            "classifier",
            "rights_matcher",
            "entities",
            "language_guard",
        )
    ),
    "models/encoder/encoder.json",
    *(f"bot/{name}.py" for name in ("folding", "dayparts", "language", "gazetteer")),
)
#: Rasa without telemetry and without TensorFlow's chatter.
ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


def newest_model() -> Path | None:
    """The model trained last, or None. A file that is not on our list was not trained here and is passed over."""
    found = sorted(filter(manifest, MODELS.glob("*.tar.gz")), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def checked_model(name: str = "") -> Path:
    """The model of that name, or the newest, if it is one that was trained here and was not changed since.

    Raises:
        ConfigError: there is none, or its SHA-256 is not on our list.
    """
    model = MODELS / f"{name}.tar.gz" if name else newest_model()
    if model is None or not model.is_file():
        raise ConfigError(f"No hay un modelo {name} en models/. Entrénalo con: make train".replace("  ", " "))
    if sha256(model) != manifest(model).get("sha256"):
        raise ConfigError(
            f"El modelo {model.name} está dañado o no se entrenó aquí. Bórralo y entrena otro con: make train"
        )
    return model


def is_stale(model: Path) -> bool:
    """Did the data, the rules or the components change since the model was trained?"""
    return manifest(model).get("ingredients") != ingredients()


def train(author: str = "", reason: str = "") -> Path:
    """Train a model from the project's data and put it on the list.

    Raises:
        ConfigError: Rasa refused; what it said is on the screen.
    """
    name, begun = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S"), time.monotonic()
    made_of = ingredients()
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", name, "--out", str(MODELS)]
    command += ["--quiet", "--force"]  # Rasa's cache does not see when the code that a component calls changed
    print("Entrenando el modelo (menos de dos minutos)…", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True)
    model = MODELS / f"{name}.tar.gz"
    if done.returncode or not model.exists():
        print(done.stdout[-3000:], done.stderr[-3000:], sep="\n", file=sys.stderr)
        raise ConfigError("El entrenamiento falló. Arriba está lo que dijo Rasa")
    note(
        model,
        sha256=sha256(model),
        ingredients=made_of,
        trained_at=name,
        author=author,
        reason=reason,
        seconds=round(time.monotonic() - begun),
    )
    print(f"Modelo listo: {model.name}", flush=True)
    return model


def measure(model: Path, texts: list[str], progress: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """What the model reads in the held-out messages and in `texts`; its figures go into its manifest.

    Raises:
        ConfigError: Rasa could not read with it.
    """
    command = [sys.executable, "-m", "bot.nlu.readings", str(model)]
    quiet = {**os.environ, **ENVIRONMENT, "LOG_LEVEL": "ERROR"}
    with tempfile.TemporaryFile("w+") as answer:
        said = _told(
            subprocess.Popen(
                command, cwd=ROOT, env=quiet, stdin=subprocess.PIPE, stdout=answer, stderr=subprocess.PIPE, text=True
            ),
            json.dumps(texts),
            progress,
        )
        answer.seek(0)
        written = answer.read()
    if '{"figures"' not in written:
        print(said[-3000:], file=sys.stderr)
        raise ConfigError("No se pudo medir el modelo. Arriba está lo que dijo Rasa")
    readings = json.loads(written[written.index('{"figures"') :])
    note(model, figures=readings["figures"], held_out=sha256(HELD_OUT))
    return readings


def _told(process: subprocess.Popen, given: str, progress: Callable[[str], None]) -> str:
    """What a process says on stderr until it ends; lines like "50 de 1255" are progress.

    Its stdout must be a file: a pipe that nobody reads meanwhile would stop it.
    """
    assert process.stdin and process.stderr
    with process.stdin:
        process.stdin.write(given)
    said = []
    for line in process.stderr:
        said.append(line)
        if " de " in line and line[0].isdigit():
            progress(line.strip())
    process.wait()
    return "".join(said)


def evaluate() -> str:
    """The report of the newest model on the held-out messages, as Markdown; it is put into docs/nlu.md too.

    Raises:
        ConfigError: there is no model of ours, or Rasa could not read with it.
    """
    command = [sys.executable, "-m", "bot.nlu.evaluate", str(checked_model())]
    quiet = {**os.environ, **ENVIRONMENT, "LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        raise ConfigError("No se pudo evaluar el modelo. Arriba está lo que dijo Rasa")
    report = done.stdout[done.stdout.index("| medida") :].strip()
    before, _, rest = REPORT.read_text().partition(REPORT_BEGINS)
    after = rest.partition(REPORT_ENDS)[2]
    REPORT.write_text(f"{before}{REPORT_BEGINS}\n{report}\n{REPORT_ENDS}{after}")
    return report


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def ingredients() -> str:
    """One hash over everything a model is made of."""
    digest = hashlib.sha256()
    for name in INGREDIENTS:
        path = ROOT / name
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".py"))
        for file in files:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def note(model: Path, **values: Any) -> None:
    """Write into the model's manifest; all or nothing."""
    path = _list_file(model)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({**manifest(model), **values}, indent=1, ensure_ascii=False) + "\n")
    draft.replace(path)


def manifest(model: Path) -> dict[str, Any]:
    """What is on the list about a model file; empty when it is not there."""
    try:
        return json.loads(_list_file(model).read_text())
    except (OSError, ValueError):
        return {}


def _list_file(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".json")
