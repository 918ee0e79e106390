"""`make bench-nlu`: stock Rasa and ours on the same examples, the same held-out messages and the same machine.

Three pipelines learn data/nlu, one after another, and each reads the held-out messages in a process of its own. The
catalogue of rights (data/nlu/derechos) is taught only to ours, whose classifier does not learn it either. With DIET it
takes the better part of an hour on two cores. Each figure stands beside how many times ours it is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tabulate import tabulate

from bot.config import ROOT
from bot.training import ENVIRONMENT

STOCK = ROOT / "bench" / "stock"
NAMES = {"diet": "Rasa, DIET 100 vueltas", "regression": "Rasa, regresión", "ours": "la nuestra"}
#: key of bench/nlu_model.py or of `_learned` → how it is called, and how it is written.
FIGURES = {
    "right": ("intención principal acertada", "{:.3f}"),
    "wrong": ("intención principal errada", "{:.3f}"),
    "complaints": ("… solo quejas, acertada", "{:.3f}"),
    "conducts": ("conductas, F1", "{:.3f}"),
    "out_of_scope": ("fuera de alcance, F1", "{:.3f}"),
    "alarms": ("peligro y desesperanza, sin las reglas", "{:.3f}"),
    "calibration": ("error de calibración", "{:.3f}"),
    "p50": ("leer un mensaje, p50, ms", "{:.1f}"),
    "p95": ("leer un mensaje, p95, ms", "{:.1f}"),
    "seconds": ("entrenar, s", "{:.0f}"),
    "megabytes": ("modelo en disco, MB", "{:.0f}"),
    "memory": ("memoria del proceso, MB", "{:.0f}"),
    "start": ("cargar el modelo, s", "{:.1f}"),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        seen = {name: _seen(name, Path(folder)) for name in sys.argv[1:] or NAMES}
    print(tabulate(list(_rows(seen)), ("medida", *(NAMES[name] for name in seen)), tablefmt="github"))


def _seen(name: str, folder: Path) -> dict[str, float]:
    print(f"{NAMES[name]}…", file=sys.stderr, flush=True)
    learned = _learned(name, folder / name)
    command = [sys.executable, "-m", "bench.nlu_model", str(folder / name / f"{name}.tar.gz")]
    return {**learned, **json.loads(_run(command).splitlines()[-1])}


def _learned(name: str, folder: Path) -> dict[str, float]:
    data = ROOT / "data" / "nlu" if name == "ours" else _without_rights(folder / "data")
    config = ROOT / "config.yml" if name == "ours" else STOCK / f"{name}.yml"
    begun = time.monotonic()
    made = ["--config", str(config), "--nlu", str(data), "--out", str(folder), "--fixed-model-name", name]
    _run([sys.executable, "-m", "rasa", "train", "nlu", *made, "--quiet"])
    size = (folder / f"{name}.tar.gz").stat().st_size
    return {"seconds": time.monotonic() - begun, "megabytes": size / 2**20}


def _without_rights(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        shutil.copy(path, folder)
    return folder


def _run(command: list[str]) -> str:
    """What a command says on stdout.

    Raises:
        RuntimeError: it failed; its last words.
    """
    quiet = {**os.environ, **ENVIRONMENT, "LOG_LEVEL": "ERROR"}
    shutil.rmtree(ROOT / ".rasa", ignore_errors=True)  # Rasa keeps what did not change; here all of it is wanted
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def _rows(seen: dict[str, dict[str, float]]) -> Any:
    for key, (title, form) in FIGURES.items():
        yield (title, *(form.format(figures[key]) + _times(key, figures, seen) for figures in seen.values()))


def _times(key: str, figures: dict[str, float], seen: dict[str, dict[str, float]]) -> str:
    ours = seen.get("ours", figures)
    return "" if figures is ours or not ours[key] else f" (× {figures[key] / ours[key]:.2f})"


if __name__ == "__main__":
    main()
