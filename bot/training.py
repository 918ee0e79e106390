"""Train a model, and know which model files are ours. Rasa runs as a subprocess: nothing here imports it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from bot.config import ROOT
from bot.errors import ConfigError

MODELS = ROOT / "models"
#: What a model is made of; when it changes, the model is out of date.
INGREDIENTS = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "bot/nlu",
    *(f"bot/{name}.py" for name in ("folding", "dayparts", "language")),
)
#: Rasa without telemetry and without TensorFlow's chatter.
ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


def newest_model() -> Path | None:
    """The model trained last, or None. A file that is not on our list was not trained here and is passed over."""
    found = sorted(filter(_entry, MODELS.glob("*.tar.gz")), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def checked_model() -> Path:
    """The newest model, if it is one that was trained here and was not changed since.

    Raises:
        ConfigError: there is none, or its SHA-256 is not on our list.
    """
    model = newest_model()
    if model is None:
        raise ConfigError("No hay un modelo en models/. Entrénalo con: make train")
    if sha256(model) != _entry(model).get("sha256"):
        raise ConfigError(
            f"El modelo {model.name} está dañado o no se entrenó aquí. Bórralo y entrena otro con: make train"
        )
    return model


def is_stale(model: Path) -> bool:
    """Did the data, the rules or the components change since the model was trained?"""
    return _entry(model).get("ingredients") != ingredients()


def train() -> Path:
    """Train a model from the project's data and put it on the list.

    Raises:
        ConfigError: Rasa refused; what it said is on the screen.
    """
    name = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", name, "--out", str(MODELS), "--quiet"]
    print("Entrenando el modelo (menos de dos minutos)…", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True)
    model = MODELS / f"{name}.tar.gz"
    if done.returncode or not model.exists():
        print(done.stdout[-3000:], done.stderr[-3000:], sep="\n", file=sys.stderr)
        raise ConfigError("El entrenamiento falló. Arriba está lo que dijo Rasa")
    entry = {"sha256": sha256(model), "ingredients": ingredients(), "trained_at": name}
    _list_file(model).write_text(json.dumps(entry, indent=1) + "\n")
    print(f"Modelo listo: {model.name}", flush=True)
    return model


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


def _list_file(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".json")


def _entry(model: Path) -> dict[str, str]:
    try:
        return json.loads(_list_file(model).read_text())
    except (OSError, ValueError):
        return {}
